package server_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// deliver sends a webhook as GitHub does.
func (s *stage) deliver(event string, payload []byte) {
	s.t.Helper()
	s.deliverAs(fmt.Sprint(event, time.Now().UnixNano()), event, payload)
}

func (s *stage) deliverAs(guid, event string, payload []byte) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if status, err := s.DeliverAs(ctx, s.web.URL+"/api/github/hook", guid, event, payload); err != nil || status != http.StatusOK {
		s.t.Errorf("%s was answered %d (%v)", event, status, err)
	}
}

// idle waits until nothing is left to do.
func (s *stage) idle() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.app.Idle(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// copies delivers one delivery fifty times at once.
func (s *stage) copies(event string, payload []byte) {
	s.t.Helper()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { s.deliverAs("one-and-the-same", event, payload) })
	}
	wg.Wait()
	s.idle()
}

// command is a comment of somebody who may write, and the event that tells it.
func (s *stage) command(p *githubsim.Pull, line string) (comment int64, payload []byte) {
	s.t.Helper()
	s.repo.SetRole("writer", "write")
	comment = p.AddComment("writer", line)
	all := s.Comments(p)
	return comment, s.CommentPayload(p, all[len(all)-1], "created")
}

// answers are the comments of ours that are not the verdict.
func (s *stage) answers(p *githubsim.Pull) (all []string) {
	for _, c := range s.Comments(p) {
		if c.ByApp && !strings.Contains(c.Body, gh.Marker) {
			all = append(all, c.Body)
		}
	}
	return all
}

// run is the only check run of a commit, which is complete.
func (s *stage) run(sha string) githubsim.CheckRun {
	s.t.Helper()
	runs := s.CheckRuns(s.repo, sha)
	if len(runs) != 1 || runs[0].Status != "completed" {
		s.t.Fatalf("check runs of %s: %+v", sha, runs)
	}
	return runs[0]
}

func TestFiftyCopiesGiveOneCheckRunAndOneComment(t *testing.T) {
	s := newStage(t, false)
	p := s.propose("feature")
	s.copies("pull_request", s.PullPayload(p, "opened"))
	s.run(p.HeadSHA())
	if comments := s.Comments(p); len(comments) != 1 || comments[0].Edits != 0 {
		t.Errorf("comments: %+v", comments)
	}
}

func TestFiftyCopiesOfACommandGiveOneAnswer(t *testing.T) {
	s := newStage(t, false)
	p := s.propose("feature")
	comment, payload := s.command(p, "Hello.\n\n/mlops-maturity explain training.automated\n")
	s.copies("issue_comment", payload)
	if all := s.answers(p); len(all) != 1 || !strings.Contains(all[0], "**What proves it.**") {
		t.Errorf("answers: %q", all)
	}
	if got := s.Reactions(comment); !slices.Equal(got, []string{"eyes", "+1"}) {
		t.Errorf("reactions %v", got)
	}
	// A redelivery under another id, as after a lost database, edits at most.
	s.deliver("issue_comment", payload)
	s.idle()
	if all := s.answers(p); len(all) != 1 {
		t.Errorf("%d answers after a redelivery", len(all))
	}
}

// Pushes that change no verdict: one check run each, and the comment as it was.
// The command among them is not lost.
func TestTwentyPushes(t *testing.T) {
	s := newStage(t, false)
	p := s.propose("feature")
	s.deliver("pull_request", s.PullPayload(p, "opened"))
	s.idle()
	for i := range 20 {
		githubsim.Must(s.repo.Commit("feature", map[string]string{"notes.txt": fmt.Sprintln(i)}, "Note"))
		if i == 10 {
			_, payload := s.command(p, "/mlops-maturity help")
			s.deliver("issue_comment", payload)
		}
		s.deliver("pull_request", s.PullPayload(p, "synchronize"))
		if i != 10 {
			s.idle()
			s.run(p.HeadSHA())
		}
	}
	s.idle()
	edits, verdicts := 0, 0
	for _, c := range s.Comments(p) {
		if c.ByApp && strings.Contains(c.Body, gh.Marker) {
			verdicts, edits = verdicts+1, edits+c.Edits
		}
	}
	if verdicts != 1 || edits != 0 || len(s.answers(p)) != 1 {
		t.Errorf("%d comments with %d edits, %d answers", verdicts, edits, len(s.answers(p)))
	}
}

