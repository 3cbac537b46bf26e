package model

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Lineage judges model.lineage: from a released model one can get to the code
// commit and the data version (rubric; clarifications 8, 26, 36, 43, 63, 72,
// 76, 99).
var Lineage = capability.Check{
	ID: "model.lineage",
	Doc: capability.Doc{
		Title:         "Model lineage",
		Why:           "When a model is wrong, the first question is which code and which data made it. Only a record made at training time can answer.",
		Counts:        "One chain that records both: a run that notes commit and data version and keeps or registers the model, dvc.lock with code, data and model, a managed pipeline whose data and models are versioned assets.",
		Partial:       "Only one of the two is recorded, or the released model does not lead to the run.",
		Not:           "A run that records neither; a data path that says nothing about its version.",
		NotApplicable: "Training is elsewhere, or the model is hosted by somebody else.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Log the data set to the run that registers the model", Steps: []string{
				"Inside the run: mlflow.log_input(mlflow.data.from_pandas(train, source=path), context=\"training\").",
				"Register from the same run: mlflow.<flavour>.log_model(model, name=\"model\", registered_model_name=\"<name>\").",
				"Train from a git checkout, so that MLflow notes the commit."}},
			{Tool: "dvc", Title: "Make data and model parts of one dvc.yaml", Steps: []string{
				"In the train stage list the data and the script under deps and the model under outs.",
				"Run dvc repro and commit dvc.lock with every model that is released."}},
			{Tool: "wandb", Title: "Use the data as an artifact of the run", Steps: []string{
				"Call run.use_artifact(\"train-data:latest\") before training and run.log_artifact(model_artifact) after it.",
				"Link the model with run.link_artifact, so that the registered version leads to the run."}},
			{Tool: "azure-ml", Title: "Give the job a versioned data asset", Steps: []string{
				"Register the data: az ml data create --name train --version 1 --path data/train.",
				"Set the job's input to azureml:train:1 and register the model from the job's output."}},
			{Title: "Write commit and data version beside the model", Steps: []string{
				"At the end of training write model.json with the output of git rev-parse HEAD and the SHA-256 of the training data.",
				"Store it under the same version as the model."}},
		},
		Effort:     "days",
		References: []string{"https://mlflow.org/docs/latest/ml/dataset/", "https://dvc.org/doc/user-guide/project-structure/dvcyaml-files#dvclock-file"},
	},
	Run: lineage,
}

func lineage(v *evidence.View) report.Finding {
	if a := v.TrainingApplies(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	l := v.Lineage()
	switch {
	case len(l.Whole) > 0:
		return capability.Met("one record names code, data and model", evidence.Unique(l.Whole)...)
	case len(l.Code) > 0 && len(l.Data) > 0 && l.Apart:
		return capability.Partial("runs record code and data, but the released model does not lead to its run", evidence.Unique(append(l.Code[:1:1], l.Data...))...)
	case len(l.Code) > 0 && len(l.Data) > 0:
		return capability.Met("the model's run leads to the commit and to the version of the data", evidence.Unique(append(l.Code[:1:1], l.Data...))...)
	case len(l.Code) > 0:
		return capability.Partial("the model's run leads to the code, but no version of the data is recorded", evidence.Unique(l.Code)...)
	case len(l.Data) > 0:
		return capability.Partial("the version of the data is recorded, but nothing ties it to a model and its code", evidence.Unique(l.Data)...)
	}
	return capability.Missing("nothing leads from a model to its code and data")
}
