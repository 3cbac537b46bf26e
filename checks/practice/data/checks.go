// Package data judges how the data a model learns from is acquired, prepared
// and versioned.
package data

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{Pipeline, Automated, Versioning, Validation, FeatureStore}

// onlyIfTrained answers not-applicable where the repository trains nothing.
func onlyIfTrained(run func(*evidence.View) report.Finding) func(*evidence.View) report.Finding {
	return func(v *evidence.View) report.Finding {
		if a := v.DataApplies(); !a.Yes {
			return capability.NotApplicable(a.Why)
		}
		return run(v)
	}
}
