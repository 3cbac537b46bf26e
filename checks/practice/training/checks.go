// Package training judges how models are trained: from scripts or notebooks,
// in which environment, by whom or what, and what is recorded.
package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{Scripted, Environment, Parameters, Determinism, ExperimentTracking, Pipeline, Automated, ManagedCompute, Evaluation, QualityGate, Tests}

// onlyIfTrained answers not-applicable where the repository trains nothing.
func onlyIfTrained(run func(*evidence.View) report.Finding) func(*evidence.View) report.Finding {
	return func(v *evidence.View) report.Finding {
		if a := v.TrainingApplies(); !a.Yes {
			return capability.NotApplicable(a.Why)
		}
		return run(v)
	}
}
