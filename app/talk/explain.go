package talk

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ExplainText is what a capability asks for, and what a report has of it; the
// report may be nil.
func ExplainText(id string, r *report.Report, web string) string {
	var b strings.Builder
	b.WriteString("### " + doc(id, modelOf(r)))
	found := ""
	if r != nil && r.Kind.Judged() {
		found = render.Found(r, web, id)
	}
	if found == "" {
		b.WriteString("This repository is not judged by it.\n")
		return b.String()
	}
	fmt.Fprintf(&b, "**Here**, at commit %s:\n\n%s", render.Code(short(r.Subject.Commit)), found)
	return b.String()
}

// NextLevel is what the next level asks for, a block for each capability that
// blocks it.
func NextLevel(r *report.Report) []string {
	ids, level := render.Blocking(r)
	if len(ids) == 0 {
		return []string{"### What the next level asks for\n\nNothing blocks one.\n\n"}
	}
	blocks := []string{fmt.Sprintf("### What level %d asks for\n\n", level)}
	for _, id := range ids {
		blocks = append(blocks, "#### "+doc(id, modelOf(r)))
	}
	return blocks
}

// modelOf is the model that a report was judged by; the default one for none.
func modelOf(r *report.Report) *maturity.Model {
	if r == nil {
		return maturity.OrDefault("")
	}
	return maturity.OrDefault(r.Engine.Model)
}

// doc is the engine's own documentation of a capability, a heading first. What
// the model asks of it comes before what the others do.
func doc(id string, model *maturity.Model) string {
	c, ok := practice.ByID(id)
	if !ok {
		return render.Code(id) + "\n\nIt is not judged yet.\n\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s `%s`\n\n", markdown(c.Doc.Title), id)
	var places []string
	for _, m := range maturity.Preferring(model) {
		if row, ok := m.Row(id); ok {
			places = append(places, fmt.Sprintf("Level %d of %s.", row.Level, m.Title))
		} else if m == model {
			places = append(places, "No level of "+m.Title+".")
		}
	}
	b.WriteString(strings.Join(places, " ") + "\n\n")
	for _, part := range parts(c.Doc) {
		if part[1] != "" {
			fmt.Fprintf(&b, "**%s.** %s\n\n", part[0], markdown(part[1]))
		}
	}
	for i, r := range c.Doc.References {
		if i > 0 {
			b.WriteString(" · ")
		}
		b.WriteString("<" + r + ">")
	}
	b.WriteString("\n\n")
	return b.String()
}

func parts(d capability.Doc) [][2]string {
	return [][2]string{{"Why", d.Why}, {"What proves it", d.Counts}, {"What is not enough", d.Partial},
		{"What does not count", d.Not}, {"When it does not apply", d.NotApplicable}}
}

// markdown keeps our own sentences from being read as markup; what they have in
// code marks stays code.
func markdown(s string) string {
	parts := strings.Split(s, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer("|", "\\|", "*", "\\*", "_", "\\_", "<", "\\<", "@", "@\u200b").Replace(parts[i])
	}
	return strings.Join(parts, "`")
}

func short(commit string) string { return commit[:min(len(commit), 12)] }
