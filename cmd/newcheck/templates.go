package main

// The texts of a new check. Every TODO is a sentence the tests of the house ask for.
const (
	check = `package {{.Area}}

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// {{.Name}} judges {{.ID}}: TODO the rubric's rule, and the clarifications that bind it.
var {{.Name}} = capability.Check{
	ID: "{{.ID}}",
	Doc: capability.Doc{
		Title:   "",
		Why:     "",
		Counts:  "",
		Partial: "",
		Not:     "",
		How: []capability.Way{
			{Title: "", Steps: []string{""}},
		},
		Effort:     "",
		References: []string{""},
	},
	Run: {{.Func}},
}

func {{.Func}}(v *evidence.View) report.Finding {
	return capability.Missing("TODO")
}
`
	met = `{{.ID}}: met
TODO why this repository shows it.

-- train.py --
`
	missing = `{{.ID}}: missing
TODO why this repository does not show it.

-- train.py --
`
	near = `{{.ID}}: missing
TODO what looks right here and is not: the tool is there, and nothing reaches it.

-- train.py --
`
)
