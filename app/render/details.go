package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// everything lists all capabilities by dimension with their evidence, the
// automation paths that several share first, then what could not be read.
func (p *page) everything(r *report.Report, l linker) {
	s, w := l.style(r.Subject.Commit), waysOf(r.Capabilities)
	if len(w.paths) > 0 {
		p.add("### Automation paths\n\n")
		p.list(len(w.paths), maxPaths, func(i int) string {
			return fmt.Sprintf("%d. %s\n", i+1, s.path(w.paths[i]))
		}, "paths")
		p.add("\n")
	}
	left := 0
	for _, d := range r.Dimensions {
		var mine []report.Capability
		for _, c := range r.Capabilities {
			if c.Dimension != d.ID {
				continue
			}
			mine = append(mine, c)
		}
		if len(mine) == 0 {
			continue
		}
		summary := entities(plain(d.Title, maxName)) + ": "
		if d.Level != nil {
			summary += fmt.Sprintf("level %d, ", *d.Level)
		}
		if d.Of == 0 {
			summary += none(r, d.ID)
		} else {
			summary += fmt.Sprintf("%d of %d hold", d.Met, d.Of)
		}
		if !p.fold(summary, func() {
			p.list(len(mine), len(mine), func(i int) string { return s.capability(w, mine[i]) }, "capabilities")
		}) {
			left++
		}
	}
	if n := len(r.Gaps); n > 0 && !p.fold(fmt.Sprintf("Could not be read: %d", n), func() {
		p.list(n, maxGaps, func(i int) string {
			return fmt.Sprintf("- %s: %s\n", code(r.Gaps[i].Path), prose(r.Gaps[i].Reason))
		}, "that could not be read")
	}) {
		left++
	}
	if left > 0 {
		p.more(left, "sections")
	}
}

// capability is one verdict as a list item: what holds and why, the chains,
// the risks, the step that would help.
func (s style) capability(w ways, c report.Capability) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- %s, %s%s\n", marked(c), standing(c), because(c))
	for _, line := range decidedOn(c, prose) {
		b.WriteString("  - " + line + "\n")
	}
	chains, left := w.chains(s, c)
	for _, chain := range chains {
		b.WriteString("  - " + chain + "\n")
	}
	if left > 0 {
		fmt.Fprintf(&b, "  - %d more\n", left)
	}
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
