package othersci

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// bitbucket reads bitbucket-pipelines.yml: lists of steps by what starts them.
func (r *reader) bitbucket(root *settings.Node) {
	image := root.Get("image")
	for _, section := range root.Get("pipelines").Each() {
		t := fact.Trigger{Pos: at(section), Event: "push"}
		switch section.Key {
		case "default":
			r.bitbucketSteps(section, "default", image, t)
			continue
		case "branches", "bookmarks":
		case "tags":
			t.Event = "tag"
		case "pull-requests":
			t.Event = "pull_request"
		case "custom":
			t.Event = "dispatch" // a schedule may start it too, set outside of the file
		default:
			continue
		}
		for _, p := range section.Each() {
			one := t
			one.Pos = at(p)
			switch t.Event {
			case "push", "pull_request":
				one.Branches = []string{p.Key}
			case "tag":
				one.Tags = []string{p.Key}
			}
			r.bitbucketSteps(p, section.Key+"."+p.Key, image, one)
		}
	}
}

func (r *reader) bitbucketSteps(list *settings.Node, name string, image *settings.Node, t fact.Trigger) {
	var last []string
	count := 0
	var walk func(n *settings.Node, parallel bool, environment string, depth int)
	walk = func(n *settings.Node, parallel bool, environment string, depth int) {
		before, made := last, []string(nil)
		for _, entry := range n.Each() {
			if depth > 6 {
				return
			}
			if s := entry.Get("step"); s.IsMap() {
				job := number(name+".", count)
				count++
				needs := last
				if parallel {
					needs = before
				}
				t.Job = job
				r.Add(t)
				r.bitbucketStep(s, job, needs, image, environment)
				made = append(made, job)
				if !parallel {
					last = []string{job}
				}
			}
			if p := entry.Get("parallel"); p != nil {
				if p.IsMap() {
					p = p.Get("steps")
				}
				walk(p, true, environment, depth+1)
			}
			if s := entry.Get("stage"); s != nil {
				walk(s.Get("steps"), false, s.Str("deployment"), depth+1)
			}
			if v := entry.Get("variables"); v != nil {
				t.Inputs = nil
				for _, x := range v.Each() {
					t.Inputs = append(t.Inputs, x.Str("name"))
				}
			}
		}
		if parallel {
			last = made
		}
	}
	walk(list, false, "", 0)
}

func (r *reader) bitbucketStep(s *settings.Node, job string, needs []string, image *settings.Node, environment string) {
	if v := s.Get("image"); v != nil {
		image = v
	}
	if d := s.Str("deployment"); d != "" {
		environment = d
	}
	container := either(image, "name")
	if !r.job(fact.Job{Pos: at(s), End: lastLine(s), Name: job, Title: s.Str("name"), Needs: slices.Clone(needs), Manual: s.Str("trigger") == "manual",
		RunsOn: s.Get("runs-on").Strings(), Environment: environment, Container: container, If: conditionOf(s)}) {
		return
	}
	if container != "" {
		r.Add(fact.Image{Pos: at(image), Ref: container, Role: "runs", Stage: job})
	}
	o := shell.Options{Job: job, ErrExit: true, Vars: []string{"BITBUCKET_CLONE_DIR=${REPO_ROOT}"}}
	var lines []*settings.Node
	for i, l := range s.Get("script").Each() {
		if pipe := l.Get("pipe"); pipe.IsScalar() {
			r.Add(fact.Uses{Pos: at(pipe), Kind: "action", Ref: pipe.Text, With: ci.Args(l.Get("variables"), nil), Job: job, Step: i})
			continue
		}
		lines = append(lines, l)
	}
	r.Scripts(lines, o, "", nil)
	o.Step, o.Masked = 1, true
	r.Script(s.Get("after-script"), o, "", nil)
}

func conditionOf(s *settings.Node) string {
	var out string
	for _, p := range s.Get("condition", "changesets", "includePaths").Strings() {
		out = ci.And(out, "changes "+p)
	}
	return out
}

// buildkite reads a pipeline's steps; a wait, a block and an input hold back
// what follows.
func (r *reader) buildkite(root *settings.Node) {
	steps := root.Get("steps")
	if root.IsList() {
		steps = root
	}
	if !steps.IsList() {
		return
	}
	r.Add(ci.Implied(at(root).Line, ""))
	env := ci.Scalars(root.Get("env"))
	w := &kite{reader: r, env: env}
	w.steps(steps, 0)
}

// kite is what the steps so far mean for the next.
type kite struct {
	*reader
	env    []string
	before []string // jobs in front of the last wait
	since  []string // jobs behind it
	count  int
}

func (w *kite) steps(list *settings.Node, depth int) {
	for _, s := range list.Each() {
		kind, title := s.Text, ""
		for _, k := range []string{"wait", "block", "input", "group", "trigger"} {
			if v := s.Get(k); v != nil {
				kind, title = k, v.Text
			}
		}
		switch kind {
		case "wait":
			w.before, w.since = w.since, nil
		case "group":
			if depth < 4 {
				w.steps(s.Get("steps"), depth+1)
			}
		default:
			w.step(s, kind, title)
			if kind == "block" || kind == "input" {
				w.before, w.since = w.since, nil
			}
		}
	}
}

func (w *kite) step(s *settings.Node, kind, title string) {
	name := number("step", w.count)
	w.count++
	for _, key := range []string{"label", "name"} {
		if v := s.Str(key); v != "" {
			title = v
		}
	}
	if key := s.Str("key"); key != "" {
		name = key
	}
	needs := slices.Clone(w.before)
	for _, d := range s.Get("depends_on").Each() {
		needs = append(needs, either(d, "step"))
	}
	if d := s.Get("depends_on"); d.IsScalar() {
		needs = append(needs, d.Text)
	}
	cond := s.Str("if")
	if b := s.Str("branches"); b != "" {
		cond = ci.And(cond, "branch "+b)
	}
	mayFail := ci.True(s.Get("soft_fail")) || s.Get("soft_fail").IsList()
	if !w.job(fact.Job{Pos: at(s), End: lastLine(s), Name: name, Title: title, Needs: needs, If: cond, Off: ci.False(cond) || s.Str("skip") == "true",
		Manual: kind == "block" || kind == "input", MayFail: mayFail, RunsOn: agents(s.Get("agents")), Env: slices.Concat(w.env, ci.Scalars(s.Get("env"))),
		Matrix: s.Get("matrix") != nil}) {
		return
	}
	w.since = append(w.since, name)
	if kind == "trigger" {
		w.Add(fact.Uses{Pos: at(s), Kind: "workflow", Ref: s.Str("trigger") + "@buildkite", Job: name, If: cond})
	}
	for i, p := range s.Get("plugins").Each() {
		ref := p.Text
		with := p
		if p.IsMap() && len(p.Items) > 0 && s.Get("plugins").IsList() {
			with = p.Items[0]
			ref = with.Key
		} else if p.Key != "" {
			ref = p.Key
		}
		w.Add(fact.Uses{Pos: at(p), Kind: "plugin", Ref: ref, With: ci.Args(with, nil), Job: name, Step: i, If: cond})
	}
	o := shell.Options{Job: name, Vars: w.env, Env: ci.Scalars(s.Get("env")), ErrExit: true, Masked: mayFail}
	for _, key := range []string{"command", "commands"} {
		w.Script(s.Get(key), o, "", nil)
	}
}

func agents(n *settings.Node) []string {
	if n.IsMap() {
		return ci.Scalars(n)
	}
	return n.Strings()
}
