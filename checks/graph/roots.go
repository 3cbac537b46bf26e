package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// silent says whether nothing in a file speaks for the project.
func silent(p string) bool {
	switch place.Of(p) {
	case place.Vendored, place.Template, place.Dead, place.Test:
		return true
	}
	return false
}

// roots returns where each class of walk begins.
func (g *Graph) roots() [events][]ID {
	var roots [events][]ID
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if silent(n.Path) {
			continue
		}
		id := ID(i)
		switch n.Kind {
		case Trigger:
			if n.Place == place.Live || n.Place == place.Notebook {
				roots[n.Event] = append(roots[n.Event], id)
			}
		case Service:
			roots[Serving] = append(roots[Serving], id)
			roots[Hand] = append(roots[Hand], id)
		case Stage, Resource, Image:
			roots[Hand] = append(roots[Hand], id)
		case Run:
			if g.starts(n.Path) {
				roots[Hand] = append(roots[Hand], id)
			}
		}
	}
	roots[Hand] = append(roots[Hand], g.documents...)
	// A job of a CI file can be run by hand as well.
	for i := range g.Nodes {
		if g.Nodes[i].Kind == Job && g.Nodes[i].Name != "" && !silent(g.Nodes[i].Path) {
			roots[Hand] = append(roots[Hand], ID(i))
		}
	}
	return roots
}

// starts says whether a file is a program: it has code under __main__, or code
// at its top level that does more than define.
func (g *Graph) starts(p string) bool {
	switch path.Ext(p) {
	case ".py", ".R", ".r", ".jl":
	default:
		return true
	}
	if path.Base(p) == "__init__.py" {
		return false
	}
	defines := false
	for _, x := range g.set.Of(p) {
		switch v := x.(type) {
		case fact.Define:
			defines = true
		case fact.Call:
			if v.Scope == mainScope {
				return true
			}
			if v.Scope == "" {
				if _, ok := g.local(p, v.Name); ok {
					return true
				}
			}
		}
	}
	if !defines {
		for _, x := range g.set.Of(p) {
			if c, ok := x.(fact.Call); ok && c.Scope == "" && strings.Contains(c.Name, ".") {
				return true
			}
		}
	}
	return false
}
