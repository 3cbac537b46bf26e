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
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Triggered is what starts training besides a clock, a push and a person.
type Triggered struct {
	Starts []report.Evidence // a monitoring result or new data starts training, and something reaches it
	Half   []report.Evidence // one half is there: a route that nobody calls, a result nobody acts on
}

// onItsOwn lists the classes in which monitoring runs without a person.
var onItsOwn = []graph.Event{graph.Schedule, graph.Chained, graph.Serving}

// RetrainingTriggers reads how monitoring or new data leads to training.
func (v *View) RetrainingTriggers() Triggered {
	return Once(v, "retraining-triggers", func() Triggered {
		var t Triggered
		monitors := v.leads("monitors", v.monitors)
		v.monitorsThatTrain(&t, monitors)
		v.outcomesThatTrain(&t, monitors)
		v.branchesThatTrain(&t, monitors)
		v.jobsThatDispatch(&t, monitors)
		v.requestsThatDispatch(&t, monitors)
		v.arrivals(&t)
		if len(t.Starts)+len(t.Half) == 0 {
			for _, u := range v.Live(catalog.RoleDrift) {
				if _, ok := v.Graph.Reached(u.Node, onItsOwn...); ok && v.advises(u.Node) {
					t.Half = append(t.Half, v.ShowFrom(u, onItsOwn...))
				}
			}
		}
		t.Starts, t.Half = Unique(t.Starts), Unique(t.Half)
		return t
	})
}

// watching is how people name what watches data and models.
var watching = pattern.MustCompile(`(?i)(drift|monitor|degrad|perf(ormance)?_?check)`)

// monitors returns the live uses that compute drift or live quality, and the
// functions that say so of themselves.
func (v *View) monitors() []graph.Use {
	uses := v.Live(catalog.RoleDrift)
	for p, d := range fact.All[fact.Define](v.Facts) {
		if place.Of(p) == place.Live && !d.Class && findsDecay.MatchString(lastSegment(d.Name)) {
			uses = append(uses, graph.Use{Use: catalog.Use{Role: catalog.RoleDrift, Strength: catalog.Used, Path: p, Line: d.Line, What: d.Name, Fact: d},
				Node: v.Graph.ScopeNode(p, d.Name), Place: place.Live})
		}
	}
	return uses
}

var findsDecay = pattern.MustCompile(`(?i)(detect|check|compute|calculate|run|monitor|evaluate)_?.*(drift|degradation|model_performance)`)

// monitorsThatTrain finds monitoring functions that call training: the
// function computes drift and leads to training in a file that computes none.
func (v *View) monitorsThatTrain(t *Triggered, monitors *Leads) {
	watched := map[string]bool{}
	for _, u := range monitors.uses {
		watched[u.Path] = true
	}
	elsewhere := v.leads("training elsewhere", func() []graph.Use {
		return slices.DeleteFunc(slices.Clone(v.Training()), func(u graph.Use) bool { return watched[u.Path] })
	})
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Scope || n.Place != place.Live || !watched[n.Path] || !watching.MatchString(n.Name+path.Base(n.Path)) ||
			!monitors.Any(graph.ID(i)) || !elsewhere.Any(graph.ID(i)) {
			continue
		}
		e := v.Show(graph.Use{Use: catalog.Use{Path: n.Path, Line: n.Line, What: n.Name + " starts training"}, Node: graph.ID(i)})
		if _, ok := v.Graph.Reached(graph.ID(i), onItsOwn...); ok {
			t.Starts = append(t.Starts, e)
		} else {
			t.Half = append(t.Half, e)
		}
	}
}

// jobsThatDispatch finds jobs and DAGs that compute drift and then start
// another one, by its name, that trains.
func (v *View) jobsThatDispatch(t *Triggered, monitors *Leads) {
	for _, u := range v.Live(catalog.RolePipelineRun) {
		depends := false
		switch c := u.Fact.(type) {
		case fact.Uses:
			depends = c.If != ""
		case fact.Command:
			depends = c.Cond != ""
		case fact.Call:
			depends = true // a DAG's branch or a function's if
		}
		target, ok := v.dispatched(u)
		if !ok {
			continue
		}
		for _, caller := range append(v.callers()[u.Node], u.Node) {
			if !monitors.Any(caller) {
				continue
			}
			depends = depends || v.conditional(caller)
			if _, ok := v.Graph.Reached(caller, onItsOwn...); ok && depends {
				t.Starts = append(t.Starts, v.ShowFrom(u, onItsOwn...), v.nodeEvidence(target))
			} else {
				t.Half = append(t.Half, v.Show(u))
			}
			break
		}
	}
}

func (v *View) nodeEvidence(n graph.ID) report.Evidence {
	x := v.Graph.Node(n)
	return At(x.Path, max(x.Line, 1), x.What)
}

// conditional says whether a job hangs on a condition.
func (v *View) conditional(n graph.ID) bool {
	x := v.Graph.Node(n)
	return x.Kind == graph.Job && x.If != ""
}

// dispatched finds the job or DAG that a dispatch names, if it trains.
func (v *View) dispatched(u graph.Use) (graph.ID, bool) {
	var words []string
	switch c := u.Fact.(type) {
	case fact.Uses:
		for _, a := range c.With {
			words = append(words, a.Value.Text)
		}
	case fact.Command:
		words = c.Argv
	case fact.Call:
		for _, a := range c.Args {
			words = append(words, a.Value.Text)
		}
	}
	names := map[string]bool{}
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			names[w], names[path.Base(w)] = true, true
		}
	}
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Place != place.Live || n.Path == u.Path && n.Kind != graph.Stage {
			continue
		}
		switch n.Kind {
		case graph.Job:
			if (names[path.Base(n.Path)] || v.titled(n.Path, names)) && v.leadsToTraining(graph.ID(i)) {
				return graph.ID(i), true
			}
		case graph.Module:
			if v.definesDag(n.Path, names) && v.trainsFrom(n.Path) {
				return graph.ID(i), true
			}
		}
	}
	return 0, false
}

