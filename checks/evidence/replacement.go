package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Replacement is how a retrained model takes the place of the current one.
type Replacement struct {
	Compared      []report.Evidence // only if it is better than the current one, and the service picks it up
	Unconditional []report.Evidence // always, or with a comparison whose result does not reach the service
}

// Replacements reads what automation does with a model after training.
func (v *View) Replacements() Replacement {
	return Once(v, "replacements", func() Replacement {
		var r Replacement
		automatic := len(v.AllReached(v.Training(), graph.Automatic...)) > 0
		picksUp := len(v.Serving()) > 0 && v.loadsByName()
		moved := map[string]bool{}
		for _, u := range v.Live(catalog.RoleRegistryTransfer) {
			moved[u.Path] = true
		}
		for _, g := range v.Gates() {
			if !g.Champion || !g.Promotes {
				continue
			}
			if g.Runs && automatic && g.What != "best of all runs" && v.asksChampion(g.Node) && v.alsoTrains(g.Node) && (picksUp && moved[g.Path] || v.deploysFrom(g.Node) || g.Kept && v.servesWhatIsCompared(g.Node)) {
				r.Compared = append(r.Compared, v.ShowGate(g))
			} else {
				r.Unconditional = append(r.Unconditional, v.ShowGate(g))
			}
		}
		for _, u := range v.Live(catalog.RoleRegistryTransfer, catalog.RoleDeploy) {
			if v.alsoTrains(u.Node) {
				r.Unconditional = append(r.Unconditional, v.Show(u))
			}
		}
		r.Compared, r.Unconditional = Unique(r.Compared), Unique(r.Unconditional)
		return r
	})
}

// loadsByName says whether code that trains nothing loads a model from a
// registry by its name, stage or alias.
func (v *View) loadsByName() bool {
	for _, u := range v.Live(catalog.RoleRegistryLoad, catalog.RoleModelLoad) {
		c, ok := u.Fact.(fact.Call)
		if ok && !v.Trains(u) && (u.Role == catalog.RoleRegistryLoad || v.namesRegistered(u.Path, c)) {
			return true
		}
	}
	return false
}

// namesRegistered says whether a call is given the address of a registered
// model, as such or by a constant.
func (v *View) namesRegistered(file string, c fact.Call) bool {
	return slices.ContainsFunc(c.Args, func(a fact.Arg) bool {
		return strings.Contains(a.Value.Text, "models:/") || a.Value.Kind == fact.Name && strings.HasPrefix(v.spell(file, c.Scope, c.Line, a.Value), "models:/")
	})
}

// asksChampion says whether the current model itself is loaded where a gate
// stands, to be measured on the data of the new one. A metric that was stored
// when the current model was trained is about other data (clarification 94).
func (v *View) asksChampion(n graph.ID) bool {
	loads := v.leads("models loaded to compare", func() []graph.Use {
		return slices.DeleteFunc(v.Live(catalog.RoleRegistryLoad, catalog.RoleModelLoad), func(u graph.Use) bool {
			last := lastSegment(u.What) // what the registry says of a model is not the model
			return strings.HasPrefix(last, "get_") || strings.HasPrefix(last, "search")
		})
	})
	asks := v.leads("models asked to compare", func() []graph.Use { return merge(slices.Clone(v.Predictions()), v.Evaluation()) })
	for _, from := range append(v.callers()[n], n) {
		if (from == n || v.Graph.Node(from).Kind == graph.Scope) && loads.Any(from) && asks.Any(from) {
			return true
		}
	}
	return false
}

// alsoTrains says whether one automatic start leads to a node and to training.
func (v *View) alsoTrains(n graph.ID) bool {
	p, ok := v.Graph.Reached(n, graph.Automatic...)
	if !ok {
		return false
	}
	for _, x := range p.Nodes {
		if k := v.Graph.Node(x).Kind; k != graph.Trigger && v.leadsToTraining(x) {
			return true
		}
	}
	return len(p.Nodes) > 0 && v.leadsToTraining(p.Nodes[0])
}

// deploysFrom says whether the job or function of a gate also rolls out.
func (v *View) deploysFrom(n graph.ID) bool {
	p, ok := v.Graph.Reached(n, graph.Automatic...)
	return ok && v.leads("roll-outs after a gate", v.Rollouts).Any(p.Nodes[1:]...)
}
