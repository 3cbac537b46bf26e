package graph

import (
	"path"
	"slices"
	"strings"
)

// terraform leads from "terraform apply" to the commands that the
// configuration runs on the spot, in local-exec provisioners.
func terraform(g *Graph, _ *Node, args, dirs []string) []target {
	if !slices.Contains(args, "apply") {
		return nil
	}
	if d := option(args, "-chdir", "--chdir"); d != "" {
		dirs = []string{path.Clean(d)}
	}
	for _, dir := range dirs {
		var out []target
		here := false
		for i := range g.Nodes {
			n := &g.Nodes[i]
			if n.Kind != Resource || path.Ext(n.Path) != ".tf" || dir != "" && !strings.HasPrefix(n.Path, dir+"/") {
				continue
			}
			here = here || dirOf(n.Path) == dir
			if slices.ContainsFunc(g.out[i], func(e Edge) bool { return g.Nodes[e.To].Kind == Command }) {
				out = append(out, target{id: ID(i)})
			}
		}
		if here || len(out) > 0 {
			return out
		}
	}
	return nil
}
