package githubsim_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

func TestWaitForWakesOnEveryWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	pr, _ := w.feature(t, map[string]string{"b.txt": "b\n"})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, text := range []string{"one", "two", "three"} {
			if _, _, err := w.gh.Issues.CreateComment(ctx, "acme", "churn", pr.Number(), &github.IssueComment{Body: github.String(text)}); err != nil {
				t.Error(err)
			}
		}
	}()
	if err := w.WaitFor(ctx, func() bool { return len(w.Comments(pr)) == 3 }); err != nil {
		t.Fatal(err)
	}
	<-done
	cancel()
	if err := w.WaitFor(ctx, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheLifeOfAPullRequest(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	sim := githubsim.Must(githubsim.New(githubsim.Options{Clock: func() time.Time { return at }, AppSlug: "judge", WebhookSecret: "s"}))
	t.Cleanup(func() { _ = sim.Close() })
	sim.Install("acme", nil)
	repo := githubsim.Must(sim.AddRepo("acme/churn", githubsim.FromFiles(map[string]string{"a.txt": "a\n"})))
	event := func(pr *githubsim.Pull, action string) *github.PullRequest {
		t.Helper()
		return githubsim.Must(github.ParseWebHook("pull_request", sim.PullPayload(pr, action))).(*github.PullRequestEvent).GetPullRequest()
	}
	if err := repo.Branch("topic", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(repo.CommitTxtar("topic", []byte("-- b.txt --\nb\n"), "Add b"))
	pr := githubsim.Must(repo.OpenPull(githubsim.NewPull{Head: "topic", Author: "renovate[bot]", Bot: true, Draft: true}))
	opened := event(pr, "opened")
	expect(t, opened.GetDraft(), true)
	expect(t, opened.GetUser().GetType(), "Bot")
	expect(t, opened.GetCreatedAt().Time, at)
	pr.SetDraft(false)
	expect(t, event(pr, "ready_for_review").GetDraft(), false)
	pr.Close()
	expect(t, event(pr, "closed").GetState(), "closed")
	pr.Reopen()
	expect(t, event(pr, "reopened").GetState(), "open")

	sha := githubsim.Must(pr.Merge())
	merged := event(pr, "closed")
	expect(t, merged.GetMerged(), true)
	expect(t, merged.GetMergeCommitSHA(), sha)
	expect(t, repo.Head("main"), sha)
	push := githubsim.Must(github.ParseWebHook("push", sim.PushPayload(repo, "main", pr.BaseSHA(), sha))).(*github.PushEvent)
	expect(t, push.GetAfter(), sha)
	expect(t, push.GetHeadCommit().GetMessage(), "Merge pull request #1")
	deleted := githubsim.Must(github.ParseWebHook("push", sim.PushPayload(repo, "topic", sha, ""))).(*github.PushEvent)
	expect(t, deleted.GetDeleted(), true)
	expect(t, strings.Trim(deleted.GetAfter(), "0"), "")

	// The same file on both sides cannot be merged.
	if err := repo.Branch("clash", pr.BaseSHA()); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(repo.Commit("clash", map[string]string{"b.txt": "other\n"}, "Other b"))
	clash := githubsim.Must(repo.OpenPull(githubsim.NewPull{Head: "clash"}))
	if _, err := clash.Merge(); err == nil {
		t.Error("a conflict was merged")
	}
	repo.SetDefaultBranch("clash")
	expect(t, githubsim.Must(repo.OpenPull(githubsim.NewPull{Head: "topic"})).BaseRef(), "clash")
	expect(t, clash.Repo().FullName()+" "+sim.BotLogin(), "acme/churn judge[bot]")
}

func TestItServesUnderAnAddressOfTheCallersChoice(t *testing.T) {
	t.Parallel()
	sim := githubsim.Must(githubsim.New(githubsim.Options{}))
	t.Cleanup(func() { _ = sim.Close() })
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	sim.SetURL(server.URL + "/")
	expect(t, sim.APIURL(), server.URL+"/api/v3/")
	for _, at := range []string{sim.APIURL() + "app", sim.URL() + "/app"} {
		resp := githubsim.Must(http.Get(at))
		_ = resp.Body.Close()
		expect(t, resp.StatusCode, http.StatusUnauthorized)
	}
	req := githubsim.Must(http.NewRequest(http.MethodGet, sim.APIURL()+"app", nil))
	req.Header.Set("User-Agent", "")
	resp := githubsim.Must(http.DefaultClient.Do(req))
	_ = resp.Body.Close()
	expect(t, resp.StatusCode, http.StatusForbidden)
}

// Writers and readers at once: the race detector is the judge.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	pr, sha := w.feature(t, map[string]string{"b.txt": "b\n"})
	suite := w.AddCheckSuite(w.repo, sha)
	errs := make(chan error)
	for range 8 {
		go func() {
			run, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha})
			if err == nil && run.GetCheckSuite().GetID() != suite {
				err = errors.New("the check run is in another suite")
			}
			_, _, err2 := w.gh.Issues.CreateComment(ctx, "acme", "churn", pr.Number(), &github.IssueComment{Body: github.String("b")})
			_ = w.PullPayload(pr, "opened")
			errs <- errors.Join(err, err2)
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	expect(t, len(w.CheckRuns(w.repo, sha)), 8)
	expect(t, len(w.Comments(pr)), 8)
}
