package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// maxNamed bounds how many settings are looked up as names of definitions.
const maxNamed = 20_000

// linkNamedBySettings leads from a function that imports what it is told to
// (importlib.import_module of a variable) to the project's own functions and
// classes that settings files name in full: run_model: app.models.tree.load.
// Which of them a run names is a guess.
func (g *Graph) linkNamedBySettings() {
	type loader struct {
		path, scope string
		line        int
	}
	var loaders []loader
	for p, c := range fact.All[fact.Call](g.set) {
		made := strings.HasPrefix(c.Name, "importlib.import_module")
		if made && (len(c.Args) == 0 || c.Args[0].Value.Kind != fact.String) && place.Of(p) == place.Live && len(loaders) < maxMade {
			loaders = append(loaders, loader{p, c.Scope, c.Line})
		}
	}
	if len(loaders) == 0 {
		return
	}
	made, looked := map[ID]bool{}, 0
	for p, r := range fact.All[fact.Resource](g.set) {
		if place.Of(p) != place.Live || looked > maxNamed || len(made) >= maxMade {
			continue
		}
		for _, a := range r.Attrs {
			if strings.Count(a.Value, ".") < 2 || len(a.Value) > 200 || strings.ContainsAny(a.Value, " /:${}-") || strings.HasSuffix(a.Key, "_target_") {
				continue
			}
			looked++
			for _, l := range loaders {
				if id, _, ok := g.definition(l.path, a.Value, 0); ok && g.Nodes[id].Kind == Scope && len(made) < maxMade {
					made[id] = true
					g.link(g.ScopeNode(l.path, l.scope), Edge{To: id, Line: l.line, Guessed: true})
				}
			}
		}
	}
}

// modelLoaders are how libraries call the function that loads a model.
var modelLoaders = map[string]bool{"load_model": true, "load_models": true, "load_trained_model": true, "load_weights": true, "load_checkpoint": true}

// addForeignLoads notes the calls that load a model by a library which the
// catalogue does not know: a function of that name, imported from outside.
func (g *Graph) addForeignLoads() {
	type at struct {
		path string
		line int
	}
	known := map[at]bool{}
	for _, u := range g.Uses {
		if u.Role == catalog.RoleModelLoad || u.Role == catalog.RoleRegistryLoad || u.Role == catalog.RoleHub {
			known[at{u.Path, u.Line}] = true
		}
	}
	for p, c := range fact.All[fact.Call](g.set) {
		i := strings.LastIndexByte(c.Name, '.')
		if i < 0 || !modelLoaders[c.Name[i+1:]] || c.Unresolved || c.Recv != "" || len(c.Args) == 0 || known[at{p, c.Line}] || c.Name[0] == '.' {
			continue
		}
		if _, _, own := g.definition(p, c.Name, 0); own {
			continue
		}
		g.Uses = append(g.Uses, Use{Use: catalog.Use{Role: catalog.RoleModelLoad, Strength: catalog.Used, Path: p, Line: c.Line,
			What: c.Name, Fact: c, Scope: c.Scope, Magic: c.Magic}, Node: g.scopeNode(p, c.Scope), Place: place.Of(p)})
	}
}
