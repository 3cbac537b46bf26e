package monitoring

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ModelQuality judges monitoring.model-quality: something reaches a
// computation of drift or quality on production or newly arriving data
// (rubric; clarifications 33, 46, 54, 61).
var ModelQuality = capability.Check{
	ID: "monitoring.model-quality",
	Doc: capability.Doc{
		Title:   "Model monitoring",
		Why:     "A model goes wrong without an error: the data changes, and the answers are still numbers. Only a comparison shows it.",
		Counts:  "A job, service or pipeline step that computes drift or quality on production or newly arriving data, and that a trigger or the running service reaches: Evidently, NannyML, whylogs, alibi-detect, a platform's monitor, or PSI and KS written by hand.",
		Partial: "Code for it that nobody but a person runs, or only a notebook; a job whose current data is a committed sample that nothing renews, or the other half of the training data.",
		Not:     "Drift of infrastructure; an offline evaluation on held-out data; a metric that is written into the code.",
		How: []capability.Way{
			{Tool: "airflow", Title: "Compute drift on the newest data in a DAG", Steps: []string{
				"Add a task with Evidently's DataDriftPreset that compares the newest data with the training sample.",
				"Give the DAG schedule=\"@daily\" and fail the task when the share of drifted columns is above 0.3."}},
			{Tool: "sagemaker", Title: "Schedule a SageMaker model monitor", Steps: []string{
				"Switch on data capture on the endpoint and make a baseline with DefaultModelMonitor.suggest_baseline.",
				"Call create_monitoring_schedule with cron_expression=CronExpressionGenerator.daily()."}},
			{Title: "Compute drift on a schedule", Steps: []string{
				"Create src/drift.py that reads the last week's logged requests and compares them with the training sample by Evidently's DataDriftPreset.",
				"Create .github/workflows/drift.yml with on: schedule: - cron: '0 6 * * *' that runs it."}},
		},
		Effort:     "days",
		References: []string{"https://docs.evidentlyai.com"},
	},
	Run: modelQuality,
}

// running are the classes in which a monitor runs without a person's machine.
var running = append(append([]graph.Event{}, graph.Triggered...), graph.Serving)

func modelQuality(v *evidence.View) report.Finding {
	monitors := v.ModelMonitors()
	var fresh []graph.Use
	for _, u := range v.AllReached(monitors, running...) {
		if !v.SampleOnly(u) && !v.SplitsOnly(u) {
			fresh = append(fresh, u)
		}
	}
	if u, way, ok := v.Reached(fresh, running...); ok && !way.Guessed {
		return capability.Met("a "+way.Event.String()+" reaches the computation of drift or quality", v.ShowFrom(u, running...))
	}
	if reached := v.AllReached(monitors, running...); len(reached) > 0 {
		return capability.Partial("drift is computed, but on a committed sample, between two halves of the training data, or by a way that rests on a guess", v.ShowAll(reached)...)
	}
	if len(monitors) > 0 {
		return capability.Partial("drift or quality is computed, but only a person runs it", v.ShowAll(monitors)...)
	}
	if notebooks := v.ModelMonitorsInNotebooks(); len(notebooks) > 0 {
		return capability.Partial("drift is computed in a notebook only", v.ShowAll(notebooks)...)
	}
	return capability.Missing("nothing computes drift or quality on production or new data")
}
