package render

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxAnnotations is one request's worth: more than that nobody reads.
const maxAnnotations = 50

const (
	notice  = "notice"
	warning = "warning"
)

// annotations are remarks on lines that the pull request changes, and on no
// others: mistakes in the configuration, what was lost, links that lead
// nowhere, and what holds only in part.
func annotations(in Input, d *report.Diff) []Annotation {
	if len(in.ChangedLines) == 0 {
		return nil
	}
	a := annotator{changed: in.ChangedLines, seen: make(map[Annotation]bool)}
	mistake := "Configuration not used"
	if in.ConfigProposed {
		mistake = "Mistake in the proposed configuration"
	}
	for _, e := range in.ConfigErrors {
		a.at(e.Path, e.Line, warning, mistake, e.Message)
	}
	for _, e := range in.ProposedWarnings {
		a.at(e.Path, e.Line, warning, "Warning about the proposed configuration", e.Message)
	}
	if !in.Head.Kind.Judged() || !in.Settings.Enabled {
		return a.out
	}
	lost := make(map[string]bool)
	if d != nil {
		for _, c := range d.Lost {
			lost[c.After.ID] = true
			a.lost(c)
		}
	}
	for _, c := range in.Head.Capabilities {
		for _, e := range c.Evidence {
			if len(a.out) >= maxAnnotations {
				return a.out
			}
			for _, h := range ours(e) {
				if h.Broken {
					a.at(h.Path, h.Line, warning, "Leads nowhere: "+label(c), h.What+": "+c.Reason)
				}
			}
			if c.Status == report.Partial && !lost[c.ID] && e.Repository == "" {
				p := proof(e)
				a.at(p.Path, p.Line, notice, "Partial: "+label(c), c.Reason)
			}
		}
	}
	return a.out
}

// lost remarks on the places where a lost capability now falls short; where
// nothing is left of it, on the change nearest to where it was.
func (a *annotator) lost(c report.Change) {
	title := "Lost: " + label(c.After)
	before := len(a.out)
	for _, e := range c.After.Evidence {
		for _, h := range ours(e) {
			a.at(h.Path, h.Line, warning, title, c.After.Reason)
		}
	}
	if len(a.out) > before {
		return
	}
	var was report.Hop
	line, found := 0, false
	for _, e := range c.Before.Evidence {
		for _, h := range ours(e) {
			at, ok := a.nearest(h.Path, h.Line)
			if ok && (!found || distance(at, h.Line) <= distance(line, was.Line)) {
				was, line, found = h, at, true
			}
		}
	}
	if found {
		a.at(was.Path, line, warning, title, c.After.Reason+" It rested on "+place(was.Path, was.Line)+": "+was.What)
	}
}

// ours is the chain of an evidence if it is in the judged repository: a path of
// another one may be that of a changed file here by chance.
func ours(e report.Evidence) []report.Hop {
	if e.Repository != "" {
		return nil
	}
	return hops(e)
}

// label is a capability by its title and id, not cleaned.
func label(c report.Capability) string {
	if untitled(c) {
		return c.ID
	}
	return c.Title + " (" + c.ID + ")"
}

type annotator struct {
	changed map[string][]LineRange
	seen    map[Annotation]bool
	out     []Annotation
}

// at remarks on a line if the pull request changes it, and once.
func (a *annotator) at(path string, line int, level, title, message string) {
	if len(a.out) >= maxAnnotations || line < 1 || !slices.ContainsFunc(a.changed[path], func(r LineRange) bool { return r.Start <= line && line <= r.End }) {
		return
	}
	n := Annotation{Path: path, StartLine: line, EndLine: line, Level: level,
		Title: unmentioned(plain(title, 200)), Message: unmentioned(plain(message, 1000))}
	if n.Message == "" {
		n.Message = n.Title // GitHub refuses an empty one
	}
	if !a.seen[n] {
		a.seen[n] = true
		a.out = append(a.out, n)
	}
}

// nearest is the changed line of a file that is nearest to a line of the base.
func (a *annotator) nearest(path string, line int) (int, bool) {
	best, found := 0, false
	for _, r := range a.changed[path] {
		if r.Start < 1 || r.End < r.Start {
			continue
		}
		at := min(max(line, r.Start), r.End)
		if !found || distance(at, line) < distance(best, line) {
			best, found = at, true
		}
	}
	return best, found
}

func distance(a, b int) int { return max(a-b, b-a) }

// unmentioned keeps plain text from naming people.
func unmentioned(s string) string { return strings.ReplaceAll(s, "@", "@"+zeroWidth) }
