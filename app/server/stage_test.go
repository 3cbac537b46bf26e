package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/server"
)

// stage is the App as it is served: real assessor, engine, queue and SQLite,
// beside a GitHub with one small project that trains by hand.
type stage struct {
	*githubsim.Sim
	t    *testing.T
	repo *githubsim.Repo
	app  *server.Server
	web  *httptest.Server
	logs *syncBuffer

	mu       sync.Mutex
	asked    bytes.Buffer   // every request to GitHub: its path and its body
	outcomes []jobs.Outcome // of every try of a job
}

// patience bounds the judging of one pull request. It takes a second or two;
// the largest tree ten times that, on a busy machine more.
const patience = 3 * time.Minute

// newStage starts both. Without loose, GitHub's description is held against
// every request and answer; it is left off only where an answer has so many
// entries that checking each takes longer than everything else.
func newStage(t *testing.T, loose bool) *stage {
	t.Helper()
	s := &stage{t: t, Sim: githubsim.Must(githubsim.New(githubsim.Options{WebhookSecret: secret})), logs: &syncBuffer{}}
	wrap := func(h http.Handler) http.Handler {
		if loose {
			return h
		}
		return contract.Wrap(t, h)
	}
	if err := s.Start(wrap, s.listen); err != nil {
		t.Fatal(err)
	}
	s.Install("acme", nil)
	files := map[string]string{}
	for _, f := range archive(t, "../assess/testdata/base.txtar") {
		files[f.Name] = string(f.Data)
	}
	s.repo = githubsim.Must(s.AddRepo("acme/churn", githubsim.FromFiles(files)))
	cfg := settings(s.Sim, "sqlite:"+filepath.Join(t.TempDir(), "stage.db"))
	cfg.LogLevel = "info"
	var err error
	if s.app, err = server.New(t.Context(), cfg, server.Deps{Version: "test", Log: s.logs, Observe: s.observe, Clock: &hasty{}, NoSweep: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.web = httptest.NewServer(s.app.Handler())
	t.Cleanup(s.close)
	return s
}

// hasty is the system's clock, put forward by what is slept: the pauses between
// writes are kept and nobody waits for them.
type hasty struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (h *hasty) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.ahead)
}

func (h *hasty) Sleep(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ahead += d
	return ctx.Err()
}

func (s *stage) close() {
	s.web.Close()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := errors.Join(s.app.Stop(ctx), s.Close()); err != nil {
		s.t.Error(err)
	}
	if wrong := s.Unexpected(); len(wrong) > 0 {
		s.t.Errorf("GitHub was asked for what it has not: %v", wrong)
	}
	if log := s.logs.String(); strings.Contains(log, "panic") || strings.Contains(log, "ghp_") || strings.Contains(log, "hunter2") {
		s.t.Error("a panic or a secret of the repository is in the log")
	}
	if s.t.Failed() {
		s.t.Log(s.logs)
	}
}

// listen keeps what GitHub is asked for.
func (s *stage) listen(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		s.asked.WriteString(r.URL.Path + "\n" + string(body) + "\n")
		s.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func (s *stage) observe(o jobs.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcomes = append(s.outcomes, o)
}

// askedFor says whether anything that GitHub was asked for names this.
func (s *stage) askedFor(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Contains(s.asked.Bytes(), []byte(what))
}

// propose opens a pull request that makes the tests run in CI and adds the
// entries.
func (s *stage) propose(branch string, entries ...githubsim.Entry) *githubsim.Pull {
	s.t.Helper()
	if err := s.repo.Branch(branch, "main"); err != nil {
		s.t.Fatal(err)
	}
	for _, f := range archive(s.t, "../assess/testdata/change.txtar") {
		entries = append([]githubsim.Entry{{Path: f.Name, Data: f.Data}}, entries...)
	}
	githubsim.Must(s.repo.CommitEntries(branch, entries, "Change"))
	return githubsim.Must(s.repo.OpenPull(githubsim.NewPull{Head: branch}))
}

// play delivers the webhook, waits until nothing is left to do, and returns
// what GitHub then holds. Whatever the commit holds, the first try of the job
// must end it and complete its one check run.
func (s *stage) play(p *githubsim.Pull) (githubsim.CheckRun, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	s.mu.Lock()
	before := len(s.outcomes)
	s.mu.Unlock()
	status, err := s.Deliver(ctx, s.web.URL+"/api/github/hook", "pull_request", s.PullPayload(p, "opened"))
	if err != nil || status != http.StatusOK {
		s.t.Fatalf("the delivery was answered %d (%v)", status, err)
	}
	if err := s.app.Idle(ctx); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	tries := s.outcomes[before:]
	s.mu.Unlock()
	if len(tries) != 1 || tries[0].Result != "done" {
		s.t.Fatalf("the job ended so: %+v", tries)
	}
	runs := s.CheckRuns(s.repo, p.HeadSHA())
	if len(runs) != 1 || runs[0].Status != "completed" || runs[0].Conclusion != "success" && runs[0].Conclusion != "neutral" {
		s.t.Fatalf("check runs: %+v", runs)
	}
	comments := s.Comments(p)
	if len(comments) != 1 {
		s.t.Fatalf("%d comments on a pull request that gains a capability", len(comments))
	}
	for _, text := range []string{runs[0].Title, runs[0].Summary, runs[0].Text, comments[0].Body} {
		harmless(s.t, s.URL(), text)
	}
	for _, a := range runs[0].Annotations {
		harmlessWords(s.t, a.Title)
		harmlessWords(s.t, a.Message)
	}
	return runs[0], comments[0].Body
}

func archive(t *testing.T, name string) []txtar.File {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return txtar.Parse(data).Files
}
