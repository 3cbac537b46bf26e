package makefile

import (
	"errors"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// task reads a Taskfile.
func (r *reader) task(src []byte) {
	docs, err := settings.YAML(src)
	if errors.Is(err, settings.ErrLarge) {
		r.part = err
	} else {
		r.err = err
	}
	if len(docs) == 0 {
		return
	}
	root := docs[0]
	r.taskVars(root.Get("vars"))
	for _, inc := range root.Get("includes").Each() {
		ref := inc.Str("taskfile")
		if inc.IsScalar() {
			ref = inc.Text
		}
		if ref != "" {
			r.facts = append(r.facts, fact.Uses{Pos: fact.Pos{Line: inc.Line}, Kind: "include", Ref: ref})
		}
	}
	env := ci.Env(root.Get("env"), r.taskFill)
	file := ci.NewFile(r.ctx, src)
	for _, t := range root.Get("tasks").Each() {
		r.taskVars(t.Get("vars"))
		dir := r.taskFill(t.Str("dir"))
		s := fact.Stage{Pos: fact.Pos{Line: t.Line}, System: "task", Name: t.Key, Dir: dir,
			Outs: t.Get("generates").Strings()}
		for _, d := range t.Get("deps").Each() {
			s.Deps = append(s.Deps, taskName(d))
		}
		s.Deps = append(s.Deps, t.Get("sources").Strings()...)
		r.stage(s)
		if r.stopped() {
			break
		}
		o := shell.Options{Job: t.Key, Dir: dir, Env: append(env[:len(env):len(env)], ci.Env(t.Get("env"), r.taskFill)...), Expressions: true,
			Masked: ci.True(t.Get("ignore_error"))}
		cmds := t.Get("cmds").Each()
		switch {
		case t.IsScalar():
			cmds = []*settings.Node{t}
		case t.IsList():
			cmds = t.Items
		case t.Get("cmd") != nil:
			cmds = append(cmds, t.Get("cmd"))
		}
		for i, c := range cmds {
			o := o
			o.Step = i
			o.Masked = o.Masked || ci.True(c.Get("ignore_error"))
			if call := c.Get("task"); call.IsScalar() {
				file.Add(fact.Command{Pos: fact.Pos{Line: call.Line}, Argv: []string{"task", r.taskFill(call.Text)}, Dir: dir, Job: t.Key, Step: i, Masked: o.Masked})
				continue
			}
			if c.IsMap() {
				c = c.Get("cmd")
			}
			file.Script(c, o, "", r.taskFill)
		}
	}
	commands, err := file.Facts()
	r.facts = append(r.facts, commands...)
	if errors.Is(err, shell.ErrDeep) {
		r.part = err
	} else if r.err == nil {
		r.err = err
	}
}

func taskName(n *settings.Node) string {
	if n.IsMap() {
		return n.Str("task")
	}
	return n.Text
}

func (r *reader) taskVars(n *settings.Node) {
	for _, v := range n.Each() {
		if v.IsScalar() && !strings.Contains(v.Text, "{{") && len(v.Text) <= maxText {
			r.vars["."+v.Key] = variable{text: v.Text}
		} else {
			r.vars["."+v.Key] = variable{computed: true}
		}
	}
}

// taskFill fills in {{.NAME}}.
func (r *reader) taskFill(text string) string {
	return justLookup.ReplaceAllStringFunc(text, func(s string) string {
		expr := strings.TrimSpace(strings.Trim(justLookup.FindStringSubmatch(s)[1], "-"))
		if v, ok := r.vars[expr]; ok && !v.computed {
			return strings.ReplaceAll(v.text, "\n", " ")
		}
		switch name := strings.TrimPrefix(expr, "."); {
		case name == "ROOT_DIR" || name == "TASKFILE_DIR" || name == "USER_WORKING_DIR":
			return "."
		case shellName.MatchString(name):
			return "${" + name + "}"
		}
		return "${{ " + expr + " }}"
	})
}
