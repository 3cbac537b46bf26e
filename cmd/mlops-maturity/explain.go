package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
)

// newExplainCommand returns explain: what a word of a report means.
func newExplainCommand() *cobra.Command {
	var page, model string
	cmd := &cobra.Command{
		Use:   "explain [ID]",
		Short: "Say what a capability, level or tool means, what proves it, and how to reach it",
		Long: `Say what a capability, level or tool means, what proves it, and how to reach it.

ID is a capability ("training.automated"), a level ("2", "level 2", "google 1")
or a tool ("mlflow"). Without one, all of them are listed. --model says which
model comes first: its levels are meant by a number, and what it asks of a
capability is said before what the others do.`,
		Example: "  mlops-maturity explain training.automated\n  mlops-maturity explain level 2\n  mlops-maturity explain --model google training.automated\n  mlops-maturity explain mlflow",
		RunE: func(cmd *cobra.Command, args []string) error {
			if page != "" {
				write, ok := references[page]
				if !ok || len(args) > 0 {
					return fmt.Errorf("--reference %q: the pages are %s", page, strings.Join(slices.Sorted(maps.Keys(references)), ", "))
				}
				_, err := io.WriteString(cmd.OutOrStdout(), write())
				return err
			}
			m, ok := maturity.ByID(model)
			if !ok {
				return unknownModel(model)
			}
			text, err := explain(strings.Join(args, " "), m)
			if err != nil {
				return err
			}
			_, err = io.WriteString(cmd.OutOrStdout(), text)
			return err
		},
	}
	cmd.Flags().StringVar(&model, "model", maturity.All()[0].ID, "the maturity `MODEL` to speak of first: "+strings.Join(modelIDs(), " or "))
	cmd.Flags().StringVar(&page, "reference", "", "print the reference `PAGE` in Markdown: capabilities, levels or tools")
	return cmd
}

// explain is the text about an id, by a model first; about none, the list of
// them.
func explain(id string, model *maturity.Model) (string, error) {
	id = strings.ToLower(strings.Join(strings.Fields(id), " "))
	if id == "" {
		return everyID(), nil
	}
	if row, ok := maturity.Microsoft().Row(id); ok {
		return explainCapability(row.ID, model), nil
	}
	if m, n, ok := levelID(id, model); ok {
		if n < 0 || n > m.Highest() {
			return "", fmt.Errorf("%s has the levels 0 to %d, not %d", m.Title, m.Highest(), n)
		}
		return explainLevel(m, n), nil
	}
	if t := catalog.Default().Tool(id); t != nil {
		return explainTool(t), nil
	}
	return "", fmt.Errorf("there is no capability, level or tool called %q: did you mean %s? explain without an ID lists all", id, strings.Join(nearest(id, ids(), 3), ", "))
}

func modelIDs() (ids []string) {
	for _, m := range maturity.All() {
		ids = append(ids, m.ID)
	}
	return ids
}

func unknownModel(given string) error {
	return fmt.Errorf("--model %q is not known: it is %s", given, strings.Join(modelIDs(), " or "))
}

// levelID reads "2" and "level 2", which are of the given model, "microsoft 2"
// and "google level 1".
func levelID(id string, model *maturity.Model) (*maturity.Model, int, bool) {
	words := strings.Fields(id)
	if m, ok := maturity.ByID(words[0]); ok {
		model, words = m, words[1:]
	}
	if len(words) > 0 && words[0] == "level" {
		words = words[1:]
	}
	if len(words) != 1 {
		return nil, 0, false
	}
	n, err := strconv.Atoi(words[0])
	return model, n, err == nil
}

