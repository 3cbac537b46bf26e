package graph

import (
	"cmp"
	"slices"
	"strings"
)

// stopAtBroken cuts what cannot be: the steps of a job behind one that names
// what the repository lacks, and the jobs that need such a job (clarifications
// 47 and 91).
func (g *Graph) stopAtBroken() {
	failing := map[ID]bool{}
	for i := range g.Nodes {
		if g.Nodes[i].Kind == Job && g.Nodes[i].Name != "\x00" && g.cutAfterBroken(ID(i)) {
			failing[ID(i)] = true
		}
	}
	for range g.wires { // a job that needs a failing one does not run either
		grew := false
		for _, w := range g.wires {
			if failing[w.From] && !failing[w.To] && !strings.Contains(g.Nodes[w.To].If, "always()") && !strings.Contains(g.Nodes[w.To].If, "!cancelled()") {
				failing[w.To], grew = true, true
				g.out[w.To] = nil
			}
		}
		if !grew {
			break
		}
	}
}

// cutAfterBroken drops a job's edges to the steps behind the first one that
// must fail, and says whether there is one.
func (g *Graph) cutAfterBroken(job ID) bool {
	edges := slices.Clone(g.out[job])
	slices.SortStableFunc(edges, func(a, b Edge) int { return cmp.Compare(g.Nodes[a.To].Line, g.Nodes[b.To].Line) })
	for i, e := range edges {
		if !g.mustFail(e.To) {
			continue
		}
		// What ran before, and the broken step itself, stay to be shown.
		line := g.Nodes[e.To].Line
		kept := edges[:i+1]
		for _, later := range edges[i+1:] {
			if g.Nodes[later.To].Line <= line {
				kept = append(kept, later)
			}
		}
		g.out[job] = slices.Clone(kept)
		return true
	}
	return false
}

// mustFail says whether a step names nothing but what is not there, without
// condition and without forgiveness.
func (g *Graph) mustFail(n ID) bool {
	x := &g.Nodes[n]
	switch {
	case x.Kind == Command && x.Cmd != nil:
		// A variable in another word, such as an image's tag, mends nothing.
		if x.Cmd.Masked || x.Cmd.Cond != "" || x.Cmd.Func != "" || strings.Contains(x.Cmd.Dir, "$") {
			return false
		}
	case x.Kind == Step && x.Step != nil:
		if x.Step.MayFail || x.Step.If != "" {
			return false
		}
	default:
		return false
	}
	broken := false
	for _, e := range g.out[n] {
		if g.Nodes[e.To].Kind != Broken {
			return false
		}
		broken = true
	}
	return broken
}
