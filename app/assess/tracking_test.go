package assess_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
)

const tracked = "version: 1\ntracking_issue: true\ntarget_level: 1\n"

// newTracked is a repository below its target, whose installation grants the
// optional features.
func newTracked(t *testing.T, config string) *world {
	t.Helper()
	w := newWorld(t, map[string]string{"a.py": "import sklearn\n", ".mlops-maturity.yml": config})
	w.grant("issues", "repository_custom_properties")
	return w
}

func (w *world) grant(also ...string) {
	p := githubsim.LeastPrivilege()
	for _, name := range also {
		p[name] = "write"
	}
	w.inst.Grant(p)
}

// pushed commits to main and plays the job of the push; a file without a text
// is removed.
func (w *world) pushed(path, text string) {
	w.t.Helper()
	githubsim.Must(w.repo.CommitEntries("main", []githubsim.Entry{{Path: path, Data: []byte(text), Remove: text == ""}}, "Change"))
	w.play(jobs.Push)
}

func (w *world) play(reason jobs.Reason) {
	w.t.Helper()
	j := w.job(0, w.repo.Head("main"))
	j.Reason = reason
	if err := w.assessor().Run(w.t.Context(), j); err != nil {
		w.t.Fatal(err)
	}
}

// one is the only issue.
func (w *world) one() githubsim.Issue {
	w.t.Helper()
	all := w.repo.Issues()
	if len(all) != 1 {
		w.t.Fatalf("%d issues, want one", len(all))
	}
	return all[0]
}

func (w *world) want(state, reason string, edits, remarks int) {
	w.t.Helper()
	i := w.one()
	if n := len(w.repo.IssueComments(i.Number)); i.State != state || i.Reason != reason || i.Edits != edits || n != remarks {
		w.t.Errorf("%s (%s), %d edits, %d remarks; want %s (%s), %d and %d", i.State, i.Reason, i.Edits, n, state, reason, edits, remarks)
	}
}

func TestTrackingIssueIsOffByDefault(t *testing.T) {
	t.Parallel()
	w := newTracked(t, "version: 1\ntarget_level: 1\n")
	w.play(jobs.Push)
	if n := len(w.repo.Issues()); n != 0 || strings.Contains(w.log(), "/issues") {
		t.Errorf("%d issues\n%s", n, w.log())
	}
}

// Only a push opens it: an installation and a sweep reach many repositories at
// once, and a pull request is no push to the default branch.
func TestOnlyAPushOpensTheTrackingIssue(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	w.play(jobs.Installed)
	w.play(jobs.Swept)
	pr := w.open(map[string]string{"b.py": "b = 1\n"}, githubsim.NewPull{})
	w.run(w.assessor(), pr)
	branch := w.job(0, w.repo.Head("feature"))
	branch.Ref, branch.Reason = "feature", jobs.Rerun
	if err := w.assessor().Run(t.Context(), branch); err != nil {
		t.Fatal(err)
	}
	if n := len(w.repo.Issues()); n != 0 {
		t.Fatalf("%d issues before the push", n)
	}
	w.play(jobs.Push)
	i := w.one()
	if !i.ByApp || !strings.Contains(i.Body, gh.TrackingMarker) || !strings.Contains(i.Body, "- [ ] ") || i.Title != "MLOps maturity: from level 0 to level 1" {
		t.Errorf("%+v", i)
	}
}

func TestTrackingIssueIsEditedOnlyWhenItsWordsChange(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	w.play(jobs.Push)
	for n := range 20 {
		w.pushed("other.py", fmt.Sprintf("x = %d\n", n))
	}
	w.want("open", "", 0, 0)
	// What a person ticks stays ticked.
	i := w.one()
	w.repo.EditIssue(i.Number, strings.Replace(i.Body, "- [ ]", "- [x]", 1))
	w.pushed("other.py", "x = 100\n")
	w.want("open", "", 0, 0)
	w.pushed("tests.py", "import a\n")
	w.want("open", "", 1, 0)
	if body := w.one().Body; !strings.Contains(body, "- [x] `application.tests`") {
		t.Errorf("what was reached is not ticked:\n%s", body)
	}
}

func TestTrackingIssueIsClosedWithAWordAndOpenedAgain(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	w.play(jobs.Push)
	w.pushed("train.py", "x\n")
	w.want("closed", "completed", 1, 1)
	if text := w.repo.IssueComments(1)[0].Body; !strings.Contains(text, "Level 1 is reached") {
		t.Errorf("the word: %s", text)
	}
	w.pushed("other.py", "x\n")
	w.want("closed", "completed", 1, 1)
	w.pushed("train.py", "")
	w.want("open", "reopened", 2, 2)
	if text := w.repo.IssueComments(1)[1].Body; !strings.Contains(text, "The level is 0 now") {
		t.Errorf("the word: %s", text)
	}
}

func TestATargetThatIsReachedOpensNoTrackingIssue(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	w.pushed("train.py", "x\n")
	if n := len(w.repo.Issues()); n != 0 {
		t.Errorf("%d issues", n)
	}
}

