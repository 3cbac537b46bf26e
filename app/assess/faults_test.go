package assess_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// No verdict of an old head is published, however late the news.
func TestStaleHeads(t *testing.T) {
	t.Parallel()
	t.Run("before the work", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		old := pr.HeadSHA()
		w.push(map[string]string{"more.py": "x\n"})
		if err := w.assessor().Run(t.Context(), w.job(pr.Number(), old)); err != nil {
			t.Fatal(err)
		}
		if n := len(w.CheckRuns(w.repo, "")); n != 0 {
			t.Errorf("%d check runs, want none", n)
		}
	})
	t.Run("asked for again on an old head", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		old := pr.HeadSHA()
		w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 500})
		_ = w.assessor().Run(t.Context(), w.job(pr.Number(), old)) // leaves the run in progress
		now := w.push(map[string]string{"more.py": "x\n"})
		if err := w.assessor().Run(t.Context(), w.job(pr.Number(), old)); err != nil {
			t.Fatal(err)
		}
		if run := w.oneRun(old); run.Conclusion != "neutral" || !strings.Contains(run.Title, now[:7]) {
			t.Errorf("the old head: %s %q", run.Conclusion, run.Title)
		}
	})
	t.Run("GitHub still shows the head before a force push", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		w.run(w.assessor(), pr)
		if err := w.repo.Branch("rebased", "main"); err != nil {
			t.Fatal(err)
		}
		rebased := githubsim.Must(w.repo.Commit("rebased", map[string]string{"tests.py": "y\n"}, "Again"))
		for _, head := range []string{rebased, strings.Repeat("1", 40)} {
			if err := w.assessor().Run(t.Context(), w.job(pr.Number(), head)); err == nil || strings.Contains(fmt.Sprintf("%T", err), "dropped") {
				t.Errorf("got %v, want an error that is tried again", err)
			}
		}
	})
	t.Run("GitHub lags behind its own event", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		if err := w.repo.Branch("later", "feature"); err != nil {
			t.Fatal(err)
		}
		newer := githubsim.Must(w.repo.Commit("later", map[string]string{"more.py": "x\n"}, "More"))
		if err := w.assessor().Run(t.Context(), w.job(pr.Number(), newer)); err == nil || errors.Is(err, gh.ErrGone) {
			t.Errorf("got %v, want an error that is tried again", err)
		}
	})
	t.Run("during slow work", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
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
		if run := w.oneRun(old); run.Conclusion != "neutral" || !strings.Contains(run.Title, "Superseded by "+now[:7]) {
			t.Errorf("the old head: %s %q", run.Conclusion, run.Title)
		}
		if n := len(w.Comments(pr)); n != 0 {
			t.Errorf("%d comments on the old head", n)
		}
	})
	t.Run("called off by a newer job", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		old := pr.HeadSHA()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w.engine.before = func(string) error {
			w.push(map[string]string{"more.py": "x\n"})
			cancel()
			return ctx.Err()
		}
		if err := w.assessor().Run(ctx, w.job(pr.Number(), old)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if run := w.oneRun(old); run.Conclusion != "neutral" || !strings.Contains(run.Title, "Superseded") {
			t.Errorf("the old head: %s %q", run.Conclusion, run.Title)
		}
	})
	t.Run("stopped with the process", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w.engine.before = func(string) error { cancel(); return ctx.Err() }
		_ = w.assessor().Run(ctx, w.job(pr.Number(), pr.HeadSHA()))
		if run := w.oneRun(pr.HeadSHA()); run.Status != "in_progress" {
			t.Errorf("the check run is %s, want it to wait for the next attempt", run.Status)
		}
		w.engine.before = nil
		w.run(w.assessor(), pr)
		if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "success" {
			t.Errorf("the next attempt: %s", run.Conclusion)
		}
	})
}

// Faults are tried again or said in grey, never red.
func TestFaultsAreNeverAVerdict(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		break_     func(w *world)
		conclusion string // "" for a run in progress
		dropped    bool
		title      string
	}{
		"the engine panics":        {func(w *world) { w.engine.before = func(string) error { panic("index out of range") } }, "neutral", true, "could not be judged"},
		"the engine's cache fails": {func(w *world) { w.engine.before = func(string) error { return errors.New("database is locked") } }, "", false, ""},
		"the tree fails":           {func(w *world) { w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 502}) }, "", false, ""},
		"the contents are limited": {func(w *world) {
			w.Fault(githubsim.Fault{PathGlob: "/**/compare/*", Status: 403, Header: http.Header{"Retry-After": {"60"}}})
		}, "", false, ""},
		"contents are out of reach": {func(w *world) {
			w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 403, Body: `{"message":"Resource not accessible by integration"}`})
		}, "neutral", true, "could not be judged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]string{"train.py": "x\n"})
			pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
			test.break_(w)
			err := w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
			if err == nil {
				t.Fatal("the job says it is done")
			}
			if dropped := strings.Contains(fmt.Sprintf("%T", err), "dropped"); dropped != test.dropped {
				t.Errorf("dropped is %v, want %v: %v", dropped, test.dropped, err)
			}
			run := w.oneRun(pr.HeadSHA())
			if run.Conclusion != test.conclusion || !strings.Contains(run.Title, test.title) {
				t.Errorf("check run: %q %q", run.Conclusion, run.Title)
			}
			if n := len(w.Comments(pr)); n != 0 {
				t.Errorf("%d comments", n)
			}
		})
	}
}

func TestLimitSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "x\n"})
	pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
	w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 403, Header: http.Header{"Retry-After": {"90"}}})
	err := w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
	limit, ok := errors.AsType[interface {
		error
		RetryAfter() time.Duration
	}](err)
	if !ok || limit.RetryAfter() < 80*time.Second || limit.RetryAfter() > 90*time.Second {
		t.Errorf("got %v", err)
	}
}

// A base verdict that rests on a stumble of GitHub is not used again.
func TestStumblesAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "x\n"})
	w.engine.lenient = true
	w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 200, Body: `{"data":{"repository":{"object":{"oid":"` + w.repo.Head("main") + `"}},"organization":null},"errors":[{"type":"NOT_FOUND","path":["organization"],"message":"None"}]}`})
	w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 200, Body: `{"data":{"repository":{"b0":null}}}`})
	w.Fault(githubsim.Fault{PathGlob: "/**/git/blobs/*", Status: 502, Times: 2})
	if err := w.assessor().Run(t.Context(), w.job(0, "")); err != nil {
		t.Fatal(err)
	}
	pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
	w.ResetRequests()
	w.run(w.assessor(), pr)
	if n := strings.Count(w.log(), "/git/trees/"); n != 2 {
		t.Errorf("%d trees read, want head and base", n)
	}
}
