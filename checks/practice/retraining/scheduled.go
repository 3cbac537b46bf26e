package retraining

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Scheduled judges retraining.scheduled: a schedule reaches training (rubric).
var Scheduled = capability.Check{
	ID: "retraining.scheduled",
	Doc: capability.Doc{
		Title:         "Scheduled retraining",
		Why:           "The world drifts away from any model. A schedule is the simplest answer.",
		Counts:        "A schedule of CI or of an orchestrator that leads to the code that fits the model.",
		Not:           "A scheduled refresh of data without training; a schedule that is commented out.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "airflow", Title: "Give the training DAG a schedule", Steps: []string{"Set schedule=\"@weekly\" and catchup=False on the DAG."}},
			{Tool: "prefect", Title: "Give the training deployment a cron", Steps: []string{"Pass cron=\"0 3 * * 1\" to serve() or deploy(), or set schedules in prefect.yaml."}},
			{Title: "Give the training workflow a schedule", Steps: []string{
				"Add schedule: - cron: '0 3 * * 1' under on: of the workflow that trains."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/actions/using-workflows/events-that-trigger-workflows#schedule"},
	},
	Run: scheduled,
}

func scheduled(v *evidence.View) report.Finding {
	if a := v.TrainingApplies(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	u, _, broken, ok := v.ReachedTraining(graph.Schedule)
	if ok {
		return capability.Met("a schedule reaches training", v.ShowFrom(u, graph.Schedule))
	}
	if broken != nil {
		return capability.Missing("a schedule leads to training, but the job lacks the data it reads", *broken)
	}
	return capability.Missing("no schedule reaches training")
}
