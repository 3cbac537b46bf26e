package graph

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// reach is the result of one breadth-first walk: for every node the edge it
// was first reached by. Exact edges win over guessed ones.
type reach struct {
	from    []ID // -1: not reached; itself: a root
	line    []int32
	guessed []bool
	tests   []bool // reached only through an edge into tests
}

const unreached ID = -1

func (g *Graph) walkAll() {
	roots := g.roots()
	for e := Event(0); e < events; e++ {
		g.reach[e] = g.walk(e, roots[e])
	}
}

// walk goes three times over the graph: exact edges first, then guessed ones,
// then tests, so that each node keeps the strongest reason it has.
func (g *Graph) walk(event Event, roots []ID) *reach {
	r := &reach{
		from: make([]ID, len(g.Nodes)), line: make([]int32, len(g.Nodes)),
		guessed: make([]bool, len(g.Nodes)), tests: make([]bool, len(g.Nodes)),
	}
	for i := range r.from {
		r.from[i] = unreached
	}
	var order []ID
	for _, root := range roots {
		if r.from[root] == unreached {
			r.from[root] = root
			order = append(order, root)
		}
	}
	for pass := range 3 {
		// Each pass goes on from everything reached so far.
		for i := 0; i < len(order); i++ {
			n := order[i]
			for _, e := range g.out[n] {
				if r.from[e.To] != unreached || e.Not&(1<<event) != 0 || e.Manual && event != Dispatch && event != Hand ||
					e.Guessed && pass < 1 || e.Test && pass < 2 {
					continue
				}
				r.from[e.To], r.line[e.To] = n, int32(e.Line)
				r.guessed[e.To] = r.guessed[n] || e.Guessed
				r.tests[e.To] = r.tests[n] || e.Test
				order = append(order, e.To)
			}
		}
	}
	return r
}

// Path is a way from a trigger to a node.
type Path struct {
	Event   Event
	Guessed bool
	Nodes   []ID // from the trigger to the node itself
	lines   []int32
}

// Reached returns the way to a node from the first of the classes that has
// one, exact ways before guessed ones. Ways through tests do not count.
func (g *Graph) Reached(n ID, classes ...Event) (Path, bool) { return g.reached(n, false, classes) }

// ReachedByTests is Reached with ways through tests counted.
func (g *Graph) ReachedByTests(n ID, classes ...Event) (Path, bool) {
	return g.reached(n, true, classes)
}

func (g *Graph) reached(n ID, tests bool, classes []Event) (Path, bool) {
	if n < 0 {
		return Path{}, false
	}
	best, found := Event(0), false
	for _, e := range classes {
		r := g.reach[e]
		if r.from[n] == unreached || r.tests[n] && !tests {
			continue
		}
		if !r.guessed[n] {
			best, found = e, true
			break
		}
		if !found {
			best, found = e, true
		}
	}
	if !found {
		return Path{}, false
	}
	r := g.reach[best]
	p := Path{Event: best, Guessed: r.guessed[n]}
	for x := n; ; x = r.from[x] {
		p.Nodes = append(p.Nodes, x)
		p.lines = append(p.lines, r.line[x])
		if r.from[x] == x || len(p.Nodes) > 64 {
			break
		}
	}
	slices.Reverse(p.Nodes)
	slices.Reverse(p.lines)
	return p, true
}

// Hops is the path as a reader sees it: functions of one file are folded into
// the file, a file and its top level into one.
func (g *Graph) Hops(p Path) []report.Hop {
	var hops []report.Hop
	for i, id := range p.Nodes {
		n := &g.Nodes[id]
		h := report.Hop{Path: n.Path, Line: n.Line, What: n.What, Broken: n.Kind == Broken}
		if i > 0 {
			h.Guessed = g.reach[p.Event].guessed[id] && !g.reach[p.Event].guessed[p.Nodes[i-1]]
		}
		if last := len(hops) - 1; last >= 0 && n.Path == hops[last].Path {
			switch prev := g.Nodes[p.Nodes[i-1]].Kind; {
			case n.Kind == Module && (prev == Run || prev == Module):
				continue
			case n.Kind == Scope && (prev == Scope || prev == Module || prev == Run):
				if i == len(p.Nodes)-1 || g.Nodes[p.Nodes[i+1]].Path != n.Path {
					hops[last].Guessed = hops[last].Guessed || h.Guessed
				}
				continue
			}
		}
		if h.What != "" {
			hops = append(hops, h)
		}
	}
	return hops
}
