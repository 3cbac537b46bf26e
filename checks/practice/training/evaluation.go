package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Evaluation judges training.evaluation: a script or step evaluates on
// held-out data and keeps the metrics (rubric; clarifications 22, 36, 49, 86).
var Evaluation = capability.Check{
	ID: "training.evaluation",
	Doc: capability.Doc{
		Title:         "Recorded evaluation on held-out data",
		Why:           "Only a metric on data the model has not seen says what it is worth, and only a metric that is kept can be compared with the next one.",
		Counts:        "A script or pipeline step that measures the model on a test or validation set, and a tracker, database or file that keeps the numbers. For prompts and retrieval, a scripted evaluation that writes its scores.",
		Partial:       "Evaluation in notebooks only, or metrics that are only printed.",
		Not:           "The loss or accuracy on the training data.",
		NotApplicable: "The repository only serves a model trained elsewhere, and evaluates nothing.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Log the test metrics to the run", Steps: []string{
				"Keep X_test, y_test aside with train_test_split before fitting.",
				"After fitting call mlflow.log_metrics({\"test_rmse\": …, \"test_mae\": …}) in the open run."}},
			{Tool: "dvc", Title: "Add an evaluate stage that writes metrics.json", Steps: []string{
				"Run dvc stage add -n evaluate -d src/evaluate.py -d models/model.pkl -d data/test.csv -M metrics.json python src/evaluate.py.",
				"Compare commits with dvc metrics diff."}},
			{Tool: "wandb", Title: "Log the test metrics to the run", Steps: []string{
				"After fitting call wandb.log({\"test/f1\": …}), or set run.summary for the final values."}},
			{Title: "Write the test metrics to a file that is kept", Steps: []string{
				"Create evaluate.py: load the model and the held-out set, compute the metrics, json.dump them to reports/metrics.json.",
				"Call it after training in the same job or make target, and commit or upload the file."}},
		},
		Effort:     "hours",
		References: []string{"https://scikit-learn.org/stable/modules/model_evaluation.html", "https://mlflow.org/docs/latest/ml/evaluation/"},
	},
	Run: evaluation,
}

func evaluation(v *evidence.View) report.Finding {
	e := v.Evaluated()
	if a := v.TrainingApplies(); !a.Yes && (v.Kind != report.LLMApplication || len(v.PromptEvaluations()) == 0) {
		if v.Kind == report.LLMApplication {
			return capability.Missing("no script evaluates prompts or retrieval")
		}
		return capability.NotApplicable(a.Why)
	}
	switch {
	case len(e.Recorded) > 0:
		return capability.Met("a script measures the model on held-out data and keeps the metrics", e.Recorded...)
	case len(e.Printed) > 0:
		return capability.Partial("the metrics on held-out data are printed and lost", e.Printed...)
	}
	if uses := v.Notebook(catalog.RoleMetric, catalog.RoleLLMEval); len(uses) > 0 {
		return capability.Partial("the model is evaluated in notebooks only", v.ShowAll(uses)...)
	}
	return capability.Missing("no script measures the model on held-out data")
}
