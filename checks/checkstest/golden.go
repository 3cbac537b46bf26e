package checkstest

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Verdict is what a report says of the case's check: the status, and the text
// of the want section.
func (c *Case) Verdict(r *report.Report) (status, text string) {
	if c.Check == Kind {
		return string(r.Kind), format(string(r.Kind), r.KindReason, r.KindEvidence, nil)
	}
	x, ok := r.Capability(c.Check)
	if !ok {
		return string(r.Kind), format("not judged: "+string(r.Kind), r.KindReason, r.KindEvidence, nil)
	}
	return string(x.Status), format(string(x.Status), x.Reason, x.Evidence, x.Risks)
}

// format is a finding for people who compare it: one line for each place, the
// hops of a chain indented below where it begins.
func format(status, reason string, evidence []report.Evidence, risks []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "status: %s\nreason: %s\n", status, reason)
	for _, e := range evidence {
		fmt.Fprintf(&b, "%s\n", place(e.Path, e.Line, e.What))
		for _, h := range e.Via {
			fmt.Fprintf(&b, "  %s", place(h.Path, h.Line, h.What))
			if h.Guessed {
				b.WriteString(" (guessed)")
			}
			if h.Broken {
				b.WriteString(" (broken)")
			}
			b.WriteString("\n")
		}
	}
	for _, r := range risks {
		fmt.Fprintf(&b, "risk: %s\n", r)
	}
	return b.String()
}

func place(path string, line int, what string) string {
	return strings.TrimSpace(fmt.Sprintf("%s:%d %s", path, line, what))
}
