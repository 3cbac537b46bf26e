package gh_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// A person who asks again sees that something happens: the complete run is set
// back, or where GitHub does not do that, a new one stands in front of it.
func TestACompleteRunIsStartedAgain(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]bool{"github.com": false, "an old server": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldWith(t, githubsim.Options{KeepCompleted: old}, map[string]string{"a.py": "a\n"})
			run := gh.Run{Name: ask.CheckRun, Head: w.repo.Head("main"), ExternalID: "key"}
			id := githubsim.Must(w.StartCheckRun(t.Context(), run))
			if err := w.CompleteCheckRun(t.Context(), ask.CheckRun, id, gh.Output{Title: "t", Summary: "s", Conclusion: "success"}); err != nil {
				t.Fatal(err)
			}
			run.Reuse = true
			if again := githubsim.Must(w.StartCheckRun(t.Context(), run)); again != id || w.CheckRuns(w.repo, "")[0].Status != "completed" {
				t.Errorf("nobody asked, and run %d is %s", again, w.CheckRuns(w.repo, "")[0].Status)
			}
			run.Restart = true
			for range 2 { // the second is a job that comes again
				again := githubsim.Must(w.StartCheckRun(t.Context(), run))
				runs := w.CheckRuns(w.repo, "")
				last := runs[len(runs)-1]
				if (len(runs) == 2) != old || last.ID != again || last.Status != "in_progress" || last.Conclusion != "" {
					t.Errorf("%d runs, the last %s %s", len(runs), last.Status, last.Conclusion)
				}
			}
		})
	}
}

func TestButtonsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a\n"})
	id := githubsim.Must(w.StartCheckRun(t.Context(), gh.Run{Name: "n", Head: w.repo.Head("main")}))
	long := strings.Repeat("x", 41)
	for _, actions := range [][]gh.Action{{{long[:21], "d", "i"}}, {{"l", long, "i"}}, {{"l", "d", long[:21]}}, make([]gh.Action, 4)} {
		o := gh.Output{Title: "t", Summary: "s", Conclusion: "success", Actions: actions}
		if err := w.CompleteCheckRun(t.Context(), "n", id, o); !errors.Is(err, gh.ErrTooLong) {
			t.Errorf("%v: got %v", actions, err)
		}
	}
	o := gh.Output{Title: "t", Summary: "s", Conclusion: "success", Actions: []gh.Action{{long[:20], long[:40], long[:20]}}}
	if err := w.CompleteCheckRun(t.Context(), "n", id, o); err != nil || len(w.CheckRuns(w.repo, "")[0].Actions) != 1 {
		t.Errorf("%v, buttons %v", err, w.CheckRuns(w.repo, "")[0].Actions)
	}
}

func TestMayWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a\n"})
	w.repo.MakePublic()
	for login, role := range map[string]string{"boss": "admin", "keeper": "maintain", "writer": "write", "helper": "triage", "guest": "read"} {
		w.repo.SetRole(login, role)
		id := w.UserID(login)
		want := role != "triage" && role != "read"
		if got, err := w.MayWrite(t.Context(), login, id); got != want || err != nil {
			t.Errorf("%s: %v, %v", role, got, err)
		}
		if got, err := w.MayWrite(t.Context(), login, id+1); got || err != nil {
			t.Errorf("somebody who took over the name of %s: %v, %v", role, got, err)
		}
	}
	if got, err := w.MayWrite(t.Context(), "nobody", 7); got || err != nil {
		t.Errorf("a login that is no more: %v, %v", got, err)
	}
	w.Fault(githubsim.Fault{PathGlob: "/**/permission", Status: 502, Times: 9})
	if _, err := w.MayWrite(t.Context(), "boss", w.UserID("boss")); err == nil {
		t.Error("a fault of GitHub is no answer")
	}
}

func TestAnswerIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a\n"})
	githubsim.Must(w.repo.Commit("feature", map[string]string{"b.py": "b\n"}, "b"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
	asked := time.Now().Add(-time.Minute)
	pr.AddComment("mona", "<!-- mlops-maturity answer to comment 1 -->\nI copied this.")
	for _, text := range []string{"first", "first", "second"} {
		if err := w.Answer(t.Context(), pr.Number(), "comment 1", text, asked); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Answer(t.Context(), pr.Number(), "comment 12", "other", asked); err != nil {
		t.Fatal(err)
	}
	all := w.Comments(pr)
	if len(all) != 3 || !strings.HasSuffix(all[1].Body, "second") || all[1].Edits != 1 || !strings.HasSuffix(all[2].Body, "other") {
		t.Errorf("%+v", all)
	}
	if err := w.Answer(t.Context(), pr.Number(), "comment 2", strings.Repeat("x", gh.MaxText), asked); !errors.Is(err, gh.ErrTooLong) {
		t.Errorf("a long answer: %v", err)
	}
	// The verdict's own comment is another one.
	if _, ok, err := w.FindComment(t.Context(), pr.Number()); ok || err != nil {
		t.Errorf("an answer was taken for the verdict: %v", err)
	}
	for range 2 {
		if err := w.React(t.Context(), all[0].ID, gh.Eyes); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Reactions(all[0].ID); !slices.Equal(got, []string{"eyes"}) {
		t.Errorf("reactions %v", got)
	}
}

// A proposal can be made again at any point, and touches no branch of others.
func TestPropose(t *testing.T) {
	t.Parallel()
	old := "version: 1\n"
	proposal := func(w world) gh.Proposal {
		return gh.Proposal{Branch: "mlops-maturity/waive-a.b", Base: "main", From: w.repo.Head("main"), Path: ".mlops-maturity.yml",
			Old: repo.BlobID([]byte(old)), Text: []byte("version: 1\n# new\n"), Message: "Waive", Title: "Waive", Body: "because"}
	}
	writing := func(t *testing.T) world {
		t.Helper()
		w := newWorld(t, map[string]string{".mlops-maturity.yml": old})
		w.inst.Grant(githubsim.Permissions{"contents": "write", "pull_requests": "write", "metadata": "read"})
		return w
	}
	found := func(t *testing.T, w world, want string) {
		t.Helper()
		got, err := w.OpenPull(t.Context(), "mlops-maturity/waive-a.b", "main")
		if err != nil || got != want {
			t.Errorf("found %q, %v, want %q", got, err, want)
		}
	}
	for _, fault := range []string{"", "/**/git/refs", "/**/contents/*", "/**/pulls"} {
		t.Run("broken off at "+fault, func(t *testing.T) {
			t.Parallel()
			w := writing(t)
			found(t, w, "")
			if fault != "" {
				w.Fault(githubsim.Fault{PathGlob: fault, Method: map[bool]string{true: "PUT", false: "POST"}[strings.Contains(fault, "contents")], Status: 502})
				if _, err := w.Propose(t.Context(), proposal(w)); err == nil {
					t.Fatal("the fault was not played")
				}
			}
			address, err := w.Propose(t.Context(), proposal(w))
			if err != nil || !strings.HasSuffix(address, "/acme/churn/pull/1") {
				t.Fatalf("%q, %v", address, err)
			}
			found(t, w, address)
			if _, err := w.Propose(t.Context(), proposal(w)); !errors.Is(err, gh.ErrRefused) {
				t.Errorf("a second one: %v", err)
			}
		})
	}
	t.Run("no permission", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{".mlops-maturity.yml": old})
		if _, err := w.Propose(t.Context(), proposal(w)); !errors.Is(err, gh.ErrForbidden) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("somebody's branch", func(t *testing.T) {
		t.Parallel()
		w := writing(t)
		p := proposal(w)
		if err := w.repo.Branch(p.Branch, "main"); err != nil {
			t.Fatal(err)
		}
		theirs := githubsim.Must(w.repo.Commit(p.Branch, map[string]string{".mlops-maturity.yml": "version: 1\n# theirs\n"}, "Mine"))
		if _, err := w.Propose(t.Context(), p); !errors.Is(err, gh.ErrExists) || w.repo.Head(p.Branch) != theirs {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the file has changed", func(t *testing.T) {
		t.Parallel()
		w := writing(t)
		p := proposal(w)
		p.Old = repo.BlobID([]byte("version: 1\n# older\n"))
		if _, err := w.Propose(t.Context(), p); !errors.Is(err, gh.ErrRefused) {
			t.Errorf("got %v", err)
		}
	})
}
