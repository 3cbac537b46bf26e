package azurepipelines

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// step reads one step and says whether it waits for a person.
func (r *reader) step(n *settings.Node, index int, j *fact.Job, windows bool) (manual bool) {
	cond := n.Str("condition")
	if !n.IsMap() || ci.False(n.Str("enabled")) || ci.False(cond) {
		return false
	}
	mayFail := ci.True(n.Get("continueOnError"))
	o := shell.Options{
		Job:         j.Name,
		Step:        index,
		Dir:         r.fill(n.Str("workingDirectory")),
		Env:         ci.Env(n.Get("env"), r.fill),
		Vars:        j.Env,
		Expressions: true,
		Masked:      mayFail || j.MayFail,
	}
	for _, kind := range []string{"script", "bash", "pwsh", "powershell"} {
		if s := n.Get(kind); s.IsScalar() {
			r.script(s, kind, o, cond, windows)
		}
	}
	if t := n.Get("template"); t.IsScalar() {
		r.use(n, j.Name)
		for _, p := range n.Get("parameters").Each() {
			if p.IsScalar() && scriptName.MatchString(p.Key) && strings.ContainsAny(strings.TrimSpace(p.Text), " \n") {
				r.script(p, "bash", o, cond, false)
			}
		}
	}
	if t := n.Get("task"); t.IsScalar() {
		r.Add(fact.Uses{Pos: fact.Pos{Line: t.Line}, Kind: "action", Ref: t.Text, With: ci.Args(n.Get("inputs"), r.fill),
			Job: j.Name, Step: index, If: cond, MayFail: mayFail || j.MayFail})
		r.task(strings.ToLower(t.Text), n.Get("inputs"), o, cond, windows)
		return strings.HasPrefix(t.Text, "ManualValidation@") || strings.HasPrefix(t.Text, "ManualIntervention@")
	}
	return false
}

// scriptName is how parameters that take a script are called.
var scriptName = regexp.MustCompile(`(?i)script|command|cmd`)

// script adds an inline script. Azure runs bash without -e.
func (r *reader) script(n *settings.Node, kind string, o shell.Options, cond string, windows bool) {
	switch {
	case kind == "pwsh" || kind == "powershell":
		o.Dialect = "pwsh"
	case kind == "script" && windows:
		o.Dialect = "cmd"
	}
	r.Script(n, o, cond, r.fill)
}

// task adds what the tasks that run scripts run.
func (r *reader) task(ref string, inputs *settings.Node, o shell.Options, cond string, windows bool) {
	name, _, _ := strings.Cut(ref, "@")
	if o.Dir == "" {
		for _, key := range []string{"workingDirectory", "workingFolder", "cwd"} {
			if d := lookup(inputs, key); d.IsScalar() {
				o.Dir = r.fill(d.Text)
			}
		}
	}
	kind, interpreter := "bash", []string(nil)
	switch name {
	case "bash", "shellscript":
		interpreter = []string{"bash"}
	case "powershell", "azurepowershell":
		kind, interpreter = "pwsh", []string{"pwsh"}
	case "cmdline", "batchscript":
		kind = "script"
	case "azurecli":
		switch strings.ToLower(text(inputs, "scriptType")) {
		case "pscore", "ps":
			kind, interpreter = "pwsh", []string{"pwsh"}
		case "batch":
			windows, kind = true, "script"
		default:
			interpreter = []string{"bash"}
		}
	case "pythonscript":
		kind, interpreter = "python", []string{"python"}
	default:
		return
	}
	for _, key := range []string{"inlineScript", "script", "inline"} {
		s := lookup(inputs, key)
		switch {
		case !s.IsScalar():
		case kind == "python":
			r.Add(fact.Command{Pos: fact.Pos{Line: s.ScriptLine()}, Argv: []string{"python", "-"}, Dir: o.Dir, Env: o.Env, Job: o.Job, Step: o.Step,
				Stdin: settings.Cut(r.fill(s.Text), 4096), Masked: o.Masked, Cond: cond})
		default:
			r.script(s, kind, o, cond, windows)
		}
	}
	for _, key := range []string{"filePath", "scriptPath", "targetScript", "filename"} {
		if s := lookup(inputs, key); s.IsScalar() {
			argv := append(interpreter, r.fill(strings.ReplaceAll(s.Text, `\`, "/")))
			for _, k := range []string{"arguments", "args", "scriptArguments"} {
				argv = append(argv, shell.Fields(r.fill(text(inputs, k)))...)
			}
			r.Add(fact.Command{Pos: fact.Pos{Line: s.Line}, Argv: argv, Dir: o.Dir, Env: o.Env, Job: o.Job, Step: o.Step,
				Masked: o.Masked, Guessed: strings.Contains(strings.Join(argv, " "), "${"), Cond: cond})
		}
	}
}

// lookup finds an input, whose names know no case.
func lookup(n *settings.Node, key string) *settings.Node {
	for _, e := range n.Each() {
		if strings.EqualFold(e.Key, key) {
			return e
		}
	}
	return nil
}

func text(n *settings.Node, key string) string {
	if v := lookup(n, key); v.IsScalar() {
		return v.Text
	}
	return ""
}
