package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// Marker is the hidden first line of the App's comment, by which it is found
// again.
const Marker = "<!-- mlops-maturity -->"

// Comment returns the pull request's comment, "" where silence is due: for
// drafts and bots, unless the team asked for those; for repositories without ML;
// where comments are switched off; and where nothing changes, unless the team
// asked to hear that too.
func Comment(in Input) string {
	if in.Pull == nil || !in.Settings.Enabled || in.Settings.Comment == repoconfig.CommentNever ||
		in.Pull.Draft && !in.Settings.CommentOnDrafts || in.Pull.BotAuthor && !in.Settings.CommentOnBots {
		return ""
	}
	v := judge(in)
	if !in.Head.Kind.Judged() && (v.diff == nil || !v.diff.KindFrom.Judged()) {
		return ""
	}
	if in.Settings.Comment != repoconfig.CommentAlways && (v.diff == nil || !tells(v.diff) && !projectsMove(in)) {
		return ""
	}
	p := newPage(maxOutput, in.DetailsURL)
	p.addf("%s\n### MLOps maturity: %s\n\n", Marker, prose(headline(in, v)))
	if len(v.reasons) > 0 {
		p.add(strings.Join(v.reasons, " ") + "\n\n")
	}
	if n := len(in.ConfigErrors); n > 0 {
		what := "The configuration"
		if in.ConfigProposed {
			what = "The proposed configuration"
		}
		p.addf("%s has %s: %s\n\n%s\n\n", what, count(n, "mistake", "mistakes"), mistake(in.ConfigErrors[0]), governs(in))
	}
	p.preview(in)
	if t := tallies(in.Head); t != "" && slices.ContainsFunc(in.Head.Decisions, urgent) {
		p.add(capital(t) + "\n\n")
	}
	if v.diff != nil {
		p.table(v.diff)
		p.movedProjects(in)
		p.lost(in, v.diff)
	}
	p.next(in.Head)
	if v.diff != nil {
		p.gained(in, v.diff)
		p.drawing(v.diff)
	}
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

// table is the one table of changes. It has a capability's id only where none
// of the lists below it has.
func (p *page) table(d *report.Diff) {
	var rows []string
	if d.LevelFrom != d.LevelTo {
		rows = append(rows, fmt.Sprintf("| **Level** | %d | **%d** |\n", d.LevelFrom, d.LevelTo))
	}
	for _, x := range d.Dimensions {
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |\n", prose(x.Title), levelNumber(x.From), levelNumber(x.To)))
	}
	row := func(c report.Change, id bool) {
		title := code(c.After.ID)
		if !untitled(c.After) {
			title = prose(c.After.Title)
			if id {
				title += " " + code(c.After.ID)
			}
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |\n", title, status(c.Before.Status), status(c.After.Status)))
	}
	for _, c := range d.Lost {
		row(c, false)
	}
	for _, c := range d.Gained {
		row(c, len(c.After.Evidence) == 0)
	}
	for _, c := range d.Moved {
		row(c, true)
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

// status is one as a cell shows it: never broken between its sign and its word.
func status(s report.Status) string { return mark(s) + " " + word(s) }

// gained shows the chain of each capability that was gained.
func (p *page) gained(in Input, d *report.Diff) {
	var items []item
	for _, c := range d.Gained {
		if len(c.After.Evidence) > 0 {
			items = append(items, proven(code(c.After.ID), c.After))
		}
	}
	p.titled("What proves it", links(in.Head, in.WebURL).style(in.Head.Subject.Commit), items)
}

// lost says why each lost capability holds no longer, and where it was.
func (p *page) lost(in Input, d *report.Diff) {
	if len(d.Lost) == 0 {
		return
	}
	why := newLines()
	for _, c := range d.Lost[:min(len(d.Lost), maxChanges)] {
		why.add(prose(c.After.Reason), code(c.After.ID))
	}
	p.add("**What is gone**\n\n" + why.list("- "))
	if n := len(d.Lost) - maxChanges; n > 0 {
		p.more(n, "capabilities")
	}
	p.add("\n")
	p.remains(in, d.Lost)
}

// next is the one step worth most.
func (p *page) next(r *report.Report) {
	one, where := inNeed(r)
	for _, id := range one.Next {
		c, ok := one.Capability(id)
		if !ok || c.Next == nil || c.Status.Holds() {
			continue
		}
		in := ""
		if where != "" {
			in = " in " + code(where)
		}
		p.addf("**Next step%s:** %s%s\n\n%s\n\n", in, prose(c.Next.Title), effort(c.Next), prose(c.Next.Why))
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
