package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Tests judges training.tests: automated tests cover the code that prepares
// data, derives features or trains (rubric; clarifications 24, 48, 62).
var Tests = capability.Check{
	ID: "training.tests",
	Doc: capability.Doc{
		Title:         "Tests of data and training code",
		Why:           "A wrong feature raises no error: the model trains on it and gets worse in silence. A test of the preparing function is what notices.",
		Counts:        "Tests with assertions that call the code that prepares data, derives features or fits the model.",
		Partial:       "A run from end to end without assertions; tests of helpers that training imports; tests of a copy that only serving uses; tests whose imports are gone.",
		Not:           "Tests of the service or of deployment helpers; a production training run.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "r-tests", Title: "Test the preparing functions with testthat", Steps: []string{
				"Create tests/testthat/test-features.R with a small tibble, call the function and expect_equal on a derived column."}},
			{Title: "Test the preparing functions on a few rows", Steps: []string{
				"Create tests/test_features.py with a DataFrame of three rows, one of them awkward (empty, negative, duplicate).",
				"Call the function that training uses and assert the derived columns, the row count and the types.",
				"Add one test that fits on 50 rows and asserts that the loss falls or that save and load give equal predictions."}},
		},
		Effort:     "days",
		References: []string{"https://research.google/pubs/the-ml-test-score-a-rubric-for-ml-production-readiness-and-technical-debt-reduction/"},
	},
	Run: onlyIfTrained(tests),
}

func tests(v *evidence.View) report.Finding {
	t := v.TrainingTests()
	switch {
	case len(t.Asserted) > 0:
		return capability.Met("tests with assertions exercise preparation or training code", t.Asserted...)
	case len(t.Weak) > 0:
		return capability.Partial("tests come near training code: without assertions, through helpers, or by imports that are gone", t.Weak...)
	}
	return capability.Missing("no test exercises preparation, feature or training code")
}
