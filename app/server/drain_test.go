package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/server"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

// SIGTERM: what runs is finished, what is in the queue stays, a new process
// goes on.
func TestServeDrains(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		sim, err := githubsim.New(githubsim.Options{WebhookSecret: secret})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = sim.Close() }()
		started, free := make(chan struct{}), make(chan struct{})
		var finished runs
		s, err := server.New(t.Context(), settings(sim, url), server.Deps{Log: io.Discard, Runner: runner(func(ctx context.Context, j jobs.Job) error {
			close(started)
			<-free
			return errors.Join(ctx.Err(), finished.Run(ctx, j))
		})})
		if err != nil {
			t.Fatal(err)
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, terminate := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, listener) }()
		body := opened(t)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+listener.Addr().String()+"/api/github/hook", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-GitHub-Event", "pull_request")
		req.Header.Set("X-GitHub-Delivery", "1")
		req.Header.Set("X-Hub-Signature-256", sign(secret, body))
		resp, err := http.DefaultClient.Do(req)
		if err != nil || resp.StatusCode != 200 {
			t.Fatal(resp, err)
		}
		_ = resp.Body.Close()
		select {
		case <-started:
		case <-time.After(within):
			t.Fatal("the job did not start")
		}
		terminate()
		close(free)
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(within):
			t.Fatal("the server did not end")
		}
		if finished.count() != 1 {
			t.Error("the running job was not let finish")
		}
		if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
			t.Error("it still accepts")
		}
	})
}

type runner func(context.Context, jobs.Job) error

func (r runner) Run(ctx context.Context, j jobs.Job) error { return r(ctx, j) }
