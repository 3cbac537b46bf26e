package manifest

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// scriptTable reads a table of named scripts as task runners have it.
func (r *reader) scriptTable(n *settings.Node) { r.scripts(n, "", false) }

// scripts reads a table whose names get a prefix. With refs a script of one
// line may be the name of another.
func (r *reader) scripts(n *settings.Node, prefix string, refs bool) {
	t := scriptTable{reader: r, prefix: prefix, refs: refs, names: map[string]bool{}}
	for _, s := range n.Each() {
		t.names[s.Key] = true
	}
	for _, s := range n.Each() {
		if s.Key != "_" {
			t.script(s)
		}
	}
}

type scriptTable struct {
	*reader
	prefix string
	refs   bool
	names  map[string]bool
}

// script reads one script: a command line, a list, or a table that says what
// kind of thing it is.
func (t scriptTable) script(n *settings.Node) {
	stage := fact.Stage{Pos: fact.Pos{Line: n.At()}, System: "script", Name: t.prefix + n.Key}
	switch {
	case n.IsScalar() && t.refs:
		t.sequence(&stage, &settings.Node{Kind: settings.List, Items: []*settings.Node{n}})
	case n.IsScalar():
		t.commands(n, stage.Name, "")
	case n.IsList():
		t.sequence(&stage, n)
	case n.IsMap():
		t.table(&stage, n)
	default:
		return
	}
	t.add(stage)
}

func (t scriptTable) table(stage *fact.Stage, n *settings.Node) {
	stage.Dir = n.Str("cwd") + n.Str("working_dir")
	stage.Target, _, _ = strings.Cut(n.Str("call")+n.Str("script"), "(")
	for _, key := range []string{"ref", "deps", "depends", "depends-on", "depends_on"} {
		for _, dep := range n.Get(key).Each() {
			stage.Deps = append(stage.Deps, nonEmpty(dep.Str(), dep.Str("task"))...)
		}
		stage.Deps = append(stage.Deps, nonEmpty(n.Str(key))...)
	}
	for _, key := range []string{"cmd", "run", "shell", "sequence", "composite", "chain", "parallel"} {
		body := n.Get(key)
		switch {
		case body.IsScalar():
			t.commands(body, stage.Name, stage.Dir)
		case key == "cmd" && body.IsList():
			t.argv(body.Strings(), body.At(), stage.Name, stage.Dir)
		case body.IsList():
			t.sequence(stage, body)
		}
	}
}

// sequence reads the steps of a list: the name of another script, with
// arguments or without, a command, or a table.
func (t scriptTable) sequence(stage *fact.Stage, list *settings.Node) {
	for _, item := range list.Each() {
		if item.IsScalar() {
			first, _, _ := strings.Cut(item.Text, " ")
			if t.names[first] && t.prefix+first != stage.Name {
				stage.Deps = append(stage.Deps, t.prefix+first)
				continue
			}
			t.commands(item, stage.Name, stage.Dir)
			continue
		}
		stage.Deps = append(stage.Deps, nonEmpty(item.Str("ref"))...)
		for _, key := range []string{"cmd", "shell"} {
			if body := item.Get(key); body.IsScalar() {
				t.commands(body, stage.Name, stage.Dir)
			}
		}
	}
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// packageJSON reads the dependencies and scripts of a Node package.
func (r *reader) packageJSON(n *settings.Node) {
	about := fact.Resource{Pos: fact.Pos{Line: 1}, System: "json", Kind: "npm-package", Name: n.Str("name")}
	for _, key := range []string{"description", "private"} {
		if text := n.Str(key); text != "" {
			about.Attrs = append(about.Attrs, fact.Attr{Key: key, Value: text, Line: n.Get(key).At()})
		}
	}
	if about.Name != "" || len(about.Attrs) > 0 {
		r.add(about)
	}
	for _, table := range []struct{ key, group string }{
		{"dependencies", ""}, {"devDependencies", "dev"}, {"peerDependencies", "peer"}, {"optionalDependencies", "optional"},
	} {
		for _, p := range n.Get(table.key).Each() {
			if !p.IsScalar() {
				continue
			}
			r.add(fact.Dependency{
				Pos: fact.Pos{Line: p.At()}, Ecosystem: "npm", Name: strings.ToLower(p.Key),
				Spec: p.Text, Pinned: exactVersion(p.Text), Group: table.group,
			})
		}
	}
	r.scriptTable(n.Get("scripts"))
}

// mise reads the tasks of mise.toml.
func (r *reader) mise(n *settings.Node) { r.scriptTable(n.Get("tasks")) }
