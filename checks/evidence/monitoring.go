package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// ServiceMetrics is what is known of a service's operational metrics.
type ServiceMetrics struct {
	Emitted  []graph.Use // emitted in serving code and collected, or readable by a collector
	Unread   []graph.Use // emitted in serving code, but nothing lets a collector read them
	Quality  []graph.Use // what a service beside the model says of data and predictions, not of itself
	Platform []graph.Use // collected by the platform: dashboards, alarms, switches
	Declared []graph.Use // declared and not switched on for the service
	Logs     []graph.Use // structured logs of serving code
}

// exposes are calls that let a collector read Prometheus metrics, or bring
// them to it.
var exposes = []string{"generate_latest", "make_asgi_app", "make_wsgi_app", "start_http_server", "push_to_gateway", "pushadd_to_gateway", "Instrumentator",
	"PrometheusMetrics", "PrometheusMiddleware", "handle_metrics", "prometheus_flask_exporter"}

// selfExposing are serving frameworks that publish Prometheus metrics by
// themselves.
var selfExposing = map[string]bool{"bentoml": true, "kserve": true, "seldon": true, "seldon-core": true, "mlserver": true, "triton": true, "torchserve": true, "vllm": true, "ray-serve": true, "litserve": true, "text-generation-inference": true, "tf-serving": true}

// ServiceMetrics looks for operational metrics of what is served.
func (v *View) ServiceMetrics() ServiceMetrics {
	return Once(v, "service-metrics", func() ServiceMetrics {
		var m ServiceMetrics
		exposed := v.selfExposed()
		for _, u := range v.Live(catalog.RoleServiceMetrics) {
			exposed = exposed || Code(u) && v.InService(u) && !v.watchesModel(u.Path) && names(u.What, exposes)
		}
		for _, u := range v.Live(catalog.RoleServiceMetrics) {
			switch {
			case Code(u) && !v.InService(u):
			case Code(u) && v.watchesModel(u.Path):
				m.Quality = append(m.Quality, u)
			case Code(u) && strings.Contains(u.What, "prometheus"):
				if exposed {
					m.Emitted = append(m.Emitted, u)
				} else {
					m.Unread = append(m.Unread, u)
				}
			case Code(u):
				m.Emitted = append(m.Emitted, u)
			default:
				m.sort(u)
			}
		}
		m.Platform = append(m.Platform, v.switches()...)
		m.Platform = append(m.Platform, v.scraped()...)
		for _, u := range v.Live(catalog.RoleStructuredLog) {
			if v.InService(u) {
				m.Logs = append(m.Logs, u)
			}
		}
		return m
	})
}

// watchesModel says whether a file computes drift or quality and asks no model
// for predictions: a service that watches the one that predicts.
func (v *View) watchesModel(file string) bool {
	watching := Once(v, "files-that-watch", func() map[string]bool {
		m := map[string]bool{}
		for _, u := range v.ModelMonitors() {
			m[u.Path] = true
		}
		for _, u := range v.Predictions() {
			delete(m, u.Path)
		}
		return m
	})
	return watching[file]
}

// sort puts what is no code where it belongs. Monitoring servers alone
// (images, their settings) show nothing of the service.
func (m *ServiceMetrics) sort(u graph.Use) {
	switch c := u.Fact.(type) {
	case fact.Resource:
		switch {
		case c.System == "compose" || c.System == "grafana":
		case strings.Contains(c.Kind, "application_insights"), strings.Contains(c.Kind, "ServiceMonitor"), strings.Contains(c.Kind, "PodMonitor"):
			m.Declared = append(m.Declared, u)
		case c.System == "terraform" || c.System == "cloudformation" || c.System == "bicep":
			m.Platform = append(m.Platform, u)
		}
	case fact.Command:
		if strings.HasPrefix(u.What, "opentelemetry-instrument") || strings.HasPrefix(u.What, "ddtrace-run") || strings.HasPrefix(u.What, "newrelic-admin") || strings.HasPrefix(u.What, "aws cloudwatch") {
			m.Platform = append(m.Platform, u)
		}
	}
}

