package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// How much of a thing is shown before "N more".
const (
	maxChanges  = 15
	maxBlocking = 10
	maxEvidence = 3
	maxRisks    = 3
	maxSteps    = 5
	maxGaps     = 50
	maxMistakes = 10
	maxProjects = 30
)

// name is a capability as a row starts: its title and its id.
func name(c report.Capability) string {
	if untitled(c) {
		return code(c.ID)
	}
	return "**" + prose(c.Title) + "** " + code(c.ID)
}

// marked is a capability behind the sign of its status.
func marked(c report.Capability) string { return mark(c.Status) + " " + name(c) }

// because is a capability's reason, as it follows its status.
func because(c report.Capability) string {
	if strings.TrimSpace(c.Reason) == "" {
		return ""
	}
	return ": " + prose(c.Reason)
}

func untitled(c report.Capability) bool {
	return strings.TrimSpace(c.Title) == "" || c.Title == c.ID
}

// mistakes says what is wrong with the configuration, where, and what governs.
func (p *page) mistakes(in Input) {
	errs := in.ConfigErrors
	if len(errs) == 0 {
		return
	}
	if in.ConfigProposed {
		p.add("### The proposed configuration has mistakes\n\n")
	} else {
		p.add("### The configuration is not used\n\n")
	}
	p.list(len(errs), maxMistakes, func(i int) string { return "- " + mistake(errs[i]) + "\n" }, "mistakes")
	p.addf("\n%s\n\n", governs(in))
}

// governs says which settings are in force while a configuration has mistakes.
func governs(in Input) string {
	if !in.ConfigProposed {
		return "Until it is mended, the defaults apply."
	}
	if in.Pull == nil || in.Pull.BaseRef == "" {
		return "This verdict follows the settings of the base branch, not this file. Merged like this, the file would count for nothing and the defaults would apply."
	}
	return "This verdict follows the settings of the base branch, " + code(in.Pull.BaseRef) + ", not this file. Merged like this, the file would count for nothing and the defaults would apply."
}

func mistake(e repoconfig.Error) string {
	return code(fmt.Sprintf("%s:%d:%d", e.Path, e.Line, e.Column)) + " " + prose(e.Message)
}

// changes says what a pull request does: lost first, then gained, each with
// its chain, then what else moved.
func (p *page) changes(in Input, d *report.Diff) {
	p.add("### What changes\n\n")
	if d.KindFrom != d.KindTo {
		p.addf("The repository was judged as %s and is now %s.\n\n", kindName(d.KindFrom), kindName(d.KindTo))
	}
	if len(d.Lost)+len(d.Gained)+len(d.Moved) == 0 {
		p.add("No capability changes.\n\n")
		return
	}
	if len(d.Lost) > 0 {
		p.add("**Lost**\n\n")
		p.list(len(d.Lost), maxChanges, func(i int) string {
			c := d.Lost[i].After
			return fmt.Sprintf("- %s, now %s%s\n", marked(c), word(c.Status), because(c))
		}, "changes")
		p.add("\n")
		p.remains(in, d.Lost)
	}
	if len(d.Gained) > 0 {
		p.add("**Gained**\n\n")
		var items []item
		for _, c := range d.Gained {
			items = append(items, proven(marked(c.After), c.After))
		}
		p.bundled(links(in.Head, in.WebURL).style(in.Head.Subject.Commit), items, "changes")
		p.add("\n")
	}
	if len(d.Moved) > 0 {
		p.add("**Otherwise changed**\n\n")
		p.list(len(d.Moved), maxChanges, func(i int) string {
			c := d.Moved[i]
			return fmt.Sprintf("- %s, %s → %s%s\n", marked(c.After), word(c.Before.Status), word(c.After.Status), because(c.After))
		}, "changes")
		p.add("\n")
	}
}

// remains shows where lost capabilities were, and what is left of them.
func (p *page) remains(in Input, lost []report.Change) {
	var before, now []item
	for _, c := range lost {
		if len(c.Before.Evidence) > 0 {
			before = append(before, proven(code(c.After.ID), c.Before))
		}
		if len(c.After.Evidence) > 0 {
			now = append(now, proven(code(c.After.ID), c.After))
		}
	}
	p.titled("Before", links(in.Base, in.WebURL).style(in.Base.Subject.Commit), before)
	p.titled("Now", links(in.Head, in.WebURL).style(in.Head.Subject.Commit), now)
}

