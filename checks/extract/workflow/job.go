package workflow

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// job is what the steps of a job need to know of it.
type job struct {
	name    string
	known   map[string]string // values of expressions
	vars    []string          // environment of workflow and job
	matrix  ci.Matrix
	shell   string
	dir     string
	windows bool
	mayFail bool
}

func (w *reader) job(n *settings.Node, end int, known map[string]string) {
	if !n.IsMap() {
		return
	}
	j := job{name: n.Key, known: maps.Clone(known), matrix: ci.NewMatrix(n.Get("strategy", "matrix"))}
	env := ci.Env(n.Get("env"), filler(j.known))
	addEnv(j.known, env)
	j.vars = slices.Concat([]string{"GITHUB_WORKSPACE=${REPO_ROOT}"}, w.env, env)
	j.shell = or(n.Str("defaults", "run", "shell"), w.root.Str("defaults", "run", "shell"))
	j.dir = or(n.Str("defaults", "run", "working-directory"), w.root.Str("defaults", "run", "working-directory"))
	j.mayFail = ci.True(n.Get("continue-on-error"))
	runsOn := w.runsOn(n.Get("runs-on"), j)
	j.windows = len(runsOn) > 0
	for _, r := range runsOn {
		j.windows = j.windows && windows.MatchString(r)
	}
	cond := n.Str("if")
	container := n.Get("container")
	image := ci.Fill(or(container.Str("image"), n.Str("container")), j.known)
	w.Add(fact.Job{
		Pos:         at(n),
		End:         end,
		Name:        n.Key,
		Title:       n.Str("name"),
		Needs:       n.Get("needs").Strings(),
		If:          cond,
		Off:         ci.False(cond),
		MayFail:     j.mayFail,
		RunsOn:      runsOn,
		Environment: ci.Fill(or(n.Str("environment"), n.Str("environment", "name")), j.known),
		Container:   image,
		Matrix:      n.Get("strategy", "matrix") != nil,
		Dir:         ci.Fill(j.dir, j.known),
		Env:         slices.Concat(w.env, env),
		File:        w.name,
	})
	if image != "" {
		w.Add(fact.Image{Pos: at(container), Ref: image, Role: "runs", Stage: n.Key})
	}
	for _, s := range n.Get("services").Each() {
		if ref := s.Str("image"); ref != "" {
			w.Add(fact.Image{Pos: at(s.Get("image")), Ref: ci.Fill(ref, j.known), Role: "runs", Stage: n.Key})
		}
	}
	if uses := n.Get("uses"); uses.IsScalar() {
		for _, row := range j.matrix.Rows(text(n.Get("with"))) {
			w.Add(fact.Uses{Pos: at(uses), Kind: "workflow", Ref: uses.Text, With: append(ci.Args(n.Get("with"), j.fill(row)), w.rights(n)...),
				Job: n.Key, If: cond, MayFail: j.mayFail})
		}
	}
	w.steps(n.Get("steps"), j)
}

// rights are what a job lets a called workflow do that says what it is for: a
// workflow that may write packages publishes what it builds.
func (w *reader) rights(n *settings.Node) []fact.Arg {
	given := n.Get("permissions")
	if given == nil {
		given = w.root.Get("permissions")
	}
	if given.Str("packages") != "write" {
		return nil
	}
	return []fact.Arg{{Name: "permissions.packages", Value: fact.Value{Kind: fact.String, Text: "write"}}}
}

// runsOn lists the runner labels, a matrix written out.
func (w *reader) runsOn(n *settings.Node, j job) []string {
	if n.IsMap() {
		labels := n.Get("labels").Strings()
		if group := n.Str("group"); group != "" {
			labels = append(labels, group)
		}
		return labels
	}
	var out []string
	for _, label := range n.Strings() {
		for _, row := range j.matrix.Rows(label) {
			out = append(out, j.fill(row)(label))
		}
	}
	return out
}

// fill fills in the matrix row and the constants.
func (j job) fill(row map[string]string) func(string) string {
	return func(s string) string { return ci.Fill(ci.Fill(s, row), j.known) }
}

func (w *reader) steps(list *settings.Node, j job) {
	for i, s := range list.Each() {
		cond := s.Str("if")
		if !s.IsMap() || ci.False(cond) {
			continue
		}
		for _, row := range j.matrix.Rows(text(s)) {
			w.step(s, i, cond, j, row)
		}
	}
}

func (w *reader) step(s *settings.Node, index int, cond string, j job, row map[string]string) {
	fill := j.fill(row)
	mayFail := ci.True(s.Get("continue-on-error"))
	if uses := s.Get("uses"); uses.IsScalar() {
		w.Add(fact.Uses{Pos: at(uses), Kind: "action", Ref: fill(uses.Text), With: ci.Args(s.Get("with"), fill),
			Job: j.name, Step: index, If: cond, MayFail: mayFail || j.mayFail})
	}
	run := s.Get("run")
	if !run.IsScalar() {
		return
	}
	env := ci.Env(s.Get("env"), fill)
	known := maps.Clone(j.known)
	addEnv(known, env)
	o := shell.Options{
		Job:         j.name,
		Step:        index,
		Dir:         fill(or(s.Str("working-directory"), j.dir)),
		Env:         env,
		Vars:        j.vars,
		Expressions: true,
		Masked:      mayFail || j.mayFail,
	}
	kind := fill(or(s.Str("shell"), j.shell))
	interpreter := setShell(&o, kind, j.windows)
	if interpreter != nil {
		w.Add(fact.Command{Pos: fact.Pos{Line: run.ScriptLine()}, Argv: interpreter, Dir: o.Dir, Env: env, Job: j.name, Step: index,
			Stdin: settings.Cut(ci.Fill(ci.Fill(run.Text, row), known), 4096), Masked: o.Masked, Cond: cond})
		return
	}
	w.Script(run, o, cond, func(t string) string { return ci.Fill(ci.Fill(t, row), known) })
}

// setShell sets the dialect and how failures end the script. For a shell that
// is no shell it returns the interpreter's words.
func setShell(o *shell.Options, kind string, onWindows bool) (interpreter []string) {
	words := strings.Fields(kind)
	if len(words) == 0 {
		words = []string{"default"}
	}
	switch name := strings.TrimSuffix(words[0], ".exe"); {
	case name == "default" && onWindows, name == "pwsh", name == "powershell":
		o.Dialect = "pwsh"
	case name == "cmd":
		o.Dialect = "cmd"
	case name == "default":
		o.ErrExit = true
	case name == "sh" && len(words) == 1:
		o.Dialect, o.ErrExit = "sh", true
	case name == "bash" && len(words) == 1:
		o.ErrExit, o.PipeFail = true, true
	case name == "bash" || name == "sh" || name == "zsh":
		// A command line of one's own: only what it says holds.
		for i, a := range words[1:] {
			if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") {
				o.ErrExit = o.ErrExit || strings.Contains(a, "e")
			}
			o.PipeFail = o.PipeFail || a == "pipefail" && strings.HasSuffix(words[i], "o")
		}
	case strings.HasPrefix(name, "${{"), strings.Contains(kind, "bash"):
		o.ErrExit = true
	default:
		return []string{name, "-"}
	}
	return nil
}

// text joins the scalars below a node, to see which expressions it uses.
func text(n *settings.Node) string {
	var b strings.Builder
	var walk func(*settings.Node)
	walk = func(n *settings.Node) {
		if n.IsScalar() && strings.Contains(n.Text, "${{") {
			b.WriteString(n.Text + "\n")
		}
		for _, c := range n.Each() {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
