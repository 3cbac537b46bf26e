package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxDecisions is how many waivers and attestations are listed one by one.
const maxDecisions = 20

// tally counts the decisions of one kind by their states, as in "2 waivers in
// force (1 ends within two weeks), 1 expired"; "" for none.
func tally(decisions []report.Decision, attestations bool) string {
	states := map[report.State]int{}
	all := 0
	for _, d := range decisions {
		if (d.Attestation != nil) == attestations {
			states[d.State()]++
			all++
		}
	}
	if all == 0 {
		return ""
	}
	one, many := "waiver", "waivers"
	if attestations {
		one, many = "attestation", "attestations"
	}
	var parts []string
	noun := func(n int) string { // the kind is named once
		if len(parts) > 0 {
			return fmt.Sprint(n)
		}
		return count(n, one, many)
	}
	if n := states[report.InForce] + states[report.Expiring]; n > 0 {
		part := noun(n) + " in force"
		if soon := states[report.Expiring]; soon > 0 {
			part += fmt.Sprintf(" (%s within two weeks)", endings(soon))
		}
		parts = append(parts, part)
	}
	if n := states[report.Expired]; n > 0 {
		parts = append(parts, noun(n)+" expired")
	}
	if n := states[report.Malformed]; n > 0 {
		parts = append(parts, noun(n)+" with a date that is none")
	}
	if n := states[report.TooLong]; n > 0 {
		parts = append(parts, noun(n)+" longer than the organisation allows")
	}
	if n := states[report.NotYet]; n > 0 {
		parts = append(parts, noun(n)+" not yet in force")
	}
	return strings.Join(parts, ", ")
}

func endings(n int) string {
	if n == 1 {
		return "1 ends"
	}
	return fmt.Sprintf("%d end", n)
}

// tallies is the count of both kinds as one sentence, "" for none.
func tallies(r *report.Report) string {
	var parts []string
	for _, attestations := range []bool{false, true} {
		if t := tally(r.Decisions, attestations); t != "" {
			parts = append(parts, t)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// expiredWords says in a title that something ended, which is easily missed.
func expiredWords(decisions []report.Decision) string {
	waivers, attestations := 0, 0
	for _, d := range decisions {
		switch {
		case d.State() != report.Expired && d.State() != report.Malformed:
		case d.Waiver != nil:
			waivers++
		default:
			attestations++
		}
	}
	out := ""
	if waivers > 0 {
		out += " · " + count(waivers, "waiver", "waivers") + " expired"
	}
	if attestations > 0 {
		out += " · " + count(attestations, "attestation", "attestations") + " expired"
	}
	return out
}

// urgent says whether a decision wants somebody to act: it has ended, ends within
// two weeks, or does not hold for another reason.
func urgent(d report.Decision) bool { return d.State() != report.InForce }

// byUrgency lists the decisions: ended, ending, in force.
func byUrgency(decisions []report.Decision) []report.Decision {
	out := slices.Clone(decisions)
	rank := func(d report.Decision) int {
		return slices.Index([]report.State{report.Malformed, report.Expired, report.TooLong, report.NotYet, report.Expiring, report.InForce}, d.State())
	}
	slices.SortStableFunc(out, func(a, b report.Decision) int { return rank(a) - rank(b) })
	return out
}

// decisions lists waivers and attestations. It stands first where one wants
// somebody to act, and last else; first says where this call is.
func (p *page) decisions(r *report.Report, first bool) {
	if len(r.Decisions) == 0 || slices.ContainsFunc(r.Decisions, urgent) != first {
		return
	}
	p.addf("### Waivers and attestations\n\n%s\n\n", capital(tallies(r)))
	all := byUrgency(r.Decisions)
	p.list(len(all), maxDecisions, func(i int) string {
		d := all[i]
		where := ""
		if len(d.Paths) > 0 {
			var globs []string
			for _, g := range d.Paths[:min(len(d.Paths), 3)] {
				globs = append(globs, code(g))
			}
			where = " in " + strings.Join(globs, ", ")
			if n := len(d.Paths) - 3; n > 0 {
				where += fmt.Sprintf(" and %d more", n)
			}
		}
		unused := ""
		if d.State().Counts() && d.Changes == 0 {
			unused = " It changes nothing at this commit."
		}
		return fmt.Sprintf("- %s%s: %s%s\n", code(d.Capability), where, waiverOr(d.Waiver, d.Attestation, prose), unused)
	}, "waivers and attestations")
	p.add("\n")
}

// waiverOr says what was decided; clean makes text from the configuration safe.
func waiverOr(w *report.Waiver, a *report.Attestation, clean func(string) string) string {
	if w != nil {
		return waiver(w, clean)
	}
	return attestation(a, clean)
}

func waiver(w *report.Waiver, clean func(string) string) string {
	return ending("waived", "the waiver", w.Expires, w.State, clean) + by(w.Owner, clean) + text(w.Reason, clean) + renew(w.State)
}

func attestation(a *report.Attestation, clean func(string) string) string {
	if a == nil {
		return ""
	}
	out := ending("attested", "the attestation", a.Expires, a.State, clean) + by(a.By, clean)
	if a.On != "" {
		out += " on " + clean(a.On)
	}
	out += text(a.Statement, clean)
	if a.Link != "" {
		out += " (" + clean(a.Link) + ")"
	}
	return out + renew(a.State)
}

func ending(done, noun, expires string, s report.State, clean func(string) string) string {
	if strings.TrimSpace(expires) == "" {
		return done
	}
	switch s {
	case report.Expired:
		return noun + " EXPIRED on " + clean(expires) + ","
	case report.Malformed:
		return noun + " counts as EXPIRED, since " + clean(expires) + " is no date,"
	case report.TooLong:
		return noun + " does NOT COUNT, since " + clean(expires) + " is later than the organisation allows,"
	case report.NotYet:
		return noun + " does not count yet,"
	case report.Expiring:
		return done + " only until " + clean(expires)
	}
	return done + " until " + clean(expires)
}

func by(who string, clean func(string) string) string {
	if strings.TrimSpace(who) == "" {
		return ""
	}
	return " by " + clean(who)
}

func text(s string, clean func(string) string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return ": " + clean(s)
}

func renew(s report.State) string {
	switch s {
	case report.Expired, report.Malformed:
		return " It counts for nothing: renew it or remove it."
	case report.TooLong:
		return " Let it end earlier."
	}
	return ""
}

// decidedOn are the lines that a capability has for what was decided of it.
func decidedOn(c report.Capability, clean func(string) string) []string {
	var out []string
	if c.Attestation != nil {
		out = append(out, capital(attestation(c.Attestation, clean)))
	}
	if c.Waiver != nil {
		out = append(out, capital(waiver(c.Waiver, clean)))
	}
	return out
}

// standing is a status as people say it, and what the files show where the
// configuration decided otherwise.
func standing(c report.Capability) string {
	if c.Observed == "" || c.Observed == c.Status {
		return word(c.Status)
	}
	return word(c.Status) + " (in the files " + word(c.Observed) + ")"
}
