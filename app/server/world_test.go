package server_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/server"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
	"github.com/mlops-maturity/mlops-maturity/config"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const (
	within   = 3 * time.Minute
	secret   = "the new secret"
	previous = "the old secret"
)

// runs is a runner that remembers.
type runs struct {
	mu   sync.Mutex
	jobs []jobs.Job
}

func (r *runs) Run(_ context.Context, j jobs.Job) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.jobs = append(r.jobs, j)
	return nil
}

func (r *runs) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.jobs)
}

type world struct {
	*server.Server
	sim  *githubsim.Sim
	web  *httptest.Server
	runs *runs
	logs *syncBuffer
	cfg  *config.Config
	deps server.Deps
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newWorld makes a GitHub whose log is an hour old and a server beside it that
// is not started yet.
func newWorld(t *testing.T, url string) *world {
	t.Helper()
	return newWorldWith(t, url, func(*world) {})
}

// newWorldWith is newWorld with other settings or dependencies.
func newWorldWith(t *testing.T, url string, change func(*world)) *world {
	t.Helper()
	sim, err := githubsim.New(githubsim.Options{WebhookSecret: secret, AppSlug: "maturity",
		Clock: func() time.Time { return time.Now().Add(-time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	w := &world{sim: sim, runs: &runs{}, logs: &syncBuffer{}}
	w.cfg, w.deps = settings(sim, url), server.Deps{Version: "test", Log: w.logs, Runner: w.runs, NoSweep: true}
	change(w)
	w.Server, err = server.New(t.Context(), w.cfg, w.deps)
	if err != nil {
		t.Fatal(err)
	}
	w.web = httptest.NewServer(w.Handler())
	t.Cleanup(func() {
		w.web.Close()
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		if err := errors.Join(w.Stop(ctx), sim.Close()); err != nil {
			t.Error(err)
		}
		if strings.Contains(w.logs.String(), secret) || strings.Contains(w.logs.String(), previous) {
			t.Error("a secret is in the log")
		}
		if t.Failed() {
			t.Log(w.logs)
		}
	})
	return w
}

func settings(sim *githubsim.Sim, url string) *config.Config {
	return &config.Config{WebURL: sim.URL(), V3APIURL: sim.APIURL(), V4APIURL: sim.GraphQLURL(), AppID: sim.AppID(),
		PrivateKey: config.Secret(sim.PrivateKeyPEM()), WebhookSecret: secret, WebhookSecretPrevious: previous,
		DatabaseURL: config.Secret(url), Listen: "127.0.0.1:0", LogLevel: "debug", LogFormat: "json", Workers: 2}
}

func (w *world) start(t *testing.T) {
	t.Helper()
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) idle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := w.Idle(ctx); err != nil {
		t.Fatal(err)
	}
}

func sign(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends a webhook with some headers changed ("" removes one).
func (w *world) post(t *testing.T, event string, body []byte, change ...string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.web.URL+"/api/github/hook", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-GitHub-Event", event)
	req.Header.Set("X-GitHub-Delivery", fmt.Sprintf("%s-%x", event, sha256.Sum256(body)))
	req.Header.Set("X-Hub-Signature-256", sign(secret, body))
	for i := 0; i < len(change); i += 2 {
		if change[i+1] == "" {
			req.Header.Del(change[i])
			continue
		}
		req.Header.Set(change[i], change[i+1])
	}
	resp, err := w.web.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func (w *world) get(t *testing.T, path string) (int, string) {
	t.Helper()
	resp, err := w.web.Client().Get(w.web.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// opened is a pull request event of this very App.
func opened(t *testing.T) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "webhook", "testdata", "pull_request", "opened.json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}
