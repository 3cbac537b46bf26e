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

// handler resolves what the image of a function platform starts:
// module.function, of a file beside the Dockerfile.
func (g *Graph) handler(at *Node, word string) []target {
	i := strings.LastIndexByte(word, '.')
	if i <= 0 || at.Cmd == nil || at.Cmd.Job != "run" || strings.ContainsAny(word, "/ $") {
		return nil
	}
	file, _, ok := g.lookup(at.Path, strings.ReplaceAll(word[:i], ".", "/")+".py", dirOf(at.Path), "")
	if !ok {
		return nil
	}
	id, ok := g.local(file, word[i+1:])
	if !ok {
		return nil
	}
	return []target{{id: id}, {id: g.module(file)}}
}