func names(what string, list []string) bool {
	for _, w := range list {
		if strings.Contains(what, w) {
			return true
		}
	}
	return false
}

// selfExposed says whether a serving framework publishes metrics by itself.
func (v *View) selfExposed() bool {
	for _, u := range v.Serving() {
		if u.Tool != nil && selfExposing[u.Tool.ID] {
			return true
		}
	}
	return false
}

// insights are switches that make a platform collect a deployment's metrics.
var insights = pattern.MustCompile(`(?i)(app_?insights_?enabled|enable_?app_?insights)$`)

// switches returns deployments whose platform monitoring is switched on.
func (v *View) switches() []graph.Use {
	var out []graph.Use
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		for _, a := range r.Attrs {
			if insights.MatchString(a.Key) && strings.EqualFold(a.Value, "true") {
				out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleServiceMetrics, Strength: catalog.Used, Path: p, Line: a.Line, What: "Application Insights switched on", Fact: r}, Node: -1, Place: place.Live})
			}
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) != place.Live || c.Magic {
			continue
		}
		for _, a := range c.Args {
			if insights.MatchString(a.Name) && a.Value.Text == "True" {
				out = append(out, v.useOf(catalog.RoleServiceMetrics, p, c.Line, "Application Insights switched on", c.Scope, c))
			}
		}
	}
	return out
}

// scraped returns workloads that ask a collector to read their metrics, where
// the code answers under that path or the model server does.
func (v *View) scraped() []graph.Use {
	answers := v.selfExposed()
	for p, d := range fact.All[fact.Define](v.Facts) {
		if place.Of(p) != place.Live || !v.serviceFiles()[p] {
			continue
		}
		for _, c := range d.Decorators {
			if len(c.Args) > 0 && strings.HasSuffix(c.Args[0].Value.Text, "/metrics") {
				answers = true
			}
		}
	}
	if !answers {
		return nil
	}
	var out []graph.Use
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.System != "kubernetes" || place.Of(p) != place.Live {
			continue
		}
		for _, a := range r.Attrs {
			if strings.HasSuffix(a.Key, "prometheus.io/scrape") && a.Value == "true" {
				out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleServiceMetrics, Strength: catalog.Used, Path: p, Line: a.Line, What: "asks Prometheus to read /metrics", Fact: r}, Node: -1, Place: place.Live})
			}
		}
		if r.Kind == "ServiceMonitor" || r.Kind == "PodMonitor" {
			out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleServiceMetrics, Strength: catalog.Used, Path: p, Line: max(r.Line, 1), What: r.Kind + " reads the metrics", Fact: r}, Node: -1, Place: place.Live})
		}
	}
	return out
}

// ModelMonitors returns what computes drift or quality on production or new
// data: the tools for it, and functions that say they do.
func (v *View) ModelMonitors() []graph.Use {
	return Once(v, "model-monitors", func() []graph.Use {
		var out []graph.Use
		for _, u := range v.Live(catalog.RoleDrift) {
			if statistic(u.What) && !aboutDrift.MatchString(u.Path+" "+u.Scope) {
				continue
			}
			out = append(out, u)
		}
		for p, d := range fact.All[fact.Define](v.Facts) {
			if place.Of(p) == place.Live && !d.Class && handWritten.MatchString(lastSegment(d.Name)) {
				out = append(out, v.useOf(catalog.RoleDrift, p, d.Line, d.Name, d.Name, d))
			}
		}
		return out
	})
}

// handWritten are functions that compute a measure of drift themselves.
var handWritten = pattern.MustCompile(`(?i)(^|_)(psi|population_stability(_index)?|calculate_psi|compute_psi|ks_test|ks_drift|kl_divergence|js_divergence|wasserstein|detect_(data_|concept_|model_|feature_)?drift|(data|concept|model|feature|prediction|target)_drift_(score|test|detection|check)|check_(data_|model_)?drift|calculate_drift|compute_drift)($|_)`)

