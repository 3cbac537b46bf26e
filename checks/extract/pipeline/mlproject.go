package pipeline

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// mlproject reads the entry points of an MLflow project. Parameters stand in
// braces in the command and are kept as "${name}".
func (r *reader) mlproject(n *settings.Node) {
	var env []fact.Arg
	for _, key := range []string{"name", "conda_env", "python_env"} {
		if v := n.Get(key); v.IsScalar() {
			env = append(env, argOf(v))
		}
	}
	if image := n.Str("docker_env", "image"); image != "" {
		env = append(env, text("image", image))
	}
	for _, e := range n.Get("entry_points").Each() {
		stage := fact.Stage{Pos: fact.Pos{Line: e.At()}, System: "mlproject", Name: e.Key, Attrs: env}
		pairs := []string{}
		for _, p := range e.Get("parameters").Each() {
			stage.Params = append(stage.Params, p.Key)
			pairs = append(pairs, "{"+p.Key+"}", "${"+p.Key+"}")
		}
		r.add(stage)
		if c := e.Get("command"); c.IsScalar() {
			src := strings.NewReplacer(pairs...).Replace(c.Text)
			r.commands(src, shell.Options{Line: c.ScriptLine(), Job: e.Key})
		}
	}
}

// preCommit reads the hooks; what a local hook runs is a command as well.
func (r *reader) preCommit(n *settings.Node) {
	for _, repo := range n.Get("repos").Each() {
		ref := repo.Str("repo")
		if rev := repo.Str("rev"); rev != "" {
			ref += "@" + rev
		}
		for _, h := range repo.Get("hooks").Each() {
			if h.Str("id") == "" {
				continue
			}
			u := fact.Uses{Pos: fact.Pos{Line: h.At()}, Kind: "hook", Ref: ref, With: []fact.Arg{text("id", h.Str("id"))}}
			for _, key := range []string{"args", "stages", "additional_dependencies"} {
				if list := h.Get(key); len(list.Strings()) > 0 {
					u.With = append(u.With, listArg(key, list.Strings()))
				}
			}
			r.add(u)
			if ref == "local" {
				r.localHook(h)
			}
		}
	}
}

func (r *reader) localHook(h *settings.Node) {
	entry := h.Get("entry")
	switch h.Str("language") {
	case "pygrep", "fail", "docker_image":
		return // the entry is a pattern, a message or an image
	}
	if !entry.IsScalar() {
		return
	}
	commands, _ := shell.Parse(r.ctx, entry.Text, shell.Options{Line: entry.ScriptLine(), Job: "pre-commit"})
	args := h.Get("args").Strings()
	for i, c := range commands {
		if i == len(commands)-1 {
			c.Argv = append(c.Argv, args...)
		}
		r.add(c)
	}
}

func listArg(name string, list []string) fact.Arg {
	v := fact.Value{Kind: fact.List}
	for _, s := range list[:min(len(list), 64)] {
		v.Items = append(v.Items, fact.Value{Kind: fact.String, Text: settings.Cut(s, 1024)})
	}
	return fact.Arg{Name: name, Value: v}
}

// renovate reads JSON with the comments that JSON5 allows on lines of their
// own. A file that still cannot be read is there all the same.
func (r *reader) renovate(src []byte) {
	lines := strings.SplitAfter(string(src), "\n")
	for i, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), "//") {
			lines[i] = "\n"
		}
	}
	docs, _ := settings.YAML([]byte(strings.Join(lines, "")))
	var doc *settings.Node
	if len(docs) > 0 {
		doc = docs[0]
	}
	r.resource("renovate", "", doc)
}
