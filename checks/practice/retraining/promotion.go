package retraining

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Promotion judges retraining.promotion: after retraining the new model
// replaces the current one by itself, and only if it is better (rubric;
// clarifications 34, 59, 60, 73, 94, 95).
var Promotion = capability.Check{
	ID: "retraining.promotion",
	Doc: capability.Doc{
		Title:         "Automatic promotion of a better model",
		Why:           "Retraining that nobody must supervise needs a rule that lets only a better model through, and a service that takes it up.",
		Counts:        "After an automatic training run, a comparison of the new model with the current one on the same held-out data decides; what serves loads the winner without a person.",
		Partial:       "The new model replaces the current one always; a gated registration that a person follows up; a service that reads the model only at start and is not restarted.",
		Not:           "A person who merges or copies the newest model.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Move the champion alias after a comparison, and serve the alias", Steps: []string{
				"At the end of the training job load models:/name@champion and evaluate it on the test set of this run.",
				"Call set_registered_model_alias(name, \"champion\", version) only if the new metric is better.",
				"Let the service load models:/name@champion, and restart it from the same job (kubectl rollout restart)."}},
			{Title: "Compare, then deploy, in the job that retrains", Steps: []string{
				"Fetch the model in use and evaluate both on the same held-out set in the training job.",
				"Write better=true to $GITHUB_OUTPUT, and let the deploying job need it: if: needs.train.outputs.better == 'true'."}},
		},
		Effort:     "weeks",
		References: []string{"https://mlflow.org/docs/latest/ml/model-registry/"},
	},
	Run: promotion,
}

func promotion(v *evidence.View) report.Finding {
	if a := v.TrainingApplies(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	r := v.Replacements()
	switch {
	case len(r.Compared) > 0:
		return capability.Met("a retrained model replaces the current one only if it is better", r.Compared...)
	case len(r.Unconditional) > 0:
		return capability.Partial("a retrained model goes forward without a comparison that reaches what serves", r.Unconditional...)
	}
	return capability.Missing("nothing replaces the current model after retraining")
}
