// Package evidence is the question surface that checks see: who does what,
// where, and how automation gets there. It reads the automation graph and the
// facts, and changes neither. A check that wants a file's bytes is missing a
// fact; one that wants to walk the graph is missing a question here.
package evidence

import (
	"cmp"
	"slices"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// View answers the questions of checks about one commit.
type View struct {
	Graph   *graph.Graph
	Facts   *fact.Set
	Tree    repo.Tree
	History repo.History
	Kind    report.Kind
	Part    bool                     // of a system whose model lives in another repository
	roles   map[catalog.Role][]int32 // which of the graph's uses
	mu      sync.Mutex               // for memo
	memo    map[string]func() any
}

// New indexes a graph for questions.
func New(g *graph.Graph, h repo.History) *View {
	v := &View{Graph: g, Facts: g.Set(), Tree: g.Tree(), History: h,
		roles: map[catalog.Role][]int32{}, memo: map[string]func() any{}}
	for i := range g.Uses {
		role := g.Uses[i].Role
		v.roles[role] = append(v.roles[role], int32(i))
	}
	return v
}

// Once computes a value on first use: what several checks ask is worked out
// once. Checks run side by side; the second to ask waits for the first, so the
// value must not be changed, and f may not ask for its own name again.
func Once[T any](v *View, name string, f func() T) T {
	v.mu.Lock()
	x, ok := v.memo[name]
	if !ok {
		x = sync.OnceValue(func() any { return f() })
		v.memo[name] = x
	}
	v.mu.Unlock()
	return x().(T)
}

// Where narrows uses.
type Where func(graph.Use) bool

// Uses returns what is used with one of the roles, called or invoked rather
// than declared, where all conditions hold, in path and line order.
func (v *View) Uses(roles []catalog.Role, where ...Where) []graph.Use {
	var out []graph.Use
	for _, r := range roles {
	next:
		for _, i := range v.roles[r] {
			u := v.Graph.Uses[i]
			for _, w := range where {
				if !w(u) {
					continue next
				}
			}
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b graph.Use) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// The common conditions.

// Called: the API is called or the tool invoked, not merely declared.
func Called(u graph.Use) bool { return u.Strength >= catalog.Used }

// Configured: called, or set up in a configuration file.
func Configured(u graph.Use) bool { return u.Strength >= catalog.Configured }

// Live: in code the project itself runs or ships, notebooks left out.
func Live(u graph.Use) bool { return u.Place == place.Live && !u.Magic }

// InNotebook: in a notebook of the project, not one that is data of its tests.
func InNotebook(u graph.Use) bool {
	return u.Place == place.Notebook || u.Magic && u.Place != place.Test
}

// InTest: in test code.
func InTest(u graph.Use) bool { return u.Place == place.Test }

// Not turns a condition round.
func Not(w Where) Where { return func(u graph.Use) bool { return !w(u) } }

// Code: a call in a program rather than a command, action or settings file.
func Code(u graph.Use) bool {
	switch u.Fact.(type) {
	case fact.Call, fact.Define:
		return true
	}
	return false
}

// Live returns the live, called uses of the roles: the usual question.
func (v *View) Live(roles ...catalog.Role) []graph.Use { return v.Uses(roles, Called, Live) }

// Notebook returns the uses of the roles in notebooks.
func (v *View) Notebook(roles ...catalog.Role) []graph.Use { return v.Uses(roles, Called, InNotebook) }

// Reached returns the first use that one of the classes reaches, and the way;
// exact ways come before guessed ones.
func (v *View) Reached(uses []graph.Use, classes ...graph.Event) (graph.Use, graph.Path, bool) {
	var (
		best graph.Use
		way  graph.Path
		ok   bool
	)
	for _, u := range uses {
		p, reached := v.Graph.Reached(u.Node, classes...)
		if !reached {
			continue
		}
		if !ok || way.Guessed && !p.Guessed {
			best, way, ok = u, p, true
		}
		if !p.Guessed {
			break
		}
	}
	return best, way, ok
}

// AllReached returns every use that one of the classes reaches.
func (v *View) AllReached(uses []graph.Use, classes ...graph.Event) []graph.Use {
	var out []graph.Use
	for _, u := range uses {
		if _, ok := v.Graph.Reached(u.Node, classes...); ok {
			out = append(out, u)
		}
	}
	return out
}

// Anyhow lists every class from the strongest: what a chain is looked for in.
var Anyhow = append(slices.Clone(graph.Triggered), graph.Serving, graph.Hand)

// Show is the evidence of a use: the place, and the strongest way to it.
func (v *View) Show(u graph.Use) report.Evidence {
	return v.ShowFrom(u, Anyhow...)
}

// ShowFrom is Show with the classes a way may begin at.
func (v *View) ShowFrom(u graph.Use, classes ...graph.Event) report.Evidence {
	proof := report.Hop{Path: u.Path, Line: u.Line, What: u.What}
	if p, ok := v.Graph.Reached(u.Node, classes...); ok {
		return chain(v.Graph.Hops(p), proof)
	}
	return chain(nil, proof)
}

// ShowNode is the evidence of a node.
func (v *View) ShowNode(n graph.ID, classes ...graph.Event) report.Evidence {
	x := v.Graph.Node(n)
	proof := report.Hop{Path: x.Path, Line: x.Line, What: x.What}
	if p, ok := v.Graph.ReachedByTests(n, classes...); ok {
		return chain(v.Graph.Hops(p), proof)
	}
	return chain(nil, proof)
}

// chain puts a way and what it proves into one evidence, start first. A hop
// that stands where the next one stands says nothing new.
func chain(hops []report.Hop, proof report.Hop) report.Evidence {
	if n := len(hops); n > 0 && hops[n-1].Path == proof.Path && hops[n-1].Line == proof.Line {
		hops = hops[:n-1]
	}
	if len(hops) == 1 && hops[0].Path == proof.Path && hops[0].Line <= 1 {
		hops = nil // a file that runs itself
	}
	if len(hops) == 0 {
		return report.Evidence{Path: proof.Path, Line: proof.Line, What: proof.What}
	}
	return report.Evidence{Path: hops[0].Path, Line: hops[0].Line, What: hops[0].What,
		Via: append(slices.Clone(hops[1:]), proof)}
}

// maxEvidence bounds what a finding shows; the rest adds nothing.
const maxEvidence = 5

// ShowAll is the evidence of uses: reached ones first, at most five, one for
// each file.
func (v *View) ShowAll(uses []graph.Use) []report.Evidence {
	var reached, rest []report.Evidence
	seen := map[string]bool{}
	for _, u := range uses {
		if seen[u.Path] {
			continue
		}
		if len(reached)+len(rest) > 4*maxEvidence {
			break
		}
		e := v.Show(u)
		seen[u.Path] = true
		if len(e.Via) > 0 {
			reached = append(reached, e)
		} else {
			rest = append(rest, e)
		}
	}
	all := append(reached, rest...)
	return all[:min(len(all), maxEvidence)]
}

// At is evidence of a place without a chain.
func At(path string, line int, what string) report.Evidence {
	return report.Evidence{Path: path, Line: line, What: what}
}

// Has says whether a tool of the catalogue is in use: called, invoked,
// configured, or declared. It chooses words, never verdicts.
func (v *View) Has(tool string) bool {
	for _, u := range v.Graph.Uses {
		if u.Tool != nil && u.Tool.ID == tool && u.Place != place.Vendored {
			return true
		}
	}
	return false
}
