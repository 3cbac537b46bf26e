package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// launcher is a function of the project that runs a command line made of its
// own parameters: run(command), run_module(name, args), submit(job_file).
type launcher struct {
	params []fact.Param
	line   fact.Value // the command line, with the parameters' names in it
}

// maxArgv bounds the words of a command line put together here.
const maxArgv = 200

// findLaunchers looks at every function that calls a runner.
func (g *Graph) findLaunchers() map[ID]launcher {
	out := map[ID]launcher{}
	for _, f := range g.set.Files() {
		for _, x := range f.Facts {
			c, ok := x.(fact.Call)
			if !ok || c.Scope == "" || !runners[c.Name] || len(c.Args) == 0 {
				continue
			}
			d, ok := g.defined(f.Path, c.Scope)
			if !ok || d.Class {
				continue
			}
			line := variable(f, c, split(f, c, c.Args[0].Value))
			for _, p := range d.Params {
				if p.Name != "self" && names(line, p.Name) {
					out[g.scope(f.Path, d.Name)] = launcher{params: d.Params, line: line}
					break
				}
			}
		}
	}
	return out
}

// launched returns the command lines that a call of a launcher runs, and those
// of a runner that is given a variable.
func (g *Graph) launched(f fact.File, c fact.Call, launchers map[ID]launcher) []fact.Command {
	if runners[c.Name] && len(c.Args) > 0 {
		v := split(f, c, c.Args[0].Value)
		if lines := turns(f, c, v); lines != nil {
			return commandsOfAll(lines, c)
		}
		if v.Kind == fact.Name {
			if v = variable(f, c, v); v.Kind != fact.Name {
				return commandsOf(v, c)
			}
		}
		return nil
	}
	if len(launchers) == 0 || len(c.Args) == 0 {
		return nil
	}
	id, _, ok := g.definition(f.Path, c.Name, 0)
	if !ok {
		return nil
	}
	l, ok := launchers[id]
	if !ok {
		return nil
	}
	given := map[string]fact.Value{}
	params := l.params
	if len(params) > 0 && (params[0].Name == "self" || params[0].Name == "cls") {
		params = params[1:]
	}
	for i, a := range c.Args {
		name := a.Name
		if name == "" && i < len(params) {
			name = params[i].Name
		}
		given[name] = variable(f, c, a.Value)
	}
	line := filled(l.line, given, 0)
	if lines := turns(f, c, line); lines != nil {
		return commandsOfAll(lines, c)
	}
	return commandsOf(line, c)
}

// variable returns what a name was last set to in the same function above the
// call: a text or a list. Anything else is returned as it is.
func variable(f fact.File, c fact.Call, v fact.Value) fact.Value {
	if v.Kind != fact.Name {
		return v
	}
	found := v
	for _, x := range f.Facts {
		a, ok := x.(fact.Assign)
		if !ok || a.Name != v.Text || a.Line > c.Line || a.Scope != c.Scope && a.Scope != "" {
			continue
		}
		switch a.Value.Kind {
		case fact.List, fact.String, fact.Format:
			found = a.Value
		default:
			if a.Scope == c.Scope {
				found = v
			}
		}
	}
	return found
}

// names says whether a command line is, or holds, a parameter.
func names(v fact.Value, param string) bool {
	switch v.Kind {
	case fact.Name:
		return v.Text == param
	case fact.Format:
		return strings.Contains(v.Text, "{"+param+"}")
	case fact.Other:
		return strings.HasPrefix(v.Text, param+"[")
	case fact.List:
		for _, item := range v.Items {
			if item.Kind != fact.List && names(item, param) {
				return true
			}
		}
	}
	return false
}

// filled puts the arguments of a call in the places of the parameters.
func filled(v fact.Value, given map[string]fact.Value, depth int) fact.Value {
	switch v.Kind {
	case fact.Name:
		if a, ok := given[v.Text]; ok {
			return a
		}
	case fact.Other:
		name, index, ok := strings.Cut(strings.TrimSuffix(v.Text, "]"), "[")
		if a, known := given[name]; ok && known {
			return item(a, strings.Trim(index, `"'`), v)
		}
	case fact.Format:
		text := v.Text
		for name, a := range given {
			switch a.Kind {
			case fact.String, fact.Number:
				text = strings.ReplaceAll(text, "{"+name+"}", a.Text)
			case fact.Name:
				text = strings.ReplaceAll(text, "{"+name+"}", "{"+a.Text+"}")
			}
		}
		if strings.Contains(text, "{") {
			return fact.Value{Kind: fact.Format, Text: text}
		}
		return fact.Value{Kind: fact.String, Text: text}
	case fact.List:
		if depth > 1 {
			return v
		}
		out := fact.Value{Kind: fact.List}
		for _, item := range v.Items {
			item = filled(item, given, depth+1)
			if item.Kind == fact.List { // a list handed on in the middle: its words follow
				out.Items = append(out.Items, item.Items...)
			} else {
				out.Items = append(out.Items, item)
			}
			if len(out.Items) > maxArgv {
				break
			}
		}
		return out
	}
	return v
}
