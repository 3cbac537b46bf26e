package application

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Tests judges application.tests: automated tests with assertions over the
// project's own code (rubric; clarifications 10 and 82).
var Tests = capability.Check{
	ID: "application.tests",
	Doc: capability.Doc{
		Title:   "Automated tests",
		Why:     "Tests are what lets a team change code, data handling and models without fear. Every later step of automation rests on them.",
		Counts:  "Test files that a runner collects (pytest, unittest, testthat, Test.jl …), with assertions that can fail, over the project's own code.",
		Partial: "Test files whose assertions cannot fail, or whose imports of the project lead nowhere; doctests alone.",
		Not:     "An empty tests folder, a test.py that evaluates a model, tests of vendored code.",
		How: []capability.Way{
			{Tool: "pytest", Title: "Add a first test with an assertion over your own code", Steps: []string{
				"Create tests/test_features.py and import the function that prepares your features.",
				"Call it on three hand-written rows and assert the result.",
				"Run pytest."}},
			{Title: "Write the first automated test", Steps: []string{
				"Add pytest to the development dependencies.",
				"Create tests/test_features.py, call one function of your own on three hand-written rows, and assert the result.",
				"Run pytest."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.pytest.org/en/stable/getting-started.html"},
	},
	Run: tests,
}

func tests(v *evidence.View) report.Finding {
	var good, weak []report.Evidence
	files := 0
	for _, t := range v.TestFiles() {
		switch {
		case t.Asserts > 0 && t.Own:
			files++
			good = append(good, evidence.At(t.Path, t.Line, fmt.Sprintf("%d assertions", t.Asserts)))
		default:
			weak = append(weak, evidence.At(t.Path, t.Line, "tests that assert nothing about the project's code"))
		}
	}
	switch {
	case len(good) > 0:
		return capability.Met(fmt.Sprintf("%d test files assert over the project's own code", files), evidence.Unique(good)...)
	case len(weak) > 0:
		return capability.Partial("there are test files, but none asserts anything about the project's own code", evidence.Unique(weak)...)
	}
	return capability.Missing("no automated test was found")
}
