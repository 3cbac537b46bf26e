// Package report is what an assessment says: plain data with a versioned JSON
// form. Renderers, the store and the App see only this; it stands alone,
// without the engine that made it.
package report

import "github.com/mlops-maturity/mlops-maturity/checks/repo"

// Schema names the JSON form. Within v1 keys may be added, never renamed or
// dropped.
const Schema = "mlops-maturity/report/v1"

// Status is the verdict on one capability.
type Status string

// The statuses. Waived and Attested come from .mlops-maturity.yml only.
const (
	Met           Status = "met"
	Partial       Status = "partial"
	Missing       Status = "missing"
	NotApplicable Status = "not-applicable"
	Unknown       Status = "unknown"
	Waived        Status = "waived"
	Attested      Status = "attested"
)

// Holds says whether a gate with this status lets a level through.
func (s Status) Holds() bool {
	return s == Met || s == Attested || s == Waived || s == NotApplicable
}

// Proven says whether a gate with this status is one a level can rest on.
func (s Status) Proven() bool { return s == Met || s == Attested }

// Kind is what sort of repository it is.
type Kind string

// The kinds. Capabilities are judged for the first two only.
const (
	MLProject      Kind = "ml-project"
	LLMApplication Kind = "llm-application"
	MLLibrary      Kind = "ml-library"
	NotML          Kind = "not-ml"
)

// Judged says whether capabilities are judged for this kind.
func (k Kind) Judged() bool { return k == MLProject || k == LLMApplication }

// Report is the assessment of one commit.
type Report struct {
	Schema  string  `json:"schema"`
	Engine  Engine  `json:"engine"`
	Subject Subject `json:"subject"`
	Project
	Gaps      []repo.Gap     `json:"gaps"`
	Decisions []Decision     `json:"decisions,omitempty"` // the configuration's waivers and attestations
	NextIn    string         `json:"nextIn,omitempty"`    // of several projects, the folder of the one Next speaks of
	Projects  []NamedProject `json:"projects,omitempty"`
}

// NamedProject is one of several ML projects of a repository.
type NamedProject struct {
	Name string `json:"name"`
	Path string `json:"path"`
	Project
}

// Project is the judgement proper.
type Project struct {
	Kind         Kind         `json:"kind"`
	KindReason   string       `json:"kindReason"`
	KindEvidence []Evidence   `json:"kindEvidence,omitempty"`
	Level        int          `json:"level"`
	LevelName    string       `json:"levelName"`
	AtLeast      bool         `json:"atLeast,omitempty"` // the next level fails only on unknowns
	Google       Reading      `json:"google"`
	Dimensions   []Dimension  `json:"dimensions"`
	Capabilities []Capability `json:"capabilities"`
	Next         []string     `json:"next"`
	Bounds       []Bound      `json:"bounds,omitempty"` // what the configuration demands of its levels; of several projects, each has its own
}

// Engine says which engine and model judged.
type Engine struct {
	Version      string `json:"version"`
	Model        string `json:"model"`
	ModelEdition string `json:"modelEdition"`
}

// Subject says what was judged. Path is the project's folder, "" for all.
type Subject struct {
	Repository string `json:"repository"`
	Commit     string `json:"commit"`
	Path       string `json:"path"`
}

// Reading is a level of a model beside the chosen one.
type Reading struct {
	Level     int    `json:"level"`
	LevelName string `json:"levelName"`
}

// Dimension is the profile's row. Level is nil when the dimension has no level:
// nothing in it applies, or it has no gates (people). Met of Of counts the
// capabilities that apply.
type Dimension struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Level *int   `json:"level"`
	Met   int    `json:"met"`
	Of    int    `json:"of"`
}

// Capability is one row of the rubric with its verdict.
type Capability struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Dimension string     `json:"dimension"`
	Level     int        `json:"level"` // of engine.model, 0 where that model does not ask for it
	Role      string     `json:"role"`  // gate, dimension or supporting
	Status    Status     `json:"status"`
	Reason    string     `json:"reason"`
	Evidence  []Evidence `json:"evidence"`
	Risks     []string   `json:"risks,omitempty"` // defects that do not change the verdict
	Next      *Step      `json:"next,omitempty"`

	// Where a waiver or an attestation speaks of the capability: what the files
	// show, whatever was decided, and what was decided. Reason and Evidence are
	// always of what the files show.
	Observed    Status       `json:"observed,omitempty"`
	Waiver      *Waiver      `json:"waiver,omitempty"`
	Attestation *Attestation `json:"attestation,omitempty"`
}

// Evidence is a place a reader can open. With Via it is a chain: the place is
// where automation starts, the hops follow it, and the last one is what proves
// the capability. Repository and Commit say where the chain is when that is
// another repository of the same system; they are empty for the judged one. A
// place without a path is one that must not be shown.
type Evidence struct {
	Repository string `json:"repository,omitempty"` // owner/name
	Commit     string `json:"commit,omitempty"`
	Path       string `json:"path"`
	Line       int    `json:"line"`
	What       string `json:"what"`
	Via        []Hop  `json:"via,omitempty"`
}

// Hop is one link of a chain. Guessed marks a link that rests on a variable
// nobody resolves; Broken one that names something the repository lacks.
type Hop struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	What    string `json:"what"`
	Guessed bool   `json:"guessed,omitempty"`
	Broken  bool   `json:"broken,omitempty"`

	// Repository and Commit are the evidence's, filled in by Chain.
	Repository string `json:"-"`
	Commit     string `json:"-"`
}

// Chain is the whole chain of an evidence: where it begins, then what follows,
// the last being what proves it.
func (e Evidence) Chain() []Hop {
	all := make([]Hop, 0, 1+len(e.Via))
	all = append(append(all, Hop{Path: e.Path, Line: e.Line, What: e.What}), e.Via...)
	for i := range all {
		all[i].Repository, all[i].Commit = e.Repository, e.Commit
	}
	return all
}

// Step is how to get there: one change, written for the tools in use.
type Step struct {
	Title  string   `json:"title"`
	Why    string   `json:"why"`
	How    []string `json:"how"`
	Effort string   `json:"effort"` // hours, days or weeks
	Docs   []string `json:"docs"`
}

// Capability returns the row of an id.
func (p *Project) Capability(id string) (Capability, bool) {
	for _, c := range p.Capabilities {
		if c.ID == id {
			return c, true
		}
	}
	return Capability{}, false
}
