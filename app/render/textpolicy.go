package render

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// bounds says first of all how the levels stand to what is demanded of them.
func (t *terminal) bounds(r *report.Report) {
	for _, m := range misses(r) {
		t.para("", 0, red, m.sentence(said, said)+undecided(m))
	}
	for _, line := range asked(r) {
		t.para("", 0, dim, plain(line, maxText))
	}
}

func undecided(m miss) string {
	if m.sure {
		return ""
	}
	return " That rests on what could not be judged."
}

// decisions lists waivers and attestations, those first that have ended.
func (t *terminal) decisions(r *report.Report) {
	if len(r.Decisions) == 0 {
		return
	}
	t.heading("Waivers and attestations")
	t.para("  ", 2, "", capital(tallies(r)))
	all := byUrgency(r.Decisions)
	for i, d := range all {
		if i == maxDecisions {
			fmt.Fprintf(&t.b, "  %d more\n", len(all)-i)
			break
		}
		where, color := "", dim
		for j, g := range d.Paths {
			if j == 3 {
				where += fmt.Sprintf(" and %d more", len(d.Paths)-j)
				break
			}
			where += map[bool]string{true: " in ", false: ", "}[j == 0] + plain(g, maxName)
		}
		if urgent(d) {
			color = yellow
		}
		unused := ""
		if d.State().Counts() && d.Changes == 0 {
			unused = " It changes nothing at this commit."
		}
		t.para("  ", 4, color, plain(d.Capability, maxName)+where+": "+waiverOr(d.Waiver, d.Attestation, said)+unused)
	}
}

// said is a text from outside as the terminal shows it.
func said(s string) string { return plain(s, maxText) }

// next spells out the steps worth most.
func (t *terminal) next(r *report.Report) {
	n := 0
	one, where := inNeed(r)
	for _, id := range one.Next {
		c, ok := one.Capability(id)
		if !ok || c.Next == nil || c.Status.Holds() {
			continue
		}
		if n++; n > 5 {
			break
		}
		if n == 1 {
			t.heading("Next steps")
			if where != "" {
				t.para("  ", 2, "", "In the project "+plain(where, maxName)+":")
			}
		}
		t.para(fmt.Sprintf("  %d. ", n), 5, bold, plain(c.Next.Title, maxText)+takes(c.Next))
		if c.Reason != "" {
			t.para("", 5, "", "Now "+word(c.Status)+": "+plain(c.Reason, maxText))
		}
		if c.Next.Why != "" {
			t.para("", 5, "", plain(c.Next.Why, maxText))
		}
		for i, step := range c.Next.How {
			if i == maxSteps {
				break
			}
			t.para("     - ", 7, "", plain(step, maxText))
		}
		for _, doc := range c.Next.Docs[:min(len(c.Next.Docs), 2)] {
			t.para("     ", 5, dim, plain(doc, maxText))
		}
	}
}
