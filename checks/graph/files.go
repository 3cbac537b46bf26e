package graph

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// linkFiles follows arguments that name a program or a document of the
// repository: an estimator's entry point, a component's definition.
func (g *Graph) linkFiles(file string, from ID, c fact.Call) {
	dirs := []string{dirOf(file), ""}
	for _, a := range c.Args {
		if a.Value.Kind == fact.String && !strings.Contains(a.Value.Text, ".") && strings.Contains(strings.ToLower(a.Name), "dir") || a.Name == "code" {
			if d, ok := g.lookupDir(a.Value.Text, dirs...); ok && d != "" {
				dirs = append([]string{d}, dirs...)
			}
		}
	}
	for _, a := range c.Args {
		if a.Value.Kind == fact.Name && strings.Contains(a.Name, "script") {
			if f, ok := g.settingOf(file, a.Value.Text); ok {
				g.link(from, Edge{To: g.run(f), Line: c.Line})
			}
			continue
		}
		text := strings.TrimPrefix(a.Value.Text, "./")
		if ext := pathExt(text); a.Value.Kind == fact.Format && (ext == ".yml" || ext == ".yaml" || ext == ".py") {
			if f, ok := g.uploaded(text); ok {
				g.link(from, Edge{To: g.run(f), Line: c.Line})
				continue
			}
			for _, f := range g.glob(g.pattern(file, c.Scope, text)) {
				for _, t := range append(g.documentsOf(f, true), g.file(f, []string{""}, false, false)...) {
					if ext == ".py" || g.Nodes[t.id].Kind == Resource {
						g.link(from, Edge{To: t.id, Line: c.Line, Guessed: true})
					}
				}
			}
			continue
		}
		if a.Value.Kind != fact.String || len(text) > 200 || strings.ContainsAny(text, " \n") {
			continue
		}
		switch pathExt(text) {
		case ".py", ".R", ".sh", ".ipynb":
			if f, guessed, ok := g.lookup(file, text, dirs...); ok && f != file {
				g.link(from, Edge{To: g.run(f), Line: c.Line, Guessed: guessed})
			}
		case ".yml", ".yaml":
			for _, t := range g.documentsIn(text, dirs) {
				if t.broken == "" {
					g.link(from, Edge{To: t.id, Line: c.Line, Guessed: t.guessed})
				}
			}
		}
	}
}

// programName finds the name of a program within a setting.
var programName = regexp.MustCompile(`[\w./-]+\.py\b`)

// linkSetting follows a program named by an environment variable: by the
// default in code, or by the value a CI file sets.
func (g *Graph) linkSetting(file string, from ID, c fact.Call) {
	if c.Name != "os.environ.get" && c.Name != "os.getenv" || len(c.Args) == 0 || c.Args[0].Value.Kind != fact.String {
		return
	}
	value := g.setting(c)
	name := programName.FindString(value)
	if name == "" {
		return
	}
	if f, _, ok := g.lookup(file, name, "", dirOf(file)); ok && f != file {
		g.link(from, Edge{To: g.run(f), Line: c.Line, Guessed: true})
	}
}

// setting is the program an environment variable names: what a CI file sets,
// else the default in code.
func (g *Graph) setting(c fact.Call) string {
	if g.settings == nil {
		g.settings = map[string]string{}
		note := func(list []string) {
			for _, e := range list {
				if name, value, ok := strings.Cut(e, "="); ok && strings.Contains(value, ".py") {
					g.settings[name] = value
				}
			}
		}
		for _, j := range fact.All[fact.Job](g.set) {
			note(j.Env)
		}
		for _, x := range fact.All[fact.Command](g.set) {
			note(x.Env)
		}
		for _, r := range fact.All[fact.Resource](g.set) {
			if r.System == "yaml" {
				variablesOf(r, func(e string) { note([]string{e}) })
			}
		}
	}
	value := g.settings[c.Args[0].Value.Text]
	if value == "" && len(c.Args) > 1 && c.Args[1].Value.Kind == fact.String {
		value = c.Args[1].Value.Text
	}
	return value
}

// pattern turns an f-string into a glob: what the same function set to a
// constant, or joined from constants, is filled in; the rest is "*".
func (g *Graph) pattern(file, scope, text string) string {
	for range 8 {
		i := strings.IndexByte(text, '{')
		j := strings.IndexByte(text, '}')
		if i < 0 || j < i {
			break
		}
		text = text[:i] + g.constant(file, scope, text[i+1:j]) + text[j+1:]
	}
	return strings.TrimPrefix(text, "./")
}

func (g *Graph) constant(file, scope, name string) string {
	for _, x := range g.set.Of(file) {
		switch v := x.(type) {
		case fact.Assign:
			if v.Name == name && v.Value.Kind == fact.String && (v.Scope == scope || v.Scope == "") {
				return v.Value.Text
			}
		case fact.Call:
			if v.Target != name || v.Scope != scope && v.Scope != "" || lastName(v.Name) != "join" {
				continue
			}
			var parts []string
			for _, a := range v.Args {
				if a.Value.Kind == fact.String {
					parts = append(parts, strings.Trim(a.Value.Text, "/"))
				}
			}
			if len(parts) > 0 {
				return strings.Join(parts, "/")
			}
		}
	}
	return "*"
}

func pathExt(p string) string {
	if i := strings.LastIndexByte(p, '.'); i >= 0 && !strings.Contains(p[i:], "/") {
		return p[i:]
	}
	return ""
}
