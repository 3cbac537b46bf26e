package assess_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// A pull request is judged by the file of the base branch and not by its own,
// whatever that says; what its own would change is told.
func TestAPullRequestDoesNotGovernItself(t *testing.T) {
	t.Parallel()
	const strict = "version: 1\nminimum_level: 2\ntarget_level: 3\nfail_on: [below-target, regression]\n"
	for name, test := range map[string]struct {
		own     string // "" takes the file away
		preview string
	}{
		"lowers its bar":       {"version: 1\nminimum_level: 0\ntarget_level: 0\n", "the check no longer fails for a level that is missed"},
		"waives for itself":    {strict + "waivers:\n  - {capability: application.ci, reason: later, owner: me, expires: 2999-01-01}\n", "`application.ci` waived"},
		"vouches for itself":   {strict + "attestations:\n  - {capability: application.ci, statement: it is there, by: me, on: 2020-01-01, expires: 2999-01-01}\n", "`application.ci` attested"},
		"leaves files out":     {strict + "exclude: ['**/*.py']\n", "judged as"},
		"makes projects":       {strict + "projects: [{path: src, minimum_level: 0}]\n", "`src` becomes a project"},
		"switches the App off": {"version: 1\nenabled: false\n", "the repository is no longer judged"},
		"takes another model":  {strict[:len("version: 1\n")] + "model: google\nminimum_level: 0\n", "level 0 → 0"},
		"takes the file away":  {"", "the check no longer fails for a level that is missed"},
		"changes its layout":   {"# ours\n" + strict, "nothing changes about this verdict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := realWorld(t, map[string]string{config: strict})
			if err := w.repo.Branch("feature", "main"); err != nil {
				t.Fatal(err)
			}
			entry := githubsim.Entry{Path: config, Data: []byte(test.own), Remove: test.own == ""}
			githubsim.Must(w.repo.CommitEntries("feature", []githubsim.Entry{entry}, "Change the rules"))
			pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
			w.run(w.assessor(), pr)
			run := w.oneRun(pr.HeadSHA())
			if run.Conclusion != "failure" || !strings.Contains(run.Title, "below minimum 2 and 1 more") {
				t.Errorf("%s %q", run.Conclusion, run.Title)
			}
			line := run.Summary[max(0, strings.Index(run.Summary, "**If this configuration is merged:**")):]
			line, _, _ = strings.Cut(line, "\n")
			if !strings.HasPrefix(line, "**If") || !strings.Contains(line, test.preview) {
				t.Errorf("the preview does not say %q: %s", test.preview, line)
			}
		})
	}
}

// A tool whose example does not hold is told where it is written, and voids
// nothing.
func TestProposedToolIsTried(t *testing.T) {
	t.Parallel()
	w := realWorld(t, map[string]string{config: "version: 1\n"})
	pr := w.propose("feature", map[string]string{config: `version: 1
comment: never
tools:
  - {id: acme, name: Acme, home: 'https://acme.example', about: Starts jobs., match: {training-job: [{command: acme run}]},
     examples: {training-job: [{shell: acme start}]},
     near_misses: {training-job: [{shell: acme logs}]}}
`})
	w.run(w.assessor(), pr)
	run := w.oneRun(pr.HeadSHA())
	if run.Conclusion != "success" || !strings.Contains(run.Summary, "If this configuration is merged") {
		t.Errorf("%s\n%s", run.Conclusion, run.Summary)
	}
	for _, x := range run.Annotations {
		if x.Path == config && x.StartLine == 5 && strings.Contains(x.Message, `the tool "acme": the example`) {
			return
		}
	}
	t.Errorf("no annotation of line 5: %+v", run.Annotations)
}