// A judgement that is slower than the next push leaves the newer verdict alone.
func TestSlowJudgementOfAnOldHead(t *testing.T) {
	s := newStage(t, false)
	p := s.propose("feature")
	old, release := p.HeadSHA(), make(chan struct{})
	s.Fault(githubsim.Fault{PathGlob: "/**/git/trees/" + old, Hold: release})
	s.deliver("pull_request", s.PullPayload(p, "opened"))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.WaitFor(ctx, func() bool { return len(s.CheckRuns(s.repo, old)) == 1 }); err != nil {
		t.Fatal(err)
	}
	now := githubsim.Must(s.repo.Commit("feature", map[string]string{"notes.txt": "more\n"}, "Note"))
	s.deliver("pull_request", s.PullPayload(p, "synchronize"))
	if err := s.WaitFor(ctx, func() bool {
		runs := s.CheckRuns(s.repo, now)
		return len(runs) == 1 && runs[0].Status == "completed"
	}); err != nil {
		t.Fatal(err)
	}
	close(release)
	s.idle()
	if run := s.run(now); run.Conclusion != "success" {
		t.Errorf("the new head: %s %q", run.Conclusion, run.Title)
	}
	if run := s.run(old); run.Conclusion != "neutral" || !strings.Contains(run.Title, "Superseded by "+now[:7]) {
		t.Errorf("the old head: %s %q", run.Conclusion, run.Title)
	}
	if comments := s.Comments(p); len(comments) != 1 || !strings.Contains(comments[0].Body, now[:7]) || strings.Contains(comments[0].Body, old[:7]) {
		t.Errorf("comments: %+v", comments)
	}
}

// The verdict against the old base does not stand while the new one is judged.
func TestRetargeted(t *testing.T) {
	s := newStage(t, false)
	if err := s.repo.Branch("release", "main"); err != nil {
		t.Fatal(err)
	}
	now := githubsim.Must(s.repo.Commit("release", map[string]string{"notes.txt": "more\n"}, "Note"))
	p := s.propose("feature")
	s.deliver("pull_request", s.PullPayload(p, "opened"))
	s.idle()
	before := s.run(p.HeadSHA())
	if err := p.Retarget("release"); err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	s.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Hold: release})
	s.ResetRequests()
	s.deliver("pull_request", s.PullPayload(p, "edited", githubsim.Extra{"changes": map[string]any{"base": map[string]any{"ref": map[string]any{"from": "main"}, "sha": map[string]any{"from": now}}}}))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.WaitFor(ctx, func() bool {
		runs := s.CheckRuns(s.repo, p.HeadSHA())
		return len(runs) == 1 && runs[0].Status == "in_progress" && runs[0].Title == "Judging against the new base" && strings.Contains(runs[0].Summary, "`release`")
	}); err != nil {
		t.Fatal(err, s.CheckRuns(s.repo, p.HeadSHA()))
	}
	close(release)
	s.idle()
	after := s.run(p.HeadSHA())
	if after.ID != before.ID || after.Conclusion != "success" || after.Title != before.Title || len(s.Comments(p)) != 1 {
		t.Errorf("%+v after %+v, %d comments", after, before, len(s.Comments(p)))
	}
	if n := len(s.Requests()); n > 12 {
		t.Errorf("%d requests", n)
	}
}

// Re-run and the buttons, on a fork, of which check events tell no pull
// request.
func TestButtonsOnAFork(t *testing.T) {
	s := newStage(t, false)
	s.repo.SetRole("writer", "write")
	fork := githubsim.Must(s.repo.Fork("mona"))
	if err := fork.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(fork.Commit("feature", map[string]string{"a.txt": "a\n"}, "Change"))
	p := githubsim.Must(s.repo.OpenPull(githubsim.NewPull{Head: "feature", HeadRepo: fork}))
	s.deliver("pull_request", s.PullPayload(p, "opened"))
	s.idle()
	run := s.run(p.HeadSHA())
	for _, c := range []struct {
		event   string
		payload []byte
		explain bool
	}{
		{"check_run", s.CheckRunPayload(run, "rerequested"), false},
		{"check_run", githubsim.Must(s.PressPayload(run, "writer", "explain")), true},
		{"check_run", githubsim.Must(s.PressPayload(run, "writer", "recheck")), false},
	} {
		if strings.Contains(string(c.payload), `"pull_requests":[{`) {
			t.Fatal("a fork's pull request is named")
		}
		before := s.run(p.HeadSHA()).Writes
		s.deliver(c.event, c.payload)
		s.idle()
		after := s.run(p.HeadSHA())
		if after.Writes == before || strings.HasPrefix(after.Text, "### What level") != c.explain {
			t.Errorf("%d writes after %d: %.100s", after.Writes, before, after.Text)
		}
	}
}

// The merge queue asks, and gets a verdict on the commit it asked about, though
// the group may be gone by then.
func TestMergeQueue(t *testing.T) {
	s := newStage(t, false)
	for _, destroyed := range []bool{false, true} {
		p := s.propose(fmt.Sprint("feature-", destroyed))
		g := githubsim.Must(p.Queue())
		payload := s.MergeGroupPayload(g, "checks_requested")
		if destroyed {
			if err := g.Destroy(); err != nil {
				t.Fatal(err)
			}
		}
		s.deliver("merge_group", payload)
		if destroyed {
			s.deliver("merge_group", s.MergeGroupPayload(g, "destroyed"))
		}
		s.idle()
		if run := s.run(g.HeadSHA()); run.Conclusion != "success" || run.Name != "MLOps maturity" {
			t.Errorf("destroyed %v: %s %q", destroyed, run.Conclusion, run.Title)
		}
		if len(s.Comments(p)) != 0 {
			t.Error("a merge group is no reason to comment")
		}
	}
}
