package monitoring

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// PredictionLogging judges monitoring.prediction-logging: inputs and
// predictions of production requests are stored (rubric; clarifications 33
// and 79).
var PredictionLogging = capability.Check{
	ID: "monitoring.prediction-logging",
	Doc: capability.Doc{
		Title:         "Prediction logging",
		Why:           "What the model was asked and what it answered is the only material that drift, quality and the next training set can be made of.",
		Counts:        "Inputs and predictions of requests stored in a table, file, stream or tool made for it; batch scores stored with their inputs.",
		Partial:       "Both written to the text log or kept in memory; a platform's collector that is not switched on.",
		Not:           "Only the path and duration of requests; predictions of a test set.",
		NotApplicable: "Nothing is served here.",
		How: []capability.Way{
			{Tool: "bentoml", Title: "Log with BentoML's monitor", Steps: []string{
				"Wrap the prediction in with bentoml.monitor(\"name\") as mon and call mon.log for each feature and for the prediction.",
				"Send the logs to your collector by setting monitoring in bentoml's configuration."}},
			{Tool: "azure-ml", Title: "Switch on Azure ML's data collector", Steps: []string{
				"Call Collector(name=\"model_inputs\").collect(frame) and the same for the outputs in score.py.",
				"Add data_collector with both collections enabled: 'true' to the deployment's YAML."}},
			{Tool: "sagemaker", Title: "Switch on SageMaker's data capture", Steps: []string{
				"Pass DataCaptureConfig(enable_capture=True, sampling_percentage=100) to deploy()."}},
			{Title: "Write each request and answer to a table", Steps: []string{
				"Add a table predictions with time, model version, input as JSON and prediction.",
				"Insert a row in a background task of the predict route."}},
		},
		Effort:     "days",
		References: []string{"https://fastapi.tiangolo.com/tutorial/background-tasks/"},
	},
	Run: predictionLogging,
}

func predictionLogging(v *evidence.View) report.Finding {
	if a := v.ServedHere(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	l := v.PredictionLogs()
	switch {
	case len(l.Stored) > 0:
		return capability.Met("inputs and predictions are stored", v.ShowAll(l.Stored)...)
	case len(l.Text) > 0:
		return capability.Partial("inputs and predictions are only written to the log, or collected by something that is off", v.ShowAll(l.Text)...)
	}
	return capability.Missing("inputs and predictions are not kept")
}
