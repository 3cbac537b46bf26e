// Package capability is the form of a check: an id of the rubric, its
// documentation, and a function from evidence to a finding. A check is one
// literal in one file; it does no I/O, returns no error and cannot fail.
package capability

import (
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Check judges one capability.
type Check struct {
	ID  string // as in the rubric: "training.automated"
	Doc Doc
	Run func(*evidence.View) report.Finding
}

// Doc is what explain prints and what next steps are made of.
type Doc struct {
	Title         string
	Why           string   // why it matters, one or two sentences
	Counts        string   // what proves it
	Partial       string   // what is weaker and not enough, "" when there is nothing
	Not           string   // what does not count
	NotApplicable string   // when it does not apply, "" for never
	How           []Way    // how to get there; the first whose tool is in use is shown, the last needs none
	Effort        string   // hours, days or weeks
	References    []string // links
}

// Way is how to get there with a stack.
type Way struct {
	Tool  string // catalogue id this way is for, "" for any
	Title string // the single change, in the imperative
	Steps []string
}

// Met and the others build findings.

// Met says the rule holds.
func Met(reason string, e ...report.Evidence) report.Finding {
	return report.Finding{Status: report.Met, Reason: reason, Evidence: e}
}

// Partial says the weaker rule holds and no more.
func Partial(reason string, e ...report.Evidence) report.Finding {
	return report.Finding{Status: report.Partial, Reason: reason, Evidence: e}
}

// Missing says the repository could show it and does not.
func Missing(reason string, e ...report.Evidence) report.Finding {
	return report.Finding{Status: report.Missing, Reason: reason, Evidence: e}
}

// NotApplicable says the capability does not apply.
func NotApplicable(reason string) report.Finding {
	return report.Finding{Status: report.NotApplicable, Reason: reason}
}

// Unknown says something that decides it could not be read.
func Unknown(reason string) report.Finding {
	return report.Finding{Status: report.Unknown, Reason: reason}
}
