package people

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// CodeOwnership judges people.code-ownership: a CODEOWNERS file in a place
// that is read, with at least one owner rule (rubric).
var CodeOwnership = capability.Check{
	ID: "people.code-ownership",
	Doc: capability.Doc{
		Title:  "Code ownership",
		Why:    "Whoever changes a part of the system should not have to guess who knows it.",
		Counts: "A CODEOWNERS file in the root, .github, .gitlab or docs folder with at least one rule that names an owner.",
		Not:    "A file whose rules are all commented out, or that stands elsewhere; a list of maintainers in prose.",
		How: []capability.Way{
			{Tool: "gitlab-ci", Title: "Add a CODEOWNERS file for GitLab", Steps: []string{
				"Create .gitlab/CODEOWNERS with the line: * @group/team.",
				"Require code owner approval on the default branch under Settings, Repository, Protected branches."}},
			{Title: "Add a CODEOWNERS file", Steps: []string{
				"Create .github/CODEOWNERS with the line: * @org/team.",
				"Add a line for each area with people of its own: /data/ @org/data-engineers."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners"},
	},
	Run: codeOwnership,
}

func codeOwnership(v *evidence.View) report.Finding {
	rules := v.OwnerRules()
	if len(rules) == 0 {
		return capability.Missing("no CODEOWNERS file with an owner rule is in a place that is read")
	}
	r := rules[0]
	return capability.Met("CODEOWNERS names owners", evidence.At(r.Path, r.Line, r.Pattern+" has owners"))
}
