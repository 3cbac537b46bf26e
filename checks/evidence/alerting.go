package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Alerts is what notifies somebody of a threshold on service or model metrics.
type Alerts struct {
	Sent   []graph.Use // a threshold, and somebody who is told
	Silent []graph.Use // a threshold without a receiver, a rule nothing loads, a mailer without its settings
}

// Alerts looks at cloud alarms, rules of Prometheus and Grafana, and what
// monitoring jobs and code send.
func (v *View) Alerts() Alerts {
	return Once(v, "alerts", func() Alerts {
		var a Alerts
		v.alarms(&a)
		v.rules(&a)
		for _, u := range append(v.Live(catalog.RoleAlert), v.issues()...) {
			switch u.Fact.(type) {
			case fact.Call, fact.Define:
				v.sends(&a, u)
			case fact.Uses, fact.Command:
				v.steps(&a, u)
			}
		}
		return a
	})
}

// alarm is a resource that watches a metric; receives are the attributes that
// name who is told.
var (
	alarm    = pattern.MustCompile(`(?i)(cloudwatch_metric_alarm|CloudWatch::Alarm|monitoring_alert_policy|metric_?alert|scheduled_?query_?rule|datadog_monitor|grafana_rule_group|newrelic_\w*alert_condition)`)
	receives = pattern.MustCompile(`(?i)(alarm_?actions|notification_?channels|(^|\.)actions?\b|action_?group|contact_?point|recipients|(^|\.)message$|policy_id)`)
)

// alarms reads the alarms that infrastructure as code declares.
func (v *View) alarms(a *Alerts) {
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live || !alarm.MatchString(r.Kind) {
			continue
		}
		told := false
		for _, x := range r.Attrs {
			told = told || receives.MatchString(x.Key) && strings.Trim(x.Value, "[] \"") != ""
		}
		u := settingsUse(catalog.RoleAlert, p, r.Line, r.Kind+" "+r.Name, r)
		if told {
			a.Sent = append(a.Sent, u)
		} else {
			a.Silent = append(a.Silent, u)
		}
	}
}

// settingsUse makes a use of a document that nothing runs.
func settingsUse(role catalog.Role, p string, line int, what string, f fact.Fact) graph.Use {
	return graph.Use{Use: catalog.Use{Role: role, Strength: catalog.Used, Path: p, Line: max(line, 1), What: what, Fact: f}, Node: -1, Place: place.Live}
}

// rules reads the alert rules of Prometheus and Grafana: they count when a
// server loads them and a receiver is set up (clarifications 33 and 40).
func (v *View) rules(a *Alerts) {
	loaded, manager, receiver, contact := []string{}, false, false, false
	var prometheus, operator, grafana []graph.Use
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		provisioned := strings.Contains(p, "/alerting/")
		for _, x := range r.Attrs {
			switch {
			case strings.HasPrefix(x.Key, "rule_files."):
				loaded = append(loaded, path.Base(x.Value))
			case strings.HasPrefix(x.Key, "alerting.alertmanagers."):
				manager = true
			case strings.Contains(x.Key, "receivers.") && strings.Contains(x.Key, "onfigs."):
				receiver = receiver || strings.TrimSpace(x.Value) != ""
			case provisioned && strings.HasPrefix(x.Key, "contactPoints."):
				contact = true
			}
		}
		switch {
		case r.System == "prometheus" && r.Kind == "rule" && hasAttr(r, "alert"):
			prometheus = append(prometheus, settingsUse(catalog.RoleAlert, p, r.Line, "alert rule "+r.Name, r))
		case r.System == "kubernetes" && r.Kind == "PrometheusRule":
			operator = append(operator, settingsUse(catalog.RoleAlert, p, r.Line, "PrometheusRule "+r.Name, r))
		case provisioned && hasAttr(r, "groups.0.rules"):
			grafana = append(grafana, settingsUse(catalog.RoleAlert, p, r.Line, "alert rules of Grafana", r))
		}
	}
	put := func(uses []graph.Use, sent bool) {
		if sent {
			a.Sent = append(a.Sent, uses...)
		} else {
			a.Silent = append(a.Silent, uses...)
		}
	}
	for _, u := range prometheus {
		listed := slices.ContainsFunc(loaded, func(pattern string) bool { ok, _ := path.Match(pattern, path.Base(u.Path)); return ok })
		put([]graph.Use{u}, listed && manager && receiver)
	}
	put(operator, receiver)
	put(grafana, contact)
}

func hasAttr(r fact.Resource, prefix string) bool {
	return slices.ContainsFunc(r.Attrs, func(a fact.Attr) bool { return strings.HasPrefix(a.Key, prefix) })
}

// issues returns the steps whose script opens an issue.
func (v *View) issues() []graph.Use {
	var out []graph.Use
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Step || n.Step == nil || n.Place != place.Live || !strings.HasPrefix(n.Step.Ref, "actions/github-script") {
			continue
		}
		for _, a := range n.Step.With {
			if a.Name == "script" && strings.Contains(a.Value.Text, "issues.create(") {
				out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleAlert, Strength: catalog.Used, Path: n.Path, Line: n.Line, What: "opens an issue", Fact: *n.Step}, Node: graph.ID(i), Place: n.Place})
			}
		}
	}
	return out
}

