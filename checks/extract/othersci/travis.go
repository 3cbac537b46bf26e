package othersci

import (
	"strconv"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// travis reads .travis.yml: phases at the top are the job "test", and each
// entry of jobs.include a job that takes over the phases it does not set.
func (r *reader) travis(root *settings.Node) {
	if !root.IsMap() {
		return
	}
	r.Add(fact.Trigger{Pos: at(root), Event: "push", Branches: filter(root.Get("branches"), "only", "except")})
	env := root.Get("env")
	var vars []string
	for _, e := range append(env.Get("global").Each(), &settings.Node{}) {
		if e.IsScalar() && e.Text != "" {
			vars = append(vars, shell.Fields(e.Text)...)
		}
	}
	include := root.Get("jobs", "include")
	if include == nil {
		include = root.Get("matrix", "include")
	}
	scripted := false
	stage, members, before := "", []string(nil), []string(nil)
	for i, entry := range include.Each() {
		if entry.Get("script") == nil && entry.Get("deploy") == nil {
			continue // a leg of the matrix
		}
		scripted = true
		name := entry.Str("name")
		if name == "" {
			name = entry.Str("stage") + strconv.Itoa(i+1)
		}
		if st := entry.Str("stage"); st != "" && st != stage {
			stage, before, members = st, members, nil
		}
		members = append(members, name)
		r.travisJob(root, entry, name, before, vars)
	}
	if !scripted {
		r.travisJob(root, root, "test", nil, vars)
	}
}

// travisPhases in the order they run; script goes on after a failure, but the
// job still fails.
var travisPhases = []string{"before_install", "install", "before_script", "script"}

func (r *reader) travisJob(root, n *settings.Node, name string, needs, vars []string) {
	cond := n.Str("if")
	if !r.job(fact.Job{Pos: at(n), End: lastLine(n), Name: name, Needs: needs, If: cond, Off: ci.False(cond), Env: vars,
		Matrix: root.Get("python").IsList() || root.Get("env", "jobs") != nil || root.Get("env", "matrix") != nil}) {
		return
	}
	get := func(key string) *settings.Node {
		if v := n.Get(key); v != nil {
			return v
		}
		return root.Get(key)
	}
	var main []*settings.Node
	for _, phase := range travisPhases {
		if v := get(phase); v != nil && !ci.False(v.Text) {
			main = append(main, v)
		}
	}
	r.Scripts(main, shell.Options{Job: name, Vars: vars, ErrExit: true}, "", nil)
	for i, phase := range []string{"after_success", "after_failure", "after_script"} {
		r.Script(get(phase), shell.Options{Job: name, Step: i + 1, Vars: vars, Masked: true}, phase, nil)
	}
	deploys := []*settings.Node{get("deploy")}
	if deploys[0].IsList() {
		deploys = deploys[0].Items
	}
	for _, d := range deploys {
		if d == nil {
			continue
		}
		r.Add(fact.Uses{Pos: at(d), Kind: "plugin", Ref: either(d, "provider"), With: ci.Args(d, nil), Job: name, Step: 4, If: either(d.Get("on"), "condition")})
		r.Script(d.Get("script"), shell.Options{Job: name, Step: 4, Vars: vars}, "", nil)
	}
}

// appVeyor reads appveyor.yml; its lines are PowerShell with a "ps:" and cmd or
// sh without.
func (r *reader) appVeyor(root *settings.Node) {
	if !root.IsMap() {
		return
	}
	r.Add(fact.Trigger{Pos: at(root), Event: "push", Branches: filter(root.Get("branches"), "only", "except")})
	if !r.job(fact.Job{Pos: at(root), End: r.Lines(), Name: "build", RunsOn: root.Get("image").Strings()}) {
		return
	}
	step := 0
	for _, phase := range []string{"init", "install", "before_build", "build_script", "after_build", "before_test", "test_script", "after_test",
		"before_deploy", "deploy_script", "after_deploy", "on_success", "on_failure", "on_finish"} {
		for _, line := range root.Get(phase).Each() {
			o := shell.Options{Job: "build", Step: step, Dialect: "cmd"}
			step++
			for _, form := range line.Each() {
				switch form.Key {
				case "ps", "pwsh":
					o.Dialect = "pwsh"
				case "sh":
					o.Dialect = "bash"
				}
				r.Script(form, o, "", nil)
			}
			r.Script(line, o, "", nil)
		}
	}
}
