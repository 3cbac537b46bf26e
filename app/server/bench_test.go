package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/server"
)

// BenchmarkWebhook is one delivery, verified and stored on SQLite, each of
// another pull request.
func BenchmarkWebhook(b *testing.B) {
	sim, err := githubsim.New(githubsim.Options{WebhookSecret: secret})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	s, err := server.New(b.Context(), settings(sim, "sqlite:"+b.TempDir()+"/x.db"), server.Deps{Log: io.Discard, Runner: &runs{}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Stop(b.Context()) }()
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			body := fmt.Appendf(nil, `{"action":"opened","installation":{"id":1},"repository":{"id":2,"full_name":"o/r"},`+
				`"pull_request":{"number":%d,"head":{"ref":"topic","sha":"%040x"}},"pad":"%020000d"}`, i, i, i)
			req := httptest.NewRequest(http.MethodPost, "/api/github/hook", bytes.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("X-GitHub-Event", "pull_request")
			req.Header.Set("X-GitHub-Delivery", fmt.Sprint(i))
			req.Header.Set("X-Hub-Signature-256", sign(secret, body))
			rec := httptest.NewRecorder()
			if s.Handler().ServeHTTP(rec, req); rec.Code != http.StatusOK {
				b.Errorf("%d %s", rec.Code, rec.Body)
			}
		}
	})
}
