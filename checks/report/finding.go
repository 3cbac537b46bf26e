package report

// Finding is what a check says before levels and next steps are added.
type Finding struct {
	Status   Status
	Reason   string
	Evidence []Evidence
	Risks    []string
}