// A pull request that is retargeted is judged by the file of the branch that it
// wants to go to now, and by none that it left.
func TestRetargetedPullRequest(t *testing.T) {
	t.Parallel()
	w := realWorld(t, map[string]string{config: "version: 1\nminimum_level: 4\n"})
	if err := w.repo.Branch("lax", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(w.repo.Commit("lax", map[string]string{config: "version: 1\n"}, "Anything goes"))
	pr := w.propose("feature", nil)
	a := w.assessor()
	for _, base := range []struct{ name, conclusion string }{{"main", "failure"}, {"lax", "success"}, {"main", "failure"}} {
		if err := pr.Retarget(base.name); err != nil {
			t.Fatal(err)
		}
		w.run(a, pr)
		if run := w.oneRun(pr.HeadSHA()); run.Conclusion != base.conclusion {
			t.Errorf("into %s: %s %q", base.name, run.Conclusion, run.Title)
		}
	}
}

// A proposal's files that the rules in force leave out are read for its preview,
// and nothing of it is kept as a verdict.
func TestPreviewReadsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	w := realWorld(t, map[string]string{config: "version: 1\nexclude: ['**/*.py']\ncomment: always\n"})
	pr := w.propose("feature", map[string]string{config: "version: 1\n"})
	w.run(w.assessor(), pr)
	run := w.oneRun(pr.HeadSHA())
	if !strings.HasPrefix(run.Title, "Not judged") || !strings.Contains(run.Summary, "**If this configuration is merged:** judged as ML project") {
		t.Errorf("%q\n%s", run.Title, run.Summary)
	}
	w.run(w.assessor(), pr)
	if again := w.oneRun(pr.HeadSHA()); again.Title != run.Title || again.Summary != run.Summary {
		t.Errorf("the second time: %q\n%s", again.Title, again.Summary)
	}
}

// A verdict that rests on a waiver does not outlive it, though it is stored.
func TestAStoredVerdictDoesNotOutliveItsWaiver(t *testing.T) {
	t.Parallel()
	w := realWorld(t, nil)
	last := w.clock.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
	githubsim.Must(w.repo.Commit("main", map[string]string{config: "version: 1\ncomment: always\nwaivers:\n" +
		"  - {capability: application.release, reason: no releases yet, owner: ml, expires: " + last + "}\n"}, "Waive"))
	branch := w.job(0, w.repo.Head("main"))
	if err := w.assessor().Run(t.Context(), branch); err != nil {
		t.Fatal(err)
	}
	run := w.oneRun(w.repo.Head("main"))
	if !strings.Contains(run.Summary, "waived only until "+last) || strings.Contains(run.Title, "expired") {
		t.Errorf("while it holds: %q\n%s", run.Title, run.Summary)
	}
	w.clock.push(72 * time.Hour)
	pr := w.propose("feature", nil)
	w.run(w.assessor(), pr)
	run = w.oneRun(pr.HeadSHA())
	if !strings.Contains(run.Title, "1 waiver expired") || !strings.Contains(run.Summary, "EXPIRED on "+last) {
		t.Errorf("after its end: %q\n%s", run.Title, run.Summary)
	}
	if strings.Contains(run.Summary, "application.release`, now") {
		t.Errorf("the base was not judged anew: the end of a waiver is told as a loss\n%s", run.Summary)
	}
}

const listed = "version: 1\nprojects:\n  - {path: src, name: Churn, minimum_level: 4}\n  - {path: services/fraud}\n"

// Each project that the base branch lists has a check run of its own, always,
// and one of each however often the job comes.
func TestProjectsHaveCheckRuns(t *testing.T) {
	t.Parallel()
	w := realWorld(t, map[string]string{config: listed, "src/requirements.txt": "xgboost==2.1.1\n",
		"src/fit.py": "import xgboost\n\nif __name__ == '__main__':\n    xgboost.train({}, xgboost.DMatrix('d.csv'))\n"})
	pr := w.propose("feature", map[string]string{"README.md": "# Churn\n"})
	for range 3 {
		w.run(w.assessor(), pr)
	}
	got := w.runsByName(pr.HeadSHA())
	for name, want := range map[string]struct{ conclusion, title string }{
		"MLOps maturity":         {"failure", "src below minimum 4"},
		"MLOps maturity / Churn": {"failure", "below minimum 4"},
		"MLOps maturity / fraud": {"neutral", "Not judged"},
	} {
		if run := got[name]; run.Status != "completed" || run.Conclusion != want.conclusion || !strings.Contains(run.Title, want.title) || run.Summary == "" {
			t.Errorf("%s: %s %s %q", name, run.Status, run.Conclusion, run.Title)
		}
	}
	if len(got) != 3 {
		t.Errorf("check runs: %v", got)
	}
	// Another push that touches no project.
	w.push(map[string]string{"README.md": "# Churn again\n"})
	w.ResetRequests()
	w.run(w.assessor(), pr)
	if got := w.runsByName(pr.HeadSHA()); len(got) != 3 {
		t.Errorf("check runs of a push that touches no project: %v", got)
	}
	if n := w.requests(); n > 8+2*2 {
		t.Errorf("%d requests for two projects\n%s", n, w.log())
	}
}

