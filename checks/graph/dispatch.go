package graph

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// A method that only declares what others implement is never what runs: a call
// of it leads on to the implementations in the repository. They are guessed
// where there is more than one, for nothing here says which is chosen.

// maxImplementations bounds how many classes one interface may stand for.
const maxImplementations = 8

// class is a class with the methods that it defines itself.
type class struct {
	path    string
	define  fact.Define
	methods map[string]ID
}

// linkImplementations leads from the abstract methods of a class to those of
// its subclasses, and from the methods of a protocol to those of every class
// that has all of them.
func (g *Graph) linkImplementations() {
	interfaces, classes := g.classes()
	if len(interfaces) == 0 {
		return
	}
	derived, having := map[ID][]int{}, map[string][]int{}
	for n, c := range classes {
		for _, b := range c.define.Bases {
			if id, _, ok := g.definition(c.path, b, 0); ok && g.Nodes[id].Kind == Scope {
				derived[id] = append(derived[id], n)
			}
		}
		for name := range c.methods {
			having[name] = append(having[name], n)
		}
	}
	for _, i := range interfaces {
		names := slices.Sorted(maps.Keys(i.methods))
		found := slices.Clone(derived[g.scope(i.path, i.define.Name)])
		if isProtocol(i.define) {
			found = append(found, fitting(names, having, classes)...)
		}
		slices.Sort(found)
		found = slices.Compact(found)
		if len(found) > maxImplementations {
			continue
		}
		for _, name := range names {
			for _, n := range found {
				if to, ok := classes[n].methods[name]; ok {
					g.link(i.methods[name], Edge{To: to, Line: g.Nodes[to].Line, Guessed: len(found) > 1})
				}
			}
		}
	}
}

// fitting returns the classes that have all of the methods and are no
// protocols themselves.
func fitting(names []string, having map[string][]int, classes []class) []int {
	rarest := having[names[0]]
	for _, name := range names {
		if with := having[name]; len(with) < len(rarest) {
			rarest = with
		}
	}
	if len(rarest) > 4*maxImplementations {
		return nil // a name that everything has says nothing
	}
	var found []int
	for _, n := range rarest {
		lacks := func(name string) bool { _, ok := classes[n].methods[name]; return !ok }
		if !isProtocol(classes[n].define) && !slices.ContainsFunc(names, lacks) {
			found = append(found, n)
		}
	}
	return found
}

// classes returns the live classes with methods, and those among them that
// declare some that others implement, with these only.
func (g *Graph) classes() (interfaces, all []class) {
	for _, f := range g.set.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		first := len(all)
		at, abstract := map[string]int{}, map[string]map[string]ID{}
		for d := range fact.In[fact.Define](g.set, f.Path) {
			if d.Class {
				at[d.Name] = len(all)
				all = append(all, class{path: f.Path, define: d, methods: map[string]ID{}})
				continue
			}
			i := strings.LastIndexByte(d.Name, '.')
			if i < 0 {
				continue
			}
			owner, name := d.Name[:i], d.Name[i+1:]
			n, ok := at[owner]
			if !ok || strings.HasPrefix(name, "__") {
				continue
			}
			all[n].methods[name] = g.scope(f.Path, d.Name)
			if isProtocol(all[n].define) || slices.ContainsFunc(d.Decorators, func(c fact.Call) bool { return lastName(c.Name) == "abstractmethod" }) {
				if abstract[owner] == nil {
					abstract[owner] = map[string]ID{}
				}
				abstract[owner][name] = all[n].methods[name]
			}
		}
		for _, c := range all[first:] {
			if m := abstract[c.define.Name]; m != nil {
				interfaces = append(interfaces, class{path: c.path, define: c.define, methods: m})
			}
		}
	}
	return interfaces, all
}

func isProtocol(d fact.Define) bool {
	return slices.ContainsFunc(d.Bases, func(b string) bool {
		name, _, _ := strings.Cut(b, "[")
		return name == "typing.Protocol" || name == "typing_extensions.Protocol"
	})
}
