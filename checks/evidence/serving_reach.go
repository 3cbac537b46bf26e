package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// InService says whether a use stands in code that answers requests or scores:
// in a file that serves, or in what such a file leads to.
func (v *View) InService(u graph.Use) bool {
	return v.serviceFiles()[u.Path] || u.Node >= 0 && v.serviceNodes()[u.Node]
}

// serviceFiles are the files that declare serving.
func (v *View) serviceFiles() map[string]bool {
	return Once(v, "service-files", func() map[string]bool {
		m := map[string]bool{}
		for _, u := range v.Serving() {
			if Code(u) || strings.HasSuffix(u.Path, ".py") {
				m[u.Path] = true
			}
		}
		// A web application that hands requests on to a model served elsewhere.
		alone := len(m) == 0
		for _, u := range v.Live(catalog.RoleServe) {
			if Code(u) && !m[u.Path] && (alone || v.handsOn(u.Path)) {
				m[u.Path] = true
			}
		}
		return m
	})
}

// asking is how functions are named that get a prediction from elsewhere.
var asking = pattern.MustCompile(`(?i)(^|_)(get_|fetch_|request_|call_|run_|make_)?(predict(ion|ions)?|infer(ence)?|translat(e|ion)|transcri(be|ption)|generate|classify|recommend(ations)?|complet(e|ion)s?|score)$`)

// handsOn says whether a file of routes calls something named for asking a
// model.
func (v *View) handsOn(p string) bool {
	for c := range fact.In[fact.Call](v.Facts, p) {
		if c.Scope != "" && asking.MatchString(lastSegment(c.Name)) {
			return true
		}
	}
	return false
}

// serviceNodes are what the serving files lead to.
func (v *View) serviceNodes() map[graph.ID]bool {
	return Once(v, "service-nodes", func() map[graph.ID]bool {
		var from []graph.ID
		for p := range v.serviceFiles() {
			from = append(from, v.Graph.ScopesOf(p)...)
			if run, ok := v.Graph.RunNode(p); ok {
				from = append(from, run)
			}
		}
		return v.Graph.Forward(from...)
	})
}

// ServedHere says whether monitoring of a service has anything to look at:
// something serves, or is rolled out by a job.
func (v *View) ServedHere() Applies {
	if a := v.ServingApplies(); a.Yes {
		return a
	}
	if len(v.AllReached(v.Rollouts(), graph.Triggered...)) > 0 {
		return Applies{Yes: true}
	}
	return v.ServingApplies()
}

// callers returns, for every node, the nodes that lead to it.
func (v *View) callers() map[graph.ID][]graph.ID {
	return Once(v, "callers", func() map[graph.ID][]graph.ID {
		m := map[graph.ID][]graph.ID{}
		for i := range v.Graph.Nodes {
			for _, e := range v.Graph.Out(graph.ID(i)) {
				if !e.Test {
					m[e.To] = append(m[e.To], graph.ID(i))
				}
			}
		}
		for n, all := range m {
			m[n] = slices.Clip(all) // what is appended to it is the asker's
		}
		return m
	})
}

// useOf makes a use of a place the catalogue does not know.
func (v *View) useOf(role catalog.Role, p string, line int, what, scope string, f fact.Fact) graph.Use {
	return graph.Use{Use: catalog.Use{Role: role, Strength: catalog.Used, Path: p, Line: line, What: what, Fact: f, Scope: scope},
		Node: v.Graph.ScopeNode(p, scope), Place: place.Of(p)}
}
