package graph

import (
	"path"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// learn notes which folders the repository puts on Python's search path:
// pytest's pythonpath, PYTHONPATH of commands and jobs, code that adds to
// sys.path.
func (m *modules) learn(set *fact.Set) {
	for p, r := range fact.All[fact.Resource](set) {
		for _, a := range r.Attrs {
			if i := strings.Index(a.Key, "pythonpath"); i >= 0 && (i == 0 || a.Key[i-1] == '.') {
				for _, d := range strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == '\n' || r == ',' }) {
					m.root(path.Dir(p), d)
				}
			}
		}
	}
	env := func(dir string, list []string) {
		for _, e := range list {
			if v, ok := strings.CutPrefix(e, "PYTHONPATH="); ok {
				for _, d := range strings.Split(v, ":") {
					m.root(dir, d)
				}
			}
		}
	}
	for _, j := range fact.All[fact.Job](set) {
		env(j.Dir, j.Env)
	}
	for _, c := range fact.All[fact.Command](set) {
		env(c.Dir, c.Env)
	}
	for _, f := range set.Files() {
		for _, x := range f.Facts {
			if c, ok := x.(fact.Call); ok && pathCalls[c.Name] && len(c.Args) > 0 {
				m.added(f, c.Args[len(c.Args)-1].Value)
			}
		}
	}
}

var pathCalls = map[string]bool{"sys.path.insert": true, "sys.path.append": true, "site.addsitedir": true}

// quoted finds the literals of an expression: root / "src" / "jobs".
var quoted = regexp.MustCompile(`["']([\w./-]+)["']`)

// added notes the folder that code adds to sys.path: the literal pieces of the
// path, seen from the file's own folder or one above it.
func (m *modules) added(f fact.File, v fact.Value) {
	var pieces []string
	piece := func(s string) {
		if s = strings.Trim(s, "./"); s != "" {
			pieces = append(pieces, s)
		}
	}
	switch v.Kind {
	case fact.String:
		piece(v.Text)
	case fact.Other:
		for _, q := range quoted.FindAllStringSubmatch(v.Text, 8) {
			piece(q[1])
		}
	case fact.Name, fact.CallOf:
		// The value a variable holds, or the call itself, stands in the facts as
		// a call of os.path.join.
		for _, x := range f.Facts {
			if c, ok := x.(fact.Call); ok && lastName(c.Name) == "join" && (c.Name == v.Text || c.Target == v.Text) {
				for _, a := range c.Args {
					if a.Value.Kind == fact.String {
						piece(a.Value.Text)
					}
				}
				if len(pieces) > 0 {
					break
				}
			}
		}
	}
	if len(pieces) == 0 {
		return
	}
	for dir := path.Dir(f.Path); ; dir = path.Dir(dir) {
		if m.root(dir, path.Join(pieces...)) || dir == "." || dir == "/" {
			return
		}
	}
}

// root notes a folder of the repository.
func (m *modules) root(dir, d string) bool {
	for _, w := range workspace {
		if rest, ok := strings.CutPrefix(d+"/", w); ok {
			d, dir = rest, ""
			break
		}
	}
	if d = path.Join(dir, d); d == "." || strings.ContainsAny(d, "${}") || !m.tree.HasDir(d) {
		return false
	}
	m.roots[d] = true
	return true
}

// declared returns the one candidate that lies in a declared folder.
func (m *modules) declared(candidates []string, dotted string) (string, bool) {
	found := ""
	for _, c := range candidates {
		if m.roots[moduleRoot(c, dotted)] {
			if found != "" {
				return "", false
			}
			found = c
		}
	}
	return found, found != ""
}
