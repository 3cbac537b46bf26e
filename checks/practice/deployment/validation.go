package deployment

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ReleaseValidation judges deployment.release-validation: in the delivery
// pipeline the model or service is tested before it takes traffic (rubric;
// clarifications 7, 13, 31, 52, 64, 84, 102).
var ReleaseValidation = capability.Check{
	ID: "deployment.release-validation",
	Doc: capability.Doc{
		Title:         "Validation before release",
		Why:           "Tests that run beside a release stop nothing. Only a release that waits for them is protected by them.",
		Counts:        "Tests of the model or service that the roll-out to production depends on, or requests with a real payload on staging.",
		Partial:       "Tests in CI that delivery does not wait for; health checks only; tests that gate staging alone.",
		Not:           "A check after production was replaced; a test whose failure is ignored.",
		NotApplicable: "Nothing is deployed here.",
		How: []capability.Way{
			{Tool: "docker", Title: "Start the image and ask it for a prediction before it is pushed", Steps: []string{
				"After docker build run the image in the job and curl --fail -d @tests/sample.json http://localhost:8000/predict.",
				"Push and deploy only in a job that needs this one."}},
			{Tool: "kubectl", Title: "Test staging before production", Steps: []string{
				"Deploy to a staging namespace, then run pytest tests/smoke against its address.",
				"Let the production job need that job."}},
			{Title: "Make the deployment wait for the tests of the service", Steps: []string{
				"Move the tests of the service into a job test of the deployment workflow.",
				"Add needs: test to the job that deploys."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs"},
	},
	Run: onlyIfDeployed(releaseValidation),
}

func releaseValidation(v *evidence.View) report.Finding {
	deliveries := v.Deliveries()
	var envs []string
	for _, d := range deliveries {
		envs = append(envs, d.Envs...)
	}
	production := slices.Contains(envs, "production")
	only := func(d evidence.Delivery) bool { // not the only way to production
		return len(d.Envs) > 0 && !slices.Contains(d.Envs, "production") && production
	}
	var partial []report.Evidence
	for _, d := range deliveries {
		c := v.ChecksIn(v.Before(d))
		if c.Ok && !only(d) {
			return capability.Met("the roll-out waits for tests of the model or service", v.ShowNode(c.Node, graph.Triggered...))
		}
		if only(d) {
			// Staging: a check of what was rolled out, before people promote it.
			if after := v.ChecksIn(v.After(d.Job)); after.Ok {
				return capability.Met("the service is tested on staging before production", v.ShowNode(after.Node, graph.Triggered...))
			}
		}
		if c.Ok || c.Other {
			partial = append(partial, v.ShowNode(c.Node, graph.Triggered...))
		}
	}
	if len(partial) > 0 {
		return capability.Partial("the roll-out waits for tests, but not of the model or service in production", evidence.Unique(partial)...)
	}
	if u, _, ok := v.Reached(v.EndpointChecks(), graph.Triggered...); ok {
		return capability.Partial("the service is asked for a prediction only after it was replaced, or beside the release", v.ShowFrom(u, graph.Triggered...))
	}
	if e, ok := v.TestsBeside(); ok {
		return capability.Partial("tests run in CI, but delivery does not wait for them", e)
	}
	return capability.Missing("nothing tests the model or service before it takes traffic")
}
