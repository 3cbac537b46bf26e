package evidence

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// Leads says for every node which use of a list comes first among those that
// can be reached from it. It is worked out for all nodes at once: to walk the
// graph from each place that can start would take the square of its size.
type Leads struct {
	uses  []graph.Use
	first []int32
}

// leads orders uses by place and finds the first from everywhere. name is that
// of the list, for Once.
func (v *View) leads(name string, uses func() []graph.Use) *Leads {
	return Once(v, "leads/"+name, func() *Leads {
		l := &Leads{uses: slices.SortedStableFunc(slices.Values(uses()), func(a, b graph.Use) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
		})}
		at := make([]graph.ID, len(l.uses))
		for i, u := range l.uses {
			at[i] = u.Node
		}
		l.first = v.Graph.First(at)
		return l
	})
}

// From returns the first use, in path and line order, that any of some nodes
// leads to.
func (l *Leads) From(starts ...graph.ID) (graph.Use, bool) {
	best := int32(-1)
	for _, n := range starts {
		if n < 0 || int(n) >= len(l.first) {
			continue // nowhere, or a file's top level that nothing leads to or from
		}
		if r := l.first[n]; r >= 0 && (best < 0 || r < best) {
			best = r
		}
	}
	if best < 0 {
		return graph.Use{}, false
	}
	return l.uses[best], true
}

// Any says whether any of some nodes leads to one of the uses.
func (l *Leads) Any(starts ...graph.ID) bool { _, ok := l.From(starts...); return ok }

// valuesOf lists uses that stand at nodes, in path and line order.
func valuesOf(at map[graph.ID]graph.Use) []graph.Use {
	var out []graph.Use
	for _, n := range slices.Sorted(maps.Keys(at)) {
		out = append(out, at[n])
	}
	slices.SortStableFunc(out, func(a, b graph.Use) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	return out
}
