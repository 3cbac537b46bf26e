package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// The files of an organisation and of one of its repositories.
const (
	organizationFile = `version: 1
minimum_level: 1
waivers:
  - {capability: monitoring.alerting, reason: One pager for all, owner: platform, expires: 2026-12-01}
organization:
  lock: [minimum_level]
  max_waiver_days: 100
`
	repositoryFile = `version: 1
extends: acme/ml-policies@v3:ml.yml
minimum_level: 0
waivers:
  - {capability: monitoring.service, reason: None yet, owner: churn, expires: 2027-06-30}
  - {capability: model.card, reason: None yet, owner: churn, expires: 2027-01-31}
  - {capability: model.lineage, reason: None yet, owner: churn, expires: 2026-11-21}
  - {capability: model.registry, reason: None yet, owner: churn, expires: spring}
attestations:
  - {capability: people.cross-functional, statement: One team, by: Head of ML, on: 2026-10-01, expires: 2027-04-01}
`
	extendedFile = "version: 1\ncomment: never\n"
)

func runShow(t *testing.T, args ...string) (out, problems string, err error) {
	t.Helper()
	cmd := newConfigShow(func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) })
	var b, e bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetOut(&b)
	cmd.SetErr(&e)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.ExecuteContext(t.Context())
	return b.String(), e.String(), err
}

// shows says whether a line of the text has these words, whatever is between them.
func shows(text string, words ...string) bool {
	for line := range strings.Lines(text) {
		if strings.Join(strings.Fields(line), " ") == strings.Join(words, " ") {
			return true
		}
	}
	return false
}

