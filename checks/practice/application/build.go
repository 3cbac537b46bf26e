package application

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Build judges application.build: CI builds the package or the container image
// (rubric; clarifications 5, 11, 65, 82, 88, 91, 99).
var Build = capability.Check{
	ID: "application.build",
	Doc: capability.Doc{
		Title:   "Automated build",
		Why:     "A package or image that only one laptop can build cannot be released or repaired by anybody else.",
		Counts:  "A CI job, started by any trigger or by a person, that builds the package, the container image or a model's archive, itself or through a platform's command.",
		Partial: "A Dockerfile, a package definition or a platform's environment definition that no job builds; a front-end bundle alone.",
		Not:     "An editable install; a job whose Dockerfile, or a file it copies, is not in the repository.",
		How: []capability.Way{
			{Tool: "docker", Title: "Build the image in a job on every pull request", Steps: []string{
				"Create .github/workflows/build.yml with on: [push, pull_request].",
				"Check out and add docker/build-push-action@v6 with context: . and push: false."}},
			{Tool: "gitlab-ci", Title: "Build the package in a GitLab job", Steps: []string{
				"Add a job to .gitlab-ci.yml with the script: pip install build, then python -m build."}},
			{Title: "Build the package in a job on every pull request", Steps: []string{
				"Describe the package in pyproject.toml: [build-system] and [project] with name and version.",
				"Create .github/workflows/build.yml with on: [push, pull_request].",
				"Check out, set up Python, and run pip install build and python -m build."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.docker.com/build/ci/github-actions/", "https://build.pypa.io/en/stable/"},
	},
	Run: build,
}

func build(v *evidence.View) report.Finding {
	var reached, broken []graph.Use
	for _, b := range v.Builds() {
		if _, ok := v.Graph.Reached(b.Use.Node, graph.Triggered...); !ok {
			continue
		}
		if b.Broken {
			broken = append(broken, b.Use)
		} else {
			reached = append(reached, b.Use)
		}
	}
	if u, _, ok := v.Reached(reached, graph.Triggered...); ok {
		return capability.Met("a job builds the package or image", v.ShowFrom(u, graph.Triggered...))
	}
	if bundles := v.AllReached(v.FrontEndBuilds(), graph.Triggered...); len(bundles) > 0 {
		return capability.Partial("a job builds the front end, and nothing of the package or image", v.ShowAll(bundles)...)
	}
	defined := v.BuildDefinitions()
	switch {
	case len(broken) > 0 && len(defined) > 0:
		return capability.Partial("the job that builds names or copies what is not in the repository", append(v.ShowAll(broken), defined[0])...)
	case len(defined) > 0:
		return capability.Partial("a package or image is defined, but no job builds it", defined...)
	case len(broken) > 0:
		return capability.Missing("the job that builds names or copies what is not in the repository", v.ShowAll(broken)...)
	}
	return capability.Missing("no package or image is defined")
}
