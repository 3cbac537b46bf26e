package checks

import (
	"path"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// decide lays the decisions of the configuration over what the files show, for
// the project in the folder dir, "" for the whole repository. What was observed
// stays in the capability beside what was decided. It returns for each decision
// how many verdicts it changed.
func decide(capabilities []report.Capability, dir string, decisions []report.Decision) []int {
	used := make([]int, len(decisions))
	for i := range capabilities {
		c := &capabilities[i]
		waiver := strongest(decisions, c.ID, dir, func(d report.Decision) bool { return d.Waiver != nil })
		attestation := strongest(decisions, c.ID, dir, func(d report.Decision) bool { return d.Attestation != nil })
		if waiver < 0 && attestation < 0 {
			continue
		}
		c.Observed = c.Status
		if waiver >= 0 {
			c.Waiver = decisions[waiver].Waiver
			if c.Waiver.State.Counts() && waivable(c.Observed) {
				c.Status = report.Waived
			}
		}
		if attestation >= 0 {
			c.Attestation = decisions[attestation].Attestation
			if c.Attestation.State.Counts() && c.Observed != report.Met {
				c.Status = report.Attested
			}
		}
		switch c.Status {
		case report.Waived:
			used[waiver]++
		case report.Attested:
			used[attestation]++
		}
	}
	return used
}

// waivable says whether there is anything to waive.
func waivable(s report.Status) bool {
	return s == report.Missing || s == report.Partial || s == report.Unknown
}

// strongest is the index of the decision that speaks loudest of a capability in
// a project, -1 for none: one that counts before one that does not, and of
// equals the first.
func strongest(decisions []report.Decision, id, dir string, want func(report.Decision) bool) int {
	best := -1
	for i, d := range decisions {
		if d.Capability != id || !want(d) || !within(d.Paths, dir) {
			continue
		}
		if best < 0 || strength(d) > strength(decisions[best]) {
			best = i
		}
	}
	return best
}

func strength(d report.Decision) int {
	return slices.Index([]report.State{report.Malformed, report.Expired, report.TooLong, report.NotYet, report.Expiring, report.InForce}, d.State())
}

// within says whether a decision with these globs speaks of a project's folder;
// one for a folder holds for all beneath it. The whole repository is ".".
func within(globs []string, dir string) bool {
	if len(globs) == 0 {
		return true
	}
	dir = path.Clean(dir)
	for _, g := range globs {
		g = path.Clean(g)
		if doublestar.MatchUnvalidated(g, dir) || dir != "." && doublestar.MatchUnvalidated(g+"/**", dir) {
			return true
		}
	}
	return false
}

// decided is the list of decisions as the report has it.
func decided(decisions []report.Decision, used []int) []report.Decision {
	out := slices.Clone(decisions)
	for i := range out {
		out[i].Changes = used[i]
	}
	return out
}
