package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// Marker is the hidden first line of the App's comment, by which it is found
// again.
const Marker = "<!-- mlops-maturity -->"

// Comment returns the pull request's comment, "" where silence is due: for
// drafts, bots and repositories without ML, where comments are switched off,
// and where nothing changes, unless the team asked to hear that too.
func Comment(in Input) string {
	if in.Pull == nil || in.Pull.Draft || in.Pull.BotAuthor || !in.Settings.Enabled || in.Settings.Comment == repoconfig.CommentNever {
		return ""
	}
	v := judge(in)
	if !in.Head.Kind.Judged() && (v.diff == nil || !v.diff.KindFrom.Judged()) {
		return ""
	}
	if in.Settings.Comment != repoconfig.CommentAlways && (v.diff == nil || !tells(v.diff)) {
		return ""
	}
	p := newPage(maxOutput, in.DetailsURL)
	p.addf("%s\n### MLOps maturity: %s\n\n", Marker, prose(headline(in, v)))
	if len(v.reasons) > 0 {
		p.add(strings.Join(v.reasons, " ") + "\n\n")
	}
	if n := len(in.ConfigErrors); n > 0 {
		p.addf("The configuration has %s and is not used: %s\n\n", count(n, "mistake", "mistakes"), mistake(in.ConfigErrors[0]))
	}
	if v.diff != nil {
		p.table(v.diff)
		p.gained(in, v.diff)
		p.lostPlaces(in, v.diff)
	}
	p.next(in.Head)
	p.footer(in)
	return p.String()
}

// tells says whether a change is worth a comment: a level, a capability, the
// kind. What can merely no longer be read is not.
func tells(d *report.Diff) bool {
	if d.KindFrom != d.KindTo || d.LevelFrom != d.LevelTo || len(d.Dimensions) > 0 || len(d.Gained)+len(d.Lost) > 0 {
		return true
	}
	for _, c := range d.Moved {
		if c.Before.Status != report.Unknown && c.After.Status != report.Unknown {
			return true
		}
	}
	return false
}

// table is the one table of changes.
func (p *page) table(d *report.Diff) {
	var rows []string
	if d.LevelFrom != d.LevelTo {
		rows = append(rows, fmt.Sprintf("| **Level** | %d | **%d** |\n", d.LevelFrom, d.LevelTo))
	}
	for _, x := range d.Dimensions {
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |\n", prose(x.Title), levelNumber(x.From), levelNumber(x.To)))
	}
	for _, list := range [][]report.Change{d.Lost, d.Gained, d.Moved} {
		for _, c := range list {
			rows = append(rows, fmt.Sprintf("| %s | %s %s | %s %s |\n", name(c.After),
				mark(c.Before.Status), word(c.Before.Status), mark(c.After.Status), word(c.After.Status)))
		}
	}
	if len(rows) == 0 {
		p.add("Nothing changes.\n\n")
		return
	}
	p.add("| | Before | Now |\n| --- | --- | --- |\n")
	left := 0
	for i, row := range rows {
		if i >= maxChanges || !p.add(row) {
			left = len(rows) - i
			break
		}
	}
	p.add("\n")
	if left > 0 {
		p.more(left, "changes")
		p.add("\n")
	}
}

// gained shows the chain of each capability that was gained.
func (p *page) gained(in Input, d *report.Diff) {
	l := links(in.Head, in.WebURL)
	var items []string
	for _, c := range d.Gained {
		if len(c.After.Evidence) > 0 {
			items = append(items, fmt.Sprintf("- %s: %s\n", code(c.After.ID), l.chainMarkdown(in.Head.Subject.Commit, c.After.Evidence[0])))
		}
	}
	p.titled("What proves it", items)
}

// lostPlaces shows where each lost capability was, and why it holds no longer.
func (p *page) lostPlaces(in Input, d *report.Diff) {
	base, head := links(in.Base, in.WebURL), links(in.Head, in.WebURL)
	var items []string
	for _, c := range d.Lost {
		item := fmt.Sprintf("- %s: %s\n", code(c.After.ID), prose(c.After.Reason))
		if len(c.Before.Evidence) > 0 {
			item += "  - Before: " + base.chainMarkdown(in.Base.Subject.Commit, c.Before.Evidence[0]) + "\n"
		}
		if len(c.After.Evidence) > 0 {
			item += "  - Now: " + head.chainMarkdown(in.Head.Subject.Commit, c.After.Evidence[0]) + "\n"
		}
		items = append(items, item)
	}
	p.titled("What is gone", items)
}

func (p *page) titled(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	p.add("**" + heading + "**\n\n")
	p.list(len(items), maxChanges, func(i int) string { return items[i] }, "capabilities")
	p.add("\n")
}

// next is the one step worth most.
func (p *page) next(r *report.Report) {
	for _, id := range r.Next {
		c, ok := r.Capability(id)
		if !ok || c.Next == nil || c.Status.Holds() {
			continue
		}
		p.addf("**Next step:** %s%s\n\n%s\n\n", prose(c.Next.Title), effort(c.Next), prose(c.Next.Why))
		return
	}
}

// footer names the commit, and how to switch the comments off.
func (p *page) footer(in Input) {
	sha := in.Pull.HeadSHA
	if sha == "" {
		sha = in.Head.Subject.Commit
	}
	commit := code(short(sha))
	if l := links(in.Head, in.WebURL); l.base != "" && commitID.MatchString(sha) {
		commit = "[" + commit + "](" + l.base + "/commit/" + sha + ")"
	}
	details := ""
	if p.details != "" {
		details = " · [All details](" + p.details + ")"
	}
	p.full = false // the footer has its place
	p.limit += reserve
	p.addf("<sub>Judged at commit %s%s · No comments: `comment: never` in `%s`</sub>\n", commit, details, repoconfig.Paths[0])
}