func TestConfigShowTellsOriginAndState(t *testing.T) {
	t.Setenv("GITHUB_TOKEN", "")
	dir := folder(t, map[string]string{"org.yml": organizationFile, "churn/.mlops-maturity.yml": repositoryFile})
	org, own := filepath.Join(dir, "org.yml"), filepath.Join(dir, "churn", ".mlops-maturity.yml")
	out, problems, err := runShow(t, "--org", org, filepath.Join(dir, "churn"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range [][]string{
		{"minimum_level", "1", org + ":2"},
		{"comment", "on-change", "default"},
		{"organization.max_waiver_days", "100", org + ":7"},
		{"On 2026-11-23:"},
		{"waivers[0]", "monitoring.alerting", "expires in 8 days"},
		{"waivers[1]", "monitoring.service", "does not hold: it ends in 219 days, later than the organisation allows"},
		{"waivers[2]", "model.card", "in force for 69 days"},
		{"waivers[3]", "model.lineage", "expired 2 days ago"},
		{"waivers[4]", "model.registry", "counts as expired: a date of it is none, write YYYY-MM-DD"},
		{"attestations[0]", "people.cross-functional", "in force for 129 days"},
	} {
		if !shows(out, line...) {
			t.Errorf("no line %q in\n%s", line, out)
		}
	}
	for _, want := range []string{
		"warning: " + own + ":2:10: extends: acme/ml-policies@v3:ml.yml is not read here",
		"warning: " + own + ":3:16: minimum_level is left out: " + org + ":6 locks minimum_level",
		"warning: " + own + ":8:",
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("no %q in\n%s", want, problems)
		}
	}
	if out, _, err := runShow(t, "--org", org); err != nil || !shows(out, "minimum_level", "1", org+":2") || strings.Contains(out, own) {
		t.Errorf("the organisation's file by itself: %v\n%s", err, out)
	}
	if _, _, err := runShow(t); exitStatusOf(err) != exitUsage {
		t.Errorf("nothing to show: %v", err)
	}
}

// Over the API: the repository's file, its organisation's, and what it extends
// at a tag, though a branch has the tag's name.
func TestConfigShowOverTheAPI(t *testing.T) {
	sim := onSim(t, gitFolder(t, "acme/churn", "v1", map[string]string{".github/mlops-maturity.yml": repositoryFile, "train.py": ""}))
	githubsim.Must(sim.AddRepo("acme/.github", githubsim.FromFiles(map[string]string{".mlops-maturity.yml": organizationFile})))
	policies := gitFolder(t, "acme/ml-policies", "v3", map[string]string{"ml.yml": extendedFile})
	for _, args := range [][]string{{"checkout", "-q", "-b", "v3"}, {"rm", "-q", "ml.yml"},
		{"-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "second"}} {
		if out, err := exec.Command("git", append([]string{"-C", policies}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	githubsim.Must(sim.AddRepo("acme/ml-policies", githubsim.FromGit(policies)))
	githubsim.Must(sim.AddRepo("acme/bare", githubsim.FromFiles(map[string]string{"a": ""})))
	t.Chdir(t.TempDir())
	for _, subject := range []string{"acme/churn", "acme/churn@v1", "acme/churn@main"} {
		out, _, err := runShow(t, subject)
		if err != nil || !shows(out, "comment", "never", "acme/ml-policies@v3:ml.yml:2") ||
			!shows(out, "minimum_level", "1", "acme/.github:.mlops-maturity.yml:2") ||
			!shows(out, "extends", "acme/ml-policies@v3:ml.yml", ".github/mlops-maturity.yml:2") {
			t.Errorf("%s: %v\n%s", subject, err, out)
		}
	}
	for _, subject := range []string{"acme/.github", "acme/bare"} {
		if out, _, err := runShow(t, subject); err != nil || !strings.Contains(out, "monitoring.alerting") || strings.Contains(out, "model.card") {
			t.Errorf("%s: %v\n%s", subject, err, out)
		}
	}
	for subject, status := range map[string]int{"acme/other": exitInput, "acme/churn@v2": exitInput} {
		if out, _, err := runShow(t, subject); exitStatusOf(err) != status || out != "" {
			t.Errorf("%s: %v\n%s", subject, err, out)
		}
	}
	if _, _, err := runShow(t, "acme/churn", "--org", "x"); exitStatusOf(err) != exitUsage {
		t.Errorf("--org: %v", err)
	}
	own := filepath.Join(folder(t, map[string]string{"c.yml": "version: 1\nextends: acme/ml-policies@v4\n"}), "c.yml")
	if _, _, err := runShow(t, own); exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), own+":2:10: extends: acme/ml-policies@v4") {
		t.Errorf("no such tag: %v", err)
	}
}

func TestConfigValidateUnderAnOrganisation(t *testing.T) {
	dir := folder(t, map[string]string{"org.yml": organizationFile, "own.yml": repositoryFile, "bad.yml": "version: 1\ncoment: never\nextends: a/b@1\n"})
	org, own, bad := filepath.Join(dir, "org.yml"), filepath.Join(dir, "own.yml"), filepath.Join(dir, "bad.yml")
	if out, err := runConfig(t, "validate", own); err != nil || !strings.Contains(out, own+" is valid") ||
		!strings.Contains(out, "warning: "+own+":8:") || strings.Contains(out, "locks") {
		t.Errorf("by itself: %v %s", err, out)
	}
	if out, err := runConfig(t, "validate", "--org", org, own); err != nil || !strings.Contains(out, "locks minimum_level") {
		t.Errorf("under the organisation: %v %s", err, out)
	}
	if out, err := runConfig(t, "validate", "--org", org); err != nil || !strings.Contains(out, org+" is valid") {
		t.Errorf("the organisation's: %v %s", err, out)
	}
	if _, err := runConfig(t, "validate", org); exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), "organization is read in the owner's .github repository only") {
		t.Errorf("the organisation's as a repository's: %v", err)
	}
	if out, err := runConfig(t, "validate", bad); exitStatusOf(err) != exitUsage || strings.Contains(out, "valid") {
		t.Errorf("with a mistake: %v %s", err, out)
	}
	if _, err := runConfig(t, "validate"); exitStatusOf(err) != exitUsage {
		t.Errorf("nothing: %v", err)
	}
	if _, err := runConfig(t, "validate", "--org", filepath.Join(dir, "absent"), own); exitStatusOf(err) != exitInput {
		t.Errorf("no such file: %v", err)
	}
}
