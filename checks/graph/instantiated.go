package graph

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// maxMade bounds how many classes of one group of configuration a call is
// thought to make.
const maxMade = 20

// linkInstantiated leads from a call that makes what the configuration names,
// hydra.utils.instantiate(cfg.data), to the classes that the files of that
// group (data/) or the tables of that name (data:) name as their _target_.
// Which of several the run selects is a guess.
func (g *Graph) linkInstantiated() {
	var calls []struct {
		path string
		call fact.Call
	}
	for p, c := range fact.All[fact.Call](g.set) {
		if (c.Name == "hydra.utils.instantiate" || c.Name == "hydra.utils.call") && len(c.Args) > 0 && place.Of(p) == place.Live {
			calls = append(calls, struct {
				path string
				call fact.Call
			}{p, c})
		}
	}
	if len(calls) == 0 {
		return
	}
	groups := map[string][]string{}
	for p, r := range fact.All[fact.Resource](g.set) {
		if place.Of(p) != place.Live {
			continue
		}
		for _, a := range r.Attrs {
			table, ok := strings.CutSuffix(a.Key, "_target_")
			if !ok || !strings.Contains(a.Value, ".") {
				continue
			}
			group := lastName(strings.TrimSuffix(table, "."))
			if table == "" {
				group = path.Base(path.Dir(p))
			}
			if made := groups[group]; len(made) < maxMade && !slices.Contains(made, a.Value) {
				groups[group] = append(made, a.Value)
			}
		}
	}
	for _, x := range calls {
		made := groups[lastName(strings.Trim(x.call.Args[0].Value.Text, `"'[]`))]
		for _, name := range made {
			if id, guessed, ok := g.definition(x.path, name, 0); ok {
				g.link(g.ScopeNode(x.path, x.call.Scope), Edge{To: id, Line: x.call.Line, Guessed: guessed || len(made) > 1})
			}
		}
	}
}
