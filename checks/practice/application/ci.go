package application

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// CI judges application.ci: a CI job reached from push or pull request runs
// the tests (rubric; clarifications 5, 7, 10, 48, 82).
var CI = capability.Check{
	ID: "application.ci",
	Doc: capability.Doc{
		Title:   "Continuous integration",
		Why:     "Tests that nobody has to remember to run catch a mistake before it is merged.",
		Counts:  "A job that a push or pull request starts and that runs the project's tests, so that a failing test fails the job.",
		Partial: "Jobs on push or pull request that only build or lint, or that run tests whose failure changes nothing.",
		Not:     "A workflow that only a person starts; a test command that is commented out or ends in || true; jobs that only train or deploy.",
		How: []capability.Way{
			{Tool: "gitlab-ci", Title: "Run the tests in a GitLab job on every merge request", Steps: []string{
				"Add a job to .gitlab-ci.yml with the script: pip install -r requirements.txt, then pytest.",
				"Give it the rule: if $CI_PIPELINE_SOURCE == \"merge_request_event\"."}},
			{Tool: "azure-pipelines", Title: "Run the tests in an Azure pipeline on every pull request", Steps: []string{
				"Add pr: [main] and a script step that installs the project and runs pytest to azure-pipelines.yml."}},
			{Title: "Run the tests in a workflow on every pull request", Steps: []string{
				"Create .github/workflows/test.yml with on: [push, pull_request].",
				"Check out, set up Python, install the project and run pytest, without || true."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/actions/use-cases-and-examples/building-and-testing/building-and-testing-python"},
	},
	Run: ci,
}

func ci(v *evidence.View) report.Finding {
	real := false
	for _, t := range v.TestFiles() {
		real = real || t.Asserts > 0 && t.Own
	}
	var good, masked, broken []report.Evidence
	for _, r := range v.TestRuns() {
		if _, ok := v.Graph.Reached(r.Node, graph.PullRequest, graph.Push); !ok {
			continue
		}
		e := v.ShowNode(r.Node, graph.PullRequest, graph.Push)
		switch {
		case r.Broken:
			broken = append(broken, e)
		case r.Masked:
			masked = append(masked, e)
		default:
			good = append(good, e)
		}
	}
	switch {
	case len(good) > 0 && real:
		return capability.Met("a push or pull request starts a job that runs the tests", evidence.Unique(good)...)
	case len(good) > 0 && len(v.TestFiles()) > 0:
		return capability.Partial("a job runs the test command, but the tests assert nothing about the project's code", evidence.Unique(good)...)
	case len(masked) > 0:
		return capability.Partial("a job runs the tests, but a failing test does not fail it", evidence.Unique(masked)...)
	}
	others := v.AllReached(v.Uses([]catalog.Role{catalog.RoleLint, catalog.RoleBuild, catalog.RolePreCommit}, evidence.Called, evidence.Live), graph.Push, graph.PullRequest)
	if len(others) > 0 {
		return capability.Partial("jobs on push or pull request build or lint, but run no tests", v.ShowAll(others)...)
	}
	if len(broken) > 0 {
		return capability.Missing("the test job names tests that are not in the repository", evidence.Unique(broken)...)
	}
	if len(good) > 0 {
		return capability.Missing("a job runs a test command, but the repository has no tests", evidence.Unique(good)...)
	}
	return capability.Missing("no job on push or pull request runs tests")
}
