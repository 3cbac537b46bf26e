package application

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// IntegrationTests judges application.integration-tests: tests exercise the
// serving application end to end, a component with a real neighbour, or the
// pipeline (rubric; clarifications 7, 13, 44, 64, 68).
var IntegrationTests = capability.Check{
	ID: "application.integration-tests",
	Doc: capability.Doc{
		Title:         "Integration tests",
		Why:           "Parts that pass their own tests still fail together: a renamed column, a changed payload, a model of another version.",
		Counts:        "A test that sends a real payload to the application through a test client or over HTTP, that runs preparation, training and prediction on sample data, or a deployment step that fails unless the new endpoint predicts.",
		Partial:       "A request for health or status only; tests whose failure cannot fail the job that runs them.",
		Not:           "Unit tests named integration in which everything is replaced; a request whose answer a person reads.",
		NotApplicable: "Nothing is served and no definition prepares, trains and evaluates in one run.",
		How: []capability.Way{
			{Tool: "fastapi", Title: "Send a payload through FastAPI's test client", Steps: []string{
				"Create tests/test_api.py with from fastapi.testclient import TestClient and client = TestClient(app).",
				"Post one valid row to /predict, and assert status 200 and a prediction in response.json()."}},
			{Tool: "flask", Title: "Send a payload through Flask's test client", Steps: []string{
				"Create tests/test_api.py with client = app.test_client().",
				"Post one valid row to /predict, and assert status 200 and a prediction in response.json."}},
			{Title: "Run the pipeline on ten rows in a test", Steps: []string{
				"Commit ten rows of sample data under tests/data.",
				"Create tests/test_pipeline.py that calls the pipeline's entry point on them and asserts that it wrote a model that predicts."}},
		},
		Effort:     "days",
		References: []string{"https://fastapi.tiangolo.com/tutorial/testing/"},
	},
	Run: integrationTests,
}

func integrationTests(v *evidence.View) report.Finding {
	var strong, weak []report.Evidence
	for _, i := range v.Integrations() {
		if i.Weak {
			weak = append(weak, i.Evidence)
		} else {
			strong = append(strong, i.Evidence)
		}
	}
	_, pipeline := v.HandPipeline()
	switch {
	case len(strong) > 0:
		return capability.Met("a test exercises the application or the pipeline as a whole", evidence.Unique(strong)...)
	case len(weak) > 0:
		return capability.Partial("the application is only asked for its health, or a failure would not be noticed", evidence.Unique(weak)...)
	case !v.ServingApplies().Yes && !pipeline:
		return capability.NotApplicable("nothing is served here and nothing runs as a pipeline")
	}
	return capability.Missing("no test exercises the application or the pipeline as a whole")
}
