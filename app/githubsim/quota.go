package githubsim

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxTreeEntries is where GitHub cuts a recursive tree.
const maxTreeEntries = 100_000

// TruncateTreesOver makes recursive trees end after n entries with the
// truncated flag set, instead of after GitHub's 100,000.
func (s *Sim) TruncateTreesOver(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.treeLimit = n
}

// quotaLimit is the hourly number of requests of an installation.
const quotaLimit = 5000

// quotaKey names one budget: REST ("core") and GraphQL count apart.
type quotaKey struct {
	installation int64 // 0 for the App itself
	resource     string
}

// quota is one caller's budget for the running hour.
type quota struct {
	resource    string
	limit, used int
	reset       time.Time
}

func (q *quota) headers(h http.Header) {
	if q == nil {
		return
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(q.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(q.limit-q.used, 0)))
	h.Set("X-RateLimit-Used", strconv.Itoa(q.used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(q.reset.Unix(), 10))
	h.Set("X-RateLimit-Resource", q.resource)
}

// RateLimit leaves an installation (0: the App itself) this many REST requests
// until reset.
func (s *Sim) RateLimit(installation int64, remaining int, reset time.Time) {
	s.quotaMu.Lock()
	defer s.quotaMu.Unlock()
	s.quotas[quotaKey{installation, "core"}] = &quota{resource: "core", limit: quotaLimit, used: quotaLimit - remaining, reset: reset}
}

// spend takes one request from the caller's budget.
func (s *Sim) spend(c *call, who auth) error {
	if who == asLink {
		return nil
	}
	s.quotaMu.Lock()
	defer s.quotaMu.Unlock()
	key := quotaKey{resource: "core"}
	if c.token != nil {
		key.installation = c.token.installation.id
	}
	if strings.HasSuffix(c.r.URL.Path, "/graphql") {
		key.resource = "graphql"
	}
	now := s.opts.AuthClock()
	q := s.quotas[key]
	if q == nil || !q.reset.After(now) {
		q = &quota{resource: key.resource, limit: quotaLimit, reset: now.Add(time.Hour).Truncate(time.Second)}
		s.quotas[key] = q
	}
	c.quota = q
	if q.used >= q.limit {
		return forbidden("API rate limit exceeded for installation ID %d.", key.installation)
	}
	q.used++
	return nil
}

// refund gives back the request of a 304, which GitHub does not count.
func (s *Sim) refund(c *call) {
	s.quotaMu.Lock()
	defer s.quotaMu.Unlock()
	if c.quota != nil && c.quota.used > 0 {
		c.quota.used--
	}
}