var aboutDrift = pattern.MustCompile(`(?i)(drift|psi\b|psi_|monitor|shift|stability|retrain)`)

// statistic says whether a call is a general measure of two samples.
func statistic(what string) bool {
	return strings.HasPrefix(what, "scipy.")
}

// ModelMonitorsInNotebooks is ModelMonitors for notebooks.
func (v *View) ModelMonitorsInNotebooks() []graph.Use {
	var out []graph.Use
	for _, u := range v.Notebook(catalog.RoleDrift) {
		if !statistic(u.What) || aboutDrift.MatchString(u.Path+" "+u.Scope) {
			out = append(out, u)
		}
	}
	return out
}

// loads are readers whose first argument names a file.
func loads(c fact.Call) bool {
	m := lastSegment(c.Name)
	return m == "read_csv" || m == "read_parquet" || m == "read_json" || m == "read_excel"
}

// SampleOnly says whether a monitor reads nothing but files that are committed
// and that no job renews (clarifications 54 and 61).
func (v *View) SampleOnly(u graph.Use) bool {
	committed := 0
	for c := range fact.In[fact.Call](v.Facts, u.Path) {
		if !loads(c) || len(c.Args) == 0 {
			continue
		}
		a := c.Args[0].Value
		text := a.Text
		if a.Kind == fact.Name {
			text = v.constant(u.Path, a.Text)
		} else if a.Kind != fact.String {
			return false
		}
		text = strings.TrimPrefix(path.Clean(text), "/")
		if _, ok := v.Tree.File(text); !ok {
			return false
		}
		committed++
	}
	if committed == 0 {
		return false
	}
	for i := range v.Graph.Nodes {
		if n := &v.Graph.Nodes[i]; n.Kind == graph.Command && n.Cmd != nil && (strings.HasPrefix(n.What, "git push") || strings.HasPrefix(n.What, "dvc push")) {
			if _, ok := v.Graph.Reached(graph.ID(i), graph.Automatic...); ok {
				return false
			}
		}
	}
	return true
}

// fresh is how data from outside the training set is named.
var fresh = pattern.MustCompile(`(?i)(new|current|prod|live|latest|recent|incoming|request|logged|reference|serving|inference)`)

// SplitsOnly says whether a monitor's function is handed nothing but the two
// halves of one training set: where it is called, one frame is named for
// training, one for testing and none for anything newer.
func (v *View) SplitsOnly(u graph.Use) bool {
	paths := map[string]bool{u.Path: true}
	for _, n := range v.callers()[u.Node] {
		paths[v.Graph.Node(n).Path] = true
	}
	for p := range paths {
		if v.splitsIn(p) {
			return true
		}
	}
	return false
}

// splitsIn is SplitsOnly for the functions of a file that call a monitor.
func (v *View) splitsIn(file string) bool {
	return Once(v, "splits/"+file, func() bool {
		type frames struct{ train, test, newer bool }
		scopes := map[string]*frames{}
		for c := range fact.In[fact.Call](v.Facts, file) {
			if len(c.Args) >= 2 && (aboutDrift.MatchString(lastSegment(c.Name)) || strings.HasPrefix(c.Name, "evidently.")) {
				scopes[c.Scope] = &frames{}
			}
		}
		for x := range fact.In[fact.Assign](v.Facts, file) {
			if f := scopes[x.Scope]; f != nil && x.Value.Kind == fact.CallOf {
				low := strings.ToLower(x.Name)
				f.train, f.test = f.train || strings.Contains(low, "train"), f.test || strings.Contains(low, "test")
				f.newer = f.newer || fresh.MatchString(low)
			}
		}
		for _, f := range scopes {
			if f.train && f.test && !f.newer {
				return true
			}
		}
		return false
	})
}

// constant returns the text a name is set to in a file, or "".
func (v *View) constant(p, name string) string {
	for a := range fact.In[fact.Assign](v.Facts, p) {
		if a.Name == name && a.Value.Kind == fact.String {
			return a.Value.Text
		}
	}
	return ""
}
