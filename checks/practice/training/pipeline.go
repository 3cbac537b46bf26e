package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Pipeline judges training.pipeline: one definition runs preparation,
// training and evaluation in order (rubric; clarifications 21, 49, 69, 93, 101).
var Pipeline = capability.Check{
	ID: "training.pipeline",
	Doc: capability.Doc{
		Title:         "Training pipeline",
		Why:           "One definition of the whole way from raw data to an evaluated model is what can be automated, repeated and reviewed.",
		Counts:        "A pipeline (DVC, Kedro, Airflow, Prefect, Kubeflow …), a Make or shell chain, or one program that prepares the data, trains, and evaluates on held-out data.",
		Partial:       "Two of the three in one definition.",
		Not:           "Notebooks; a validation loss inside fit.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "dvc", Title: "Make prepare, train and evaluate three stages of dvc.yaml", Steps: []string{
				"Run dvc stage add -n evaluate -d src/evaluate.py -d models -M metrics.json python src/evaluate.py.",
				"Give every stage its deps and outs, so that dvc repro runs them in order."}},
			{Title: "Run preparation, training and evaluation from one command", Steps: []string{
				"Add an evaluation step that scores the fitted model on data it has not seen.",
				"Chain the three in one program, Makefile target or pipeline definition."}},
		},
		Effort:     "days",
		References: []string{"https://dvc.org/doc/start/data-pipelines/data-pipelines"},
	},
	Run: onlyIfTrained(pipeline),
}

func pipeline(v *evidence.View) report.Finding {
	p, ok := v.Pipeline()
	if !ok {
		if len(v.Training()) > 0 {
			return capability.Missing("training stands alone: no definition joins preparation and evaluation to it", v.ShowAll(v.Training())...)
		}
		return capability.Missing("no definition runs preparation, training and evaluation")
	}
	shown := evidence.Unique(p.Evidence)
	if p.Prepares && p.Evaluates {
		return capability.Met("one definition prepares the data, trains and evaluates", shown...)
	}
	if p.Prepares {
		return capability.Partial("preparation and training run together, evaluation on held-out data does not", shown...)
	}
	return capability.Partial("training and evaluation run together, preparation of the data does not", shown...)
}
