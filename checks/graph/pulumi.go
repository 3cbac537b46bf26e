package graph

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// pulumi finds the program that a Pulumi command brings about: that of the
// project in the folder it is told to work in. A preview makes nothing.
func pulumi(g *Graph, _ *Node, args, dirs []string) []target {
	if p := positional(args, "-C", "--cwd", "-s", "--stack"); len(p) == 0 || p[0] != "up" && p[0] != "update" {
		return nil
	}
	for i, a := range args {
		if dir, ok := strings.CutPrefix(a, "--cwd="); ok {
			dirs = []string{dir}
		} else if (a == "-C" || a == "--cwd") && i+1 < len(args) {
			dirs = []string{args[i+1]}
		}
	}
	for _, d := range dirs {
		if id, ok := g.pulumiProgram(d); ok {
			return []target{{id: id}}
		}
	}
	return nil
}

// pulumiAction is pulumi for the action of that name.
func (g *Graph) pulumiAction(u fact.Uses) (ID, bool) {
	if ref, _, _ := strings.Cut(strings.ToLower(u.Ref), "@"); ref != "pulumi/actions" {
		return 0, false
	}
	dir, makes := "", false
	for _, a := range u.With {
		switch a.Name {
		case "work-dir":
			dir = a.Value.Text
		case "command":
			makes = slices.Contains([]string{"up", "update"}, a.Value.Text)
		}
	}
	if !makes {
		return 0, false
	}
	return g.pulumiProgram(dir)
}

// pulumiProgram returns the Python program of the project in a folder.
func (g *Graph) pulumiProgram(dir string) (ID, bool) {
	dir = strings.Trim(path.Clean("/"+dir), "/")
	for _, name := range []string{"Pulumi.yaml", "Pulumi.yml"} {
		project := path.Join(dir, name)
		if !g.has(project) {
			continue
		}
		at := dir
		for r := range fact.In[fact.Resource](g.set, project) {
			for _, a := range r.Attrs {
				if a.Key == "main" {
					at = path.Join(dir, a.Value)
				}
			}
		}
		for _, p := range []string{at, path.Join(at, "__main__.py")} {
			if path.Ext(p) == ".py" && g.has(p) {
				return g.run(p), true
			}
		}
	}
	return 0, false
}
