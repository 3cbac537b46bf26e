package gh

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeClock moves only when somebody sleeps or a test says so.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *fakeClock { return &fakeClock{now: time.Unix(1_800_000_000, 0)} }

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

type answerer func(*http.Request) *http.Response

func (a answerer) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

func reply(status int, headers ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}
	for i := 0; i < len(headers); i += 2 {
		resp.Header.Set(headers[i], headers[i+1])
	}
	return resp
}

type recorded struct{ endpoints []string }

func (r *recorded) Request(e string, _ int, _ time.Duration) { r.endpoints = append(r.endpoints, e) }
func (r *recorded) Budget(string, int)                       {}

func send(t *testing.T, tr *transport, method, path string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "https://ghe.test"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func TestLimitsAreObeyedWithoutAsking(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer          *http.Response
		wait            time.Duration // until the next request may go
		graphqlMayStill bool
	}{
		"retry after":       {reply(403, "Retry-After", "30"), 30 * time.Second, false},
		"primary limit":     {reply(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1800000600"), 10 * time.Minute, true},
		"last of the limit": {reply(200, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1800000600"), 10 * time.Minute, true},
		"429 without words": {reply(429), time.Minute, false},
		"absurd reset":      {reply(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "9999999999"), 2 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock, asked := newClock(), 0
			tr := &transport{clock: clock, metrics: noMetrics{}, prefix: "/api/v3/", graphql: "/api/graphql", next: answerer(func(*http.Request) *http.Response {
				asked++
				if asked == 1 {
					return test.answer
				}
				return reply(200)
			})}
			if err := send(t, tr, "GET", "/api/v3/repos/o/r/pulls/1"); err != nil {
				t.Fatalf("the first request: %v", err)
			}
			start := clock.Now()
			err := send(t, tr, "GET", "/api/v3/repos/o/r/pulls/2")
			limit, ok := errors.AsType[*RateLimitError](err)
			if !ok || !errors.Is(err, ErrRateLimited) {
				t.Fatalf("the second request: got %v, want a rate limit", err)
			}
			if got := limit.Until.Sub(start); got != test.wait {
				t.Errorf("may go in %v, want %v", got, test.wait)
			}
			if asked != 1 {
				t.Errorf("GitHub was asked %d times, want once", asked)
			}
			if err := send(t, tr, "POST", "/api/graphql"); (err == nil) != test.graphqlMayStill {
				t.Errorf("GraphQL meanwhile: %v", err)
			}
			clock.now = limit.Until
			if err := send(t, tr, "GET", "/api/v3/repos/o/r/pulls/3"); err != nil {
				t.Errorf("after the wait: %v", err)
			}
		})
	}
}

func TestWritesAreASecondApart(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tr := &transport{clock: clock, metrics: noMetrics{}, prefix: "/", graphql: "/graphql", next: answerer(func(*http.Request) *http.Response { return reply(201) })}
	for _, r := range [][2]string{{"POST", "/repos/o/r/check-runs"}, {"GET", "/repos/o/r"}, {"POST", "/graphql"},
		{"POST", "/app/installations/1/access_tokens"}, {"PATCH", "/repos/o/r/check-runs/1"}, {"POST", "/repos/o/r/issues/1/comments"}} {
		if err := send(t, tr, r[0], r[1]); err != nil {
			t.Fatal(err)
		}
	}
	if want := []time.Duration{time.Second, time.Second}; !slices.Equal(clock.slept, want) {
		t.Errorf("slept %v, want %v", clock.slept, want)
	}
	tr.nextWrite = clock.Now().Add(longestQueue + time.Millisecond)
	if err := send(t, tr, "POST", "/repos/o/r/check-runs"); !errors.Is(err, ErrRateLimited) {
		t.Errorf("behind a long queue: got %v, want a rate limit", err)
	}
}

func TestEndpointTemplates(t *testing.T) {
	t.Parallel()
	metrics := &recorded{}
	tr := &transport{clock: newClock(), metrics: metrics, prefix: "/api/v3/", graphql: "/api/graphql", next: answerer(func(*http.Request) *http.Response { return reply(200) })}
	for _, p := range []string{"/api/v3/repos/files/pulls/pulls/17", "/api/v3/repos/o/r/compare/abc...def", "/api/v3/app/installations/7/access_tokens",
		"/api/graphql", "/api/v3/repos/o/r/git/trees/0123"} {
		if err := send(t, tr, "GET", p); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"GET /repos/{}/{}/pulls/{}", "GET /repos/{}/{}/compare/{}", "GET /app/installations/{}/access_tokens", "GET /graphql", "GET /repos/{}/{}/git/trees/{}"}
	if !slices.Equal(metrics.endpoints, want) {
		t.Errorf("got %q, want %q", metrics.endpoints, want)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	body := &boundedBody{ReadCloser: io.NopCloser(strings.NewReader("0123456789")), left: 4}
	got, err := io.ReadAll(body)
	if string(got) != "0123" || !errors.Is(err, errAnswerTooLarge) {
		t.Errorf("got %q, %v", got, err)
	}
}
