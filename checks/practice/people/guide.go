package people

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ContributionGuide judges people.contribution-guide: the repository tells a
// newcomer how to set up, train or run, and test (rubric; clarifications 14
// and 58).
var ContributionGuide = capability.Check{
	ID: "people.contribution-guide",
	Doc: capability.Doc{
		Title:   "Contribution guide",
		Why:     "Whoever is new should get from a fresh clone to a trained model and passing tests without asking.",
		Counts:  "A README, a CONTRIBUTING or a page they link to, with commands that set the project up, that train or run it by files which exist, and that run the tests where there are tests.",
		Partial: "Only some of the three; or commands that mostly name files which are not there; or a page that nothing links to.",
		Not:     "A README left as the template made it; a list of phases without commands.",
		How: []capability.Way{
			{Tool: "make", Title: "Write the commands of the Makefile into the README", Steps: []string{
				"Add the sections Set-up, Train and Test to README.md with the lines make install, make train and make test.",
				"Follow them once from a fresh clone."}},
			{Title: "Write down how to set up, train and test", Steps: []string{
				"Add a section Set-up to README.md: python -m venv .venv, then pip install -r requirements.txt.",
				"Add a section Train with the command that trains, and a section Test with: pytest.",
				"Follow them once from a fresh clone."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/communities/setting-up-your-project-for-healthy-contributions/setting-guidelines-for-repository-contributors"},
	},
	Run: contributionGuide,
}

func contributionGuide(v *evidence.View) report.Finding {
	g := v.Guide()
	if g.Page.Path == "" {
		return capability.Missing("there is no README or contribution guide")
	}
	var shown []report.Evidence
	for _, e := range []report.Evidence{g.SetUp, g.Run, g.Test} {
		if e.Path != "" {
			shown = append(shown, e)
		}
	}
	setUp, run, test := g.SetUp.Path != "", g.Run.Path != "", g.Test.Path != ""
	switch {
	case !setUp && !run && !test:
		return capability.Missing("the README gives no command to set up, run or test the project", g.Page)
	case g.Gone > g.Good:
		return capability.Partial("most commands of the guide name files or targets that are not there", shown...)
	case !setUp || !run:
		return capability.Partial("the guide does not tell both how to set up and how to train or run", shown...)
	case !test && v.HasRealTests():
		return capability.Partial("the guide tells how to set up and run, but not how to run the tests", shown...)
	}
	if !test {
		return capability.Met("the guide tells how to set up and run, and there are no tests to describe", shown...)
	}
	return capability.Met("the guide tells how to set up, run and test", shown...)
}
