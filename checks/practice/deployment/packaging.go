package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Packaging judges deployment.packaging: the model or its service is packaged
// for deployment (rubric; clarifications 32, 67, 78).
var Packaging = capability.Check{
	ID: "deployment.packaging",
	Doc: capability.Doc{
		Title:         "Packaged service",
		Why:           "A package carries code, model and libraries together, so that what was tested is what runs.",
		Counts:        "An image that ships the serving code, a bento, an archive for a model server, a function's package, or a platform's deployment with an image or environment of its own.",
		Partial:       "A platform call that joins a registered model with a script in the provider's environment; an image to develop in.",
		Not:           "A logged model alone; an image of a tracking server or of training only.",
		NotApplicable: "Nothing is served here.",
		How: []capability.Way{
			{Tool: "bentoml", Title: "Build a bento and its image", Steps: []string{
				"Describe service, include and python packages in bentofile.yaml.",
				"Run bentoml build and bentoml containerize <service>:latest."}},
			{Tool: "azure-ml", Title: "Give the deployment an environment of its own", Steps: []string{
				"Write conda.yml with the exact versions the scoring script needs.",
				"Set environment: {conda_file: conda.yml, image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04} in the deployment's YAML."}},
			{Tool: "mlflow", Title: "Build an image of the registered model", Steps: []string{
				"Run mlflow models build-docker -m models:/name@champion -n name.",
				"Or write a Dockerfile that copies the serving code and installs from a lock."}},
			{Title: "Write a Dockerfile for the service", Steps: []string{
				"Create Dockerfile: FROM python:3.12-slim, COPY requirements.txt and RUN pip install -r requirements.txt, COPY src/ src/.",
				"End it with CMD [\"uvicorn\", \"src.serve:app\", \"--host\", \"0.0.0.0\"] and try docker build -t service . && docker run -p 8000:8000 service."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.docker.com/guides/python/containerize/", "https://docs.bentoml.com/en/latest/get-started/packaging-for-deployment.html"},
	},
	Run: onlyIfDeployed(packaging),
}

func packaging(v *evidence.View) report.Finding {
	if e := v.ServingPackages(); len(e) > 0 {
		return capability.Met("the service is packaged for deployment", evidence.Unique(e)...)
	}
	if e := v.HalfPackages(); len(e) > 0 {
		return capability.Partial("what is deployed brings no image or environment of its own", evidence.Unique(e)...)
	}
	return capability.Missing("nothing packages the service", v.ShowAll(v.Services())...)
}
