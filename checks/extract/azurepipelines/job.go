package azurepipelines

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// maxJobs bounds the jobs of one file.
const maxJobs = 500

// scope is what a stage or job hands down.
type scope struct {
	prefix string // "stage." in front of job names
	needs  []string
	cond   string
	pool   *settings.Node
	env    []string
}

// stages reads stages, each of which follows the one before unless it says
// otherwise.
func (r *reader) stages(list *settings.Node, s scope) {
	all := items(list)
	members := map[string][]string{}
	var last []string
	for i, n := range all {
		if n.Get("template") != nil {
			r.use(n, "")
			continue
		}
		name := n.Str("stage")
		if name == "" {
			name = "stage" + strconv.Itoa(i+1)
		}
		inner := scope{prefix: name + ".", needs: last, cond: ci.And(s.cond, n.Str("condition")), pool: s.pool}
		if p := n.Get("pool"); p != nil {
			inner.pool = p
		}
		if d := n.Get("dependsOn"); d != nil {
			inner.needs = nil
			for _, stage := range d.Strings() {
				inner.needs = append(inner.needs, members[stage]...)
			}
		}
		inner.env = append(slices.Clone(s.env), r.environment(n.Get("variables"))...)
		r.variables(n.Get("variables"), "")
		if jobs := r.jobList(n.Get("jobs"), inner); len(jobs) > 0 {
			members[name], last = jobs, jobs[:min(len(jobs), 100)]
		}
	}
}

// jobList reads jobs and returns their names.
func (r *reader) jobList(list *settings.Node, s scope) []string {
	var out []string
	all := items(list)
	for i, n := range all {
		if n.Get("template") != nil {
			r.use(n, "")
			continue
		}
		name := n.Str("job")
		if name == "" {
			name = n.Str("deployment")
		}
		if name == "" {
			name = "job" + strconv.Itoa(i+1)
		}
		inner := s
		if d := n.Get("dependsOn"); d != nil {
			inner.needs = slices.Clone(s.needs)
			for _, dep := range d.Strings() {
				inner.needs = append(inner.needs, s.prefix+dep)
			}
		}
		end := n.Line
		if i+1 < len(all) && all[i+1].Line > n.Line {
			end = all[i+1].Line - 1
		} else {
			end = max(end, lastLine(n))
		}
		out = append(out, s.prefix+name)
		r.job(n, s.prefix+name, inner, n.Get("environment"), min(end, r.Lines()))
	}
	return out
}

func (r *reader) job(n *settings.Node, name string, s scope, environment *settings.Node, end int) {
	if r.jobs++; r.jobs > maxJobs {
		return
	}
	r.variables(n.Get("variables"), name)
	pool := s.pool
	if p := n.Get("pool"); p != nil {
		pool = p
	}
	container := either(n.Get("container"), "image")
	j := fact.Job{
		Pos:         fact.Pos{Line: n.At()},
		End:         end,
		Name:        r.fill(name),
		Title:       r.fill(n.Str("displayName")),
		Needs:       s.needs,
		If:          ci.And(s.cond, n.Str("condition")),
		Off:         ci.False(n.Str("condition")) || ci.False(s.cond),
		MayFail:     ci.True(n.Get("continueOnError")),
		RunsOn:      runsOn(pool),
		Environment: r.fill(either(environment, "name")),
		Container:   r.fill(container),
		Matrix:      n.Get("strategy", "matrix") != nil,
		File:        r.fill(r.root.Str("name")),
	}
	if own := r.environment(n.Get("variables")); n != r.root && len(own) > 0 {
		j.Env = append(slices.Clone(s.env), own...)
	} else {
		j.Env = slices.Clone(s.env)
	}
	if container != "" {
		r.Add(fact.Image{Pos: fact.Pos{Line: n.Get("container").At()}, Ref: j.Container, Role: "runs", Stage: j.Name})
	}
	steps := items(n.Get("steps"))
	steps = append(steps, strategySteps(n.Get("strategy"), 0)...)
	windows := strings.Contains(strings.ToLower(strings.Join(j.RunsOn, " ")), "win")
	for i, step := range steps {
		if r.step(step, i, &j, windows) {
			j.Manual = true
		}
	}
	r.Add(j)
}

// strategySteps collects the steps of a deployment's phases.
func strategySteps(n *settings.Node, depth int) []*settings.Node {
	var out []*settings.Node
	for _, c := range n.Each() {
		switch {
		case depth > 6 || c.Key == "matrix":
		case c.Key == "steps":
			out = append(out, items(c)...)
		case c.IsMap():
			out = append(out, strategySteps(c, depth+1)...)
		}
	}
	return out
}

func runsOn(pool *settings.Node) []string {
	var out []string
	if pool.IsScalar() {
		return []string{pool.Text}
	}
	for _, key := range []string{"vmImage", "name"} {
		if s := pool.Str(key); s != "" {
			out = append(out, s)
		}
	}
	return append(out, pool.Get("demands").Strings()...)
}

// use is a template put in, with the scripts handed to it as parameters.
func (r *reader) use(n *settings.Node, job string) {
	t := n.Get("template")
	if !t.IsScalar() {
		return
	}
	r.Add(fact.Uses{Pos: fact.Pos{Line: t.Line}, Kind: "template", Ref: r.fill(t.Text), With: ci.Args(n.Get("parameters"), r.fill),
		Job: job, If: n.Str("condition")})
}

func either(n *settings.Node, key string) string {
	if n.IsScalar() {
		return n.Text
	}
	return n.Str(key)
}

func lastLine(n *settings.Node) int {
	line := n.Value
	if n.Block {
		line += strings.Count(n.Text, "\n")
	}
	for _, c := range n.Items {
		line = max(line, lastLine(c))
	}
	return line
}
