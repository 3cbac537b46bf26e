package azurepipelines

import (
	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// triggers reads what starts the pipeline. Anyone may start one by hand, so
// that a pipeline with "trigger: none" still has the trigger dispatch.
func (r *reader) triggers() {
	inputs := names(r.root.Get("parameters"))
	if r.template {
		r.Add(fact.Trigger{Pos: fact.Pos{Line: r.root.At()}, Event: "workflow_call", Inputs: inputs})
		return
	}
	trigger := r.root.Get("trigger")
	switch {
	case trigger == nil && r.root.Get("schedules") == nil && r.root.Get("resources") == nil:
		r.Add(ci.Implied(r.root.At(), ""))
	case trigger == nil || none(trigger):
		line := max(trigger.At(), r.root.At())
		r.Add(fact.Trigger{Pos: fact.Pos{Line: line}, Event: "dispatch", Types: []string{"implied"}, Inputs: inputs})
	default:
		r.filtered("push", trigger)
	}
	if pr := r.root.Get("pr"); pr != nil && !none(pr) {
		r.filtered("pull_request", pr)
	}
	for _, s := range items(r.root.Get("schedules")) {
		if cron := s.Get("cron"); cron.IsScalar() {
			r.Add(fact.Trigger{Pos: fact.Pos{Line: cron.Line}, Event: "schedule", Cron: cron.Text, Branches: filter(s.Get("branches"))})
		}
	}
	resources := r.root.Get("resources")
	for _, p := range items(resources.Get("pipelines")) {
		if t := p.Get("trigger"); t != nil && !none(t) {
			name := p.Str("source")
			if name == "" {
				name = p.Str("pipeline")
			}
			r.Add(fact.Trigger{Pos: fact.Pos{Line: t.Line}, Event: "workflow_run", Names: []string{name}, Branches: filter(t.Get("branches"))})
		}
	}
	for _, kind := range []string{"webhooks", "containers", "packages"} {
		for _, w := range items(resources.Get(kind)) {
			if kind == "webhooks" || w.Get("trigger") != nil && !none(w.Get("trigger")) {
				r.Add(fact.Trigger{Pos: fact.Pos{Line: w.Line}, Event: "event", Names: []string{kind}})
			}
		}
	}
}

// filtered reads a list of branches, or include and exclude lists.
func (r *reader) filtered(event string, n *settings.Node) {
	t := fact.Trigger{Pos: fact.Pos{Line: n.Line}, Event: event}
	if n.IsMap() {
		t.Branches, t.Tags, t.Paths = filter(n.Get("branches")), filter(n.Get("tags")), filter(n.Get("paths"))
	} else {
		t.Branches = n.Strings()
	}
	if event == "push" && len(t.Tags) > 0 && len(t.Branches) == 0 {
		t.Event = "tag"
	}
	r.Add(t)
}

func filter(n *settings.Node) []string {
	if !n.IsMap() {
		return n.Strings()
	}
	out := n.Get("include").Strings()
	for _, s := range n.Get("exclude").Strings() {
		out = append(out, "!"+s)
	}
	return out
}

func none(n *settings.Node) bool {
	return n.Kind == settings.Scalar && (n.Type == settings.Null || n.Text == "none") || n.IsMap() && ci.False(n.Str("enabled"))
}

// names lists parameters in either form.
func names(n *settings.Node) []string {
	if n.IsMap() {
		return n.Strings()
	}
	var out []string
	for _, p := range n.Each() {
		if name := p.Str("name"); name != "" {
			out = append(out, name)
		}
	}
	return out
}
