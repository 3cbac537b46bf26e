package gh_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// withWrites is a world whose installation grants the optional features.
func withWrites(t *testing.T) world {
	t.Helper()
	w := newWorld(t, map[string]string{"a.py": "a = 1\n"})
	p := githubsim.LeastPrivilege()
	p["issues"], p["repository_custom_properties"] = "write", "write"
	w.inst.Grant(p)
	w.Client = newApp(t, w.Sim).Repository(w.inst.ID(), "acme", "churn")
	return w
}

const text = gh.TrackingMarker + "\nThe way.\n"

func TestTrackingIssueIsFoundAgain(t *testing.T) {
	t.Parallel()
	w := withWrites(t)
	// Neither a copy of the marker, nor another text of ours, nor a pull request.
	w.repo.OpenIssue("mona", "copied", text)
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(w.repo.Commit("feature", map[string]string{"b.py": "b\n"}, "b"))
	githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature", Author: w.BotLogin(), Body: text}))
	if _, ok, err := w.FindIssue(t.Context()); ok || err != nil {
		t.Fatal(ok, err)
	}
	number, err := w.OpenIssue(t.Context(), "t", text)
	if err != nil {
		t.Fatal(err)
	}
	found, ok, err := w.FindIssue(t.Context())
	if !ok || err != nil || found != (gh.Issue{Number: number, Title: "t", Body: text, Open: true}) {
		t.Errorf("%+v %v %v", found, ok, err)
	}
	if i, ok, err := w.Issue(t.Context(), number); !ok || err != nil || i != found {
		t.Errorf("%+v %v %v", i, ok, err)
	}
	if err := w.ChangeIssue(t.Context(), number, gh.IssueChange{Title: "u", Body: text, State: "closed", Reason: gh.Completed}); err != nil {
		t.Fatal(err)
	}
	if i, ok, err := w.Issue(t.Context(), number); !ok || err != nil || i.Open || !i.ClosedByUs || i.Reason != gh.Completed || i.Title != "u" {
		t.Errorf("%+v %v %v", i, ok, err)
	}
	if err := w.ChangeIssue(t.Context(), number, gh.IssueChange{Title: "u", Body: text, State: "open"}); err != nil {
		t.Fatal(err)
	}
	w.repo.CloseIssue(number, "mona", gh.NotPlanned)
	if i, ok, err := w.FindIssue(t.Context()); !ok || err != nil || i.Open || i.ClosedByUs || i.Reason != gh.NotPlanned {
		t.Errorf("%+v %v %v", i, ok, err)
	}
	w.repo.DeleteIssue(number)
	if _, ok, err := w.Issue(t.Context(), number); ok || err != nil {
		t.Errorf("a deleted issue: %v %v", ok, err)
	}
}

func TestTrackingIssueIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if _, err := w.OpenIssue(t.Context(), "t", text); !errors.Is(err, gh.ErrForbidden) {
		t.Errorf("without the permission: %v", err)
	}
	if level, err := w.Granted(t.Context(), "issues"); level != "read" || err != nil {
		t.Errorf("%q %v", level, err)
	}
	w = withWrites(t)
	if level, err := w.Granted(t.Context(), "issues"); level != "write" || err != nil {
		t.Errorf("%q %v", level, err)
	}
	for name, c := range map[string][2]string{"no marker": {"t", "x"}, "no title": {"", text}, "long": {"t", text + strings.Repeat("x", gh.MaxText)}} {
		if _, err := w.OpenIssue(t.Context(), c[0], c[1]); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	w.repo.SwitchIssues(false)
	if _, err := w.OpenIssue(t.Context(), "t", text); !errors.Is(err, gh.ErrGone) {
		t.Errorf("with issues switched off: %v", err)
	}
	if n := len(w.repo.Issues()); n != 0 {
		t.Errorf("%d issues", n)
	}
}

func TestProperty(t *testing.T) {
	t.Parallel()
	w := withWrites(t)
	if err := w.SetProperty(t.Context(), "maturity", "1"); !errors.Is(err, gh.ErrNoProperty) {
		t.Errorf("not defined: %v", err)
	}
	w.DefineProperty("acme", "maturity", "1", "2")
	if err := w.SetProperty(t.Context(), "maturity", "7"); !errors.Is(err, gh.ErrNoProperty) {
		t.Errorf("not allowed: %v", err)
	}
	if err := w.SetProperty(t.Context(), "maturity", "2"); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Property(t.Context(), "maturity"); v != "2" || err != nil || w.repo.Property("maturity") != "2" {
		t.Errorf("%q %v", v, err)
	}
	if err := w.SetProperty(t.Context(), "maturity", ""); err != nil || w.repo.Property("maturity") != "" {
		t.Errorf("taken away: %q %v", w.repo.Property("maturity"), err)
	}
	if err := newWorld(t, nil).SetProperty(t.Context(), "maturity", "1"); !errors.Is(err, gh.ErrForbidden) {
		t.Errorf("without the permission: %v", err)
	}
}

// Heads are read fifty at a time by two requests, with what became of our
// check run on each.
func TestHeads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a = 1\n"})
	for _, name := range []string{"public", "archived", "stuck"} {
		githubsim.Must(w.AddRepo("acme/"+name, githubsim.FromFiles(map[string]string{"a.py": "a\n"})))
	}
	for i := range 50 {
		githubsim.Must(w.AddRepo(fmt.Sprintf("acme/more%d", i), githubsim.FromFiles(nil)))
	}
	w.Repo("acme/public").MakePublic()
	w.Repo("acme/archived").Archive()
	app := newApp(t, w.Sim)
	stuck := app.Repository(w.inst.ID(), "acme", "stuck")
	if _, err := stuck.StartCheckRun(t.Context(), gh.Run{Name: ask.CheckRun, Head: w.Repo("acme/stuck").Head("main")}); err != nil {
		t.Fatal(err)
	}
	id, err := w.StartCheckRun(t.Context(), gh.Run{Name: ask.CheckRun, Head: w.repo.Head("main")})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.CompleteCheckRun(t.Context(), ask.CheckRun, id, gh.Output{Conclusion: "success", Title: "t", Summary: "s"}); err != nil {
		t.Fatal(err)
	}
	w.ResetRequests()
	got := map[string]gh.RepositoryHead{}
	for page := 1; page != 0; {
		p, err := app.Heads(t.Context(), w.inst.ID(), ask.CheckRun, page)
		if err != nil {
			t.Fatal(err)
		}
		if p.Left <= 0.9 || p.Left > 1 {
			t.Errorf("%v of the limit is left", p.Left)
		}
		for _, h := range p.Heads {
			got[h.Name] = h
		}
		page = p.Next
	}
	churn := gh.RepositoryHead{RepositoryID: w.repo.ID(), Owner: "acme", Name: "churn", Visibility: gh.Private, Branch: "main", Head: w.repo.Head("main"), Run: "completed"}
	if len(got) != 53 || got["churn"] != churn || got["public"].Run != "" || got["public"].Visibility != gh.Public || got["stuck"].Run != "in_progress" {
		t.Errorf("%d heads: %+v %+v %+v", len(got), got["churn"], got["public"], got["stuck"])
	}
	if n := len(w.Requests()); n > 4 {
		t.Errorf("%d requests for 54 repositories, want two for each fifty", n)
	}
}
