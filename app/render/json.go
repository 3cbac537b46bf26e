package render

import (
	"encoding/json"
	"io"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// JSON writes the report for programs: the contract's keys in their order,
// indented by two, an empty list where there is nothing. The same report gives
// the same bytes wherever it is written. Credentials are masked, nothing else
// is changed.
func JSON(w io.Writer, r *report.Report) error {
	out := *r
	out.Project = project(r.Project)
	out.Gaps = each(r.Gaps, same)
	out.Decisions = each(r.Decisions, func(d report.Decision) report.Decision {
		d.Waiver, d.Attestation = maskWaiver(d.Waiver), maskAttestation(d.Attestation)
		return d
	})
	if r.Projects != nil {
		out.Projects = each(r.Projects, func(p report.NamedProject) report.NamedProject {
			p.Project = project(p.Project)
			return p
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(&out)
}

// project copies what it changes: a report is shared.
func project(p report.Project) report.Project {
	p.KindReason = mask(p.KindReason)
	p.KindEvidence = each(p.KindEvidence, evidence)
	p.Dimensions = each(p.Dimensions, same)
	p.Next = each(p.Next, same)
	p.Capabilities = each(p.Capabilities, func(c report.Capability) report.Capability {
		c.Reason = mask(c.Reason)
		c.Evidence = each(c.Evidence, evidence)
		c.Risks = each(c.Risks, mask)
		c.Waiver, c.Attestation = maskWaiver(c.Waiver), maskAttestation(c.Attestation)
		if c.Next != nil {
			step := *c.Next
			step.How, step.Docs = each(step.How, mask), each(step.Docs, same)
			c.Next = &step
		}
		return c
	})
	return p
}

func maskWaiver(w *report.Waiver) *report.Waiver {
	if w == nil {
		return nil
	}
	return &report.Waiver{Reason: mask(w.Reason), Owner: mask(w.Owner), Expires: mask(w.Expires), State: w.State}
}

func maskAttestation(a *report.Attestation) *report.Attestation {
	if a == nil {
		return nil
	}
	return &report.Attestation{Statement: mask(a.Statement), By: mask(a.By), On: mask(a.On), Link: mask(a.Link), Expires: mask(a.Expires), State: a.State}
}

func evidence(e report.Evidence) report.Evidence {
	e.What = mask(e.What)
	e.Via = each(e.Via, func(h report.Hop) report.Hop {
		h.What = mask(h.What)
		return h
	})
	return e
}

// each maps a list to one that is never nil.
func each[T any](list []T, f func(T) T) []T {
	out := make([]T, 0, len(list))
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}

func same[T any](x T) T { return x }
