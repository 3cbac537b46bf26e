package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
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
	x       *index
	path    string
	facts   []fact.Fact
	uses    []Use
	found   []*Matcher // scratch
	first   int        // where the uses of the current fact begin
	modules []string   // what the file imports; nil until asked
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

func (s *search) fact(f fact.Fact) {
	switch f := f.(type) {
	case fact.Call:
		s.call(f, Use{Line: f.Line, What: f.Name, Fact: f, Scope: f.Scope, Magic: f.Magic})
	case fact.Define:
		s.define(f)
	case fact.Import:
		if f.Level == 0 {
			name := f.Module
			if f.Name != "" && f.Name != "*" {
				name += "." + f.Name
			}
			s.found = s.x.imports.find(s.found, name, 0, '.', true)
			s.emit(Use{Line: f.Line, What: "import " + f.Module, Fact: f, Scope: f.Scope})
		}
	case fact.Command:
		s.command(f)
	case fact.Uses:
		s.reference(f)
	case fact.Image:
		s.found = s.x.images.find(s.found, imageName(f.Ref), 0, '/', false)
		s.emit(Use{Line: f.Line, What: f.Ref, Fact: f, Scope: f.Stage})
	case fact.Dependency:
		s.found = s.x.deps.find(s.found, f.Ecosystem+"/"+f.Name, 0, '/', false)
		s.emit(Use{Line: f.Line, What: f.Name, Fact: f})
	case fact.Resource:
		s.attrs(s.x.resources[f.System], f.Kind, f.Attrs, Use{Line: f.Line, What: strings.TrimSpace(f.Kind + " " + f.Name), Fact: f})
	case fact.Stage:
		attrs := make([]fact.Attr, 0, len(f.Attrs))
		for _, a := range f.Attrs {
			attrs = append(attrs, fact.Attr{Line: f.Line, Key: a.Name, Value: a.Value.Text})
		}
		s.attrs(s.x.stages[f.System], f.Name, attrs, Use{Line: f.Line, What: f.System + " " + f.Name, Fact: f})
	}
}

// call looks a call up by its resolved name; only a call that no pattern knows
// is tried by its method, because a known name says more than a guess.
func (s *search) call(f fact.Call, u Use) {
	if !f.Unresolved {
		s.found = s.x.calls.find(s.found, f.Name, 0, '.', false)
	}
	if len(s.found) == 0 {
		s.method(f)
	}
	s.keep(func(m *Matcher) bool { return hasArg(f.Args, m.With) })
	s.emit(u)
}

// define looks at the decorators and bases of a definition.
func (s *search) define(f fact.Define) {
	for _, d := range f.Decorators {
		if !d.Unresolved {
			s.found = s.x.decorators.find(s.found, d.Name, 0, '.', false)
		}
		if len(s.found) == 0 {
			s.method(d)
		}
		s.keep(func(m *Matcher) bool { return hasArg(d.Args, m.With) })
		s.emit(Use{Line: cmp.Or(d.Line, f.Line), What: "@" + d.Name, Fact: f, Scope: f.Name, Magic: d.Magic})
	}
	for _, b := range f.Bases {
		s.found = s.x.bases.find(s.found, b, 0, '.', false)
		s.emit(Use{Line: f.Line, What: "class " + f.Name + "(" + b + ")", Fact: f, Scope: f.Name})
	}
}

// method finds the matchers for a receiver that nothing in the file tells: an
// unresolved name, or what a function of the project returned.
func (s *search) method(f fact.Call) {
	dot := strings.LastIndexByte(f.Name, '.')
	list := s.x.methods[f.Name[dot+1:]]
	if len(list) == 0 || !f.Unresolved && dot >= 0 && s.imported(f.Name[:dot]) {
		return
	}
	receiver := f.Recv
	if receiver == "" && dot >= 0 {
		receiver = f.Name[:dot]
	}
	receiver = strings.ToLower(receiver[strings.LastIndexByte(receiver, '.')+1:])
	for _, m := range list {
		if r := m.receiver(); (r == "" || globWord(r, receiver)) && s.imports(m.Of) {
			s.found = append(s.found, m)
		}
	}
}

// imported says whether the file imports exactly this module, so that the call
// is one of the module's functions and no method of an object.
func (s *search) imported(module string) bool {
	return slices.Contains(s.moduleNames(), module)
}

// imports says whether the file imports the module or something in it.
func (s *search) imports(module string) bool {
	return slices.ContainsFunc(s.moduleNames(), func(name string) bool {
		return strings.HasPrefix(name, module) && (len(name) == len(module) || name[len(module)] == '.')
	})
}

