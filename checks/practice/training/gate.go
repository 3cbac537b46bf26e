package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// QualityGate judges training.quality-gate: an automated step compares a
// metric and stops or promotes (rubric; clarifications 6, 23, 39, 94, 103).
var QualityGate = capability.Check{
	ID: "training.quality-gate",
	Doc: capability.Doc{
		Title:         "Quality gate after training",
		Why:           "An automated run that cannot fail on a bad model ships bad models automatically.",
		Counts:        "A step of a pipeline or job that compares a metric of the new model with a limit or with the current model, and registers, promotes or goes on only if it passes.",
		Partial:       "The comparison exists but runs by hand only, or nothing depends on its outcome; single predictions that are pinned.",
		Not:           "Asserting that a metric is a number; early stopping and best checkpoints; ranking new candidates only among themselves; a gate on data drift.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Move the champion alias only if the new version is better", Steps: []string{
				"After logging, read the champion: client.get_model_version_by_alias(name, \"champion\"), and evaluate it on the same held-out set.",
				"Call set_registered_model_alias only if the new metric is better; otherwise exit with 1."}},
			{Tool: "dvc", Title: "Let the training job fail below a limit", Steps: []string{
				"After dvc repro run a script that reads metrics.json and the limits of params.yaml and exits with 1 below them.",
				"Put dvc push and the registration after that step."}},
			{Title: "Exit with 1 below the limits, before the model is registered", Steps: []string{
				"Write src/gate.py: load the recorded metrics, compare with the limits of the configuration, sys.exit(1) if one is missed.",
				"Call it in the training job between evaluation and registration."}},
		},
		Effort:     "days",
		References: []string{"https://cloud.google.com/architecture/mlops-continuous-delivery-and-automation-pipelines-in-machine-learning"},
	},
	Run: qualityGate,
}

func qualityGate(v *evidence.View) report.Finding {
	gates := v.Gates
	if a := v.TrainingApplies(); !a.Yes {
		switch {
		case v.Kind != report.LLMApplication:
			return capability.NotApplicable(a.Why)
		case len(v.PromptEvaluations()) == 0:
			return capability.Missing("no scripted evaluation of prompts or retrieval gates anything")
		}
		gates = v.PromptGates
	}
	var met, weak []report.Evidence
	for _, g := range gates() {
		switch {
		case g.Promotes && g.Runs:
			met = append(met, v.ShowGate(g))
		case g.Promotes, g.Stops, g.Kept, g.Beside:
			weak = append(weak, v.ShowGate(g))
		}
	}
	switch {
	case len(met) > 0:
		return capability.Met("a comparison of the model's metric decides whether the model goes on", evidence.Unique(met)...)
	case len(weak) > 0:
		return capability.Partial("a comparison of the model's metric exists, but nothing automated runs it or depends on it", evidence.Unique(weak)...)
	}
	return capability.Missing("no metric decides whether a model goes on")
}
