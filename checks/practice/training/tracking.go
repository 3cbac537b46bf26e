package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ExperimentTracking judges training.experiment-tracking: runs record
// parameters or metrics with a tracker called from scripts (rubric;
// clarifications 8, 9, 20).
var ExperimentTracking = capability.Check{
	ID: "training.experiment-tracking",
	Doc: capability.Doc{
		Title:         "Experiment tracking",
		Why:           "Without a record of what was tried, with which parameters and which result, no one can say why the model in production was chosen.",
		Counts:        "A tracker (MLflow, Weights & Biases, Neptune, Comet, ClearML, DVCLive, DVC metrics of a stage, a cloud platform's runs …) whose API is called from a script and records parameters or metrics; automatic logging counts.",
		Partial:       "TensorBoard or files of results only; a tracker called only in notebooks; a run that records only the model.",
		Not:           "A tracker in the requirements that nothing calls.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "dvc", Title: "Declare the metrics file of the training stage", Steps: []string{
				"Write the metrics to metrics.json at the end of the training script.",
				"Add metrics: [metrics.json: {cache: false}] to the stage in dvc.yaml, then run dvc repro.",
				"Compare runs with dvc metrics diff or dvc exp show."}},
			{Tool: "wandb", Title: "Log parameters and metrics to Weights & Biases in the training script", Steps: []string{
				"Open the run with wandb.init(config=params) and call wandb.log on each metric."}},
			{Title: "Log parameters and metrics with MLflow in the training script", Steps: []string{
				"Add mlflow to the training requirements and point MLFLOW_TRACKING_URI at a shared server.",
				"Wrap the training in with mlflow.start_run(): and call mlflow.log_params and mlflow.log_metrics."}},
		},
		Effort:     "hours",
		References: []string{"https://mlflow.org/docs/latest/ml/tracking/", "https://dvc.org/doc/start/data-pipelines/metrics-parameters-plots"},
	},
	Run: onlyIfTrained(tracking),
}

func tracking(v *evidence.View) report.Finding {
	if uses := v.Live(catalog.RoleTrack); len(uses) > 0 {
		return capability.Met("runs record parameters or metrics in a tracker", v.ShowAll(uses)...)
	}
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if s.System == "dvc" && len(s.Metrics) > 0 {
			return capability.Met("a DVC stage declares its metrics", evidence.At(p, s.Line, "metrics of stage "+s.Name))
		}
	}
	if on := v.ConfiguredLoggers(); len(on) > 0 {
		return capability.Met("the configuration makes a logger that records runs in a tracker", on...)
	}
	if uses := v.Live(catalog.RoleTrackModel, catalog.RoleTrackStart); len(uses) > 0 {
		return capability.Partial("runs are opened, but no parameter or metric is recorded", v.ShowAll(uses)...)
	}
	if uses := v.Live(catalog.RoleTrackWeak); len(uses) > 0 {
		return capability.Partial("results go to TensorBoard or to files, not to a tracker", v.ShowAll(uses)...)
	}
	if uses := v.Notebook(catalog.RoleTrack, catalog.RoleTrackModel); len(uses) > 0 {
		return capability.Partial("a tracker is called in notebooks only", v.ShowAll(uses)...)
	}
	return capability.Missing("no tracker is called")
}
