package assess_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

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

// realWorld has the real engine and the base project, with more files.
func realWorld(t *testing.T, more map[string]string) *world {
	t.Helper()
	files := map[string]string{}
	for p, text := range more {
		files[p] = text
	}
	for _, f := range txtar.Parse(read(t, "testdata/base.txtar")).Files {
		files[f.Name] = string(f.Data)
	}
	w := newWorld(t, files)
	w.engine = nil
	return w
}

// propose opens a pull request with the change, and more files.
func (w *world) propose(branch string, more map[string]string) *githubsim.Pull {
	w.t.Helper()
	if err := w.repo.Branch(branch, "main"); err != nil {
		w.t.Fatal(err)
	}
	githubsim.Must(w.repo.CommitTxtar(branch, read(w.t, "testdata/change.txtar"), "Run the tests"))
	githubsim.Must(w.repo.Commit(branch, more, "More"))
	return githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: branch}))
}

// The whole way with the real engine: a pull request that makes the tests run
// in CI gains that capability, with the chain as evidence and a remark on none
// but its own lines; a restarted App says the same.
func TestRealEngine(t *testing.T) {
	t.Parallel()
	w := realWorld(t, nil)
	pr := w.propose("feature", nil)
	for range 2 {
		w.run(w.assessor(), pr)
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

// The promise to GitHub: with a warm cache at most 8 requests for an event on a
// repository of 1,000 files, with a cold one at most 12, the token with them.
func TestRequestBudget(t *testing.T) {
	t.Parallel()
	files := map[string]string{".mlops-maturity.yml": "version: 1\ntarget_level: 1\n"}
	for i := range 995 {
		files[fmt.Sprintf("pkg%d/f%d.py", i%20, i)] = fmt.Sprintf("x = %d\n", i)
	}
	w := realWorld(t, files)
	w.organization("version: 1\ncomment: on-change\n")
	first := w.propose("first", map[string]string{"pkg0/f0.py": "x = 'changed'\n"})
	// The base branch has gone on: base and merge base are two commits.
	githubsim.Must(w.repo.Commit("main", map[string]string{"README.md": "# Churn\n"}, "Meanwhile"))
	w.run(w.assessor(), first)
	w.within("cold", 12, first, 0)

	// Another pull request on a restarted App: the push to main was judged, so
	// the store is warm; the token is not, and there is a comment to write.
	if err := w.assessor().Run(t.Context(), w.job(0, w.repo.Head("main"))); err != nil {
		t.Fatal(err)
	}
	second := w.propose("second", map[string]string{"pkg1/f1.py": "x = 'new'\n"})
	githubsim.Must(w.repo.Commit("main", map[string]string{"pkg2/f2.py": "x = 'main'\n"}, "Meanwhile"))
	a := w.assessor()
	w.ResetRequests()
	w.run(a, second)
	w.within("warm, a comment written", 8, second, 0)

	// A push that takes the change back: the comment is edited.
	githubsim.Must(w.repo.CommitEntries("second", []githubsim.Entry{{Path: ".github/workflows/ci.yml", Remove: true}}, "Undo"))
	w.ResetRequests()
	w.run(a, second)
	w.within("warm, the comment edited", 8, second, 1)
}

// within checks the requests since the last reset, and that the pull request
// has one comment, edited so often.
func (w *world) within(what string, budget int, p *githubsim.Pull, edits int) {
	w.t.Helper()
	n, comments := w.requests(), w.Comments(p)
	w.t.Logf("%s: %d requests", what, n)
	if n > budget {
		w.t.Errorf("%s: %d requests, want at most %d\n%s", what, n, budget, w.log())
	}
	if len(comments) != 1 || comments[0].Edits != edits {
		w.t.Errorf("%s: comments %+v", what, comments)
	}
}
