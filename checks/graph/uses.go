package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// addUses asks the catalogue what every line does and notes the node it
// stands in.
func (g *Graph) addUses(c *catalog.Catalog) {
	for _, f := range g.set.Files() {
		class := place.Of(f.Path)
		if class == place.Vendored {
			continue
		}
		owners := g.owners(f)
		for _, u := range c.Uses(f.Path, f) {
			g.Uses = append(g.Uses, Use{Use: u, Node: g.nodeOf(f.Path, u.Fact, owners), Place: class})
		}
	}
}

func (g *Graph) nodeOf(path string, x fact.Fact, owners func(fact.Command) ID) ID {
	switch v := x.(type) {
	case fact.Call:
		return g.scopeNode(path, v.Scope)
	case fact.Define:
		return g.scope(path, v.Name)
	case fact.Command:
		if id, ok := g.index[key{Command, path, strings.Join(v.Argv, " "), v.Line}]; ok {
			return id
		}
		return owners(v)
	case fact.Uses:
		if v.Kind == "hook" {
			return g.stage(path, "pre-commit", "run", v.Line)
		}
		return g.step(path, v)
	case fact.Image:
		return g.image(path)
	case fact.Stage:
		return g.stage(path, v.System, v.Name, v.Line)
	case fact.Resource:
		if v.System == "compose" {
			return g.service(path, v.Name, v.Line)
		}
		return g.resource(path, resourceName(v), v.Line)
	}
	return unreached
}
