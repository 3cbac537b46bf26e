package githubsim

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Fault is a scripted failure of the next requests that match.
type Fault struct {
	Method   string // "" for any
	PathGlob string // without the /api/v3 prefix; * within a segment, ** over segments; "" for any
	Status   int    // 0 lets the request through after Delay and Hold
	Times    int    // how many requests; 0 for one, negative for all
	Header   http.Header
	Body     string          // "" for {"message": status text}
	Delay    time.Duration   // before answering
	Hold     <-chan struct{} // answered once it is closed
	Drop     bool            // cut the connection without an answer; Go's client tries a GET again by itself

	pattern *regexp.Regexp
	left    int
}

// FaultHeader marks an answer that a Fault made, so that a contract check can
// leave it alone.
const FaultHeader = "X-Githubsim-Fault"

// Fault schedules a failure; several are tried in the order given.
func (s *Sim) Fault(f Fault) {
	f.left = f.Times
	if f.Times == 0 {
		f.left = 1
	}
	f.pattern = glob(f.PathGlob)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// BreakPart lets GraphQL fail to answer for one repository ("owner/name"),
// while it answers for the others in the same query, until ClearFaults. Kind is
// the type of the error, such as SERVICE_UNAVAILABLE.
func (s *Sim) BreakPart(fullName, kind, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = map[string]gqlError{}
	}
	s.broken[strings.ToLower(fullName)] = gqlError{kind: kind, message: message}
}

func (s *Sim) brokenPart(fullName string) *gqlError {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.broken[strings.ToLower(fullName)]; ok {
		return &e
	}
	return nil
}

// ClearFaults forgets every scheduled failure.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.broken = nil, nil
}

func glob(g string) *regexp.Regexp {
	if g == "" {
		g = "**"
	}
	expr := regexp.QuoteMeta(g)
	expr = strings.ReplaceAll(expr, `\*\*`, `.*`)
	expr = strings.ReplaceAll(expr, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + expr + "$")
}

// playFault answers the request by a scheduled failure and reports whether it
// did.
func (s *Sim) playFault(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	i := slices.IndexFunc(s.faults, func(f *Fault) bool {
		return (f.Method == "" || f.Method == r.Method) && f.pattern.MatchString(r.URL.Path)
	})
	if i < 0 {
		s.mu.Unlock()
		return false
	}
	f := *s.faults[i]
	if s.faults[i].left--; s.faults[i].left == 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	s.mu.Unlock()

	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-r.Context().Done():
		}
	}
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	if f.Drop {
		panic(http.ErrAbortHandler)
	}
	if f.Status == 0 {
		return false
	}
	for name, values := range f.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.Header().Set(FaultHeader, "1")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(f.Status)
	if f.Body == "" {
		f.Body = fmt.Sprintf(`{"message":%q}`, http.StatusText(f.Status))
	}
	_, _ = w.Write([]byte(f.Body))
	return true
}

// Request is one request that reached the Sim. Path is without /api/v3.
type Request struct {
	Method, Path, Query string
	Status              int
	Pattern             string // the endpoint that served it; "" when a fault did
	API                 bool   // false for archive links, which no limit counts
}

func (s *Sim) record(r *http.Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Status: status, Pattern: r.Pattern,
		API: !strings.HasPrefix(r.URL.Path, codeloadPrefix),
	})
	s.wrote()
}

// Requests lists what was asked so far, in the order of the answers.
func (s *Sim) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// ResetRequests forgets the requests so far.
func (s *Sim) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// Unexpected lists calls that the Sim does not serve, and its own failures.
func (s *Sim) Unexpected() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.unexpected)
}

// TestingT is the part of *testing.T that FailOnUnexpected needs.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// FailOnUnexpected fails the test at its end when the Sim was asked something
// that it does not serve.
func (s *Sim) FailOnUnexpected(t TestingT) {
	t.Helper()
	t.Cleanup(func() {
		t.Helper()
		for _, u := range s.Unexpected() {
			t.Errorf("the stand-in for GitHub was asked for what it does not serve: %s", u)
		}
	})
}
