package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// project is a small repository that trains a model on a schedule.
var project = map[string]string{
	"requirements.txt":            "scikit-learn==1.5.2\nmlflow==2.17.0\n",
	"src/train.py":                "import mlflow\nfrom sklearn.linear_model import LogisticRegression\n\ndef main():\n    model = LogisticRegression()\n    model.fit([[0], [1]], [0, 1])\n    mlflow.log_metric('auc', 0.9)\n    mlflow.sklearn.log_model(model, 'model', registered_model_name='churn')\n\nif __name__ == '__main__':\n    main()\n",
	".github/workflows/train.yml": "on:\n  schedule:\n    - cron: '0 3 * * 1'\njobs:\n  train:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -r requirements.txt\n      - run: python src/train.py\n",
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for p, text := range files {
		name := filepath.Join(dir, p)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runScan runs scan with a cache of its own.
func runScan(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	if os.Getenv("XDG_CACHE_HOME") == "" || !strings.HasPrefix(os.Getenv("XDG_CACHE_HOME"), os.TempDir()) {
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
	}
	cmd := newScanCommand()
	var out, errs bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.ExecuteContext(t.Context())
	return out.String(), errs.String(), err
}

func scanned(t *testing.T, args ...string) *report.Report {
	t.Helper()
	out, _, err := runScan(t, append(args, "--format", "json")...)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return &r
}

func TestScanJudgesAFolder(t *testing.T) {
	dir := folder(t, project)
	r := scanned(t, dir)
	if r.Kind != report.MLProject || r.Subject.Repository != dir || r.Subject.Commit != "" {
		t.Errorf("%s %+v", r.Kind, r.Subject)
	}
	c, _ := r.Capability("retraining.scheduled")
	if c.Status != report.Met || len(c.Evidence) == 0 {
		t.Errorf("%+v", c)
	}
}

// The same commit gives the same bytes from the work tree's repository, a bare
// clone, with a cold cache, a warm one and none.
func TestScanGivesTheSameBytes(t *testing.T) {
	dir := folder(t, project)
	for _, args := range [][]string{{"init", "-q"}, {"remote", "add", "origin", "https://github.com/acme/churn.git"}, {"add", "-A"},
		{"-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	want, _, err := runScan(t, dir, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(want, `"repository": "acme/churn"`) {
		t.Errorf("the remote's name is not used: %.300s", want)
	}
	if kept, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "mlops-maturity", "*")); len(kept) != 2 { // the facts, and the report
		t.Errorf("the cache has %v", kept)
	}
	for _, args := range [][]string{{dir}, {dir, "--no-cache"}, {filepath.Join(dir, ".git")}, {dir, "--rev", "HEAD"}} {
		if args[0] != dir { // the .git folder knows the remote too
			args = append(args, "--no-progress")
		}
		got, _, err := runScan(t, append(args, "--format", "json")...)
		if err != nil || got != want {
			t.Errorf("%v: %v, other bytes", args, err)
		}
	}
}

func TestScanExitStatus(t *testing.T) {
	dir := folder(t, project)
	strict := folder(t, map[string]string{"c.yml": "version: 1\ntarget_level: 4\nfail_on: [below-target]\n", "bad.yml": "version: 1\nlevel: 3\n"})
	bounds := folder(t, map[string]string{
		"min.yml": "version: 1\nminimum_level: 2\n", "dimension.yml": "version: 1\ndimensions:\n  deployment: {minimum_level: 3}\n",
		"target.yml": "version: 1\ntarget_level: 3\n", "google.yml": "version: 1\nmodel: google\n",
		"expired.yml": "version: 1\nwaivers:\n" + waiver("application.tests", "2020-01-01"),
		"project.yml": "version: 1\nprojects:\n  - {path: src, name: Churn, minimum_level: 1}\n",
	})
	bound := func(name string) string { return filepath.Join(bounds, name+".yml") }
	notML := folder(t, map[string]string{"main.go": "package main\n"})
	bad := folder(t, map[string]string{".mlops-maturity.yml": "enabled: maybe\n"})
	for name, c := range map[string]struct {
		args    []string
		status  int
		message string
	}{
		"done":                  {[]string{dir}, exitDone, ""},
		"level reached":         {[]string{dir, "--fail-under", "0"}, exitDone, ""},
		"level not reached":     {[]string{dir, "--fail-under", "4"}, exitPolicy, "below --fail-under 4"},
		"policy":                {[]string{dir, "--config", filepath.Join(strict, "c.yml")}, exitPolicy, "below the target of 4 (fail_on: [below-target])"},
		"a minimum":             {[]string{dir, "--config", bound("min")}, exitPolicy, "The level is at 0, below the minimum of 2 (minimum_level)"},
		"of a dimension":        {[]string{dir, "--config", bound("dimension")}, exitDone, ""}, // nothing of it applies
		"of a project":          {[]string{dir, "--config", bound("project")}, exitPolicy, "The project src is at 0, below the minimum of 1"},
		"and of that one alone": {[]string{dir, "--config", bound("project"), "--project", "Churn"}, exitPolicy, "The level is at 0, below the minimum of 1"},
		"a target only informs": {[]string{dir, "--config", bound("target")}, exitDone, ""},
		"an expired waiver":     {[]string{dir, "--config", bound("expired")}, exitDone, ""},
		"the file's model":      {[]string{dir, "--config", bound("google"), "--fail-under", "3"}, exitUsage, "0 to 2"},
		"another model":         {[]string{dir, "--config", bound("google"), "--model", "microsoft", "--fail-under", "3"}, exitPolicy, "below --fail-under 3"},
		"not judged":            {[]string{notML, "--fail-under", "4"}, exitDone, ""},
		"bad --config":          {[]string{dir, "--config", filepath.Join(strict, "bad.yml")}, exitUsage, "bad.yml:2:1"},
		"bad own configuration": {[]string{bad}, exitUsage, ".mlops-maturity.yml:1:"},
		"no --config":           {[]string{dir, "--config", filepath.Join(strict, "none.yml")}, exitInput, "none.yml"},
		"format":                {[]string{dir, "--format", "pdf"}, exitUsage, "pdf"},
		"model":                 {[]string{dir, "--model", "acme"}, exitUsage, "acme"},
		"level of the model":    {[]string{dir, "--model", "google", "--fail-under", "3"}, exitUsage, "0 to 2"},
		"project":               {[]string{dir, "--project", "x"}, exitUsage, "no such project"},
		"rev and worktree":      {[]string{dir, "--rev", "x", "--worktree"}, exitUsage, "worktree"},
		"rev without git":       {[]string{dir, "--rev", "x"}, exitInput, "--rev"},
		"no path":               {[]string{filepath.Join(dir, "nowhere")}, exitInput, "nowhere"},
		"arguments":             {nil, exitUsage, "arg"},
		"output is a folder":    {[]string{dir, "--output", dir}, exitInput, "is a folder: name a file in it"},
		"output":                {[]string{dir, "--output", filepath.Join(dir, "no", "where")}, exitInput, "cannot be written: open " + filepath.Join(dir, "no", "where") + ": no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := runScan(t, c.args...)
			if got := exitStatusOf(err); got != c.status {
				t.Errorf("exit status %d, want %d: %v", got, c.status, err)
			}
			if err != nil && !strings.Contains(err.Error(), c.message) {
				t.Errorf("%q does not say %q", err, c.message)
			}
		})
	}
}