func explainCapability(id string, model *maturity.Model) string {
	c, ok := practice.ByID(id)
	if !ok {
		return fmt.Sprintf("%s\n\n%s\n\nNot judged yet: reports say \"unknown\".\n", id, demands(id, model))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n%s\n", id, c.Doc.Title, demands(id, model))
	for _, part := range parts(c.Doc) {
		fmt.Fprintf(&b, "\n%s\n%s", part.title, wrapped(part.text, "  "))
	}
	b.WriteString("\nHow to get there (" + c.Doc.Effort + ")\n")
	for _, w := range c.Doc.How {
		b.WriteString(wrapped(w.Title+forTool(w), "  "))
		for _, step := range w.Steps {
			b.WriteString(wrapped("- "+step, "    "))
		}
	}
	b.WriteString("\nRead more\n")
	for _, r := range c.Doc.References {
		b.WriteString("  " + r + "\n")
	}
	return b.String()
}

type part struct{ title, text string }

// parts is the documentation of a check in the order it is read, without what
// is not said.
func parts(d capability.Doc) []part {
	all := []part{{"Why", d.Why}, {"What proves it", d.Counts}, {"What is not enough", d.Partial},
		{"What does not count", d.Not}, {"When it does not apply", d.NotApplicable}}
	return slices.DeleteFunc(all, func(p part) bool { return p.text == "" })
}

func forTool(w capability.Way) string {
	if t := catalog.Default().Tool(w.Tool); t != nil {
		return " (with " + t.Name + ")"
	}
	return ""
}

// demands says which levels ask for a capability, those of the model first.
func demands(id string, first *maturity.Model) string {
	var places []string
	for _, m := range maturity.Preferring(first) {
		if row, ok := m.Row(id); ok {
			places = append(places, fmt.Sprintf("Level %d of %s: %s.", row.Level, m.Title, roleText(m, row)))
		} else if m == first {
			places = append(places, "No level of "+m.Title+" asks for it.")
		}
	}
	return strings.Join(places, " ")
}

func roleText(m *maturity.Model, row maturity.Row) string {
	others := m.Alternatives(row)
	switch {
	case row.Role == maturity.Gate && len(others) > 0:
		return "a gate that " + strings.Join(others, " or ") + " opens too"
	case row.Role == maturity.Gate:
		return "a gate, without it the level is not reached"
	case row.Role == maturity.Dimension:
		return "a gate of its dimension (" + row.Dimension + ") only"
	}
	return "supporting, it scores and suggests but blocks nothing"
}

func explainLevel(m *maturity.Model, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Level %d: %s\n%s, edition %s\n%s\n", n, m.LevelName(n), m.Title, m.Edition, m.Source)
	if n == 0 {
		b.WriteString("\nEvery repository starts here: nothing is demanded.\n")
	}
	for _, role := range []string{maturity.Gate, maturity.Dimension, maturity.Supporting} {
		first := true
		for _, row := range m.Rows() {
			if row.Level != n || row.Role != role {
				continue
			}
			if first {
				b.WriteString("\n" + map[string]string{maturity.Gate: "Needed for the level", maturity.Dimension: "Needed for its dimension's level",
					maturity.Supporting: "Supporting"}[role] + "\n")
				first = false
			}
			fmt.Fprintf(&b, "  %-33s %s\n", row.ID, title(row.ID))
		}
	}
	return b.String()
}

func title(id string) string {
	if c, ok := practice.ByID(id); ok {
		return c.Doc.Title
	}
	return "not judged yet"
}

func explainTool(t *catalog.Tool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n", t.Name, t.About, t.Home)
	for _, role := range t.Roles() {
		fmt.Fprintf(&b, "\nRecognised as %s by\n", role)
		for i := range t.Match {
			if t.Match[i].Role == role {
				b.WriteString("  " + t.Match[i].String() + "\n")
			}
		}
	}
	return b.String()
}

// everyID lists what explain knows.
func everyID() string {
	var b strings.Builder
	b.WriteString("Capabilities\n")
	for _, row := range maturity.Microsoft().Rows() {
		fmt.Fprintf(&b, "  %-33s %s\n", row.ID, title(row.ID))
	}
	for _, m := range maturity.All() {
		fmt.Fprintf(&b, "\nLevels of %s\n", m.Title)
		for n := range m.Highest() + 1 {
			fmt.Fprintf(&b, "  %-33s %s\n", fmt.Sprintf("%s %d", m.ID, n), m.LevelName(n))
		}
	}
	b.WriteString("\nTools\n")
	for _, t := range catalog.Default().Tools() {
		fmt.Fprintf(&b, "  %-33s %s\n", t.ID, t.Name)
	}
	return b.String()
}

func ids() []string {
	var all []string
	for _, row := range maturity.Microsoft().Rows() {
		all = append(all, row.ID)
	}
	for _, m := range maturity.All() {
		for n := range m.Highest() + 1 {
			all = append(all, fmt.Sprintf("%s %d", m.ID, n))
		}
	}
	for _, t := range catalog.Default().Tools() {
		all = append(all, t.ID)
	}
	return all
}

// nearest returns the n ids most like a word; the last part of a capability's
// id counts like the whole.
func nearest(word string, ids []string, n int) []string {
	away := func(id string) int {
		_, last, _ := strings.Cut(id, ".")
		d := levenshtein.Distance(word, id, nil)
		if last != "" {
			d = min(d, levenshtein.Distance(word, last, nil))
		}
		return d
	}
	sorted := slices.Clone(ids)
	slices.SortStableFunc(sorted, func(a, b string) int { return away(a) - away(b) })
	return sorted[:min(n, len(sorted))]
}

// wrapped is text in lines of at most 80 columns, each behind the indent.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && len(line)+1+len(word) > 80 {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
