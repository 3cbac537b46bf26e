package circleci

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// jobContext is what the steps of a job need to know of it.
type jobContext struct {
	name    string
	vars    []string
	shell   string
	windows bool
	index   int
}

func (r *reader) job(n *settings.Node, name string, p *placed, end int) {
	params := with(n.Get("parameters"), p.params)
	fill := r.fill(params)
	executor := n.Get("executor")
	base := r.root.Get("executors", fill(either(executor, "name")))
	get := func(key string) *settings.Node {
		if v := n.Get(key); v != nil {
			return v
		}
		return base.Get(key)
	}
	env := append(ci.Env(base.Get("environment"), fill), ci.Env(n.Get("environment"), fill)...)
	j := fact.Job{
		Pos:    fact.Pos{Line: n.Line},
		End:    end,
		Name:   name,
		Needs:  p.needs,
		File:   p.workflow,
		Env:    env,
		RunsOn: runsOn(n, base, executor, fill),
	}
	for i, d := range get("docker").Each() {
		if ref := fill(d.Str("image")); ref != "" {
			if i == 0 {
				j.Container = ref
			}
			r.Add(fact.Image{Pos: fact.Pos{Line: d.Get("image").At()}, Ref: ref, Role: "runs", Stage: name})
		}
	}
	r.Add(j)
	c := &jobContext{name: name, vars: append([]string{"CIRCLE_WORKING_DIRECTORY=${REPO_ROOT}"}, env...), shell: either(get("shell"), "")}
	c.windows = strings.Contains(strings.ToLower(strings.Join(j.RunsOn, " ")), "win")
	r.stepList(n.Get("steps"), c, params, "", 0)
}

func runsOn(n, base, executor *settings.Node, fill func(string) string) []string {
	var out []string
	for _, m := range []*settings.Node{n.Get("machine"), base.Get("machine")} {
		if image := m.Str("image"); image != "" {
			out = append(out, fill(image))
		}
	}
	for _, m := range []*settings.Node{n.Get("resource_class"), base.Get("resource_class")} {
		if m.IsScalar() {
			out = append(out, fill(m.Text))
		}
	}
	if base == nil && either(executor, "name") != "" {
		out = append(out, fill(either(executor, "name")))
	}
	return slices.Compact(out)
}

// stepList reads steps; depth counts the commands that use each other.
func (r *reader) stepList(list *settings.Node, c *jobContext, params map[string]string, cond string, depth int) {
	for _, s := range list.Each() {
		if r.steps++; r.steps > maxSteps || depth > 6 {
			return
		}
		switch {
		case s.IsScalar():
			r.call(s.Text, s, nil, c, cond, depth)
		case s.IsMap() && len(s.Items) > 0:
			n := s.Items[0]
			switch n.Key {
			case "run":
				r.run(n, c, params, cond)
			case "when", "unless":
				test := text(n.Get("condition"), 0)
				if n.Key == "unless" {
					test = "! " + test
				}
				r.stepList(n.Get("steps"), c, params, ci.And(cond, strings.TrimSpace(r.fill(params)(test))), depth+1)
				continue
			default:
				r.call(n.Key, n, params, c, cond, depth)
			}
		}
		c.index++
	}
}

// call is a step that is a command of the file or of an orb.
func (r *reader) call(name string, n *settings.Node, params map[string]string, c *jobContext, cond string, depth int) {
	if def := r.root.Get("commands", name); def.IsMap() {
		given := map[string]string{}
		for _, a := range n.Each() {
			if a.IsScalar() {
				given["parameters."+a.Key] = r.fill(params)(a.Text)
			}
		}
		r.stepList(def.Get("steps"), c, with(def.Get("parameters"), given), cond, depth+1)
		return
	}
	r.Add(fact.Uses{Pos: fact.Pos{Line: n.Line}, Kind: kindOf(name), Ref: r.orb(name), With: ci.Args(n, r.fill(params)), Job: c.name, Step: c.index, If: cond})
}

// kindOf tells CircleCI's own steps from those of orbs.
func kindOf(name string) string {
	if strings.Contains(name, "/") {
		return "orb"
	}
	return "action"
}

// run adds the commands of a run step, which bash reads with -eo pipefail.
func (r *reader) run(n *settings.Node, c *jobContext, params map[string]string, cond string) {
	fill := r.fill(params)
	script := n
	o := shell.Options{Job: c.name, Step: c.index, Vars: c.vars, Expressions: true, ErrExit: true, PipeFail: true}
	kind := c.shell
	if n.IsMap() {
		script = n.Get("command")
		o.Dir = strings.TrimPrefix(fill(n.Str("working_directory")), "~/project/")
		o.Env = ci.Env(n.Get("environment"), fill)
		o.Masked = ci.True(n.Get("background"))
		if s := n.Str("shell"); s != "" {
			kind = s
		}
		if when := n.Str("when"); when == "on_fail" {
			cond = ci.And(cond, when)
		}
	}
	switch {
	case c.windows && kind == "", strings.Contains(kind, "powershell"), strings.Contains(kind, "pwsh"):
		o.Dialect = "pwsh"
	case kind != "":
		o.ErrExit, o.PipeFail = strings.Contains(kind, " -e") || strings.Contains(kind, "errexit"), strings.Contains(kind, "pipefail")
	}
	r.Script(script, o, cond, fill)
}

func either(n *settings.Node, key string) string {
	if n.IsScalar() {
		return n.Text
	}
	return n.Str(key)
}
