package render

import (
	"fmt"
	"strings"

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
)

// name is a capability as a row starts: its title and its id.
func name(c report.Capability) string {
	if strings.TrimSpace(c.Title) == "" {
		return code(c.ID)
	}
	return "**" + prose(c.Title) + "** " + code(c.ID)
}

// mistakes says what is wrong with the configuration, and where.
func (p *page) mistakes(errs []repoconfig.Error) {
	if len(errs) == 0 {
		return
	}
	p.add("### The configuration is not used\n\n")
	p.list(len(errs), maxMistakes, func(i int) string { return "- " + mistake(errs[i]) + "\n" }, "mistakes")
	p.add("\nUntil it is mended, the defaults apply.\n\n")
}

func mistake(e repoconfig.Error) string {
	return code(fmt.Sprintf("%s:%d:%d", e.Path, e.Line, e.Column)) + " " + prose(e.Message)
}

// changes says what a pull request does: lost first, then gained, each with
// its chain, then what else moved.
func (p *page) changes(in Input, d *report.Diff) {
	base, head := links(in.Base, in.WebURL), links(in.Head, in.WebURL)
	p.add("### What changes\n\n")
	if d.KindFrom != d.KindTo {
		p.addf("The repository was judged as %s and is now %s.\n\n", kindName(d.KindFrom), kindName(d.KindTo))
	}
	if len(d.Lost)+len(d.Gained)+len(d.Moved) == 0 {
		p.add("No capability changes.\n\n")
		return
	}
	var items []string
	for _, c := range d.Lost {
		items = append(items, fmt.Sprintf("- %s Lost: %s, now %s. %s\n%s", mark(c.After.Status), name(c.After), word(c.After.Status),
			prose(c.After.Reason), nest("Before: ", first(base, in.Base, c.Before))+nest("Now: ", first(head, in.Head, c.After))))
	}
	for _, c := range d.Gained {
		items = append(items, fmt.Sprintf("- %s Gained: %s\n%s", mark(c.After.Status), name(c.After), nest("", first(head, in.Head, c.After))))
	}
	for _, c := range d.Moved {
		items = append(items, fmt.Sprintf("- %s %s: %s → %s. %s\n", mark(c.After.Status), name(c.After), word(c.Before.Status), word(c.After.Status), prose(c.After.Reason)))
	}
	p.list(len(items), maxChanges, func(i int) string { return items[i] }, "changes")
	p.add("\n")
}

// first is the first evidence chain of a capability, if it has one.
func first(l linker, r *report.Report, c report.Capability) []string {
	return chains(l, r, c, 1)[:min(1, len(c.Evidence))]
}

// chains are the evidence chains of a capability, at most so many.
func chains(l linker, r *report.Report, c report.Capability, most int) []string {
	var out []string
	for i, e := range c.Evidence {
		if i == most {
			out = append(out, fmt.Sprintf("%d more", len(c.Evidence)-most))
			break
		}
		out = append(out, l.chainMarkdown(r.Subject.Commit, e))
	}
	return out
}

func nest(label string, lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("  - " + label + line + "\n")
	}
	return b.String()
}

// blocking says what stands between the repository and the next level, and the
// one change for each.
func (p *page) blocking(r *report.Report) {
	m := model(r)
	ids := m.Blocking(statuses(&r.Project), r.Level)
	if len(ids) == 0 {
		if r.Level >= m.Highest() {
			p.add("### Next\n\nThis is the highest level.\n\n")
		}
		return
	}
	row, _ := m.Row(ids[0])
	p.addf("### To reach level %d: %s\n\n", row.Level, prose(m.LevelName(row.Level)))
	p.list(len(ids), maxBlocking, func(i int) string {
		c, ok := r.Capability(ids[i])
		if !ok {
			c = report.Capability{ID: ids[i], Reason: "Not judged."}
		}
		item := fmt.Sprintf("- %s %s: %s\n", mark(c.Status), name(c), prose(c.Reason))
		if c.Next != nil && c.Status != report.Unknown {
			item += fmt.Sprintf("  - Do: %s%s\n", prose(c.Next.Title), effort(c.Next))
		}
		return item
	}, "capabilities that block it")
	p.add("\n")
}

func effort(s *report.Step) string {
	if s.Effort == "" {
		return ""
	}
	return " (" + prose(s.Effort) + ")"
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
			level = fmt.Sprintf("%s → **%s**", levelNumber(m.From), levelNumber(m.To))
		}
		fmt.Fprintf(&b, "| %s | %s | %s %d of %d |\n", prose(x.Title), level, bar(x.Met, x.Of), x.Met, x.Of)
	}
	p.add(b.String() + "\n")
	if len(r.Projects) > 0 {
		p.projects(r)
	}
	var notes []string
	if t := in.Settings.TargetLevel; t != nil {
		notes = append(notes, fmt.Sprintf("Target: level %d, %s.", *t, map[bool]string{true: "reached", false: "not reached"}[r.Level >= *t]))
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

// projects lists the projects of a repository that has several.
func (p *page) projects(r *report.Report) {
	p.add("| Project | Folder | Level |\n| --- | --- | :-: |\n")
	for i, x := range r.Projects {
		if !p.addf("| %s | %s | %d |\n", prose(x.Name), code(x.Path), x.Level) {
			p.add("\n")
			p.more(len(r.Projects)-i, "projects")
			return
		}
	}
	p.add("\nThe repository's level is that of its lowest project.\n\n")
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
