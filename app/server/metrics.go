package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// metrics is what /metrics shows. Labels take few values each, none of them
// chosen by a stranger.
type metrics struct {
	registry    *prometheus.Registry
	deliveries  *prometheus.CounterVec
	redelivered prometheus.Counter
	runs        *prometheus.CounterVec
	took        *prometheus.HistogramVec
	requests    *prometheus.CounterVec
	latency     *prometheus.HistogramVec
	budget      *prometheus.GaugeVec
	swept       *prometheus.CounterVec
	features    *prometheus.CounterVec
	badges      *prometheus.CounterVec
	evicted     prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mlops_maturity_deliveries_total",
			Help: "Webhook deliveries by event and outcome: queued, ignored, duplicate, refused, unstored."}, []string{"event", "outcome"}),
		redelivered: prometheus.NewCounter(prometheus.CounterOpts{Name: "mlops_maturity_redeliveries_total",
			Help: "Failed deliveries that GitHub was asked to send again."}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mlops_maturity_jobs_total",
			Help: "Runs of jobs by reason and result."}, []string{"reason", "result"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mlops_maturity_job_seconds",
			Help: "Seconds that runs of jobs took.", Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 180, 600}}, []string{"reason"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mlops_maturity_github_requests_total",
			Help: "Requests to GitHub's API by endpoint and status, 0 for no answer."}, []string{"endpoint", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mlops_maturity_github_request_seconds",
			Help: "Seconds until GitHub answered.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"endpoint"}),
		budget: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "mlops_maturity_github_remaining",
			Help: "Requests left of a limit, as GitHub said last, of the installation that asked last."}, []string{"resource"}),
		swept: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mlops_maturity_swept_heads_total",
			Help: "Default branches that a sweep found without a verdict, by outcome: queued, postponed."}, []string{"outcome"}),
		features: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mlops_maturity_features_total",
			Help: "What the optional features wrote, by feature and outcome; refused is a permission or property that is missing."}, []string{"feature", "outcome"}),
		badges: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mlops_maturity_badges_total",
			Help: "Requests for badges by outcome: served, not_found, busy."}, []string{"outcome"}),
		evicted: prometheus.NewCounter(prometheus.CounterOpts{Name: "mlops_maturity_evicted_rows_total",
			Help: "Rows that were thrown away because of age or size."}),
	}
	m.registry.MustRegister(m.deliveries, m.redelivered, m.runs, m.took, m.requests, m.latency, m.budget, m.swept, m.features, m.badges, m.evicted,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// observe is told of every run of a job.
func (m *metrics) observe(o jobs.Outcome) {
	m.runs.WithLabelValues(string(o.Job.Reason), o.Result).Inc()
	if o.Result != "busy" {
		m.took.WithLabelValues(string(o.Job.Reason)).Observe(o.Took.Seconds())
	}
}

// Request is told of every request to GitHub; endpoint is a template.
func (m *metrics) Request(endpoint string, status int, took time.Duration) {
	m.requests.WithLabelValues(endpoint, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(endpoint).Observe(took.Seconds())
}

// told is told what an optional feature wrote.
func (m *metrics) told(feature, outcome string) { m.features.WithLabelValues(feature, outcome).Inc() }

// Budget is told what is left of a limit.
func (m *metrics) Budget(resource string, remaining int) {
	m.budget.WithLabelValues(resource).Set(float64(remaining))
}

// watch adds the queue's depth, asked of the database at each scrape.
func (m *metrics) watch(q *jobs.Queue) { m.registry.MustRegister(depth{q}) }

type depth struct{ q *jobs.Queue }

var depthDesc = prometheus.NewDesc("mlops_maturity_queue_jobs", "Jobs in the queue by state.", []string{"state"}, nil)

// Describe implements prometheus.Collector.
func (depth) Describe(c chan<- *prometheus.Desc) { c <- depthDesc }

// Collect implements prometheus.Collector.
func (d depth) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	states, err := d.q.Depth(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(depthDesc, err)
		return
	}
	for _, state := range []string{"available", "running", "retryable", "scheduled"} {
		c <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(states[state]), state)
	}
}
