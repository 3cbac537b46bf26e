package gh

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Clock is time, so that tests need not wait for it. Sleep returns early with
// the context's error.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Metrics is told of each request: the endpoint as GitHub documents it ("GET
// /repos/{}/{}/pulls/{}"), the status (0 when there was no answer) and the
// time to the answer's head.
type Metrics interface {
	Request(endpoint string, status int, took time.Duration)
	// Budget is what GitHub says remains of a limit ("core", "graphql").
	Budget(resource string, remaining int)
}

const (
	writePause   = time.Second      // between two writes of an installation, as GitHub asks
	longestQueue = 15 * time.Second // of writes; beyond it the job is put off
	maxBody      = 128 << 20        // bytes of one answer
)

// transport stands below authentication and sees every request of one
// installation, the token exchange too.
type transport struct {
	next    http.RoundTripper
	clock   Clock
	metrics Metrics
	prefix  string // path of the REST API, with a slash at its end
	graphql string // path of the GraphQL API

	mu        sync.Mutex
	blocked   map[string]time.Time // by resource: no request before
	nextWrite time.Time

	permissions map[string]string // of the newest token, nil while there is none
}

// RoundTrip refuses what a limit forbids, paces writes and learns of limits.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resource := t.resource(req)
	if until, ok := t.mayNot(resource); ok {
		closeBody(req)
		return nil, limited(t.clock, until, resource)
	}
	if t.isWrite(req) {
		if err := t.takeTurn(req.Context()); err != nil {
			closeBody(req)
			return nil, err
		}
	}
	start := t.clock.Now()
	resp, err := t.next.RoundTrip(req)
	took := t.clock.Now().Sub(start)
	endpoint := req.Method + " " + t.template(req.URL.Path)
	if err != nil {
		t.metrics.Request(endpoint, 0, took)
		return nil, err
	}
	t.metrics.Request(endpoint, resp.StatusCode, took)
	t.learn(resource, resp)
	if p := permissions(req, resp); p != nil {
		t.mu.Lock()
		t.permissions = p
		t.mu.Unlock()
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxBody}
	return resp, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

func (t *transport) resource(req *http.Request) string {
	if req.URL.Path == t.graphql {
		return "graphql"
	}
	return "core"
}

// isWrite says whether a request makes or changes something that people see.
func (t *transport) isWrite(req *http.Request) bool {
	return req.Method != http.MethodGet && req.Method != http.MethodHead &&
		req.URL.Path != t.graphql && !strings.HasSuffix(req.URL.Path, "/access_tokens")
}

func (t *transport) mayNot(resource string) (time.Time, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	until := t.blocked[resource]
	if all := t.blocked[""]; all.After(until) {
		until = all
	}
	return until, t.clock.Now().Before(until)
}

// takeTurn waits for this write's place in the queue, or says when to come
// again if that is far off.
func (t *transport) takeTurn(ctx context.Context) error {
	t.mu.Lock()
	now := t.clock.Now()
	turn := t.nextWrite
	if turn.Before(now) {
		turn = now
	}
	if turn.Sub(now) > longestQueue {
		t.mu.Unlock()
		return limited(t.clock, turn, "writes")
	}
	t.nextWrite = turn.Add(writePause)
	t.mu.Unlock()
	if turn.After(now) {
		return t.clock.Sleep(ctx, turn.Sub(now))
	}
	return nil
}

// learn keeps what an answer says of limits. A refusal with Retry-After, or
// one that names no time, is a secondary limit and holds for everything.
func (t *transport) learn(resource string, resp *http.Response) {
	h := resp.Header
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	known := err == nil
	if known {
		t.metrics.Budget(resource, remaining)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.blocked == nil {
		t.blocked = map[string]time.Time{}
	}
	refused := resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusTooManyRequests
	now := t.clock.Now()
	switch {
	case refused && h.Get("Retry-After") != "":
		t.blocked[""] = now.Add(retryAfter(h.Get("Retry-After")))
	case known && remaining == 0:
		if reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			t.blocked[resource] = earlier(time.Unix(reset, 0), now.Add(2*time.Hour))
		}
	case resp.StatusCode == http.StatusTooManyRequests:
		t.blocked[""] = now.Add(time.Minute)
	}
}

// retryAfter reads seconds, between a second and two hours; a minute when it
// is not a number.
func retryAfter(s string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return time.Minute
	}
	return time.Duration(min(max(n, 1), 7200)) * time.Second
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// template replaces names and numbers of a path by {}, so that metrics have
// as many series as there are endpoints.
func (t *transport) template(path string) string {
	if path == t.graphql {
		return "/graphql"
	}
	parts := strings.Split(strings.TrimPrefix(path, t.prefix), "/")
	if len(parts) > 8 {
		parts = parts[:8]
	}
	for i, p := range parts {
		if !endpointWords[p] || (parts[0] == "repos" && (i == 1 || i == 2)) {
			parts[i] = "{}"
		}
	}
	return "/" + strings.Join(parts, "/")
}

// endpointWords are the words of the endpoints in use.
var endpointWords = map[string]bool{
	"repos": true, "pulls": true, "files": true, "git": true, "trees": true, "blobs": true, "tarball": true,
	"compare": true, "check-runs": true, "commits": true, "issues": true, "comments": true,
	"app": true, "installations": true, "access_tokens": true, "branches": true,
	"hook": true, "deliveries": true, "attempts": true,
	"properties": true, "values": true, "installation": true, "repositories": true,
	"reactions": true, "collaborators": true, "permission": true, "refs": true, "contents": true,
}

// boundedBody fails, rather than ends, at the bound.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errAnswerTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type noMetrics struct{}

func (noMetrics) Request(string, int, time.Duration) {}
func (noMetrics) Budget(string, int)                 {}
