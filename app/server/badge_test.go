package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/server"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

// live is the App as it is served, on any database, beside a GitHub with one
// repository of an installation that grants everything.
type live struct {
	*world
	t    *testing.T
	inst *githubsim.Installation
	repo *githubsim.Repo
}

const badgeSecret = "0123456789abcdef0123456789abcdef"

func newLive(t *testing.T, url, config string, change ...func(*world)) *live {
	t.Helper()
	w := newWorldWith(t, url, func(w *world) {
		w.cfg.PublicURL, w.cfg.BadgeSecret = "https://maturity.example", badgeSecret
		w.deps.Runner = nil
		for _, f := range change {
			f(w)
		}
	})
	rights := githubsim.LeastPrivilege()
	rights["issues"], rights["repository_custom_properties"] = "write", "write"
	l := &live{world: w, t: t, inst: w.sim.Install("acme", rights)}
	files := map[string]string{".mlops-maturity.yml": config}
	for _, f := range archive(t, "../assess/testdata/base.txtar") {
		files[f.Name] = string(f.Data)
	}
	l.repo = githubsim.Must(w.sim.AddRepo("acme/churn", githubsim.FromFiles(files)))
	return l
}

// tell delivers an event through the webhook route and waits for its work.
func (l *live) tell(event string, payload []byte) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	status, err := l.sim.Deliver(ctx, l.web.URL+"/api/github/hook", event, payload)
	if err != nil || status != http.StatusOK {
		l.t.Fatalf("%s was answered %d (%v)", event, status, err)
	}
	if err := l.Idle(ctx); err != nil {
		l.t.Fatal(err)
	}
}

func (l *live) push(path, text string) {
	l.t.Helper()
	before := l.repo.Head("main")
	after := githubsim.Must(l.repo.Commit("main", map[string]string{path: text}, "Change"))
	l.tell("push", l.sim.PushPayload(l.repo, "main", before, after))
}

func (l *live) badge(path string, header ...string) (*http.Response, string) {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, l.web.URL+path, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := l.web.Client().Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		l.t.Fatal(err)
	}
	return resp, body.String()
}

// link is the path of the badge that the check run of the default branch shows.
func (l *live) link() string {
	l.t.Helper()
	runs := l.sim.CheckRuns(l.repo, l.repo.Head("main"))
	if len(runs) != 1 {
		l.t.Fatalf("%d check runs", len(runs))
	}
	_, rest, ok := strings.Cut(runs[0].Text, "(https://maturity.example")
	path, _, _ := strings.Cut(rest, ")")
	if !ok {
		l.t.Fatalf("no badge in the details:\n%s", runs[0].Text)
	}
	return path
}

const noBadge = "there is no such badge\n"

func TestBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		l := newLive(t, url, "version: 1\n")
		l.start(t)
		l.push("notes.txt", "1\n")
		signed := l.link()
		if !strings.HasPrefix(signed, "/badge/acme/churn.svg?sig=") {
			t.Fatal(signed)
		}
		l.sim.ResetRequests()
		// Private: with the signature alone, and without it as if there were none.
		for _, path := range []string{"/badge/acme/churn.svg", "/badge/acme/churn.json", "/badge/acme/nothing.svg", "/badge/acme/churn.svg?sig=AAAA",
			"/badge/acme/churn.svg?sig=", strings.Replace(signed, "churn", "other", 1), "/badge/acme/churn", "/badge/acme/.svg", "/badge/acme/" + strings.Repeat("x", 300) + ".svg"} {
			if resp, body := l.badge(path); resp.StatusCode != http.StatusNotFound || body != noBadge || resp.Header.Get("Cache-Control") != "no-cache" || resp.Header.Get("ETag") != "" {
				t.Errorf("%s: %d %q %v", path, resp.StatusCode, body, resp.Header)
			}
		}
		resp, body := l.badge(strings.Replace(signed, "acme/churn", "ACME/Churn", 1))
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, "level 0") || resp.Header.Get("Content-Type") != "image/svg+xml; charset=utf-8" ||
			resp.Header.Get("Cache-Control") != "private, max-age=300" || resp.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%d %v\n%s", resp.StatusCode, resp.Header, body)
		}

		// Public: for everyone, and cached by its tag.
		l.repo.MakePublic()
		l.tell("repository", changed(l.t, l.sim.RepositoryPayload(l.repo, "publicized"), 1))
		resp, body = l.badge("/badge/acme/churn.svg")
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, "level 0") || resp.Header.Get("Cache-Control") != "public, max-age=300, s-maxage=300" {
			t.Errorf("%d %v\n%s", resp.StatusCode, resp.Header, body)
		}
		if again, body := l.badge("/badge/acme/churn.svg", "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || body != "" ||
			again.Header.Get("ETag") != resp.Header.Get("ETag") || again.Header.Get("Cache-Control") == "" {
			t.Errorf("with its tag: %d %q %v", again.StatusCode, body, again.Header)
		}
		if other, _ := l.badge("/badge/acme/churn.svg", "If-None-Match", `"other"`); other.StatusCode != http.StatusOK {
			t.Errorf("with another tag: %d", other.StatusCode)
		}
		var endpoint struct{ Label, Message string }
		if resp, body := l.badge("/badge/acme/churn.json"); json.Unmarshal([]byte(body), &endpoint) != nil || endpoint.Message != "level 0" || resp.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s", body)
		}

		// Private again: at once, and an event from before changes nothing.
		l.repo.MakePrivate()
		l.tell("repository", changed(l.t, l.sim.RepositoryPayload(l.repo, "privatized"), 2))
		if resp, _ := l.badge("/badge/acme/churn.svg"); resp.StatusCode != http.StatusNotFound {
			t.Errorf("after it turned private: %d", resp.StatusCode)
		}
		l.repo.MakePublic()
		l.tell("repository", changed(l.t, l.sim.RepositoryPayload(l.repo, "publicized"), 1))
		if resp, _ := l.badge("/badge/acme/churn.svg"); resp.StatusCode != http.StatusNotFound {
			t.Errorf("after an old event: %d", resp.StatusCode)
		}
		l.repo.MakePrivate()

		for _, r := range l.sim.Requests() {
			if !strings.HasPrefix(r.Path, "/app") { // the server's own look at the log of deliveries
				t.Errorf("GitHub was asked for %s %s", r.Method, r.Path)
			}
		}
		if _, metrics := l.get(t, "/metrics"); !strings.Contains(metrics, `mlops_maturity_badges_total{outcome="not_found"}`) {
			t.Error("badges are not counted")
		}

		// Removed from the installation: forgotten, signature or not.
		l.tell("installation_repositories", l.sim.InstallationReposPayload(l.inst, "removed", []*githubsim.Repo{l.repo}))
		if resp, _ := l.badge(signed); resp.StatusCode != http.StatusNotFound {
			t.Errorf("after it was removed: %d", resp.StatusCode)
		}
	})
}

// changed says in an event that the repository changed so many hours from now.
func changed(t *testing.T, payload []byte, hours int) []byte {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal(payload, &p); err != nil {
		t.Fatal(err)
	}
	p["repository"].(map[string]any)["updated_at"] = time.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
	out, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A renamed repository keeps its badge under the new name, and a deleted one
// has none.
func TestBadgeOfARepositoryThatIsRenamedAndDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		l := newLive(t, url, "version: 1\n")
		l.start(t)
		l.repo.MakePublic()
		l.push("notes.txt", "1\n")
		l.repo.Rename("acme/renamed")
		l.tell("repository", changed(l.t, l.sim.RepositoryPayload(l.repo, "renamed"), 3))
		for path, want := range map[string]int{"/badge/acme/churn.svg": http.StatusNotFound, "/badge/acme/renamed.svg": http.StatusOK} {
			if resp, _ := l.badge(path); resp.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
			}
		}
		l.tell("repository", l.sim.RepositoryPayload(l.repo, "deleted"))
		if resp, _ := l.badge("/badge/acme/renamed.svg"); resp.StatusCode != http.StatusNotFound {
			t.Errorf("after it was deleted: %d", resp.StatusCode)
		}
		if points, err := l.Store().History(t.Context(), l.inst.ID(), l.repo.ID(), "main", 1); err != nil || len(points) != 0 {
			t.Errorf("%d points of its history are left, %v", len(points), err)
		}
	})
}

func TestWithoutASecretPrivateRepositoriesHaveNoBadge(t *testing.T) {
	t.Parallel()
	l := newLive(t, "sqlite:"+t.TempDir()+"/t.db", "version: 1\n")
	l.cfg.BadgeSecret = ""
	bare, err := server.New(t.Context(), l.cfg, server.Deps{Version: "test", Log: l.logs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bare.Store().Close() })
	l.web.Config.Handler = bare.Handler()
	if resp, _ := l.badge("/badge/acme/churn.svg?sig="); resp.StatusCode != http.StatusNotFound {
		t.Error(resp.StatusCode)
	}
}