func (v *View) titled(file string, names map[string]bool) bool {
	for j := range fact.In[fact.Job](v.Facts, file) {
		if names[j.File] {
			return true
		}
	}
	for tr := range fact.In[fact.Trigger](v.Facts, file) {
		for _, typ := range tr.Names {
			if tr.Event == "repository_dispatch" && names[typ] {
				return true
			}
		}
	}
	return false
}

// definesDag says whether a file defines a DAG or flow of one of the names.
func (v *View) definesDag(file string, names map[string]bool) bool {
	for c := range fact.In[fact.Call](v.Facts, file) {
		if last := lastSegment(c.Name); last != "DAG" && last != "dag" && last != "flow" {
			continue
		}
		for _, a := range c.Args {
			if (a.Name == "" || a.Name == "dag_id" || a.Name == "name") && a.Value.Kind == fact.String && names[a.Value.Text] {
				return true
			}
		}
	}
	return false
}

func (v *View) trainsFrom(file string) bool {
	for _, n := range append(v.Graph.ScopesOf(file), v.Graph.ScopeNode(file, "")) {
		if n >= 0 && v.leadsToTraining(n) {
			return true
		}
	}
	return false
}

// startAddresses are parts of the addresses that start a run elsewhere.
var startAddresses = []string{"/dispatches", "/dagruns", "jobs/run-now", "/trigger/pipeline", "create_flow_run"}

// requestsThatDispatch finds requests to the API of a CI system or
// orchestrator.
func (v *View) requestsThatDispatch(t *Triggered, monitors *Leads) {
	reachable := len(v.AllReached(v.Training(), graph.Chained, graph.Dispatch)) > 0
	for p, f := range fact.All[fact.Assign](v.Facts) {
		if f.Value.Kind == fact.String || f.Value.Kind == fact.Format {
			v.asksForRun(t, monitors, reachable, p, f.Line, f.Scope, f.Value.Text)
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if !c.Magic {
			v.asksForRun(t, monitors, reachable, p, c.Line, c.Scope, arguments(c))
		}
	}
}

func (v *View) asksForRun(t *Triggered, monitors *Leads, reachable bool, p string, line int, scope, text string) {
	if !reachable || place.Of(p) != place.Live {
		return
	}
	low, hit := strings.ToLower(text), false
	for _, a := range startAddresses {
		hit = hit || strings.Contains(low, a)
	}
	if !hit {
		return
	}
	n := v.Graph.ScopeNode(p, scope)
	e := v.Show(graph.Use{Use: catalog.Use{Path: p, Line: line, What: "asks for a training run"}, Node: n})
	for _, caller := range append(v.callers()[n], n) {
		_, alone := v.Graph.Reached(caller, onItsOwn...)
		if k := v.Graph.Node(caller).Kind; k != graph.Scope || !alone {
			continue
		}
		if monitors.Any(caller) {
			t.Starts = append(t.Starts, e)
			return
		}
	}
	t.Half = append(t.Half, e)
}

// arrival are the words of events about data, dataSensors the operators that
// wait for it.
var (
	arrival     = pattern.MustCompile(`(?i)(bucket|s3|object|storage|blob|dataset|new.?data|data.?(arriv|updat|chang|drop|upload|ingest)|upload|drift)`)
	dataSensors = pattern.MustCompile(`(?i)(S3Key|S3Prefix|File|GCSObject|Wasb|AzureBlob|Sql|Partition|BigQueryTable|Hdfs).*Sensor$`)
)

// arrivals finds events about new data that reach training, and pipelines that
// wait for it.
func (v *View) arrivals(t *Triggered) {
	training := v.leads("training", v.Training)
	for i := range v.Graph.Nodes {
		first := v.Graph.Node(graph.ID(i))
		if first.Kind != graph.Trigger || first.Event != graph.Chained || first.Place != place.Live || !arrival.MatchString(first.What) && !arrival.MatchString(first.Name) {
			continue
		}
		u, leads := training.From(graph.ID(i))
		if _, ok := v.Graph.Reached(u.Node, graph.Chained); !leads || !ok {
			continue
		}
		shown := v.ShowFrom(u, graph.Chained)
		if len(shown.Via) == 0 || shown.Path != first.Path || shown.Line != first.Line {
			t.note(first, v.nodeEvidence(graph.ID(i)))
		}
		t.note(first, shown)
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) == place.Live && dataSensors.MatchString(lastSegment(c.Name)) && v.trainsFrom(p) {
			t.Starts = append(t.Starts, At(p, c.Line, c.Name))
		}
	}
}

// note adds evidence of an event: nothing here is known to send a dispatch.
func (t *Triggered) note(event *graph.Node, e report.Evidence) {
	if strings.Contains(event.What, "dispatch") {
		t.Half = append(t.Half, e)
	} else {
		t.Starts = append(t.Starts, e)
	}
}

// advises says whether what computes drift also tells somebody.
func (v *View) advises(n graph.ID) bool {
	alerts := v.leads("alerts after drift", func() []graph.Use { return v.Live(catalog.RoleAlert) })
	return alerts.Any(append(v.callers()[n], n)...)
}
