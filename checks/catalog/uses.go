package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Use is a fact that shows a tool in a role.
type Use struct {
	Tool     *Tool
	Role     Role
	Strength Strength
	Path     string
	Line     int    // 0 when the path alone shows it
	What     string // short text for evidence: "mlflow.log_metric", "mlflow models serve"
	Fact     fact.Fact
	Scope    string // the definition a call stands in or a decorator is on; the job of a command, action or image
	Magic    bool   // from a notebook
	Match    *Matcher
}

// Uses returns the uses that a file's path and facts show, in the order of the
// facts, at most one for each fact, tool and role: the strongest. File.Facts
// may be empty.
func (c *Catalog) Uses(path string, file fact.File) []Use {
	s := search{x: &c.index, path: path, facts: file.Facts}
	s.files()
	for _, f := range file.Facts {
		s.first = len(s.uses)
		s.fact(f)
	}
	return s.uses
}

// search walks the facts of one file.
type search struct {
	x     *index
	path  string
	facts []fact.Fact
	uses  []Use
	found []*Matcher // scratch
	first int        // where the uses of the current fact begin
	seen  *names     // what the file imports and defines; nil until asked
}

func (s *search) files() {
	base := s.path[strings.LastIndexByte(s.path, '/')+1:]
	for _, list := range [...][]*Matcher{s.x.files[base], s.x.files[""]} {
		for _, m := range list {
			if globPath(m.Pattern, s.path, '/') {
				s.found = append(s.found, m)
			}
		}
	}
	s.emit(Use{What: s.path})
}

// emit adds a use for each matcher found unless the fact already has one for
// that tool and role, and forgets them.
func (s *search) emit(u Use) {
	if len(s.found) == 0 {
		return
	}
	if len(s.found) > 1 {
		slices.SortStableFunc(s.found, func(a, b *Matcher) int {
			return cmp.Or(strings.Compare(a.tool.ID, b.tool.ID), strings.Compare(string(a.Role), string(b.Role)), cmp.Compare(b.Strength, a.Strength))
		})
	}
	for _, m := range s.found {
		if slices.ContainsFunc(s.uses[s.first:], func(o Use) bool { return o.Tool == m.tool && o.Role == m.Role }) {
			continue
		}
		u.Tool, u.Role, u.Strength, u.Path, u.Match = m.tool, m.Role, m.Strength, s.path, m
		s.uses = append(s.uses, u)
	}
	s.found = s.found[:0]
}

func (s *search) fact(x fact.Fact) {
	switch f := x.(type) {
	case fact.Call:
		s.call(f, Use{Line: f.Line, What: f.Name, Fact: x, Scope: f.Scope, Magic: f.Magic})
	case fact.Define:
		s.define(f, x)
	case fact.Import:
		if f.Level == 0 {
			name := f.Module
			if f.Name != "" && f.Name != "*" {
				name += "." + f.Name
			}
			s.found = s.x.imports.find(s.found, name, 0, '.', true)
			s.emit(Use{Line: f.Line, What: "import " + f.Module, Fact: x, Scope: f.Scope})
		}
	case fact.Command:
		s.command(f, x)
	case fact.Uses:
		s.reference(f, x)
	case fact.Image:
		s.found = s.x.images.find(s.found, imageName(f.Ref), 0, '/', false)
		s.emit(Use{Line: f.Line, What: f.Ref, Fact: x, Scope: f.Stage})
	case fact.Dependency:
		s.found = s.x.deps.find(s.found, f.Ecosystem+"/"+f.Name, 0, '/', false)
		s.emit(Use{Line: f.Line, What: f.Name, Fact: x})
	case fact.Resource:
		s.attrs(s.x.resources[f.System], f.Kind, f.Attrs, Use{Line: f.Line, What: strings.TrimSpace(f.Kind + " " + f.Name), Fact: x})
	case fact.Stage:
		attrs := stageAttrs(f)
		s.attrs(s.x.stages[f.System], f.Name, attrs, Use{Line: f.Line, What: f.System + " " + f.Name, Fact: x})
	}
}
