package server_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
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

	"github.com/mlops-maturity/mlops-maturity/app/githubsim/examples"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
	"github.com/mlops-maturity/mlops-maturity/app/webhook"
)

func TestAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		body := opened(t)
		oldSHA1 := hmac.New(sha1.New, []byte(secret))
		oldSHA1.Write(body)
		big := bytes.Repeat([]byte(" "), 30<<20)
		form := []byte("payload=" + strings.NewReplacer("{", "%7B", "}", "%7D", `"`, "%22", "\n", "", " ", "", "+", "%2B").Replace(string(body)))
		for _, c := range []struct {
			name   string
			event  string
			body   []byte
			change []string
			want   int
		}{
			{"good", "pull_request", body, nil, 200},
			{"the same again", "pull_request", body, nil, 200},
			{"signed with the previous secret", "pull_request", body, []string{"X-Hub-Signature-256", sign(previous, body), "X-GitHub-Delivery", "2"}, 200},
			{"as a form", "pull_request", form, []string{"Content-Type", "application/x-www-form-urlencoded"}, 200},
			{"signed with another secret", "pull_request", body, []string{"X-Hub-Signature-256", sign("guess", body)}, 400},
			{"signed with no secret", "pull_request", body, []string{"X-Hub-Signature-256", sign("", body)}, 400},
			{"signature of another body", "pull_request", body, []string{"X-Hub-Signature-256", sign(secret, []byte("{}"))}, 400},
			{"not signed", "pull_request", body, []string{"X-Hub-Signature-256", ""}, 400},
			{"signed with SHA-1 only", "pull_request", body, []string{"X-Hub-Signature-256", "", "X-Hub-Signature", "sha1=" + hex.EncodeToString(oldSHA1.Sum(nil))}, 400},
			{"no event", "pull_request", body, []string{"X-GitHub-Event", ""}, 400},
			{"no delivery id", "pull_request", body, []string{"X-GitHub-Delivery", ""}, 400},
			{"delivery id of 101 bytes", "pull_request", body, []string{"X-GitHub-Delivery", strings.Repeat("x", 101)}, 400},
			{"no JSON", "pull_request", []byte("hello"), nil, 400},
			{"JSON of nothing", "pull_request", []byte("[]"), nil, 400},
			{"text", "pull_request", body, []string{"Content-Type", "text/plain"}, 400},
			{"no installation", "pull_request", []byte(`{"action":"opened"}`), nil, 200},
			{"an event we know not", "star", []byte(`{"action":"created"}`), nil, 202},
			{"ping", "ping", []byte(`{"zen":"x"}`), nil, 200},
			{"30 MB", "pull_request", big, nil, 413},
			{"30 MB, unsigned", "pull_request", big, []string{"X-Hub-Signature-256", ""}, 413},
		} {
			if got, text := w.post(t, c.event, c.body, c.change...); got != c.want {
				t.Errorf("%s: %d %s, want %d", c.name, got, text, c.want)
			}
		}
		w.start(t)
		w.idle(t)
		if n := w.runs.count(); n != 1 {
			t.Errorf("%d jobs ran; the three good deliveries are of one pull request", n)
		}
		_, text := w.get(t, "/metrics")
		for _, line := range []string{
			`mlops_maturity_deliveries_total{event="pull_request",outcome="queued"} 3`,
			`mlops_maturity_deliveries_total{event="pull_request",outcome="duplicate"} 1`,
			`mlops_maturity_deliveries_total{event="pull_request",outcome="ignored"} 1`,
			`mlops_maturity_jobs_total{reason="pull_request",result="done"} 1`,
			`mlops_maturity_queue_jobs{state="available"} 0`,
		} {
			if !strings.Contains(text, line+"\n") {
				t.Errorf("/metrics lacks %s", line)
			}
		}
	})
}

// A body without a length must meet the same bound.
func TestEndlessBody(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/x.db")
	endless := io.LimitReader(spaces{}, 1<<30)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/github/hook", endless)
	req.Header.Set("X-Hub-Signature-256", "sha256=00")
	req.Header.Set("X-GitHub-Event", "push")
	req.ContentLength = -1
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, req)
	if rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d, want 413", rec.Code)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// What is not on disk is not answered 2xx, and can come again.