func (s *search) moduleNames() []string {
	if s.modules == nil {
		s.modules = []string{}
		for _, f := range s.facts {
			if f, ok := f.(fact.Import); ok && f.Level == 0 {
				s.modules = append(s.modules, f.Module)
			}
		}
	}
	return s.modules
}

// reference looks at an action or the like by its name, and at a pre-commit
// hook by its repository and its id.
func (s *search) reference(f fact.Uses) {
	ref, _, _ := strings.Cut(strings.ToLower(f.Ref), "@")
	if f.Kind != "hook" {
		s.found = s.x.actions.find(s.found, ref, 0, '/', false)
		s.keep(func(m *Matcher) bool { return hasArg(f.With, m.With) })
		s.emit(Use{Line: f.Line, What: f.Ref, Fact: f, Scope: f.Job})
		return
	}
	what := f.Ref
	s.found = s.x.hooks.find(s.found, strings.TrimSuffix(strings.TrimPrefix(ref, "https://"), ".git"), 0, '/', false)
	for _, a := range f.With {
		if a.Name == "id" {
			what = a.Value.Text
			s.found = s.x.hooks.find(s.found, strings.ToLower(what), 0, '/', false)
		}
	}
	s.emit(Use{Line: f.Line, What: what, Fact: f, Scope: f.Job})
}

// command looks at what really runs below wrappers such as poetry run, and at
// the command as it stands, because some wrappers are tools themselves.
func (s *search) command(f fact.Command) {
	for i, argv := range append([][]string{f.Argv}, shell.Inner(f)...) {
		if len(argv) == 0 || i == 1 && slices.Equal(argv, f.Argv) {
			continue
		}
		s.program(argv, f)
		if mod := module(argv); mod != nil {
			s.program(mod, f)
		}
	}
}

func (s *search) program(argv []string, f fact.Command) {
	for _, m := range s.x.commands[commandName(argv[0])] {
		if leads(m.words, argv) {
			name, glob, valued := strings.Cut(m.With, "=")
			if name == "" || hasWord(argv, name, glob, valued) {
				s.found = append(s.found, m)
			}
		}
	}
	if len(s.found) > 0 {
		s.emit(Use{Line: f.Line, What: brief(argv), Fact: f, Scope: f.Job})
	}
}

// attrs matches documents and stages: their kind, and where a matcher asks for
// one, an attribute, whose line is then the use's.
func (s *search) attrs(list []*Matcher, kind string, attrs []fact.Attr, u Use) {
	line := u.Line
	for _, m := range list {
		_, k, _ := strings.Cut(m.Pattern, "/")
		if !globWord(k, kind) {
			continue
		}
		u.Line = line
		if m.Key != "" {
			i := slices.IndexFunc(attrs, func(a fact.Attr) bool {
				return globPath(m.Key, a.Key, '.') && (m.Value == "" || globWord(m.Value, a.Value))
			})
			if i < 0 {
				continue
			}
			u.Line = cmp.Or(attrs[i].Line, line)
		}
		s.found = append(s.found, m)
		s.emit(u)
	}
}

// keep drops the matchers found that do not hold.
func (s *search) keep(holds func(*Matcher) bool) {
	if len(s.found) > 0 {
		s.found = slices.DeleteFunc(s.found, func(m *Matcher) bool { return m.With != "" && !holds(m) })
	}
}

// hasArg says whether an argument is there: by keyword, or by position as
// "0=glob". None and False count as absent.
func hasArg(args []fact.Arg, with string) bool {
	name, glob, valued := strings.Cut(with, "=")
	position, err := strconv.Atoi(name)
	for i, a := range args {
		if err == nil && (i != position || a.Name != "") || err != nil && a.Name != name {
			continue
		}
		if a.Value.Kind == fact.None || !valued && (a.Value.Text == "False" || a.Value.Text == "false") {
			return false
		}
		return !valued || globWord(glob, a.Value.Text) ||
			slices.ContainsFunc(a.Value.Items, func(v fact.Value) bool { return globWord(glob, v.Text) })
	}
	return false
}

// imageName is an image's name without Docker Hub's default prefixes, tag and
// digest.
func imageName(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		ref = ref[:i]
	}
	ref = strings.TrimPrefix(ref, "docker.io/")
	return strings.TrimPrefix(ref, "library/")
}

// brief is the start of a command, at most 80 bytes of whole words.
func brief(argv []string) string {
	text := commandName(argv[0])
	for _, w := range argv[1:] {
		if len(text)+len(w) > 79 {
			return text + " …"
		}
		text += " " + w
	}
	return text
}
