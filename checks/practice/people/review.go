package people

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ReviewRequired judges people.review-required: branch protection or a ruleset
// requires review (rubric). Only the API can tell.
var ReviewRequired = capability.Check{
	ID: "people.review-required",
	Doc: capability.Doc{
		Title:   "Required review",
		Why:     "A second pair of eyes on every change is the cheapest test there is.",
		Counts:  "Branch protection or a ruleset of the default branch that requires an approving review.",
		Partial: "Nothing requires a review, but most merged pull requests had one.",
		Not:     "A sentence in CONTRIBUTING that asks for reviews.",
		How: []capability.Way{
			{Title: "Require a review on the default branch", Steps: []string{
				"Under Settings, Rules, Rulesets, create a branch ruleset that targets the default branch.",
				"Tick Require a pull request before merging and set the required approvals to 1."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets"},
	},
	Run: reviewRequired,
}

func reviewRequired(v *evidence.View) report.Finding {
	switch h := v.History; {
	case !h.ReviewKnown:
		return capability.Unknown("the branch rules are not in the files, and GitHub could not be asked")
	case h.ReviewRequired:
		return capability.Met("the default branch requires a review")
	case h.ReviewedMost:
		return capability.Partial("nothing requires a review, but most merged pull requests had one")
	}
	return capability.Missing("changes reach the default branch without a review")
}
