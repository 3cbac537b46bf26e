package render

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// TextOptions say what the terminal can do.
type TextOptions struct {
	Color bool // the caller knows whether it is a terminal and NO_COLOR is unset
	Width int  // columns; 0 is 80, less than 60 is 60
}

// Text writes the report for people, 80 columns wide, without colour.
func Text(w io.Writer, r *report.Report) error { return TextWith(w, r, TextOptions{}) }

// TextWith writes the report for people as their terminal shows it best.
func TextWith(w io.Writer, r *report.Report, o TextOptions) error {
	t := terminal{color: o.Color, width: o.Width}
	if t.width == 0 {
		t.width = 80
	}
	t.width = max(t.width, 60)
	t.head(r)
	if r.Kind.Judged() {
		t.bounds(r)
		t.decisions(r)
		t.blocking(r)
		t.profile(r)
		t.projects(r)
		w := waysOf(r.Capabilities)
		t.ways(w)
		t.capabilities(r, w)
		t.next(r)
	}
	t.gaps(r)
	_, err := io.WriteString(w, t.b.String())
	return err
}

// The colours, as a terminal takes them.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// columns counts what a text takes on the screen, whatever the locale.
var (
	columns = &runewidth.Condition{StrictEmojiNeutral: true}
	paints  = regexp.MustCompile("\x1b\\[[0-9]+m")
)

type terminal struct {
	b     strings.Builder
	color bool
	width int
}

func (t *terminal) paint(code, s string) string {
	if !t.color || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *terminal) heading(s string) { t.b.WriteString("\n" + t.paint(bold, s) + "\n") }

// para writes text wrapped to the width; first starts the first line, which is
// at least as wide as the indent of the others.
func (t *terminal) para(first string, indent int, code, text string) {
	lead := first + strings.Repeat(" ", max(indent-columns.StringWidth(paints.ReplaceAllString(first, "")), 0))
	for i, line := range wrap(text, max(t.width-indent, 20)) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		t.b.WriteString(strings.TrimRight(lead+t.paint(code, line), " ") + "\n")
	}
}

// wrap breaks a line between words so that each part has at most so many
// columns; a word that is wider stands by itself, whole, since people copy paths.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		w := columns.StringWidth(word)
		if used > 0 && used+1+w > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	return append(lines, line)
}

func (t *terminal) head(r *report.Report) {
	subject := plain(r.Subject.Repository, maxName)
	if r.Subject.Commit != "" {
		subject += " at " + plain(short(r.Subject.Commit), 64)
	}
	t.para("", 0, "", subject)
	if !r.Kind.Judged() {
		t.para("", 0, bold, "Not judged: "+kindName(r.Kind))
		t.para("", 0, "", plain(r.KindReason, maxText))
		return
	}
	level := fmt.Sprintf("Level %d: %s", r.Level, plain(r.LevelName, 80))
	if r.AtLeast {
		level = "At least level " + level[len("Level "):]
	}
	t.para("", 0, bold, level)
	t.para("", 0, dim, fmt.Sprintf("%s, edition %s; %s", model(r).Title, plain(r.Engine.ModelEdition, 20), kindName(r.Kind)))
	if r.Engine.Model == "microsoft" && r.Google.LevelName != "" {
		t.para("", 0, dim, fmt.Sprintf("On Google's scale: level %d, %s", r.Google.Level, plain(r.Google.LevelName, 80)))
	}
}

func (t *terminal) profile(r *report.Report) {
	t.heading("Profile")
	for _, d := range r.Dimensions {
		holds := fmt.Sprintf("%s  %d of %d hold", bar(d.Met, d.Of), d.Met, d.Of)
		if d.Of == 0 {
			holds = none(r, d.ID)
		}
		fmt.Fprintf(&t.b, "  %s level %s  %s\n", columns.FillRight(plain(d.Title, 20), 13), levelNumber(d.Level), holds)
	}
}

