// Package practice holds the checks, one folder for each area of the rubric
// and one file for each capability, and the judgement of a repository's kind,
// which comes before them.
package practice

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/application"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/data"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/deployment"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/model"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/monitoring"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/people"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/retraining"
	"github.com/mlops-maturity/mlops-maturity/checks/practice/training"
)

// All returns every check, by area.
func All() []capability.Check {
	return slices.Concat(application.Checks, data.Checks, training.Checks, model.Checks, deployment.Checks, retraining.Checks, monitoring.Checks, people.Checks)
}

// ByID returns the check of an id.
func ByID(id string) (capability.Check, bool) {
	for _, c := range All() {
		if c.ID == id {
			return c, true
		}
	}
	return capability.Check{}, false
}
