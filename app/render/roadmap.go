package render

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// TrackingMarker is the hidden first line of the tracking issue, by which it is
// found again.
const TrackingMarker = "<!-- mlops-maturity:tracking -->"

// Standing is where a repository stands to the level it aims at.
type Standing int

// The standings.
const (
	Unclear  Standing = iota // it rests on what could not be read
	Below                    // the target is not reached
	Reached                  // it is
	Unjudged                 // levels do not apply
)

// Tracking is the content of the tracking issue: a roadmap to the next level,
// or a word that the target is reached. Remark is that word as a comment, for
// when the issue is closed or opened again.
type Tracking struct {
	Standing            Standing
	Title, Body, Remark string
}

// RemarkOff is said when the configuration switches the tracking issue off.
const RemarkOff = "`tracking_issue` is no longer set in the configuration, so this issue is no longer kept."

// maxGoals is how many demands of a level are listed.
const maxGoals = 60

// Track writes the tracking issue of a default branch. The target is
// target_level; without one it is the model's highest level, so that the issue
// leads from level to level.
func Track(in Input) Tracking {
	r, m := in.Head, model(in.Head)
	goal, what := m.Highest(), "the highest level"
	if t := in.Settings.TargetLevel; t != nil && *t < goal {
		goal, what = *t, "the target"
	}
	p := newPage(maxOutput, in.DetailsURL)
	p.add(TrackingMarker + "\n")
	switch {
	case !r.Kind.Judged():
		t := Tracking{Standing: Unjudged, Title: "MLOps maturity: not judged", Remark: "This repository is not judged any more: " + kindName(r.Kind) + "."}
		p.addf("This repository: %s. %s Levels are given to ML projects and LLM applications only.\n\n", kindName(r.Kind), prose(r.KindReason))
		p.trackingFooter(in)
		t.Body = p.String()
		return t
	case r.Level >= goal:
		t := Tracking{Standing: Reached, Title: fmt.Sprintf("MLOps maturity: level %d is reached", r.Level)}
		t.Remark = fmt.Sprintf("Level %d is reached: %s. It is %s.", r.Level, prose(m.LevelName(r.Level)), what)
		if r.Level > goal {
			t.Remark = fmt.Sprintf("Level %d is reached: %s. It is above the target, level %d.", r.Level, prose(m.LevelName(r.Level)), goal)
		}
		p.add(t.Remark + " If the level falls below, this issue is opened again.\n\n")
		p.trackingFooter(in)
		t.Body = p.String()
		return t
	}
	t := Tracking{Standing: Below, Remark: fmt.Sprintf("The level is %d now, below %s, level %d. The list above says what is missing.", r.Level, what, goal)}
	lowest, where := lowest(r)
	if m.Possible(statuses(lowest)) >= goal {
		t.Standing = Unclear
	}
	next := p.roadmap(in, m, lowest, where, goal)
	t.Title = fmt.Sprintf("MLOps maturity: from level %d to level %d", r.Level, next)
	p.trackingFooter(in)
	t.Body = p.String()
	return t
}

// roadmap writes the task list and returns the level that it leads to.
func (p *page) roadmap(in Input, m *maturity.Model, lowest *report.Project, where string, goal int) int {
	r := in.Head
	open := m.Blocking(statuses(lowest), r.Level)
	next := r.Level + 1
	if len(open) > 0 {
		row, _ := m.Row(open[0])
		next = row.Level
	}
	p.addf("### To reach level %d: %s\n\n", next, prose(m.LevelName(next)))
	stands := fmt.Sprintf("This repository is at level %d, %s.", r.Level, prose(m.LevelName(r.Level)))
	if next < goal {
		stands += fmt.Sprintf(" It aims at level %d, %s.", goal, prose(m.LevelName(goal)))
	}
	if where != "" {
		stands += " What is listed is that of its lowest project, " + code(where) + "."
	}
	p.add(stands + "\n\n")
	var done []report.Capability
	for _, row := range m.Rows() {
		if c, ok := lowest.Capability(row.ID); ok && row.Role == maturity.Gate && row.Level == next && c.Status.Holds() && c.Status != report.NotApplicable {
			done = append(done, c)
		}
	}
	s := links(r, in.WebURL).style(r.Subject.Commit)
	p.list(len(open), maxGoals, func(i int) string { return s.goal(blocker(lowest, open[i])) }, "to do")
	p.list(len(done), maxGoals, func(i int) string { return "- [x] " + name(done[i]) + held(done[i]) + "\n" }, "done")
	p.add("\n")
	return next
}

// held says how a demand is met, where that is not by proof.
func held(c report.Capability) string {
	if c.Status == report.Met {
		return ""
	}
	return ", " + word(c.Status)
}

// goal is one task: what was seen, the one change, its effort, where to read on.
func (s style) goal(c report.Capability) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- [ ] %s, %s\n", name(c), word(c.Status))
	seen := prose(cmp.Or(strings.TrimSpace(c.Reason), "Nothing of it was found."))
	if len(c.Evidence) > 0 {
		seen += " " + s.chain(c.Evidence[0])
	}
	b.WriteString("  - Seen: " + seen + "\n")
	if c.Next == nil || c.Status == report.Unknown {
		return b.String()
	}
	fmt.Fprintf(&b, "  - Do: %s%s\n", prose(c.Next.Title), effort(c.Next))
	for _, doc := range c.Next.Docs {
		if len(doc) <= 300 && readable.MatchString(doc) {
			b.WriteString("  - [How](" + doc + ")\n")
			break
		}
	}
	return b.String()
}

// readable is an address that may stand in a Markdown link as it is.
var readable = regexp.MustCompile(`^https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/%#?=&+,-]*)?$`)

// trackingFooter says where it comes from and how to be rid of it.
func (p *page) trackingFooter(in Input) {
	commit := code(short(in.Head.Subject.Commit))
	if l := links(in.Head, in.WebURL); l.base != "" {
		commit = "[" + commit + "](" + l.base + "/commit/" + in.Head.Subject.Commit + ")"
	}
	p.full = false // the footer has its place
	p.limit += reserve
	p.addf("<sub>Kept by MLOps maturity, and edited only when a push changes its words; last judged so at %s. `/mlops-maturity snooze 30d` as a comment keeps it silent. "+
		"Close it as not planned to be rid of it for good, or set `tracking_issue: false` in `%s`.</sub>\n", commit, repoconfig.Paths[0])
}
