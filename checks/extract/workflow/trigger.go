package workflow

import (
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// events gives the names facts use where GitHub's differ.
var events = map[string]string{
	"workflow_dispatch":   "dispatch",
	"pull_request_target": "pull_request",
}

// triggers reads "on:", which is a name, a list of names, or a map.
func (w *reader) triggers(on *settings.Node) {
	switch {
	case on.IsScalar():
		w.event(on.Text, on)
	case on.IsList():
		for _, e := range on.Items {
			if e.IsScalar() {
				w.event(e.Text, e)
			}
		}
	case on.IsMap():
		for _, e := range on.Items {
			w.event(e.Key, e)
		}
	}
}

func (w *reader) event(name string, n *settings.Node) {
	if name == "schedule" {
		for _, entry := range n.Each() {
			if cron := entry.Get("cron"); cron.IsScalar() {
				w.Add(fact.Trigger{Pos: at(cron), Event: "schedule", Cron: cron.Text})
			}
		}
		return
	}
	t := fact.Trigger{
		Pos:      at(n),
		Event:    name,
		Branches: filter(n, "branches"),
		Paths:    filter(n, "paths"),
		Tags:     filter(n, "tags"),
		Types:    n.Get("types").Strings(),
		Inputs:   n.Get("inputs").Strings(),
	}
	if e, ok := events[name]; ok {
		t.Event = e
	}
	switch name {
	case "workflow_run":
		t.Names = n.Get("workflows").Strings()
	case "repository_dispatch":
		t.Names, t.Types = t.Types, nil
	case "push":
		// A push filtered by tags alone does not run for branches.
		if len(t.Tags) > 0 && len(t.Branches) > 0 {
			tags := t
			tags.Event, tags.Branches = "tag", nil
			w.Add(tags)
			t.Tags = nil
		} else if len(t.Tags) > 0 {
			t.Event = "tag"
		}
	}
	w.Add(t)
}

// filter joins a filter and its "-ignore" form, whose patterns get a "!".
func filter(n *settings.Node, key string) []string {
	out := n.Get(key).Strings()
	for _, s := range n.Get(key + "-ignore").Strings() {
		out = append(out, "!"+s)
	}
	return out
}