func TestUnstoredIsAnError(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		rename := func(from, to string) {
			if _, err := w.Store().Exec(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
				t.Fatal(err)
			}
		}
		rename("river_job", "hidden_job")
		if status, text := w.post(t, "pull_request", opened(t)); status != http.StatusInternalServerError || strings.Contains(text, "river") {
			t.Errorf("%d %s, want a bare 500", status, text)
		}
		rename("hidden_job", "river_job")
		if status, _ := w.post(t, "pull_request", opened(t)); status != 200 {
			t.Errorf("%d for the redelivery", status)
		}
		w.start(t)
		w.idle(t)
		if n := w.runs.count(); n != 1 {
			t.Errorf("%d jobs ran", n)
		}
	})
}

func TestFiftyCopies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.start(t)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if status, text := w.post(t, "pull_request", opened(t)); status != 200 {
					t.Errorf("%d %s", status, text)
				}
			})
		}
		wg.Wait()
		w.idle(t)
		if n := w.runs.count(); n != 1 {
			t.Errorf("%d jobs ran", n)
		}
	})
}

// Every example payload GitHub publishes is answered 2xx: taken, or let pass.
func TestGitHubsExamples(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/x.db")
	asked := map[string]int{}
	for _, event := range examples.Events() {
		for _, e := range examples.Of(event) {
			if status, text := w.post(t, event, e.Payload); status != 200 && status != 202 {
				t.Errorf("%s %s: %d %s", event, e.Name, status, text)
			}
			work, _, err := webhook.Decode(webhook.Self{AppID: w.sim.AppID()}, event, e.Payload)
			if err != nil {
				t.Errorf("%s %s: %v", event, e.Name, err)
			}
			asked[event] += len(work)
		}
	}
	if asked["installation"] == 0 || asked["installation_repositories"] == 0 {
		t.Errorf("the examples of these events ask for work: %v", asked)
	}
	for _, event := range webhook.Events() {
		if len(examples.Of(event)) == 0 {
			t.Errorf("there is no example of %s", event)
		}
	}
}

func TestReconcileGetsBackWhatWasMissed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		hookURL := w.web.URL + "/api/github/hook"
		w.sim.LoseDelivery(hookURL, "pull_request", opened(t))
		w.sim.LoseDelivery(hookURL, "star", []byte(`{"action":"created"}`)) // of no interest
		if n, err := w.Reconcile(t.Context()); n != 1 || err != nil {
			t.Fatalf("asked for %d deliveries, %v", n, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		// GitHub redelivers in its own time.
		if err := w.sim.WaitFor(ctx, func() bool {
			n, err := w.Store().Outstanding(ctx)
			return err == nil && n == 1
		}); err != nil {
			t.Fatal(err)
		}
		w.start(t)
		w.idle(t)
		if n := w.runs.count(); n != 1 {
			t.Errorf("%d jobs ran", n)
		}
		if n, err := w.Reconcile(t.Context()); n != 0 || err != nil {
			t.Errorf("asked for %d deliveries that are here already (%v)", n, err)
		}
	})
}

// The name that GitHub knows us by is asked for at the start; from then on our
// own bot's doings are let pass.
func TestOwnBotIsIgnored(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/x.db")
	body, err := os.ReadFile(filepath.Join("..", "webhook", "testdata", "pull_request", "opened-by-own-bot.json"))
	if err != nil {
		t.Fatal(err)
	}
	w.start(t)
	for i, end := 0, time.Now().Add(within); ; i++ {
		if status, text := w.post(t, "pull_request", body, "X-GitHub-Delivery", fmt.Sprint(i)); status != 200 {
			t.Fatal(status, text)
		}
		if _, text := w.get(t, "/metrics"); strings.Contains(text, `{event="pull_request",outcome="ignored"} 1`) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("our own bot is taken for somebody")
		}
	}
}

func TestHealthAndRoutes(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/x.db")
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/api/github/hook": 405, "/": 404} {
		if got, _ := w.get(t, path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if _, err := w.Store().Exec(t.Context(), `DELETE FROM schema_version WHERE version_id > 0`); err != nil {
		t.Fatal(err)
	}
	if got, _ := w.get(t, "/readyz"); got != 503 {
		t.Errorf("/readyz: %d though the schema is not up to date", got)
	}
	if got, _ := w.get(t, "/healthz"); got != 200 {
		t.Errorf("/healthz: %d", got)
	}
}
