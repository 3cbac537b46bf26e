package main

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
)

const levelsIntro = "# How to move up each level\n\n" + generated +
	"A level is reached when everything that it and the levels below demand holds, and at least two of its own demands are proven by the repository's files. " +
	"What does not apply, or was waived, holds; it proves nothing. Whatever else a team does well shows in the profile and moves no level.\n\n" +
	"Find out where you stand, and what blocks the next level:\n\n```\nmlops-maturity scan .\n```\n\n" +
	"Then read the section of the next level. Each demand says why, what to do with the tools in use, and what counts as proof. " +
	"Do one at a time: the check run on the pull request shows what it gained. " +
	"`mlops-maturity explain ID` prints the same in the terminal, and [the reference](reference/capabilities.md) has all of it, with what does not count.\n\n"

// levelsPage is docs/levels.md: the way up, made of the model's rows and the
// checks' own words.
func levelsPage() string {
	var b strings.Builder
	b.WriteString(levelsIntro)
	m := maturity.Microsoft()
	b.WriteString("| to level | demands | effort |\n| --- | --- | --- |\n")
	for n := 1; n <= m.Highest(); n++ {
		var names, efforts []string
		for _, row := range rowsOf(m, n, maturity.Gate) {
			c, _ := practice.ByID(row.ID)
			names = append(names, title(row.ID))
			efforts = append(efforts, c.Doc.Effort)
		}
		fmt.Fprintf(&b, "| [%d %s](#%s) | %s | %s |\n", n, m.LevelName(n), anchor(levelHeading(m, n)), strings.Join(names, ", "), sum(efforts))
	}
	fmt.Fprintf(&b, "\nThe levels are those of the [%s](%s), edition %s. Nothing is demanded for level 0, %s.\n", m.Title, m.Source, m.Edition, m.LevelName(0))
	for n := 1; n <= m.Highest(); n++ {
		fmt.Fprintf(&b, "\n## %s\n\n", levelHeading(m, n))
		for _, row := range rowsOf(m, n, maturity.Gate) {
			b.WriteString(wayUp(row))
		}
		b.WriteString(alsoOn(m, n))
	}
	return b.String()
}

func levelHeading(m *maturity.Model, n int) string {
	return fmt.Sprintf("To level %d: %s", n, m.LevelName(n))
}

func rowsOf(m *maturity.Model, level int, roles ...string) []maturity.Row {
	var rows []maturity.Row
	for _, role := range roles {
		for _, row := range m.Rows() {
			if row.Level == level && row.Role == role {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// wayUp is the section of one demand.
func wayUp(row maturity.Row) string {
	c, ok := practice.ByID(row.ID)
	if !ok {
		return fmt.Sprintf("### %s\n\nNot judged yet.\n\n", row.ID)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s %s\n\n", markdown(c.Doc.Title), markdown(c.Doc.Why), reference(row.ID, c))
	for _, w := range c.Doc.How {
		fmt.Fprintf(&b, "- **%s**%s\n", markdown(w.Title), markdown(forTool(w)))
		for _, step := range w.Steps {
			fmt.Fprintf(&b, "  - %s\n", markdown(step))
		}
	}
	fmt.Fprintf(&b, "\n*Effort:* %s. *Proof:* %s", c.Doc.Effort, markdown(c.Doc.Counts))
	if c.Doc.Partial != "" {
		fmt.Fprintf(&b, " *Not enough:* %s", markdown(c.Doc.Partial))
	}
	b.WriteString("\n\n")
	return b.String()
}

// alsoOn is the table of what a level suggests and does not demand.
func alsoOn(m *maturity.Model, level int) string {
	rows := rowsOf(m, level, maturity.Dimension, maturity.Supporting)
	if len(rows) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("### Beside the demands\n\nThese do not hold the level back. What lifts a dimension shows in its own level; the others only score.\n\n" +
		"| capability | lifts | the first move | effort |\n| --- | --- | --- | --- |\n")
	for _, row := range rows {
		c, ok := practice.ByID(row.ID)
		if !ok {
			continue
		}
		lifts := "–"
		if row.Role == maturity.Dimension {
			lifts = row.Dimension
		}
		fmt.Fprintf(&b, "| %s %s | %s | %s | %s |\n", markdown(c.Doc.Title), reference(row.ID, c), lifts, markdown(c.Doc.How[len(c.Doc.How)-1].Title), c.Doc.Effort)
	}
	return b.String()
}

// reference links a capability to its section of docs/reference/capabilities.md.
func reference(id string, c capability.Check) string {
	return fmt.Sprintf("([`%s`](reference/capabilities.md#%s))", id, anchor("`"+id+"`: "+c.Doc.Title))
}

// anchor is what GitHub calls a heading: lower case, without punctuation,
// hyphens for blanks.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sum says how much work some efforts are: "hours for 3, days for 2".
func sum(efforts []string) string {
	var parts []string
	for _, unit := range []string{"hours", "days", "weeks"} {
		n := 0
		for _, e := range efforts {
			if e == unit {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s for %d", unit, n))
		}
	}
	return strings.Join(parts, ", ")
}
