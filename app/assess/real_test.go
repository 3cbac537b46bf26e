package assess_test

import (
	"os"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The whole way with the real engine: a pull request that makes the tests run
// in CI gains that capability, with the chain as evidence and a remark on none
// but its own lines; a restarted App says the same.
func TestRealEngine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.engine = nil
	w.repo = githubsim.Must(w.AddRepo("acme/real", githubsim.FromTxtar(read(t, "testdata/base.txtar"))))
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(w.repo.CommitTxtar("feature", read(t, "testdata/change.txtar"), "Run the tests"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
	for range 2 {
		job := w.job(pr.Number(), pr.HeadSHA())
		job.Repository = "real"
		if err := w.assessor().Run(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	run := w.oneRun(pr.HeadSHA())
	if run.Conclusion != "success" || !strings.Contains(run.Text, "training.scripted") {
		t.Errorf("check run %s %q\n%s\n%s", run.Conclusion, run.Title, run.Summary, run.Text)
	}
	comments := w.Comments(pr)
	if len(comments) != 1 || comments[0].Edits != 0 {
		t.Fatalf("comments: %+v", comments)
	}
	for _, want := range []string{gh.Marker, "application.ci", ".github/workflows/ci.yml", "pytest"} {
		if !strings.Contains(comments[0].Body, want) {
			t.Errorf("the comment lacks %q:\n%s", want, comments[0].Body)
		}
	}
	for _, a := range run.Annotations {
		if a.Path != ".github/workflows/ci.yml" {
			t.Errorf("a remark on a file that the pull request leaves alone: %+v", a)
		}
	}
	t.Logf("%s\n%s\n%s", run.Title, run.Summary, comments[0].Body)
}
