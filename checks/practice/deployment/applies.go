package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// onlyIfDeployed answers not-applicable where nothing is served or deployed.
func onlyIfDeployed(run func(*evidence.View) report.Finding) func(*evidence.View) report.Finding {
	return func(v *evidence.View) report.Finding {
		if a := v.DeploymentApplies(); !a.Yes {
			return capability.NotApplicable(a.Why)
		}
		return run(v)
	}
}
