package people

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// CrossFunctional judges people.cross-functional: people of more than one
// trade work on the whole (rubric). It needs the history, or CODEOWNERS that
// give the areas to different teams.
var CrossFunctional = capability.Check{
	ID: "people.cross-functional",
	Doc: capability.Doc{
		Title:   "Cross-functional work",
		Why:     "A model that only one person can train, serve or feed stops the day that person is away.",
		Counts:  "In the last year at least two people changed each of two or more areas among data, training and serving; or CODEOWNERS give areas to different teams.",
		Partial: "One person works across the areas and another in one of them.",
		Not:     "Bots; people who only opened issues.",
		How: []capability.Way{
			{Title: "Share the areas among people", Steps: []string{
				"Give each of data, training and serving an owner in .github/CODEOWNERS, with different teams.",
				"Let a person of another area review and make the next change in each."}},
		},
		Effort:     "weeks",
		References: []string{"https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners"},
	},
	Run: crossFunctional,
}

func crossFunctional(v *evidence.View) report.Finding {
	if a, b, ok := v.OwnedApart(); ok {
		return capability.Met("CODEOWNERS give areas to different teams",
			evidence.At(a.Path, a.Line, a.Pattern+" has owners"), evidence.At(b.Path, b.Line, b.Pattern+" has other owners"))
	}
	if !v.History.Known {
		return capability.Unknown("who changed what is not in the files, and the history was not read")
	}
	shared, touched := 0, 0
	for _, people := range v.History.Areas {
		if people >= 2 {
			shared++
		}
		if people >= 1 {
			touched++
		}
	}
	switch {
	case shared >= 2:
		return capability.Met(fmt.Sprintf("two or more people changed each of %d areas in the last year", shared))
	case touched >= 2 && shared == 1 && v.History.Span >= 1:
		return capability.Partial("one person works across the areas and another in one of them only")
	}
	return capability.Missing("no two areas were changed by two or more people in the last year")
}