// measured names what is watched; outcome is a condition on a job's failure
// alone.
var (
	measured = pattern.MustCompile(`(?i)(drift|psi\b|threshold|share|accuracy|\bf1|auc|\bmse|rmse|\bmae|metric|error_rate|latency|p_?value|degrad|anomal|quality|performance)`)
	watches  = pattern.MustCompile(`(?i)(drift|monitor|alert|health|quality)`)
)

// steps judges a notification that a job sends: in a job that monitors, on a
// condition about what was measured.
func (v *View) steps(a *Alerts, u graph.Use) {
	if _, ok := v.Graph.Reached(u.Node, graph.Triggered...); !ok {
		return
	}
	cond := ""
	switch c := u.Fact.(type) {
	case fact.Uses:
		cond = c.If
	case fact.Command:
		cond = c.Cond
	}
	for _, job := range v.jobsOf(u.Node) {
		n := v.Graph.Node(job)
		monitors := v.leadsToMonitor(job)
		if !monitors && !watches.MatchString(path.Base(n.Path)+" "+n.Name) {
			continue
		}
		switch {
		case measured.MatchString(cond + " " + n.If):
			a.Sent = append(a.Sent, u)
		case strings.Contains(cond, "failure()") && monitors && v.stopsOnMeasure(job):
			a.Sent = append(a.Sent, u)
		default:
			a.Silent = append(a.Silent, u)
		}
		return
	}
}

func (v *View) leadsToMonitor(from graph.ID) bool {
	return v.leads("model monitors", v.ModelMonitors).Any(from)
}

// stopsOnMeasure says whether a monitor that a job runs ends with an error
// when what it measures is out of bounds.
func (v *View) stopsOnMeasure(job graph.ID) bool {
	forward := v.Graph.Forward(job)
	for _, u := range v.ModelMonitors() {
		if u.Node < 0 || !forward[u.Node] {
			continue
		}
		for c := range fact.In[fact.Check](v.Facts, u.Path) {
			if c.Kind != fact.Compare && measured.MatchString(c.Guard+" "+c.Text) {
				return true
			}
		}
	}
	return false
}

// sends judges a message that code sends: it counts when a job or the service
// reaches it, it hangs on a comparison with something measured, and the job
// gives it the settings it asks for.
func (v *View) sends(a *Alerts, u graph.Use) {
	way, ok := v.Graph.Reached(u.Node, append(slices.Clone(graph.Triggered), graph.Serving)...)
	if !ok || !v.hangsOnMeasure(u) {
		if v.hangsOnMeasure(u) {
			a.Silent = append(a.Silent, u)
		}
		return
	}
	if v.lacksSettings(u, way) {
		a.Silent = append(a.Silent, u)
		return
	}
	a.Sent = append(a.Sent, u)
}

// hangsOnMeasure says whether the function that sends, or one that calls it,
// compares something measured, in code that monitors.
func (v *View) hangsOnMeasure(u graph.Use) bool {
	if u.Scope == "" || u.Node < 0 {
		return false
	}
	scopes := []graph.ID{u.Node}
	for range 2 {
		for _, n := range slices.Clone(scopes) {
			for _, c := range v.callers()[n] {
				if v.Graph.Node(c).Kind == graph.Scope && !slices.Contains(scopes, c) {
					scopes = append(scopes, c)
				}
			}
		}
	}
	compares, monitors := false, false
	for _, n := range scopes {
		x := v.Graph.Node(n)
		monitors = monitors || watches.MatchString(x.Path+" "+x.Name) || v.leadsToMonitor(n)
		for c := range fact.In[fact.Check](v.Facts, x.Path) {
			if c.Scope == x.Name && c.Kind == fact.Compare && measured.MatchString(c.Text) {
				compares = true
			}
		}
	}
	return compares && monitors
}

// lacksSettings says whether the sending function reads settings from the
// environment of a CI job that sets none of them (clarification 40).
func (v *View) lacksSettings(u graph.Use, way graph.Path) bool {
	var names []string
	for c := range fact.In[fact.Call](v.Facts, u.Path) {
		if c.Scope == u.Scope && (c.Name == "os.getenv" || c.Name == "os.environ.get") && len(c.Args) > 0 && c.Args[0].Value.Kind == fact.String {
			names = append(names, c.Args[0].Value.Text)
		}
	}
	if len(names) == 0 {
		return false
	}
	for _, n := range way.Nodes {
		job := v.Graph.Node(n)
		if job.Kind != graph.Job || !strings.HasPrefix(job.Path, ".github/") {
			continue
		}
		for _, x := range v.Facts.Of(job.Path) {
			var env []string
			switch c := x.(type) {
			case fact.Job:
				env = c.Env
			case fact.Command:
				env = c.Env
			}
			for _, e := range env {
				name, _, _ := strings.Cut(e, "=")
				if slices.Contains(names, name) {
					return false
				}
			}
		}
		return true
	}
	return false
}
