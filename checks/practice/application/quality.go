package application

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// CodeQuality judges application.code-quality: a linter, formatter or type
// checker over the project's own source runs in CI or in pre-commit (rubric;
// clarifications 12, 82, 96).
var CodeQuality = capability.Check{
	ID: "application.code-quality",
	Doc: capability.Doc{
		Title:   "Code quality checks",
		Why:     "A machine that checks style and types leaves reviewers free to look at what the change does.",
		Counts:  "A linter, formatter or type checker that reads the project's own source, run by a CI job or a commit hook.",
		Partial: "One that is configured and that neither CI nor a commit hook runs, whose failure changes nothing, or that reads other files only.",
		Not:     "A formatter named only in editor settings; a linter among the requirements that nothing calls.",
		How: []capability.Way{
			{Tool: "pre-commit", Title: "Add Ruff to the commit hooks", Steps: []string{
				"Add to .pre-commit-config.yaml the repository https://github.com/astral-sh/ruff-pre-commit with the hooks ruff-check and ruff-format.",
				"Run pre-commit install and pre-commit run --all-files."}},
			{Title: "Run Ruff in a job on every pull request", Steps: []string{
				"Create .github/workflows/lint.yml with on: [push, pull_request].",
				"Check out and add the step uses: astral-sh/ruff-action@v3."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.astral.sh/ruff/", "https://pre-commit.com"},
	},
	Run: codeQuality,
}

func codeQuality(v *evidence.View) report.Finding {
	linters := v.Linters()
	var strict, lax []graph.Use
	for _, u := range v.AllReached(called(linters), graph.Triggered...) {
		if v.MayPass(u) {
			lax = append(lax, u)
		} else {
			strict = append(strict, u)
		}
	}
	if len(strict) > 0 {
		u, _, _ := v.Reached(strict, graph.Triggered...)
		return capability.Met("a job checks the source", v.ShowFrom(u, graph.Triggered...))
	}
	if hooked := v.Hooked(linters); len(hooked) > 0 {
		return capability.Met("a commit hook checks the source", v.ShowAll(hooked)...)
	}
	switch {
	case len(lax) > 0:
		return capability.Partial("a job checks the source, but what it finds changes nothing", v.ShowAll(lax)...)
	case len(linters) > 0:
		return capability.Partial("a linter is set up, but neither CI nor a commit hook runs it", v.ShowAll(linters)...)
	}
	if others := v.AllReached(v.OtherLinters(), graph.Triggered...); len(others) > 0 {
		return capability.Partial("only files other than the project's source are checked", v.ShowAll(others)...)
	}
	return capability.Missing("no linter, formatter or type checker is set up")
}

// called leaves what is only configured out.
func called(uses []graph.Use) []graph.Use {
	var out []graph.Use
	for _, u := range uses {
		if evidence.Called(u) {
			out = append(out, u)
		}
	}
	return out
}
