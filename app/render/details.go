package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// everything lists all capabilities by dimension with their evidence, then what
// could not be read.
func (p *page) everything(r *report.Report, l linker) {
	left := 0
	for _, d := range r.Dimensions {
		var items []string
		held := 0
		for _, c := range r.Capabilities {
			if c.Dimension != d.ID {
				continue
			}
			if c.Status.Proven() {
				held++
			}
			items = append(items, l.capability(r, c))
		}
		if len(items) == 0 {
			continue
		}
		summary := fmt.Sprintf("%s: %d of %d hold", entities(plain(d.Title, maxName)), held, len(items))
		if d.Level != nil {
			summary = fmt.Sprintf("%s: level %d, %d of %d hold", entities(plain(d.Title, maxName)), *d.Level, held, len(items))
		}
		if !p.fold(summary, func() { p.list(items, len(items), "capabilities") }) {
			left++
		}
	}
	if len(r.Gaps) > 0 {
		if !p.fold(fmt.Sprintf("Could not be read: %d", len(r.Gaps)), func() {
			items := make([]string, 0, min(len(r.Gaps), maxGaps+1))
			for _, g := range r.Gaps[:min(len(r.Gaps), maxGaps)] {
				items = append(items, fmt.Sprintf("- %s: %s\n", code(g.Path), prose(g.Reason)))
			}
			p.list(items, maxGaps, "that could not be read")
			if n := len(r.Gaps) - len(items); n > 0 && !p.full {
				p.more(n, "that could not be read")
			}
		}) {
			left++
		}
	}
	if left > 0 {
		p.more(left, "sections")
	}
}

// capability is one verdict as a list item: what holds and why, the chains,
// the risks, the step that would help.
func (l linker) capability(r *report.Report, c report.Capability) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- %s %s: %s. %s\n", mark(c.Status), name(c), word(c.Status), prose(c.Reason))
	b.WriteString(nest("", chains(l, r, c, maxEvidence)))
	for i, risk := range c.Risks {
		if i == maxRisks {
			fmt.Fprintf(&b, "  - %d more risks\n", len(c.Risks)-maxRisks)
			break
		}
		b.WriteString("  - Risk: " + prose(risk) + "\n")
	}
	if c.Next == nil || c.Status.Holds() {
		return b.String()
	}
	fmt.Fprintf(&b, "  - Next: %s%s\n", prose(c.Next.Title), effort(c.Next))
	for i, step := range c.Next.How {
		if i == maxSteps {
			fmt.Fprintf(&b, "    - %d more steps\n", len(c.Next.How)-maxSteps)
			break
		}
		b.WriteString("    - " + prose(step) + "\n")
	}
	return b.String()
}
