package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// reference looks at an action or the like by its name, and at a pre-commit
// hook by its repository and its id.
func (s *search) reference(f fact.Uses, x fact.Fact) {
	ref := unversioned(f)
	if f.Kind != "hook" {
		s.found = s.x.actions.find(s.found, ref, 0, '/', false)
		s.keep(func(m *Matcher) bool { return hasArg(f.With, m.With) })
		s.emit(Use{Line: f.Line, What: f.Ref, Fact: x, Scope: f.Job})
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
	s.emit(Use{Line: f.Line, What: what, Fact: x, Scope: f.Job})
}

// unversioned is a reference in lower case without its version: after "@", in
// Bitbucket ":" and in Buildkite "#". A CircleCI orb has it in the middle.
func unversioned(f fact.Uses) string {
	ref, version, _ := strings.Cut(strings.ToLower(f.Ref), "@")
	if _, command, ok := strings.Cut(version, "/"); ok && f.Kind == "orb" {
		return ref + "/" + command
	}
	if i := strings.LastIndexAny(ref, ":#"); i > strings.LastIndexByte(ref, '/') {
		ref = ref[:i]
	}
	return ref
}

// command looks at what really runs below wrappers such as poetry run, and at
// the command as it stands, because some wrappers are tools themselves.
func (s *search) command(f fact.Command, x fact.Fact) {
	for i, argv := range append([][]string{f.Argv}, shell.Inner(f)...) {
		if len(argv) == 0 || i == 1 && slices.Equal(argv, f.Argv) {
			continue
		}
		s.program(argv, f, x)
		if mod := module(argv); mod != nil {
			s.program(mod, f, x)
		}
	}
}

func (s *search) program(argv []string, f fact.Command, x fact.Fact) {
	for _, m := range s.x.commands[commandName(argv[0])] {
		if leads(m.words, argv) {
			name, glob, valued := strings.Cut(m.With, "=")
			if name == "" || hasWord(argv, name, glob, valued) {
				s.found = append(s.found, m)
			}
		}
	}
	if len(s.found) > 0 {
		s.emit(Use{Line: f.Line, What: brief(argv), Fact: x, Scope: f.Job})
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

// stageAttrs gives a stage the shape of a document: its own attributes, and
// metrics, params, deps and outs with one path each.
func stageAttrs(f fact.Stage) []fact.Attr {
	var attrs []fact.Attr
	for _, a := range f.Attrs {
		attrs = append(attrs, fact.Attr{Line: f.Line, Key: a.Name, Value: a.Value.Text})
	}
	for key, paths := range map[string][]string{"metrics": f.Metrics, "params": f.Params, "deps": f.Deps, "outs": f.Outs} {
		for _, p := range paths {
			attrs = append(attrs, fact.Attr{Line: f.Line, Key: key, Value: p})
		}
	}
	return attrs
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
