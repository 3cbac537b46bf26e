package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// preview says in one paragraph what the proposed configuration would change
// about this verdict. It decides nothing: the base branch's file governs.
func (p *page) preview(in Input) {
	if in.Preview == nil {
		return
	}
	p.add("**If this configuration is merged:** " + strings.Join(previewed(in), "; ") + ".\n\n")
}

// previewed lists what changes, the level first.
func previewed(in Input) []string {
	now, then := in.Head, in.Preview.Head
	switch {
	case !in.Preview.Settings.Enabled && in.Settings.Enabled:
		return []string{"the repository is no longer judged"}
	case !in.Preview.Settings.Enabled || then == nil:
		return []string{"the repository stays unjudged"}
	}
	var out []string
	if now.Engine.Model != then.Engine.Model {
		out = append(out, "levels are those of "+prose(model(then).Title))
	}
	switch {
	case now.Kind != then.Kind:
		out = append(out, "judged as "+kindName(then.Kind)+", now "+kindName(now.Kind))
	case now.Level != then.Level || now.Engine.Model != then.Engine.Model:
		out = append(out, fmt.Sprintf("level %d → %d", now.Level, then.Level))
	}
	if len(now.Projects)+len(then.Projects) == 0 {
		out = changed(out, "", now.Project, then.Project)
	}
	was := map[string]report.Project{}
	for i := range now.Projects {
		was[folder(&now.Projects[i])] = now.Projects[i].Project
	}
	for i := range then.Projects {
		x := &then.Projects[i]
		where := folder(x)
		before, ok := was[where]
		delete(was, where)
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s becomes a project, at level %d", code(where), x.Level))
		case before.Level != x.Level:
			out = append(out, fmt.Sprintf("%s level %d → %d", code(where), before.Level, x.Level))
			fallthrough
		default:
			out = changed(out, where, before, x.Project)
		}
	}
	for i := range now.Projects {
		if where := folder(&now.Projects[i]); hasKey(was, where) {
			out = append(out, code(where)+" is no longer a project")
		}
	}
	if t := tallies(then); t != "" && t != tallies(now) {
		out = append(out, strings.TrimSuffix(t, "."))
	}
	if n := len(out) - maxChanges; n > 0 {
		out = append(out[:maxChanges:maxChanges], fmt.Sprintf("%d more changes", n))
	}
	out = append(out, concluded(in)...)
	if len(out) == 0 {
		return []string{"nothing changes about this verdict"}
	}
	return out
}

func hasKey(m map[string]report.Project, key string) bool { _, ok := m[key]; return ok }

// changed adds the verdicts of one project that become others.
func changed(out []string, where string, now, then report.Project) []string {
	d := report.Compare(&now, &then)
	in := ""
	if where != "" {
		in = " in " + code(where)
	}
	for _, list := range [][]report.Change{d.Gained, d.Lost, d.Moved} {
		for _, c := range list {
			out = append(out, fmt.Sprintf("%s %s%s", code(c.After.ID), word(c.After.Status), in))
		}
	}
	return out
}

// concluded says whether the bounds would make the check conclude otherwise.
func concluded(in Input) []string {
	now := judge(Input{Head: in.Head, Settings: in.Settings})
	then := judge(Input{Head: in.Preview.Head, Settings: in.Preview.Settings})
	switch {
	case then.conclusion == failure && (now.conclusion != failure || len(then.missed) != len(now.missed)):
		return []string{"the check fails: " + strings.TrimSuffix(strings.Join(then.reasons, " "), ".")}
	case then.conclusion != failure && now.conclusion == failure:
		return []string{"the check no longer fails for a level that is missed"}
	}
	return nil
}
