package shell

import (
	"path"
	"slices"
	"strings"
)

// value is what is known of a variable: its text, or the elements of an array.
// A guessed value holds "${…}" text or rests on a default.
type value struct {
	words   []string
	array   bool
	guessed bool
	unknown bool // set to something nobody can tell
}

// state is what one shell process knows at a point of the script. A subshell
// or branch works on a child, so that what it sets does not leak.
type state struct {
	parent   *state
	vars     map[string]value
	dir      string
	back     string   // where cd - goes
	stack    []string // of pushd
	env      []string // carried by every command; never changed in place
	errExit  bool
	pipeFail bool
}

func (s *state) child() *state {
	c := *s
	c.parent, c.vars = s, nil
	return &c
}

func (s *state) lookup(name string) (value, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.vars[name]; ok {
			return v, !v.unknown
		}
	}
	return value{}, false
}

func (s *state) set(name string, v value) {
	if s.vars == nil {
		s.vars = map[string]value{}
	}
	s.vars[name] = v
}

// forget makes unknown what a branch may or may not have set. What it only adds
// to keeps its beginning.
func (s *state) forget(branch *state) {
	for name, v := range branch.vars {
		old, ok := s.lookup(name)
		switch {
		case ok && same(old, v):
		case ok && extends(v, old):
			old.guessed = true
			s.set(name, old)
		default:
			s.set(name, value{unknown: true})
		}
	}
}

// extends says whether a value is another one and more behind it.
func extends(v, old value) bool {
	if v.unknown || old.unknown || v.array != old.array || len(old.words) == 0 || len(v.words) < len(old.words) {
		return false
	}
	if !v.array {
		return strings.HasPrefix(v.words[0], old.words[0]) && old.words[0] != ""
	}
	return slices.Equal(v.words[:len(old.words)], old.words)
}

func same(a, b value) bool {
	return a.unknown == b.unknown && a.array == b.array && strings.Join(a.words, "\x00") == strings.Join(b.words, "\x00")
}

// export makes later commands carry a variable.
func (s *state) export(name, text string) {
	kept := make([]string, 0, len(s.env)+1)
	for _, e := range s.env {
		if !strings.HasPrefix(e, name+"=") {
			kept = append(kept, e)
		}
	}
	if len(kept) < maxEnv {
		kept = append(kept, name+"="+cut(text, 256))
	}
	s.env = kept
}

// chdir follows a cd. A folder that is not known stays as its "${…}" text.
func (s *state) chdir(to string) {
	switch to {
	case "-":
		s.dir, s.back = s.back, s.dir
		return
	case "":
		to = "~"
	}
	s.back, s.dir = s.dir, join(s.dir, to)
}

func join(dir, to string) string {
	switch {
	case to == "." || to == "./":
		return dir
	case strings.HasPrefix(to, "/"), strings.HasPrefix(to, "~"), strings.HasPrefix(to, "${"):
		dir = ""
	}
	if strings.Contains(dir, "${") || strings.Contains(to, "${") {
		if dir == "" {
			return cut(strings.TrimSuffix(to, "/"), 512)
		}
		return cut(dir+"/"+strings.TrimSuffix(strings.TrimPrefix(to, "./"), "/"), 512)
	}
	if joined := path.Join(dir, to); joined != "." {
		return cut(joined, 512)
	}
	return ""
}

// cut bounds a text without splitting a rune.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