// titled lists items under a heading, if there are any.
func (p *page) titled(heading string, s style, items []item) {
	if len(items) == 0 {
		return
	}
	p.add("**" + heading + "**\n\n")
	p.bundled(s, items, "capabilities")
	p.add("\n")
}

// blocking says what stands between the repository and the next level, and the
// one change for each.
func (p *page) blocking(r *report.Report) {
	m := model(r)
	lowest, where := lowest(r)
	ids := m.Blocking(statuses(lowest), r.Level)
	if len(ids) == 0 {
		if r.Level >= m.Highest() {
			p.add("### Next\n\nThis is the highest level.\n\n")
		}
		return
	}
	row, _ := m.Row(ids[0])
	p.addf("### To reach level %d: %s\n\n", row.Level, prose(m.LevelName(row.Level)))
	if where != "" {
		p.addf("In the lowest project, %s:\n\n", code(where))
	}
	p.list(len(ids), maxBlocking, func(i int) string {
		c := blocker(lowest, ids[i])
		item := fmt.Sprintf("- %s%s\n", marked(c), cmp.Or(because(c), ": "+word(c.Status)))
		if c.Next != nil && c.Status != report.Unknown {
			item += fmt.Sprintf("  - Do: %s%s\n", prose(c.Next.Title), effort(c.Next))
		}
		return item
	}, "capabilities that block it")
	p.add("\n")
}

// blocker is a capability that blocks a level; one that an older engine did not
// judge has only its id.
func blocker(p *report.Project, id string) report.Capability {
	if c, ok := p.Capability(id); ok {
		return c
	}
	return report.Capability{ID: id, Status: report.Unknown, Reason: "Not judged."}
}

func effort(s *report.Step) string {
	if s.Effort == "" {
		return ""
	}
	return " (" + prose(s.Effort) + ")"
}

// nothing is what a dimension has in which no capability applies.
const nothing = "nothing applies"

// none says why a dimension has no capability to count: the repository has
// nothing of the kind, or the model does not speak of it.
func none(r *report.Report, dimension string) string {
	if slices.ContainsFunc(model(r).Rows(), func(row maturity.Row) bool { return row.Dimension == dimension }) {
		return nothing
	}
	return "not asked for by this model"
}

// profile is the table by dimension, with what a change moves.
func (p *page) profile(in Input, d *report.Diff) {
	r := in.Head
	var b strings.Builder
	b.WriteString("### Profile\n\n| Dimension | Level | Capabilities that hold |\n| --- | :-: | --- |\n")
	moved := make(map[string]report.DimensionChange)
	if d != nil {
		for _, x := range d.Dimensions {
			moved[x.ID] = x
		}
	}
	for _, x := range r.Dimensions {
		level := levelNumber(x.Level)
		if m, ok := moved[x.ID]; ok {
			level = fmt.Sprintf("%s → **%s**", levelNumber(m.From), levelNumber(m.To))
		}
		holds := fmt.Sprintf("%s %d of %d", bar(x.Met, x.Of), x.Met, x.Of)
		if x.Of == 0 {
			holds = none(r, x.ID)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", prose(x.Title), level, holds)
	}
	p.add(b.String() + "\n")
	p.projects(in)
	var notes []string
	for _, note := range asked(r) {
		notes = append(notes, prose(note))
	}
	if r.Engine.Model == "microsoft" && r.Google.LevelName != "" {
		notes = append(notes, fmt.Sprintf("On Google's scale: level %d, %s.", r.Google.Level, prose(r.Google.LevelName)))
	}
	if n := unknown(r); n > 0 {
		notes = append(notes, fmt.Sprintf("%s could not be judged.", count(n, "capability", "capabilities")))
	}
	if n := len(r.Gaps); n > 0 {
		notes = append(notes, fmt.Sprintf("%s could not be read.", count(n, "file or folder", "files or folders")))
	}
	if len(notes) > 0 {
		p.add(strings.Join(notes, " ") + "\n\n")
	}
}

func unknown(r *report.Report) int {
	n := 0
	for _, c := range r.Capabilities {
		if c.Status == report.Unknown {
			n++
		}
	}
	return n
}