// projects lists the projects of a repository that has several, each with the
// levels of its dimensions.
func (t *terminal) projects(r *report.Report) {
	if len(r.Projects) == 0 {
		return
	}
	t.heading("Projects")
	dimensions, names := levelled(r), []string(nil)
	for _, d := range dimensions {
		names = append(names, plain(d.Title, 20))
	}
	rows, widest := make([]string, 0, len(r.Projects)), 0
	for _, x := range r.Projects {
		name := plain(cmp.Or(x.Path, x.Name), maxName)
		rows, widest = append(rows, name), max(widest, columns.StringWidth(name))
	}
	widest = min(widest, t.width/3)
	t.para("  ", 2, dim, "by level, then "+strings.Join(names, " · "))
	for i, x := range r.Projects {
		levels := make([]string, 0, len(dimensions))
		for _, d := range dimensions {
			levels = append(levels, levelNumber(dimension(&x.Project, d.ID)))
		}
		fmt.Fprintf(&t.b, "  %s  level %d  %s\n", columns.FillRight(rows[i], widest), x.Level, strings.Join(levels, " · "))
	}
}

// ways lists the beginnings that several chains share.
func (t *terminal) ways(w ways) {
	if len(w.paths) == 0 {
		return
	}
	t.heading("Automation paths")
	for i, p := range w.paths {
		t.para(fmt.Sprintf("  %d. ", i+1), 5, "", bare.path(p))
	}
}

// capabilities lists all of them by dimension, each chain on one line.
func (t *terminal) capabilities(r *report.Report, w ways) {
	for _, d := range r.Dimensions {
		first := true
		for _, c := range r.Capabilities {
			if c.Dimension != d.ID {
				continue
			}
			if first {
				t.heading(plain(d.Title, maxName))
				first = false
			}
			t.capability(c, w)
		}
	}
}

func (t *terminal) capability(c report.Capability, w ways) {
	t.para("  "+t.paint(statusColor(c.Status), mark(c.Status))+" ", 4, "", plain(label(c), maxText)+": "+standing(c))
	for _, line := range decidedOn(c, said) {
		t.para("", 6, yellow, line)
	}
	chains, left := w.chains(bare, c)
	for _, chain := range chains {
		t.para("", 6, dim, chain)
	}
	if left > 0 {
		t.para("", 6, dim, fmt.Sprintf("%d more", left))
	}
	if c.Reason != "" && (len(chains) == 0 || !c.Status.Holds()) && c.Status != report.NotApplicable {
		t.para("", 6, "", plain(c.Reason, maxText))
	}
	for i, risk := range c.Risks {
		if i == maxRisks {
			break
		}
		t.para("", 6, yellow, "Risk: "+plain(risk, maxText))
	}
}

func statusColor(s report.Status) string {
	switch s {
	case report.Met, report.Attested, report.Waived:
		return green
	case report.Partial, report.Unknown:
		return yellow
	case report.Missing:
		return red
	}
	return dim
}

// blocking says what stands between the repository and the next level, and the
// one change for each.
func (t *terminal) blocking(r *report.Report) {
	m := model(r)
	lowest, where := lowest(r)
	ids := m.Blocking(statuses(lowest), r.Level)
	if len(ids) == 0 {
		return
	}
	row, _ := m.Row(ids[0])
	t.heading(fmt.Sprintf("To reach level %d: %s", row.Level, m.LevelName(row.Level)))
	if where != "" {
		t.para("  ", 2, "", "In the lowest project, "+plain(where, maxName)+":")
	}
	for _, id := range ids {
		c := blocker(lowest, id)
		t.para("  "+t.paint(statusColor(c.Status), mark(c.Status))+" ", 4, "", plain(label(c), maxText)+": "+word(c.Status))
		switch {
		case c.Next != nil && c.Status != report.Unknown:
			t.para("", 6, bold, plain(c.Next.Title, maxText)+takes(c.Next))
		case c.Reason != "":
			t.para("", 6, "", plain(c.Reason, maxText))
		}
	}
}

// takes is how long a step takes.
func takes(s *report.Step) string {
	if s.Effort == "" {
		return ""
	}
	return " (" + plain(s.Effort, 20) + ")"
}

func (t *terminal) gaps(r *report.Report) {
	if len(r.Gaps) == 0 {
		return
	}
	const most = 10
	t.heading("Could not be read")
	for i, g := range r.Gaps {
		if i == most {
			fmt.Fprintf(&t.b, "  %d more\n", len(r.Gaps)-most)
			break
		}
		t.para("  ", 4, "", plain(g.Path, maxName)+": "+plain(g.Reason, maxText))
	}
}
