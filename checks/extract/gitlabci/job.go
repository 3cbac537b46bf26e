package gitlabci

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// job is a job with everything it inherits.
type job struct {
	node  *settings.Node
	chain []*settings.Node
	stage string
	end   int
}

func (j job) get(key string) *settings.Node {
	for _, n := range j.chain {
		if v := n.Get(key); v != nil {
			return v
		}
	}
	return nil
}

// inherited falls back to default: and the keys at the top.
func (r *reader) inherited(j job, key string) *settings.Node {
	for _, n := range []*settings.Node{j.get(key), r.root.Get("default", key), r.root.Get(key)} {
		if n != nil {
			return n
		}
	}
	return nil
}

func (r *reader) job(j job) {
	name := j.node.Key
	vars := slices.Clone(r.vars)
	for i := len(j.chain) - 1; i >= 0; i-- {
		vars = append(vars, ci.Scalars(j.chain[i].Get("variables"))...)
	}
	image, services := r.inherited(j, "image"), r.inherited(j, "services")
	if j.get("trigger") != nil {
		image, services = nil, nil // it runs on no machine
	}
	f := fact.Job{
		Pos:         fact.Pos{Line: j.node.Line},
		End:         j.end,
		Name:        name,
		Needs:       r.needs(j),
		RunsOn:      r.inherited(j, "tags").Strings(),
		Container:   either(image, "name"),
		Environment: either(j.get("environment"), "name"),
		Env:         slices.Clone(vars[1:min(len(vars), 65)]),
		File:        r.root.Str("workflow", "name"),
		MayFail:     ci.True(j.get("allow_failure")) || j.get("allow_failure").IsMap(),
		Matrix:      j.get("parallel").Get("matrix") != nil,
	}
	r.when(j, &f)
	r.Add(f)
	if f.Container != "" {
		r.Add(fact.Image{Pos: fact.Pos{Line: image.Line}, Ref: f.Container, Role: "runs", Stage: name})
	}
	for _, s := range services.Each() {
		if ref := either(s, "name"); ref != "" {
			r.Add(fact.Image{Pos: fact.Pos{Line: s.Line}, Ref: ref, Role: "runs", Stage: name})
		}
	}
	if t := j.get("trigger"); t != nil {
		r.child(t, name)
		return
	}
	r.scripts(j, f, vars)
}

// child names the pipeline a trigger job starts.
func (r *reader) child(t *settings.Node, name string) {
	switch {
	case t.IsScalar():
		r.Add(fact.Uses{Pos: fact.Pos{Line: t.Line}, Kind: "workflow", Ref: t.Text + "@HEAD", Job: name})
	case t.Get("include") != nil:
		r.includes(t.Get("include"), name)
	case t.Str("project") != "":
		r.Add(fact.Uses{Pos: fact.Pos{Line: t.Line}, Kind: "workflow", Ref: t.Str("project") + "@HEAD", Job: name})
	}
}

// scripts adds the commands: before_script and script are one shell's, which
// stops at the first failure; after_script's failure is never seen.
func (r *reader) scripts(j job, f fact.Job, vars []string) {
	o := shell.Options{Job: f.Name, Expressions: true, ErrExit: true, PipeFail: true, Masked: f.MayFail}
	main := []*settings.Node{r.resolve(r.inherited(j, "before_script"), 0), r.resolve(j.get("script"), 0)}
	text := ""
	for _, n := range j.chain {
		text += strings.Join(n.Get("script").Strings(), "\n")
	}
	for _, row := range rows(j.get("parallel").Get("matrix"), text) {
		o.Vars = append(slices.Clone(vars), row...)
		r.Scripts(main, o, "", nil)
	}
	o.Step, o.Masked, o.Vars = 1, true, vars
	r.Script(r.resolve(r.inherited(j, "after_script"), 0), o, "", nil)
}

// maxResolved bounds the values that references bring in, each use counted: a
// few that name each other many times would be more than memory holds.
const maxResolved = 20_000

// resolve follows !reference [job, key], which the tree shows as a list of two
// names.
func (r *reader) resolve(n *settings.Node, depth int) *settings.Node {
	if r.resolved++; !n.IsList() || depth > 8 || r.resolved > maxResolved {
		return n
	}
	if names := n.Strings(); len(names) >= 2 && len(names) == len(n.Items) && len(names) <= 3 {
		if target := r.top[names[0]].Get(names[1:]...); target != nil && target != n {
			return r.resolve(target, depth+1)
		}
	}
	out := *n
	out.Items = make([]*settings.Node, len(n.Items))
	for i, item := range n.Items {
		out.Items[i] = r.resolve(item, depth+1)
	}
	return &out
}

// maxLegs bounds the legs of a matrix that a script is written out for.
const maxLegs = 64

// rows are the variables of the legs of a matrix, when the script uses them; of
// many legs, enough for each value to be seen.
func rows(matrix *settings.Node, text string) [][]string {
	var out [][]string
	for _, entry := range matrix.Each() {
		var axes []*settings.Node
		var lengths []int
		for _, axis := range entry.Each() {
			if strings.Contains(text, axis.Key) {
				axes, lengths = append(axes, axis), append(lengths, len(axis.Strings()))
			}
		}
		if len(axes) == 0 {
			continue
		}
		for _, places := range ci.Combinations(lengths) {
			var leg []string
			for i, axis := range axes {
				leg = append(leg, axis.Key+"="+axis.Strings()[places[i]])
			}
			out = append(out, leg)
		}
	}
	if len(out) == 0 || len(out) > maxLegs || len(out) > 8 && len(text) > ci.LongScript {
		return [][]string{nil}
	}
	return out
}

// needs are the jobs named, or all of the nearest stage before that has any.
func (r *reader) needs(j job) []string {
	if n := j.get("needs"); n != nil {
		var out []string
		for _, item := range n.Each() {
			switch {
			case item.IsScalar():
				out = append(out, item.Text)
			case item.Str("job") != "" && item.Str("project") == "" && item.Str("pipeline") == "":
				out = append(out, item.Str("job"))
			}
		}
		return out
	}
	for i := slices.Index(r.stages, j.stage) - 1; i >= 0; i-- {
		if jobs := r.byStage[r.stages[i]]; len(jobs) > 0 {
			return jobs[:min(len(jobs), 200)]
		}
	}
	return nil
}

func either(n *settings.Node, key string) string {
	if n.IsScalar() {
		return n.Text
	}
	return n.Str(key)
}
