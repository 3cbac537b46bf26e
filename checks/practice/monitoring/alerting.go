package monitoring

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Alerting judges monitoring.alerting: a threshold on service or model metrics
// notifies someone (rubric; clarifications 33 and 40).
var Alerting = capability.Check{
	ID: "monitoring.alerting",
	Doc: capability.Doc{
		Title:   "Alerting",
		Why:     "A dashboard nobody looks at tells nobody anything. An alert finds the person.",
		Counts:  "A threshold on a metric of the service or model that sends a message: a cloud alarm with an action, a loaded rule of Prometheus with a receiver, a rule of Grafana with a contact point, a mail, chat message or issue from the job that monitors.",
		Partial: "A rule that nothing loads, an alarm without a receiver, a mailer whose settings the job does not pass.",
		Not:     "The mail that CI sends when a job fails; a message at the end of every training.",
		How: []capability.Way{
			{Tool: "prometheus", Title: "Load an alert rule and give it a receiver", Steps: []string{
				"Create alerts.yml with a rule on the error rate and list it under rule_files in prometheus.yml.",
				"Run Alertmanager with a receiver (slack_configs or email_configs) and name it under alerting: alertmanagers."}},
			{Tool: "terraform", Title: "Declare an alarm with an action", Steps: []string{
				"Add an aws_cloudwatch_metric_alarm, google_monitoring_alert_policy or azurerm_monitor_metric_alert on the service's errors.",
				"Name the topic, channel or action group that tells somebody."}},
			{Title: "Open an issue when drift is found", Steps: []string{
				"Let the drift script write drift=true to $GITHUB_OUTPUT when the share of drifted columns is above 0.3.",
				"Add a step with if: steps.drift.outputs.drift == 'true' that runs gh issue create --title 'Drift found'."}},
		},
		Effort:     "days",
		References: []string{"https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/"},
	},
	Run: alerting,
}

func alerting(v *evidence.View) report.Finding {
	a := v.Alerts()
	switch {
	case len(a.Sent) > 0:
		return capability.Met("a threshold on service or model metrics notifies someone", v.ShowAll(a.Sent)...)
	case len(a.Silent) > 0:
		return capability.Partial("there are alerts, but they are not loaded, tell nobody or hang on no measure", v.ShowAll(a.Silent)...)
	}
	return capability.Missing("no threshold notifies anybody")
}
