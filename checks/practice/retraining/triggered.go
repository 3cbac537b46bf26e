package retraining

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Triggered judges retraining.triggered: a monitoring result or new data
// starts training without a person (rubric; clarifications 34, 46, 54, 73, 77).
var Triggered = capability.Check{
	ID: "retraining.triggered",
	Doc: capability.Doc{
		Title:         "Retraining triggered by monitoring or new data",
		Why:           "A clock retrains too late or for nothing. The measured decay of the model, or the data that has come, is the reason to train; let it be the trigger.",
		Counts:        "A monitoring job or service that something runs by itself and that starts training when it finds drift or decay; an event, sensor or check for new production data that starts training.",
		Partial:       "A route or dispatch for retraining that nothing here calls; a monitoring job that only reports; a trigger behind a monitor that nothing runs.",
		Not:           "A schedule alone; a push of code.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "airflow", Title: "Let the monitoring DAG trigger the training DAG", Steps: []string{
				"After the drift task add a BranchPythonOperator that returns the id of a TriggerDagRunOperator when drift was found.",
				"Give the operator trigger_dag_id equal to the dag_id of the training DAG, letter by letter."}},
			{Tool: "prefect", Title: "Call the training flow from the monitoring flow", Steps: []string{
				"Give the monitoring flow a schedule, and call run_deployment(\"train/production\") in it when the drift check says so."}},
			{Title: "Let the scheduled drift job dispatch the training workflow", Steps: []string{
				"Let the drift script write drift=true to $GITHUB_OUTPUT when its limit is passed.",
				"Add a step with if: steps.drift.outputs.drift == 'true' that runs gh workflow run train.yml, and permissions: actions: write.",
				"Give train.yml on: workflow_dispatch."}},
		},
		Effort:     "days",
		References: []string{"https://cloud.google.com/architecture/mlops-continuous-delivery-and-automation-pipelines-in-machine-learning"},
	},
	Run: triggered,
}

func triggered(v *evidence.View) report.Finding {
	if a := v.TrainingApplies(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	t := v.RetrainingTriggers()
	switch {
	case len(t.Starts) > 0:
		return capability.Met("monitoring or new data starts training", t.Starts...)
	case len(t.Half) > 0:
		return capability.Partial("training can be asked for, or decay is reported, but one does not lead to the other by itself", t.Half...)
	}
	return capability.Missing("neither monitoring nor new data starts training")
}
