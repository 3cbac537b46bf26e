package render

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Code writes a text from outside as a Markdown code span, short and without
// anything that GitHub would act on.
func Code(s string) string { return code(s) }

// Prose writes a sentence from outside as Markdown that shows its very words; of
// at most 400 characters.
func Prose(s string) string { return prose(s) }

// maxFound bounds what is told of one capability, in bytes.
const maxFound = 20_000

// Found says what a report has of one capability: the verdict with its chains
// and steps, and of several projects each one's. It is Markdown, "" for a
// capability that was not judged.
func Found(r *report.Report, web, id string) string {
	p := newPage(maxFound, "")
	one, where := lowest(r)
	c, ok := one.Capability(id)
	if !ok {
		return ""
	}
	p.add(links(r, web).style(r.Subject.Commit).capability(waysOf([]report.Capability{c}), c))
	if where == "" {
		return p.String()
	}
	p.addf("\nThat is the lowest project, %s. All of them:\n\n", code(where))
	p.list(len(r.Projects), maxProjects, func(i int) string {
		x := &r.Projects[i]
		c, _ := x.Capability(id)
		return fmt.Sprintf("- %s: %s %s%s\n", code(x.Path), mark(c.Status), word(c.Status), because(c))
	}, "projects")
	return p.String()
}

// Blocking are the capabilities that stand between a report and the next level,
// of its lowest project, and that level; none at the highest.
func Blocking(r *report.Report) (ids []string, level int) {
	m := model(r)
	one, _ := lowest(r)
	if !r.Kind.Judged() {
		return nil, 0
	}
	if ids = m.Blocking(statuses(one), r.Level); len(ids) > 0 {
		row, _ := m.Row(ids[0])
		level = row.Level
	}
	return ids, level
}

// Waivable is the capability that a pull request's check run may offer to waive:
// the first that it loses, else, when the check fails, the first that blocks the
// next level. "" is none, as for a branch, whose history no waiver mends.
func Waivable(in Input) string {
	if in.Pull == nil || !in.Settings.Enabled || !in.Head.Kind.Judged() {
		return ""
	}
	v := judge(in)
	if v.diff != nil {
		for _, c := range v.diff.Lost {
			if c.After.Status == report.Missing || c.After.Status == report.Partial {
				return c.After.ID
			}
		}
	}
	if v.conclusion == failure {
		if ids, _ := Blocking(in.Head); len(ids) > 0 {
			return ids[0]
		}
	}
	return ""
}
