package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ServingCode judges deployment.serving-code: code that loads a trained model
// and answers with predictions is in the repository (rubric; clarifications
// 27, 28, 51, 68, 97).
var ServingCode = capability.Check{
	ID: "deployment.serving-code",
	Doc: capability.Doc{
		Title:         "Serving code",
		Why:           "A model earns its keep when something asks it for predictions. Keeping that code beside the training code keeps the two in step.",
		Counts:        "An API, a user interface, a batch scoring job, a stream consumer or a model server's definition that loads a trained model and answers with predictions.",
		Partial:       "A local inference script, or inference in a notebook.",
		Not:           "A training script that prints predictions.",
		NotApplicable: "The repository only trains, and nothing here is presented as a service.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Serve the registered model behind an API", Steps: []string{
				"Create src/serve.py with a FastAPI route /predict that loads models:/name@champion at start.",
				"Start it with uvicorn in a Dockerfile of its own."}},
			{Title: "Put the model behind an API", Steps: []string{
				"Create src/serve.py with a FastAPI route /predict that loads the saved model at start and validates its input.",
				"Start it with uvicorn in a Dockerfile of its own."}},
		},
		Effort:     "days",
		References: []string{"https://fastapi.tiangolo.com/tutorial/first-steps/"},
	},
	Run: servingCode,
}

func servingCode(v *evidence.View) report.Finding {
	if uses := v.Services(); len(uses) > 0 {
		return capability.Met("code here answers with predictions", v.ShowAll(uses)...)
	}
	if loads := v.LocalInference(); len(loads) > 0 {
		return capability.Partial("a script loads a model and predicts; nothing serves it", v.ShowAll(loads)...)
	}
	if uses := v.PredictionsInNotebooks(); len(uses) > 0 && len(v.Training()) == 0 {
		return capability.Partial("inference happens in notebooks only", v.ShowAll(uses)...)
	}
	if a := v.DeploymentApplies(); a.Yes && a.Why != "" {
		return capability.Missing(a.Why)
	}
	return capability.NotApplicable("nothing here serves a model or is presented as a service")
}
