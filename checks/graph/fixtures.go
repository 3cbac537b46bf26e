package graph

import (
	"path"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// fixtureSite is a fixture of pytest and the file it stands in.
type fixtureSite struct {
	path string
	def  fact.Define
}

// linkFixtures leads from tests to the fixtures that their parameters name, and
// from what they call on a parameter to the method of the object that its
// fixture makes.
func (g *Graph) linkFixtures() {
	known := map[string]map[string]fixtureSite{}
	for _, f := range g.set.Files() {
		if place.Of(f.Path) != place.Test || path.Ext(f.Path) != ".py" {
			continue
		}
		made := map[string]map[string][]ID{} // scope -> parameter -> classes
		for d := range fact.In[fact.Define](g.set, f.Path) {
			if d.Class || len(d.Params) == 0 {
				continue
			}
			for _, p := range d.Params {
				site, ok := g.fixture(known, f.Path, p.Name)
				if !ok || site.path == f.Path && site.def.Name == d.Name {
					continue
				}
				g.link(g.scope(f.Path, d.Name), Edge{To: g.scope(site.path, site.def.Name), Line: d.Line})
				if classes := g.makes(site); len(classes) > 0 {
					if made[d.Name] == nil {
						made[d.Name] = map[string][]ID{}
					}
					made[d.Name][p.Name] = classes
				}
			}
		}
		if len(made) == 0 {
			continue
		}
		for c := range fact.In[fact.Call](g.set, f.Path) {
			for _, class := range made[c.Scope][c.Recv] {
				if id, ok := g.find(Scope, g.Nodes[class].Path, g.Nodes[class].Name+"."+lastName(c.Name)); ok {
					g.link(g.scope(f.Path, c.Scope), Edge{To: id, Line: c.Line})
				}
			}
		}
	}
}

// fixture finds the fixture of a name for a test file: in the file, or in
// conftest.py of its folder or of one above.
func (g *Graph) fixture(known map[string]map[string]fixtureSite, file, name string) (fixtureSite, bool) {
	in := func(at string) map[string]fixtureSite {
		sites, ok := known[at]
		if !ok {
			sites = g.fixturesIn(at)
			known[at] = sites
		}
		return sites
	}
	if site, ok := in(file)[name]; ok {
		return site, true
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if site, ok := in(path.Join(dir, "conftest.py"))[name]; ok {
			return site, true
		}
		if dir == "." || dir == "/" {
			return fixtureSite{}, false
		}
	}
}

// fixturesIn returns the fixtures of one file by the names tests ask for.
func (g *Graph) fixturesIn(file string) map[string]fixtureSite {
	out := map[string]fixtureSite{}
	for d := range fact.In[fact.Define](g.set, file) {
		for _, c := range d.Decorators {
			if lastName(c.Name) != "fixture" {
				continue
			}
			name := lastName(d.Name)
			for _, a := range c.Args {
				if a.Name == "name" && a.Value.Kind == fact.String {
					name = a.Value.Text
				}
			}
			out[name] = fixtureSite{file, d}
		}
	}
	return out
}

// makes returns the classes of the project that a fixture makes objects of.
func (g *Graph) makes(site fixtureSite) []ID {
	var out []ID
	for c := range fact.In[fact.Call](g.set, site.path) {
		if c.Scope != site.def.Name {
			continue
		}
		id, guessed, ok := g.definition(site.path, c.Name, 0)
		if !ok || guessed || g.Nodes[id].Kind != Scope {
			continue
		}
		if d, ok := g.defined(g.Nodes[id].Path, g.Nodes[id].Name); ok && d.Class {
			out = append(out, id)
		}
	}
	return out
}
