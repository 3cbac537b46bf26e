package main

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
)

// references are the generated pages, by their names; referenceFile says where
// they are kept.
var references = map[string]func() string{
	"capabilities": capabilitiesPage,
	"tools":        toolsPage,
	"levels":       levelsPage,
}

// referenceFile is the place of a generated page in the repository.
func referenceFile(page string) string {
	if page == "levels" {
		return "docs/levels.md"
	}
	return "docs/reference/" + page + ".md"
}

const generated = "<!-- Written by `make docs` from the code. Do not edit. -->\n\n"

func capabilitiesPage() string {
	var b strings.Builder
	b.WriteString("# Capabilities\n\n" + generated)
	b.WriteString("What is judged, what proves it, and how to get there. The same is in the terminal: `mlops-maturity explain ID`.\n\n")
	for _, m := range maturity.All() {
		fmt.Fprintf(&b, "Levels of [%s](%s), edition %s: ", m.Title, m.Source, m.Edition)
		for n := range m.Highest() + 1 {
			if n > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%d %s", n, m.LevelName(n))
		}
		b.WriteString(".\n\n")
	}
	dimension := ""
	for _, row := range maturity.Microsoft().Rows() {
		if row.Dimension != dimension {
			dimension = row.Dimension
			b.WriteString("## " + strings.ToUpper(dimension[:1]) + dimension[1:] + "\n\n")
		}
		b.WriteString(capabilitySection(row))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func capabilitySection(row maturity.Row) string {
	var b strings.Builder
	c, ok := practice.ByID(row.ID)
	if !ok {
		fmt.Fprintf(&b, "### `%s`\n\n%s\n\nNot judged yet: reports say `unknown`.\n\n", row.ID, demands(row.ID, maturity.All()[0]))
		return b.String()
	}
	fmt.Fprintf(&b, "### `%s`: %s\n\n%s\n\n", row.ID, markdown(c.Doc.Title), demands(row.ID, maturity.All()[0]))
	for _, p := range parts(c.Doc) {
		fmt.Fprintf(&b, "**%s.** %s\n\n", p.title, markdown(p.text))
	}
	fmt.Fprintf(&b, "**How to get there** (%s):\n\n", c.Doc.Effort)
	for _, w := range c.Doc.How {
		fmt.Fprintf(&b, "- %s%s\n", markdown(w.Title), markdown(forTool(w)))
		for _, step := range w.Steps {
			fmt.Fprintf(&b, "  - %s\n", markdown(step))
		}
	}
	b.WriteString("\n")
	for i, r := range c.Doc.References {
		if i > 0 {
			b.WriteString(" · ")
		}
		fmt.Fprintf(&b, "<%s>", r)
	}
	b.WriteString("\n\n")
	return b.String()
}

func toolsPage() string {
	var b strings.Builder
	tools := catalog.Default().Tools()
	b.WriteString("# Tools\n\n" + generated)
	fmt.Fprintf(&b, "The %d tools and formats that are recognised, and what each is recognised as. What a line must look like is in `checks/catalog/tools/ID.yml`, and in the terminal: `mlops-maturity explain ID`.\n\n", len(tools))
	b.WriteString("| id | tool | what it is | recognised as |\n| --- | --- | --- | --- |\n")
	for _, t := range tools {
		var roles []string
		for _, r := range t.Roles() {
			roles = append(roles, "`"+string(r)+"`")
		}
		fmt.Fprintf(&b, "| `%s` | [%s](%s) | %s | %s |\n", t.ID, markdown(t.Name), t.Home, markdown(t.About), strings.Join(roles, ", "))
	}
	return b.String()
}

// markdown keeps our own sentences from being read as markup.
func markdown(s string) string {
	return strings.NewReplacer("|", "\\|", "*", "\\*", "_", "\\_", "<", "\\<").Replace(s)
}
