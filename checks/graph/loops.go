package graph

import (
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxTurns bounds the turns of a loop that are followed.
const maxTurns = 64

// turns returns what a command line is in each turn of the loops around it
// whose names it holds: for cmd, why in STEPS: run(cmd). nil means that no loop
// says more.
func turns(f fact.File, c fact.Call, line fact.Value) []fact.Value {
	if !open(line) {
		return nil
	}
	var found *fact.Loop
	for _, x := range f.Facts {
		l, ok := x.(fact.Loop)
		if !ok || l.Line > c.Line || l.Scope != c.Scope {
			continue
		}
		for _, n := range l.Names {
			if names(line, n) {
				found = &l
			}
		}
	}
	if found == nil {
		return nil
	}
	over := found.Over
	if over.Kind == fact.Name {
		over = table(f, c, over)
	}
	var out []fact.Value
	turn := func(items ...fact.Value) {
		given := map[string]fact.Value{}
		for i, n := range found.Names {
			if len(items) == len(found.Names) {
				given[n] = items[i]
			}
		}
		if len(found.Names) == 1 && len(items) != 1 {
			given[found.Names[0]] = fact.Value{Kind: fact.List, Items: items}
		}
		if len(out) < maxTurns && len(given) > 0 {
			out = append(out, filled(line, given, 0))
		}
	}
	switch over.Kind {
	case fact.List:
		for _, v := range over.Items {
			if v.Kind == fact.List {
				turn(v.Items...)
			} else {
				turn(v)
			}
		}
	case fact.Dict:
		for i := 0; i+1 < len(over.Items); i += 2 {
			if len(found.Names) == 2 {
				turn(over.Items[i], over.Items[i+1])
			} else {
				turn(over.Items[i])
			}
		}
	}
	return out
}

// open says whether a command line rests on something that has a name.
func open(v fact.Value) bool {
	switch v.Kind {
	case fact.Name, fact.Format, fact.Other:
		return true
	case fact.List:
		for _, i := range v.Items {
			if i.Kind != fact.List && open(i) {
				return true
			}
		}
	}
	return false
}

// table returns the list or dictionary that a name stands for in the function
// of a call, or in its file.
func table(f fact.File, c fact.Call, v fact.Value) fact.Value {
	found := v
	for _, x := range f.Facts {
		if a, ok := x.(fact.Assign); ok && a.Name == v.Text && (a.Scope == c.Scope && a.Line <= c.Line || a.Scope == "") && (a.Value.Kind == fact.List || a.Value.Kind == fact.Dict) {
			found = a.Value
		}
	}
	return found
}

// item returns what an index or key picks out of a value, or or.
func item(of fact.Value, index string, or fact.Value) fact.Value {
	switch of.Kind {
	case fact.List:
		if n, err := strconv.Atoi(index); err == nil && n >= 0 && n < len(of.Items) {
			return of.Items[n]
		}
	case fact.Dict:
		for i := 0; i+1 < len(of.Items); i += 2 {
			if of.Items[i].Text == index {
				return of.Items[i+1]
			}
		}
	}
	return or
}

// split returns the text that shlex.split, or a text's own split, is given.
func split(f fact.File, c fact.Call, v fact.Value) fact.Value {
	if v.Kind != fact.CallOf || lastName(v.Text) != "split" {
		return v
	}
	for _, x := range f.Facts {
		s, ok := x.(fact.Call)
		if !ok || s.Line != c.Line || s.Name != v.Text {
			continue
		}
		switch {
		case strings.HasPrefix(s.Name, "shlex.") && len(s.Args) > 0:
			return s.Args[0].Value
		case s.Recv != "":
			return fact.Value{Kind: fact.Name, Text: s.Recv}
		}
	}
	return v
}

func commandsOfAll(lines []fact.Value, c fact.Call) []fact.Command {
	var out []fact.Command
	for _, l := range lines {
		out = append(out, commandsOf(l, c)...)
	}
	return out
}
