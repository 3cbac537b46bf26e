package gh_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// What the stand-in does not say as GitHub may: a number where a text is usual,
// an enterprise where an organisation is, an App that is not known.
func TestRegistrationInOtherWords(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"/app":                   `{"id":7,"slug":"s","owner":{"slug":"big-corp"},"permissions":{"merge_queues":"read"},"events":["push"]}`,
		"/app/hook/config":       `{"url":"https://x/hook","content_type":"form","insecure_ssl":1}`,
		"/app/installations":     `[{"id":1,"account":{"slug":"big-corp"},"permissions":{"checks":"write"},"events":[],"suspended_at":"2026-01-02T03:04:05Z"}]`,
		"/app/hook/deliveries":   `[{"id":1,"event":"push","status":"OK","status_code":202,"delivered_at":"2026-01-02T03:04:05Z"},{"id":2,"event":"push","status_code":400,"delivered_at":"2026-01-01T03:04:05Z"}]`,
		"/unknown":               "",
		"/other/app":             `{"message":"Integration not found"}`,
		"/other/app/hook/config": `{"message":"Not Found"}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "Fri, 02 Jan 2026 03:04:05 GMT")
		if len(r.URL.Path) > 6 && r.URL.Path[:6] == "/other" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	sim := githubsim.Must(githubsim.New(githubsim.Options{}))
	t.Cleanup(func() { _ = sim.Close() })
	at := func(path string) *gh.App {
		return githubsim.Must(gh.New(gh.Options{AppID: 7, PrivateKey: sim.PrivateKeyPEM(), V3URL: server.URL + path,
			Clock: &clock{now: time.Date(2026, 1, 2, 3, 5, 5, 0, time.UTC)}}))
	}
	app, ctx := at(""), t.Context()
	r, ahead, known, err := app.Registration(ctx)
	if err != nil || r.Owner != "big-corp" || r.Permissions["merge_queues"] != "read" || r.Remaining != -1 || ahead != time.Minute || !known {
		t.Errorf("%+v, %s %t, %v", r, ahead, known, err)
	}
	if hook, err := app.Webhook(ctx); err != nil || !hook.InsecureSSL || hook.Secret || hook.ContentType != "form" {
		t.Errorf("%+v, %v", hook, err)
	}
	list, more, err := app.Installations(ctx, 10)
	if err != nil || more || len(list) != 1 || list[0].Account != "big-corp" || !list[0].Suspended {
		t.Errorf("%+v, %t, %v", list, more, err)
	}
	tries, err := app.Attempts(ctx, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	if err != nil || len(tries) != 1 || !tries[0].OK() || tries[0].Words != "OK" {
		t.Errorf("%+v, %v", tries, err)
	}
	if _, _, known, err := at("/other").Registration(ctx); !errors.Is(err, gh.ErrIdentity) || !known {
		t.Errorf("an unknown App id: %v, %t", err, known)
	}
	if _, err := at("/other").Webhook(ctx); !errors.Is(err, gh.ErrGone) {
		t.Errorf("no webhook: %v", err)
	}
}