func TestPeopleDecideOnTheTrackingIssue(t *testing.T) {
	t.Parallel()
	t.Run("not planned is for good", func(t *testing.T) {
		t.Parallel()
		w := newTracked(t, tracked)
		w.play(jobs.Push)
		w.repo.CloseIssue(1, "mona", "not_planned")
		w.pushed("train.py", "x\n")
		w.pushed("train.py", "")
		w.want("closed", "not_planned", 0, 0)
	})
	t.Run("deleted is for good", func(t *testing.T) {
		t.Parallel()
		w := newTracked(t, tracked)
		w.play(jobs.Push)
		w.repo.DeleteIssue(1)
		w.pushed("other.py", "x\n")
		if n := len(w.repo.Issues()); n != 0 {
			t.Errorf("%d issues", n)
		}
	})
	t.Run("completed stays closed until it was true and is no more", func(t *testing.T) {
		t.Parallel()
		w := newTracked(t, tracked)
		w.play(jobs.Push)
		w.repo.CloseIssue(1, "mona", "completed")
		w.pushed("other.py", "x\n")
		w.want("closed", "completed", 0, 0)
		w.pushed("train.py", "x\n")
		w.want("closed", "completed", 0, 0)
		w.pushed("train.py", "")
		w.want("open", "reopened", 1, 1)
	})
	t.Run("snoozed is silent", func(t *testing.T) {
		t.Parallel()
		w := newTracked(t, tracked)
		w.play(jobs.Push)
		if err := w.store.Snooze(t.Context(), w.inst.ID(), w.repo.ID(), w.clock.Now().Add(30*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		w.ResetRequests()
		w.pushed("tests.py", "x\n")
		w.pushed("train.py", "x\n")
		if w.want("open", "", 0, 0); strings.Contains(w.log(), "/issues") {
			t.Errorf("GitHub was asked:\n%s", w.log())
		}
		w.clock.push(31 * 24 * time.Hour)
		w.pushed("other.py", "x\n")
		w.want("closed", "completed", 1, 1)
	})
	t.Run("switched off it is closed, and on again opened", func(t *testing.T) {
		t.Parallel()
		w := newTracked(t, tracked)
		w.play(jobs.Push)
		w.pushed(".mlops-maturity.yml", "version: 1\ntarget_level: 1\n")
		w.want("closed", "not_planned", 1, 1)
		w.ResetRequests()
		w.pushed("other.py", "x\n")
		if strings.Contains(w.log(), "/issues") {
			t.Errorf("GitHub was asked:\n%s", w.log())
		}
		w.pushed(".mlops-maturity.yml", tracked)
		w.want("open", "reopened", 2, 2)
	})
}

func TestTrackingIssueWithoutThePermission(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	w.grant()
	w.play(jobs.Push)
	run := w.oneRun(w.repo.Head("main"))
	if run.Conclusion != "success" || strings.Count(run.Text, "issues: write") != 1 || len(w.repo.Issues()) != 0 {
		t.Errorf("%s, %d issues:\n%s", run.Conclusion, len(w.repo.Issues()), run.Text)
	}
	w.pushed("other.py", "x\n")
	problems, err := w.store.Problems(t.Context())
	if err != nil || len(problems) != 1 || problems[0].Feature != "tracking issue" {
		t.Errorf("%+v %v", problems, err)
	}
	w.grant("issues")
	w.pushed("other.py", "y\n")
	w.one()
	if problems, err = w.store.Problems(t.Context()); err != nil || len(problems) != 0 {
		t.Errorf("%+v %v", problems, err)
	}
	if run = w.oneRun(w.repo.Head("main")); strings.Contains(run.Text, "issues: write") {
		t.Error("the check run still misses the permission")
	}
	// Issues can be switched off in a repository; that is no fault.
	w.repo.SwitchIssues(false)
	w.pushed("tests.py", "x\n")
}

// Whatever fails between, and however many come at once, there is one.
func TestThereIsNeverASecondTrackingIssue(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	job := w.job(0, w.repo.Head("main"))
	job.Reason = jobs.Push
	w.Fault(githubsim.Fault{Method: "POST", PathGlob: "/repos/*/*/issues", Status: 500})
	if err := w.assessor().Run(t.Context(), job); err == nil {
		t.Error("a fault of GitHub was not told")
	}
	var wait sync.WaitGroup
	for range 8 {
		a := w.assessor()
		wait.Go(func() {
			if err := a.Run(t.Context(), job); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	w.one()
	// The store forgets; the marker remembers.
	if err := w.store.ForgetRepository(t.Context(), w.inst.ID(), w.repo.ID()); err != nil {
		t.Fatal(err)
	}
	w.play(jobs.Push)
	w.want("open", "", 0, 0)
}

// A push to many repositories at once opens a few issues and the others later.
func TestTrackingIssuesAreNotOpenedInBulk(t *testing.T) {
	t.Parallel()
	w := newTracked(t, tracked)
	var all []*githubsim.Repo
	for i := range store.MaxOpenings + 3 {
		all = append(all, githubsim.Must(w.AddRepo(fmt.Sprintf("acme/r%d", i), githubsim.FromFiles(map[string]string{"a.py": "x\n", ".mlops-maturity.yml": tracked}))))
	}
	a := w.assessor()
	issues := func() (n int) {
		for _, r := range all {
			j := jobs.Job{Installation: w.inst.ID(), RepositoryID: r.ID(), Owner: "acme", Repository: r.Name(), Ref: "main", Head: r.Head("main"), Reason: jobs.Push}
			if err := a.Run(t.Context(), j); err != nil {
				t.Fatal(err)
			}
			n += len(r.Issues())
		}
		return n
	}
	if n := issues(); n != store.MaxOpenings {
		t.Errorf("%d issues at once, want %d", n, store.MaxOpenings)
	}
}
