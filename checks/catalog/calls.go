package catalog

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// call looks a call up by its resolved name; only a call that no pattern knows
// is tried by its method, because a known name says more than a guess.
func (s *search) call(f fact.Call, u Use) {
	s.named(s.x.calls, f)
	if len(s.found) == 0 {
		s.method(f)
	}
	s.keep(func(m *Matcher) bool { return hasArg(f.Args, m.With) })
	s.emit(u)
}

// named looks a name up, then the names it may stand for where a file takes in
// all of a module: Python's "import *", R's library(), Julia's using.
func (s *search) named(t *trie, f fact.Call) {
	if f.Unresolved {
		return
	}
	name := f.Name
	if strings.Contains(name, "::") { // R
		name = strings.ReplaceAll(name, "::", ".")
	}
	s.found = t.find(s.found, name, 0, '.', false)
	if len(s.found) > 0 || f.Recv != "" && s.names().bound[first(name)] {
		return
	}
	for _, i := range s.names().open {
		if i.Name == "*" || i.Name == first(name) {
			s.found = t.find(s.found, i.Module+"."+name, 0, '.', false)
			s.found = slices.DeleteFunc(s.found, func(m *Matcher) bool { return m.anything(i.Module) })
		}
	}
	if len(s.found) > 0 && s.names().defined[first(name)] {
		s.found = s.found[:0]
	}
}

// anything says whether the pattern takes every name in the module, which
// proves nothing of a name that only may come from there.
func (m *Matcher) anything(module string) bool {
	for i, depth := 0, strings.Count(module, ".")+1; i < len(m.Pattern); depth-- {
		var word string
		if word, i = segment(m.Pattern, i, '.'); word == "**" || depth == 0 {
			return word == "**" || word == "*"
		}
	}
	return true
}

// first is a dotted name's first segment.
func first(name string) string {
	word, _, _ := strings.Cut(name, ".")
	return word
}

// define looks at the decorators and bases of a definition.
func (s *search) define(f fact.Define, x fact.Fact) {
	for _, d := range f.Decorators {
		s.named(s.x.decorators, d)
		if len(s.found) == 0 {
			s.method(d)
		}
		s.keep(func(m *Matcher) bool { return hasArg(d.Args, m.With) })
		s.emit(Use{Line: cmp.Or(d.Line, f.Line), What: "@" + d.Name, Fact: x, Scope: f.Name, Magic: d.Magic})
	}
	for _, b := range f.Bases {
		s.found = s.x.bases.find(s.found, b, 0, '.', false)
		s.emit(Use{Line: f.Line, What: "class " + f.Name + "(" + b + ")", Fact: x, Scope: f.Name})
	}
}

// method finds the matchers for a receiver that nothing in the file tells: an
// unresolved name, or what a function of the project returned, but no function
// of an imported module.
func (s *search) method(f fact.Call) {
	dot := strings.LastIndexByte(f.Name, '.')
	list := s.x.methods[f.Name[dot+1:]]
	if len(list) == 0 || !f.Unresolved && dot >= 0 && s.names().modules[f.Name[:dot]] {
		return
	}
	receiver := f.Recv
	if receiver == "" && dot >= 0 {
		receiver = f.Name[:dot]
	}
	receiver = strings.ToLower(receiver[strings.LastIndexByte(receiver, '.')+1:])
	for _, m := range list {
		if r := m.receiver(); (r == "" || globWord(r, receiver)) && s.names().parents[m.Of] {
			s.found = append(s.found, m)
		}
	}
}

// names is what a file imports and defines.
type names struct {
	modules map[string]bool // absolute imports
	parents map[string]bool // they and the packages they are in
	open    []fact.Import   // imports that give names without binding them to the module
	bound   map[string]bool // first segments of names that an import binds
	defined map[string]bool // functions and classes at the top
}

// The bounds of what is kept: modules that are tried for a name, and packages
// around a module.
const (
	maxOpen  = 64
	maxDepth = 16
)

func (s *search) names() *names {
	if s.seen != nil {
		return s.seen
	}
	ext := path.Ext(s.path)
	n := &names{modules: map[string]bool{}, parents: map[string]bool{}, bound: map[string]bool{}, defined: map[string]bool{}}
	for _, f := range s.facts {
		switch f := f.(type) {
		case fact.Import:
			if f.Level > 0 {
				continue
			}
			n.modules[f.Module] = true
			for m, left := f.Module, maxDepth; left > 0 && !n.parents[m]; m, left = m[:max(0, strings.LastIndexByte(m, '.'))], left-1 {
				n.parents[m] = true
			}
			n.bound[first(f.Module)] = true
			if (f.Name == "*" || f.Name != "" && ext == ".jl") && len(n.open) < maxOpen {
				n.open = append(n.open, f)
			}
		case fact.Define:
			if !strings.Contains(f.Name, ".") {
				n.defined[f.Name] = true
			}
		}
	}
	switch ext {
	case ".R", ".r", ".Rmd", ".rmd", ".qmd": // what R attaches by itself
		for _, m := range [...]string{"base", "stats", "utils"} {
			n.open = append(n.open, fact.Import{Module: m, Name: "*"})
		}
	}
	s.seen = n
	return n
}
