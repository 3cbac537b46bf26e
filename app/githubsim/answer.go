package githubsim

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// apiError is an answer that is not a success.
type apiError struct {
	status  int
	message string
	errors  any
}

func (e *apiError) Error() string { return e.message }

// invalid is GitHub's answer to a body it will not take.
func invalid(resource, field, code, message string) error {
	e := fields{"resource": resource, "field": field, "code": code}
	text := "Validation Failed"
	if message != "" {
		e["message"] = message
	}
	return &apiError{status: http.StatusUnprocessableEntity, message: text, errors: []any{e}}
}

// json answers with a value; a GET gets an entity tag, and 304 when the caller
// has it already.
func (c *call) json(status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		c.fail(fmt.Errorf("writing the answer: %w", err))
		return
	}
	h := c.w.Header()
	if c.r.Method == http.MethodGet && status == http.StatusOK {
		tag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
		h.Set("ETag", tag)
		h.Set("Cache-Control", "private, max-age=60, s-maxage=60")
		h.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
		if strings.TrimPrefix(c.r.Header.Get("If-None-Match"), "W/") == tag {
			c.s.refund(c)
			c.head()
			c.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	c.head()
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body) // the caller has gone away otherwise
}

// head sets the headers that every answer carries.
func (c *call) head() {
	h := c.w.Header()
	// By the clock that tokens are judged by, so that a client can learn of a
	// difference to its own.
	h.Set("Date", c.s.opts.AuthClock().UTC().Format(http.TimeFormat))
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-GitHub-Api-Version-Selected", "2022-11-28")
	h.Set("X-GitHub-Request-Id", fmt.Sprintf("SIM:%X", c.s.answers.Add(1)))
	// A lock of its own: handlers answer while they hold the big one.
	c.s.quotaMu.Lock()
	defer c.s.quotaMu.Unlock()
	c.quota.headers(h)
}

func (c *call) fail(err error) {
	var e *apiError
	if !errors.As(err, &e) {
		// A fault of the stand-in itself must not pass for one of GitHub. A caller
		// who has gone away ends the work, and that is none.
		if c.r.Context().Err() == nil {
			c.s.mu.Lock()
			c.s.unexpected = append(c.s.unexpected, c.r.Method+" "+c.r.URL.Path+": "+err.Error())
			c.s.mu.Unlock()
		}
		e = &apiError{status: http.StatusInternalServerError, message: err.Error()}
	}
	body := fields{"message": e.message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(e.status)}
	if e.errors != nil {
		body["errors"] = e.errors
	}
	c.json(e.status, body)
}

// decode reads a JSON body into v.
func (c *call) decode(v any) error {
	if err := json.Unmarshal(c.body, v); err != nil {
		return &apiError{status: http.StatusBadRequest, message: "Problems parsing JSON"}
	}
	return nil
}

// The page sizes of GitHub's lists.
const (
	defaultPage = 30
	maxPage     = 100
)

// paginate cuts out the page asked for and announces its neighbours.
func paginate[T any](c *call, all []T) ([]T, error) {
	size, page := queryInt(c.r, "per_page", defaultPage), queryInt(c.r, "page", 1)
	size, page = min(max(size, 1), maxPage), max(page, 1)
	last := max((len(all)+size-1)/size, 1)
	var links []string
	add := func(rel string, n int) {
		q := c.r.URL.Query()
		q.Set("page", strconv.Itoa(n))
		q.Set("per_page", strconv.Itoa(size))
		u := url.URL{Path: restPrefix + c.r.URL.Path, RawQuery: q.Encode()}
		links = append(links, fmt.Sprintf(`<%s%s>; rel="%s"`, c.s.URL(), u.String(), rel))
	}
	if page > 1 {
		add("prev", page-1)
	}
	if page < last {
		add("next", page+1)
		add("last", last)
	}
	if page > 1 {
		add("first", 1)
	}
	if len(links) > 0 {
		c.w.Header().Set("Link", strings.Join(links, ", "))
	}
	from := min((page-1)*size, len(all))
	out := all[from:min(from+size, len(all))]
	if out == nil {
		out = []T{}
	}
	return out, nil
}

func queryInt(r *http.Request, name string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil {
		return n
	}
	return otherwise
}