func waiver(id, expires string) string {
	return "  - {capability: " + id + ", reason: moved, owner: ml, expires: " + expires + "}\n"
}

func attested(id string) string {
	return "attestations:\n  - {capability: " + id + ", statement: built elsewhere, by: ml, on: 2026-01-01, expires: 2999-01-01}\n"
}

// What a team decided is in every format, and is never mistaken for met.
func TestScanShowsDecisions(t *testing.T) {
	files := map[string]string{".mlops-maturity.yml": "version: 1\nwaivers:\n" + waiver("application.tests", "2999-01-01") +
		waiver("monitoring.service", "2020-01-01") + waiver("application.release", "someday") + attested("application.ci")}
	for k, v := range project {
		files[k] = v
	}
	dir := folder(t, files)
	r := scanned(t, dir)
	for id, want := range map[string]struct{ status, observed report.Status }{
		"application.tests": {report.Waived, report.Missing}, "application.ci": {report.Attested, report.Missing},
		"monitoring.service": {report.NotApplicable, report.NotApplicable}, "application.release": {report.Missing, report.Missing},
	} {
		if c, _ := r.Capability(id); c.Status != want.status || c.Observed != want.observed {
			t.Errorf("%s is %s, observed %s; want %s, %s", id, c.Status, c.Observed, want.status, want.observed)
		}
	}
	for _, format := range []string{"text", "markdown"} {
		out, _, err := runScan(t, dir, "--format", format)
		out = strings.Join(strings.Fields(out), " ")
		for _, want := range []string{"1 waiver in force, 1 expired, 1 with a date that is none; 1 attestation in force.",
			"waived (in the files missing)", "attested (in the files missing)", "EXPIRED on 2020-01-01", "someday is no date"} {
			if err != nil || !strings.Contains(out, want) {
				t.Errorf("%s lacks %q (%v):\n%s", format, want, err, out)
			}
		}
	}
}

func TestScanHeedsTheConfiguration(t *testing.T) {
	files := map[string]string{".mlops-maturity.yml": "version: 1\nexclude: [src]\n"}
	for k, v := range project {
		files[k] = v
	}
	if r := scanned(t, folder(t, files)); r.Kind == report.MLProject {
		t.Errorf("excluded files are judged: %s", r.KindReason)
	}
}

func TestScanWritesTheOutputWhole(t *testing.T) {
	dir, out := folder(t, project), filepath.Join(t.TempDir(), "report.md")
	stdout, _, err := runScan(t, dir, "--format", "markdown", "--output", out)
	if err != nil || stdout != "" {
		t.Errorf("%v, %q", err, stdout)
	}
	text, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(text), "# MLOps maturity") {
		t.Errorf("%v: %.100s", err, text)
	}
	if err := writeFile(out, func(w io.Writer) error {
		w.Write([]byte("half"))
		return context.Canceled
	}); err == nil {
		t.Error("no error")
	}
	if again, _ := os.ReadFile(out); !bytes.Equal(again, text) {
		t.Errorf("a write that failed changed the file: %.100s", again)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), ".report*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestScanStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cmd := newScanCommand()
	cmd.SetArgs([]string{folder(t, project), "--no-cache"})
	cmd.SetOut(&bytes.Buffer{})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.ExecuteContext(ctx); exitStatusOf(err) != exitInput || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("%v", err)
	}
}
