package evidence

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// branching are the operators of a DAG that choose what runs after them.
var branching = map[string]bool{"BranchPythonOperator": true, "ShortCircuitOperator": true}

// branchesThatTrain finds DAGs that watch the model in one task, branch on what
// that task said, and train in another one.
func (v *View) branchesThatTrain(t *Triggered, monitors *Leads) {
	for p, c := range fact.All[fact.Call](v.Facts) {
		if !branching[lastSegment(c.Name)] || place.Of(p) != place.Live || !v.trainsFrom(p) {
			continue
		}
		from := v.Graph.ScopeNode(p, c.Scope)
		if from < 0 || !slices.ContainsFunc(v.handedTo(from, c), func(n graph.ID) bool { return v.hearsOf(p, n, monitors) }) {
			continue
		}
		u := graph.Use{Use: catalog.Use{Path: p, Line: c.Line, What: "branches on what the monitor said"}, Node: from}
		if _, ok := v.Graph.Reached(from, onItsOwn...); ok {
			t.Starts = append(t.Starts, v.ShowFrom(u, onItsOwn...))
		} else {
			t.Half = append(t.Half, v.Show(u))
		}
	}
}

// hearsOf says whether the function that decides for a DAG watches the model
// itself, or pulls what a task of the same file said that does.
func (v *View) hearsOf(file string, decides graph.ID, monitors *Leads) bool {
	if monitors.Any(decides) {
		return true
	}
	for c := range fact.In[fact.Call](v.Facts, v.Graph.Node(decides).Path) {
		if lastSegment(c.Name) != "xcom_pull" || v.Graph.ScopeNode(v.Graph.Node(decides).Path, c.Scope) != decides {
			continue
		}
		for _, a := range c.Args {
			if a.Name == "key" || a.Value.Kind != fact.String && a.Value.Kind != fact.List {
				continue
			}
			for _, id := range append(a.Value.Items, a.Value) {
				if id.Text != "" && v.taskLeadsTo(file, id.Text, monitors) {
					return true
				}
			}
		}
	}
	return false
}

// taskLeadsTo says whether the task of an id leads to one of some uses.
func (v *View) taskLeadsTo(file, id string, uses *Leads) bool {
	for c := range fact.In[fact.Call](v.Facts, file) {
		if !slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Name == "task_id" && a.Value.Text == id }) {
			continue
		}
		if n := v.Graph.ScopeNode(file, c.Scope); n >= 0 && uses.Any(v.handedTo(n, c)...) {
			return true
		}
	}
	n := v.Graph.ScopeNode(file, id) // a decorated function is a task of its name
	return n >= 0 && v.Graph.Node(n).Name == id && uses.Any(n)
}
