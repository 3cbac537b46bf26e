package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// A schedule that stands in the repository switched off starts nothing
// (clarification 3): a paused job of a bundle, a suspended CronJob, a disabled
// schedule. What a variable says is looked up where the bundle sets it.

// paused says whether the schedule that an attribute is part of is off.
func (g *Graph) paused(r fact.Resource, key string) bool {
	if r.System == "terraform" {
		return idle(r)
	}
	if active, ok := attr(r, "is_schedule_active"); ok && r.System == "prefect" {
		return strings.EqualFold(active, "false")
	}
	around := key[:strings.LastIndexByte(key, '.')+1]
	for _, a := range r.Attrs {
		switch strings.TrimPrefix(a.Key, around) {
		case "pause_status":
			return (r.System == "bundle" || r.System == "dbx") && g.always(a.Value, "PAUSED")
		case "State":
			return r.System == "cloudformation" && a.Value == "DISABLED"
		case "suspend":
			return r.System == "kubernetes" && strings.EqualFold(a.Value, "true")
		}
	}
	return false
}

// always says whether a setting of a bundle is a word in every target that
// counts: those of production, or all of them where none is called so.
func (g *Graph) always(value, word string) bool {
	name, ok := strings.CutPrefix(value, "${var.")
	if !ok {
		return strings.EqualFold(value, word)
	}
	name = strings.TrimSuffix(name, "}")
	fallback, inAll, inProduction := "", []string{}, []string{}
	for _, r := range fact.All[fact.Resource](g.set) {
		switch {
		case r.System == "bundle" && r.Kind == "variables":
			if v, ok := attr(r, name+".default"); ok {
				fallback = v
			} else if v, ok := attr(r, name); ok {
				fallback = v
			}
		case r.System == "bundle" && r.Kind == "target":
			v, ok := attr(r, "variables."+name)
			if !ok {
				v, _ = attr(r, "variables."+name+".default")
			}
			inAll = append(inAll, v)
			if mode, _ := attr(r, "mode"); mode == "production" || strings.HasPrefix(strings.ToLower(r.Name), "prod") || strings.EqualFold(r.Name, "prd") {
				inProduction = append(inProduction, v)
			}
		}
	}
	values := inAll
	if len(inProduction) > 0 {
		values = inProduction
	}
	if len(values) == 0 {
		values = []string{""}
	}
	for _, v := range values {
		if v == "" {
			v = fallback
		}
		if !strings.EqualFold(v, word) {
			return false
		}
	}
	return true
}

func attr(r fact.Resource, key string) (string, bool) {
	for _, a := range r.Attrs {
		if a.Key == key {
			return a.Value, true
		}
	}
	return "", false
}
