package monitoring

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Service judges monitoring.service: the serving code or its platform emits
// and collects operational metrics (rubric; clarifications 2, 33, 97, 102).
var Service = capability.Check{
	ID: "monitoring.service",
	Doc: capability.Doc{
		Title:         "Service monitoring",
		Why:           "Latency, errors and load tell that a service is in trouble before its users do.",
		Counts:        "Serving code that emits metrics or traces a collector reads (Prometheus, OpenTelemetry, Sentry, Datadog, CloudWatch, an observability tool for language models), or a platform's monitoring switched on, with a dashboard or alarm.",
		Partial:       "Structured logs; counters that nothing can read; a platform's monitoring that is declared and not switched on; gauges of model quality only.",
		Not:           "print and plain text logs; a Prometheus server that reads no metric of the service.",
		NotApplicable: "Nothing is served here.",
		How: []capability.Way{
			{Tool: "fastapi", Title: "Expose Prometheus metrics of the FastAPI service", Steps: []string{
				"Add prometheus-fastapi-instrumentator to the requirements.",
				"Add Instrumentator().instrument(app).expose(app) after the app is made.",
				"Point a scrape job of Prometheus at the service's /metrics."}},
			{Tool: "flask", Title: "Expose Prometheus metrics of the Flask service", Steps: []string{
				"Add prometheus-flask-exporter to the requirements, and PrometheusMetrics(app) after the app is made.",
				"Point a scrape job of Prometheus at the service's /metrics."}},
			{Tool: "langchain", Title: "Trace each request to the language model", Steps: []string{
				"Install langfuse and put its @observe() on the function that answers.",
				"Set the keys of the project in the service's environment."}},
			{Title: "Instrument the service with OpenTelemetry", Steps: []string{
				"Add opentelemetry-distro and opentelemetry-exporter-otlp to the requirements.",
				"Start the service through opentelemetry-instrument and set OTEL_EXPORTER_OTLP_ENDPOINT to your collector."}},
		},
		Effort:     "days",
		References: []string{"https://prometheus.github.io/client_python/", "https://opentelemetry.io/docs/languages/python/"},
	},
	Run: service,
}

func service(v *evidence.View) report.Finding {
	if a := v.ServedHere(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	m := v.ServiceMetrics()
	switch {
	case len(m.Emitted) > 0:
		return capability.Met("the serving code emits metrics or traces that are collected", v.ShowAll(m.Emitted)...)
	case len(m.Platform) > 0:
		return capability.Met("the platform collects the service's metrics", v.ShowAll(m.Platform)...)
	case len(m.Unread) > 0:
		return capability.Partial("the serving code counts, but nothing lets a collector read it", v.ShowAll(m.Unread)...)
	case len(m.Quality) > 0:
		return capability.Partial("only the quality of data and predictions is measured, not the service", v.ShowAll(m.Quality)...)
	case len(m.Declared) > 0:
		return capability.Partial("monitoring is declared and not switched on for the service", v.ShowAll(m.Declared)...)
	case len(m.Logs) > 0:
		return capability.Partial("the serving code writes structured logs and no metrics", v.ShowAll(m.Logs)...)
	}
	return capability.Missing("the service emits no operational metrics")
}
