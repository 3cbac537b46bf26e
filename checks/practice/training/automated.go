package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Automated judges training.automated: a trigger reaches training (rubric;
// clarifications 1, 5, 21, 38, 73, 92).
var Automated = capability.Check{
	ID: "training.automated",
	Doc: capability.Doc{
		Title:         "Automated training",
		Why:           "When a job trains the model, anybody can repeat it, nothing depends on one laptop, and retraining stops being an event.",
		Counts:        "A trigger (push, schedule, event, or a person pressing a button) that leads through a job to the code that fits the model; or training registered with an orchestrator that can start it.",
		Partial:       "A pipeline, a cluster script or a script that submits a cloud job, which a person starts on their own machine.",
		Not:           "Tests that fit toy models; a job that names a script which is not there.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "dvc", Title: "Let a workflow run dvc repro", Steps: []string{
				"Create .github/workflows/train.yml with on: workflow_dispatch and a weekly schedule.",
				"Steps: check out, install, dvc pull, dvc repro, dvc push."}},
			{Tool: "gitlab-ci", Title: "Add a scheduled training job to the GitLab pipeline", Steps: []string{
				"Add a job train with rules: if $CI_PIPELINE_SOURCE == \"schedule\" that runs the training command."}},
			{Title: "Let a workflow run the training script", Steps: []string{
				"Create .github/workflows/train.yml with on: workflow_dispatch (and schedule, when it works).",
				"Steps: check out, set up Python, install the locked requirements, run the training script."}},
		},
		Effort:     "days",
		References: []string{"https://docs.github.com/actions/using-workflows/events-that-trigger-workflows"},
	},
	Run: onlyIfTrained(automated),
}

func automated(v *evidence.View) report.Finding {
	uses := v.Training()
	u, way, broken, ok := v.ReachedTraining(graph.Triggered...)
	if ok {
		return capability.Met("a trigger ("+way.Event.String()+") reaches training", v.ShowFrom(u, way.Event))
	}
	if e, ok := v.HandPipeline(); ok {
		return capability.Partial("training is a pipeline that only a person starts", e)
	}
	if u, ok := v.StagedTraining(); ok {
		return capability.Partial("training is a stage of a pipeline that only a person starts", v.ShowFrom(u, graph.Hand))
	}
	if u, _, ok := v.Reached(v.TrainingJobs(), graph.Hand); ok {
		return capability.Partial("a script that a person runs submits the training job", v.ShowFrom(u, graph.Hand))
	}
	if broken != nil {
		return capability.Missing("a trigger leads to training, but the job lacks the data it reads", *broken)
	}
	if len(uses) > 0 {
		return capability.Missing("nothing but a person's machine runs training", v.ShowAll(uses)...)
	}
	return capability.Missing("no code outside notebooks trains a model")
}
