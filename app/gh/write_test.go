package gh_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

func TestCheckRunIsOneAndBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": strings.Repeat("x\n", 200)})
	run := gh.Run{Name: ask.CheckRun, Head: w.repo.Head("main"), ExternalID: "key"}
	id, err := w.StartCheckRun(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	run.Reuse = true
	if again, err := w.StartCheckRun(t.Context(), run); again != id || err != nil {
		t.Errorf("started again: %d, %v, want %d", again, err, id)
	}
	out := gh.Output{Title: "Level 1", Summary: "s", Text: strings.Repeat("é", gh.MaxText), Conclusion: "success"}
	for i := range 120 {
		out.Annotations = append(out.Annotations, gh.Annotation{Path: "a.py", StartLine: i + 1, EndLine: i + 1, Level: "notice", Title: "t", Message: "m"})
	}
	if err := w.CompleteCheckRun(t.Context(), ask.CheckRun, id, out); err != nil {
		t.Fatal(err)
	}
	runs := w.CheckRuns(w.repo, "")
	if len(runs) != 1 || runs[0].Status != "completed" || runs[0].Conclusion != "success" || len(runs[0].Annotations) != 120 || runs[0].Text != out.Text {
		t.Errorf("%d runs, the first %s %s with %d annotations", len(runs), runs[0].Status, runs[0].Conclusion, len(runs[0].Annotations))
	}
	writes := runs[0].Writes
	out.Summary = strings.Repeat("x", gh.MaxText+1)
	if err := w.CompleteCheckRun(t.Context(), ask.CheckRun, id, out); !errors.Is(err, gh.ErrTooLong) || w.CheckRuns(w.repo, "")[0].Writes != writes {
		t.Errorf("a summary that is too long: %v", err)
	}
}

func TestCommentIsFoundByMarkerAndApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a\n"})
	githubsim.Must(w.repo.Commit("feature", map[string]string{"b.py": "b\n"}, "b"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
	copied := pr.AddComment("mona", gh.Marker+"\nI copied this.")
	for i := range 120 {
		pr.AddComment("mona", fmt.Sprintf("comment %d", i))
	}
	if _, ok, err := w.FindComment(t.Context(), pr.Number()); ok || err != nil {
		t.Fatalf("found a person's comment: %v, %v", ok, err)
	}
	if _, ok, err := w.Comment(t.Context(), copied); ok || err != nil {
		t.Errorf("took a person's comment for ours: %v, %v", ok, err)
	}
	if _, err := w.CreateComment(t.Context(), pr.Number(), "without"); err == nil {
		t.Error("a comment without its marker was written")
	}
	id, err := w.CreateComment(t.Context(), pr.Number(), gh.Marker+"\nLevel 1")
	if err != nil {
		t.Fatal(err)
	}
	if c, ok, err := w.FindComment(t.Context(), pr.Number()); !ok || err != nil || c.ID != id {
		t.Errorf("found %+v, %v, %v, want %d", c, ok, err, id)
	}
	if err := w.EditComment(t.Context(), id, gh.Marker+"\nLevel 2"); err != nil {
		t.Fatal(err)
	}
	if c, ok, err := w.Comment(t.Context(), id); !ok || err != nil || !strings.HasSuffix(c.Body, "Level 2") {
		t.Errorf("read back %+v, %v, %v", c, ok, err)
	}
	if _, ok, err := w.Comment(t.Context(), 1); ok || err != nil {
		t.Errorf("a comment that is not there: %v, %v", ok, err)
	}
}

func TestLostAccess(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lose func(w world)
		want error
	}{
		"suspended":      {func(w world) { w.inst.Suspend(true) }, gh.ErrSuspended},
		"removed":        {func(w world) { w.inst.Remove() }, gh.ErrGone},
		"not selected":   {func(w world) { w.inst.Select("acme/other") }, gh.ErrGone},
		"no permission":  {func(w world) { w.inst.Grant(githubsim.Permissions{"metadata": "read"}) }, gh.ErrForbidden},
		"blocked by law": {func(w world) { w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 451}) }, gh.ErrGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]string{"a.py": "a\n"})
			head := w.repo.Head("main")
			test.lose(w)
			if _, _, err := w.Tree(t.Context(), head); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestTokenGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a\n"})
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked, with %q", r.Header.Get("Authorization"))
	}))
	defer other.Close()
	w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 301, Header: http.Header{"Location": {other.URL}}})
	if _, _, err := w.Tree(t.Context(), w.repo.Head("main")); err == nil {
		t.Error("the redirect was followed")
	}
}