func (w *world) runsByName(sha string) map[string]githubsim.CheckRun {
	w.t.Helper()
	out := map[string]githubsim.CheckRun{}
	for _, run := range w.CheckRuns(w.repo, sha) {
		if _, twice := out[run.Name]; twice {
			w.t.Errorf("two check runs %q on %s", run.Name, sha)
		}
		out[run.Name] = run
	}
	return out
}

// The check runs of projects are left in order like the repository's own.
func TestProjectRunsAreLeftInOrder(t *testing.T) {
	t.Parallel()
	all := func(w *world, sha, title string) {
		w.t.Helper()
		got := w.runsByName(sha)
		for name, run := range got {
			if run.Conclusion != "neutral" || !strings.Contains(run.Title, title) {
				w.t.Errorf("%s: %s %q", name, run.Conclusion, run.Title)
			}
		}
		if len(got) != 3 {
			w.t.Errorf("check runs: %v", got)
		}
	}
	t.Run("superseded", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n", config: listed})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		old, now := pr.HeadSHA(), ""
		w.engine.before = func(commit string) error {
			if commit == old && now == "" {
				now = w.push(map[string]string{"more.py": "x\n"})
				w.clock.push(time.Minute)
			}
			return nil
		}
		if err := w.assessor().Run(t.Context(), w.job(pr.Number(), old)); err != nil {
			t.Fatal(err)
		}
		all(w, old, "Superseded by "+now[:7])
	})
	t.Run("left by a process that died", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n", config: listed})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		old := pr.HeadSHA()
		w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 500})
		_ = w.assessor().Run(t.Context(), w.job(pr.Number(), old)) // leaves the runs in progress
		now := w.push(map[string]string{"more.py": "x\n"})
		if err := w.assessor().Run(t.Context(), w.job(pr.Number(), old)); err != nil {
			t.Fatal(err)
		}
		all(w, old, "Superseded by "+now[:7])
	})
	t.Run("the engine panics", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n", config: listed})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		w.engine.before = func(string) error { panic("index out of range") }
		_ = w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
		all(w, pr.HeadSHA(), "could not be judged")
	})
	t.Run("one cannot be completed at first", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n", config: listed})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		w.Fault(githubsim.Fault{Method: "PATCH", PathGlob: "/**/check-runs/*", Status: 500})
		_ = w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
		w.run(w.assessor(), pr)
		for name, run := range w.runsByName(pr.HeadSHA()) {
			if run.Status != "completed" {
				t.Errorf("%s is %s", name, run.Status)
			}
		}
	})
}

// Only so many projects have a check run; the repository's own speaks of all.
func TestOnlySoManyProjectRuns(t *testing.T) {
	t.Parallel()
	text := "version: 1\nprojects:\n"
	for i := range 25 {
		text += fmt.Sprintf("  - {path: p%d}\n", i)
	}
	w := newWorld(t, map[string]string{"train.py": "x\n", config: text})
	pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
	w.run(w.assessor(), pr)
	if got := w.runsByName(pr.HeadSHA()); len(got) != 21 {
		t.Errorf("%d check runs, want the repository's and twenty", len(got))
	}
}
