package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ServingTests judges deployment.serving-tests: automated tests exercise the
// serving code (rubric; clarifications 13, 44, 64, 67).
var ServingTests = capability.Check{
	ID: "deployment.serving-tests",
	Doc: capability.Doc{
		Title:         "Tests of the serving code",
		Why:           "A model can be right and its service wrong: a renamed field or a forgotten preprocessing step gives every user a bad answer.",
		Counts:        "Tests with assertions that send the application a request through its test client, call its prediction function, or ask the deployed service with a real payload and fail unless a prediction comes back.",
		Partial:       "Tests that only ask for health or status; tests whose imports of the serving code resolve to nothing.",
		Not:           "Tests of training or helpers that no request reaches.",
		NotApplicable: "Nothing is served here.",
		How: []capability.Way{
			{Tool: "fastapi", Title: "Test the predict route with FastAPI's test client", Steps: []string{
				"Create tests/test_serving.py: from fastapi.testclient import TestClient, from src.serve import app.",
				"Post a valid sample to /predict and assert status 200 and the range of the answer; post an invalid one and assert 422.",
				"Run pip install httpx pytest and pytest tests/test_serving.py, in CI too."}},
			{Tool: "flask", Title: "Test the predict route with Flask's test client", Steps: []string{
				"In tests/test_serving.py call app.test_client().post('/predict', json={…}).",
				"Assert the status code and the answer, for a valid and an invalid input."}},
			{Tool: "bentoml", Title: "Test the service's API methods", Steps: []string{
				"Create tests/test_service.py that makes the service class and calls its api method with a sample.",
				"Assert the shape and range of what comes back."}},
			{Title: "Test what answers requests", Steps: []string{
				"Create tests/test_serving.py that calls the prediction function with a valid and an invalid sample.",
				"Assert the answer, not only that no error is raised, and run it with pytest in CI."}},
		},
		Effort:     "hours",
		References: []string{"https://fastapi.tiangolo.com/tutorial/testing/", "https://flask.palletsprojects.com/en/stable/testing/"},
	},
	Run: onlyIfDeployed(servingTests),
}

func servingTests(v *evidence.View) report.Finding {
	var met, health, broken []report.Evidence
	for _, t := range v.ServingTests() {
		switch {
		case t.Broken:
			broken = append(broken, t.Evidence())
		case t.Health:
			health = append(health, t.Evidence())
		default:
			met = append(met, t.Evidence())
		}
	}
	if len(met) > 0 {
		return capability.Met("tests exercise the serving code", evidence.Unique(met)...)
	}
	if u, _, ok := v.Reached(v.EndpointChecks(), graph.Triggered...); ok {
		return capability.Met("a job asks the service for a prediction and fails without one", v.ShowFrom(u, graph.Triggered...))
	}
	switch {
	case len(health) > 0:
		return capability.Partial("tests only ask the service how it is, not for a prediction", evidence.Unique(health)...)
	case len(broken) > 0:
		return capability.Partial("tests import serving code that is not in the repository", evidence.Unique(broken)...)
	}
	return capability.Missing("no test exercises the serving code", v.ShowAll(v.Services())...)
}
