package circleci

import (
	"maps"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// workflow reads what starts a workflow and which jobs it lists.
func (r *reader) workflow(w *settings.Node) {
	var triggers []fact.Trigger
	for _, t := range w.Get("triggers").Each() {
		if s := t.Get("schedule"); s.Str("cron") != "" {
			triggers = append(triggers, fact.Trigger{Pos: fact.Pos{Line: s.Get("cron").Line}, Event: "schedule", Cron: s.Str("cron"),
				Branches: filter(s.Get("filters", "branches"))})
		}
	}
	cond := w.Str("when")
	if when := w.Get("when"); strings.Contains(text(when, 0), "scheduled_pipeline") {
		triggers = append(triggers, fact.Trigger{Pos: fact.Pos{Line: when.Line}, Event: "schedule"})
	} else if strings.Contains(text(when, 0), "api") && strings.Contains(text(when, 0), "trigger_source") {
		triggers = append(triggers, fact.Trigger{Pos: fact.Pos{Line: when.Line}, Event: "api"})
	}
	off := ci.False(cond)
	for _, entry := range w.Get("jobs").Each() {
		n, name := entry, ""
		switch {
		case entry.IsScalar():
			name = entry.Text
			n = nil
		case entry.IsMap() && len(entry.Items) > 0:
			n = entry.Items[0]
			name = n.Key
		default:
			continue
		}
		p := &placed{job: name, line: entry.Line, needs: n.Get("requires").Strings(), workflow: w.Key, manual: n.Str("type") == "approval",
			params: map[string]string{}}
		for _, a := range n.Each() {
			if a.IsScalar() {
				p.params["parameters."+a.Key] = a.Text
			}
		}
		alias := name
		if s := n.Str("name"); s != "" {
			alias = s
		}
		if off {
			continue
		}
		r.place(alias, p)
		r.starts(alias, p, n, triggers)
		switch {
		case p.manual:
			r.Add(fact.Job{Pos: fact.Pos{Line: p.line}, End: p.line, Name: alias, Needs: p.needs, Manual: true, File: w.Key})
		case r.root.Get("jobs", name) == nil:
			r.Add(fact.Job{Pos: fact.Pos{Line: p.line}, End: lastLine(entry), Name: alias, Needs: p.needs, File: w.Key})
			r.Add(fact.Uses{Pos: fact.Pos{Line: p.line}, Kind: "orb", Ref: r.orb(name), With: ci.Args(n, r.fill(nil)), Job: alias})
		}
	}
}

// starts adds the triggers of a job: those of its workflow, or pushes.
func (r *reader) starts(name string, p *placed, n *settings.Node, triggers []fact.Trigger) {
	if len(triggers) == 0 {
		branches, tags := filter(n.Get("filters", "branches")), filter(n.Get("filters", "tags"))
		t := fact.Trigger{Pos: fact.Pos{Line: p.line}, Event: "push", Job: name, Branches: branches, Tags: tags}
		if len(tags) > 0 && len(branches) == 1 && branches[0] == "!/.*/" {
			t.Event, t.Branches = "tag", nil
		}
		r.Add(t)
		return
	}
	for _, t := range triggers {
		t.Job = name
		r.Add(t)
	}
}

// orb writes out an orb's alias: "python/test" is circleci/python@2 test.
func (r *reader) orb(name string) string {
	alias, rest, ok := strings.Cut(name, "/")
	if o := r.root.Get("orbs", alias); ok && o.IsScalar() {
		return o.Text + "/" + rest
	}
	return name
}

func filter(n *settings.Node) []string {
	if !n.IsMap() {
		return n.Strings()
	}
	out := n.Get("only").Strings()
	for _, s := range n.Get("ignore").Strings() {
		out = append(out, "!"+s)
	}
	return out
}

// text joins the scalars below a node.
func text(n *settings.Node, depth int) string {
	if n.IsScalar() {
		return n.Text
	}
	var all []string
	for _, c := range n.Each() {
		if depth < 8 && len(all) < 64 {
			all = append(all, text(c, depth+1))
		}
	}
	return strings.Join(all, " ")
}

// with returns the values a caller gives over a callee's defaults.
func with(declared *settings.Node, given map[string]string) map[string]string {
	out := map[string]string{}
	for _, p := range declared.Each() {
		if d := p.Get("default"); d.IsScalar() {
			out["parameters."+p.Key] = d.Text
		}
	}
	maps.Copy(out, given)
	return out
}
