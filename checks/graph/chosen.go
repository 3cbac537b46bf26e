package graph

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Which class runs is often chosen by a name: MODELS[name](), a factory that
// returns one of several, a registry that a decorator fills. A method of what
// such a place gives leads to that method of every class it can give; it is a
// guess where there is more than one.

// Bounds of what one name is followed through.
const (
	maxChosen      = 32
	maxChosenDepth = 4
)

// defName is a definition of a file.
type defName struct{ path, name string }

// givers notes the functions and tables of each file that give classes: what a
// function returns, what a table holds or is filled with.
func (g *Graph) givers() map[string]map[string][]fact.Assign {
	if g.gives != nil {
		return g.gives
	}
	g.gives = map[string]map[string][]fact.Assign{}
	for p, a := range fact.All[fact.Assign](g.set) {
		key := ""
		switch base, _, entry := strings.Cut(a.Name, "["); {
		case a.Name == "return":
			key = a.Scope
		case entry:
			key = ownName(base)
		case a.Value.Kind == fact.Dict || a.Value.Kind == fact.List:
			if slices.ContainsFunc(a.Value.Items, func(v fact.Value) bool { return v.Kind == fact.Name }) {
				key = ownName(a.Name)
			}
		}
		if key == "" || len(g.gives[p][key]) >= maxChosen {
			continue
		}
		if g.gives[p] == nil {
			g.gives[p] = map[string][]fact.Assign{}
		}
		g.gives[p][key] = append(g.gives[p][key], a)
	}
	return g.gives
}

// ownName drops the instance or class that a table is a field of.
func ownName(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "cls."), "self.")
}

// linkChosen leads from a use of a method of what a function or table gives to
// the classes it can be, and says whether there are any. ours: the name is one
// of a module of the repository.
func (g *Graph) linkChosen(path string, from ID, line int, name string, ours bool) bool {
	head, method := parentName(name), lastName(name)
	if here := g.givers()[path]; !ours && here[ownName(head)] == nil && here[ownName(name)] == nil {
		return false
	}
	if head == "" {
		head, method = name, ""
	}
	classes := g.chosen(path, head, 0)
	if len(classes) == 0 && method != "" {
		classes, method = g.chosen(path, name, 0), ""
	}
	for _, c := range classes {
		id, ok := g.find(Scope, c.path, c.name)
		if method != "" {
			id, ok = g.local(c.path, c.name+"."+method)
		}
		if ok {
			g.link(from, Edge{To: id, Line: line, Guessed: len(classes) > 1})
		}
	}
	return len(classes) > 0
}

// chosen returns the classes that a name can stand for, by what gives them. A
// class that is named itself is one only behind a function or table.
func (g *Graph) chosen(path, name string, depth int) []defName {
	if depth > maxChosenDepth || name == "" {
		return nil
	}
	if g.choices == nil {
		g.choices = map[choice][]defName{}
	}
	at := choice{defName{path, name}, depth > 0}
	if known, ok := g.choices[at]; ok {
		return known
	}
	g.choices[at] = nil // a table that holds itself gives nothing more
	out := g.choose(path, name, depth)
	g.choices[at] = out
	return out
}

// choice is a question of chosen.
type choice struct {
	of     defName
	behind bool
}

func (g *Graph) choose(path, name string, depth int) []defName {
	if given := g.givers()[path][ownName(name)]; given != nil {
		return g.given(path, given, depth)
	}
	file, rest, _, ok := g.modules.split(path, name)
	if ok && file != path {
		if given := g.givers()[file][rest]; given != nil {
			return g.given(file, given, depth)
		}
	}
	if id, _, ok := g.definition(path, name, 0); ok && g.Nodes[id].Kind == Scope {
		n := &g.Nodes[id]
		if d, ok := g.defined(n.Path, n.Name); ok && d.Class && depth > 0 {
			return []defName{{n.Path, n.Name}}
		}
		return g.given(n.Path, g.givers()[n.Path][n.Name], depth)
	}
	return nil
}

// given are the classes among the values that a function returns or a table
// gets.
func (g *Graph) given(path string, all []fact.Assign, depth int) []defName {
	var out []defName
	add := func(found ...defName) {
		for _, n := range found {
			if len(out) < maxChosen && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for _, a := range all {
		switch {
		case a.Value.Kind == fact.Dict || a.Value.Kind == fact.List:
			for _, item := range a.Value.Items {
				if item.Kind == fact.Name || item.Kind == fact.CallOf {
					add(g.chosen(path, item.Text, depth+1)...)
				}
			}
		case strings.Contains(a.Name, "["):
			add(g.chosen(path, a.Value.Text, depth+1)...)
			for s := a.Scope; s != ""; s = parentName(s) {
				add(g.decoratedBy(path, s)...)
			}
		default:
			add(g.chosen(path, a.Value.Text, depth+1)...)
		}
	}
	return out
}

// decoratedBy returns what a function of a file decorates: its registry.
func (g *Graph) decoratedBy(path, function string) []defName {
	if g.decorated == nil {
		g.decorated = map[ID][]defName{}
		for p, d := range fact.All[fact.Define](g.set) {
			for _, dec := range d.Decorators {
				if silent(p) || wraps(dec.Name) {
					continue
				}
				if id, _, ok := g.definition(p, dec.Name, 0); ok && g.Nodes[id].Kind == Scope && len(g.decorated[id]) < maxChosen {
					g.decorated[id] = append(g.decorated[id], defName{p, d.Name})
				}
			}
		}
	}
	id, ok := g.find(Scope, path, function)
	if !ok {
		return nil
	}
	return g.decorated[id]
}
