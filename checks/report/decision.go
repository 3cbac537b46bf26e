package report

// State is where a waiver or an attestation stands on the day of the judgement.
type State string

// The states. Only the first two change a verdict.
const (
	InForce   State = "in-force"
	Expiring  State = "expiring"  // in force, and ends within two weeks
	Expired   State = "expired"   // counts for nothing
	Malformed State = "malformed" // one of its dates is none, which counts as expired
	NotYet    State = "not-yet"   // its first day is to come
	TooLong   State = "too-long"  // ends later than the organisation lets waivers end
)

// Counts says whether a decision in this state changes verdicts.
func (s State) Counts() bool { return s == InForce || s == Expiring }

// Waiver is the team's decision to let a capability rest for a time. Expires is
// the last day it holds, as the configuration writes it.
type Waiver struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"`
	State   State  `json:"state"`
}

// Attestation is the team's word for what no repository can show. On and
// Expires are days as the configuration writes them; Link may be "".
type Attestation struct {
	Statement string `json:"statement"`
	By        string `json:"by"`
	On        string `json:"on"`
	Link      string `json:"link,omitempty"`
	Expires   string `json:"expires"`
	State     State  `json:"state"`
}

// Decision is one entry of the configuration's waivers or attestations: either
// Waiver or Attestation is set. Paths are globs of project folders, none for
// the whole repository. Changes counts the verdicts that it changed; a decision
// in force that changed none is not needed, or speaks of no project there is.
type Decision struct {
	Capability  string       `json:"capability"`
	Paths       []string     `json:"paths,omitempty"`
	Waiver      *Waiver      `json:"waiver,omitempty"`
	Attestation *Attestation `json:"attestation,omitempty"`
	Changes     int          `json:"changes"`
}

// State is the state of the entry.
func (d Decision) State() State {
	switch {
	case d.Waiver != nil:
		return d.Waiver.State
	case d.Attestation != nil:
		return d.Attestation.State
	}
	return Malformed
}

// Demand is what the configuration asks of a level: the overall one, or that of
// a dimension. Nil is no demand.
type Demand struct {
	Dimension string `json:"dimension,omitempty"` // "" for the overall level
	Target    *int   `json:"target,omitempty"`
	Minimum   *int   `json:"minimum,omitempty"`
}

// Bound is a demand beside what is there. Level is nil for a dimension in
// which nothing applies; AtMost is the level if all that is unknown were met.
type Bound struct {
	Demand
	Level  *int `json:"level"`
	AtMost *int `json:"atMost"`
}

// Standing says how a level stands to a demand.
type Standing int

// The standings. Undecided is below, and only for what is unknown.
const (
	Holds Standing = iota
	Undecided
	Below
)

// Against compares what is there with a demand, nil for none.
func (b Bound) Against(demand *int) Standing {
	switch {
	case demand == nil || b.Level == nil || *b.Level >= *demand:
		return Holds
	case b.AtMost != nil && *b.AtMost >= *demand:
		return Undecided
	}
	return Below
}

// Decisions are those that speak of the project's own capabilities, in their
// order.
func (p *Project) Decisions() []Decision {
	var out []Decision
	add := func(d Decision, changed bool) {
		if changed {
			d.Changes = 1
		}
		out = append(out, d)
	}
	for _, c := range p.Capabilities {
		if c.Waiver != nil {
			add(Decision{Capability: c.ID, Waiver: c.Waiver}, c.Status == Waived)
		}
		if c.Attestation != nil {
			add(Decision{Capability: c.ID, Attestation: c.Attestation}, c.Status == Attested)
		}
	}
	return out
}

// Only narrows a report to the project in a folder; false where there is none.
func (r *Report) Only(folder string) (*Report, bool) {
	for _, p := range r.Projects {
		if p.Path == folder {
			one := *r
			one.Project, one.Projects, one.NextIn, one.Subject.Path = p.Project, nil, "", p.Path
			one.Decisions = p.Project.Decisions()
			return &one, true
		}
	}
	return nil, false
}
