package application

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// SecurityScanning judges application.security-scanning: dependency, code or
// secret scanning is configured to run (rubric; clarifications 7 and 88).
var SecurityScanning = capability.Check{
	ID: "application.security-scanning",
	Doc: capability.Doc{
		Title:  "Security scanning",
		Why:    "Most holes come in with dependencies and with pasted keys. A scanner sees them the day they become known.",
		Counts: "Dependabot or Renovate settings, CodeQL, or a scanner of dependencies, code, images or secrets that a job or commit hook runs. It may be advisory.",
		Not:    "A security policy in prose; a scanner that only the README names; a hook that looks for private keys alone.",
		How: []capability.Way{
			{Tool: "pre-commit", Title: "Add a secret scanner to the commit hooks", Steps: []string{
				"Add to .pre-commit-config.yaml the repository https://github.com/gitleaks/gitleaks with the hook gitleaks."}},
			{Title: "Let Dependabot watch the dependencies", Steps: []string{
				"Create .github/dependabot.yml with version: 2 and an update of package-ecosystem: pip, directory: /, schedule: {interval: weekly}.",
				"Switch on CodeQL's default set-up in the repository's security settings."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/code-security/dependabot/dependabot-version-updates/configuring-dependabot-version-updates"},
	},
	Run: securityScanning,
}

func securityScanning(v *evidence.View) report.Finding {
	scans := v.Scans()
	if len(scans) > 0 {
		return capability.Met("scanning is set up to run", v.ShowAll(scans)...)
	}
	if empty := v.EmptyUpdates(); len(empty) > 0 {
		return capability.Missing("the settings of the updates name nothing to update: "+empty[0].Path, empty...)
	}
	return capability.Missing("no dependency, code or secret scanning is set up")
}
