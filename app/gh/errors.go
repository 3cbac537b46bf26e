package gh

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"
)

// The errors a caller branches on. All others are worth another try.
var (
	// ErrGone means that the repository, the pull request, the commit or the
	// installation is no longer there for us (404, 410, 451).
	ErrGone = errors.New("gone from GitHub, or out of the App's reach")
	// ErrSuspended means that the owner has suspended the installation.
	ErrSuspended = errors.New("the installation is suspended")
	// ErrForbidden means that a permission is missing (403).
	ErrForbidden = errors.New("GitHub refuses; a permission is missing")
	// ErrTooLong means that a text is over GitHub's limit and was not sent.
	ErrTooLong = errors.New("over GitHub's limit")
	// ErrRateLimited is what every *RateLimitError is.
	ErrRateLimited = errors.New("rate limited")

	errAnswerTooLarge = fmt.Errorf("an answer of GitHub is larger than %d bytes", maxBody)
)

// RateLimitError says when to come again; Wait is how long that was from the
// moment of the error. Resource is "core", "graphql" or "writes" (our own pace).
type RateLimitError struct {
	Until    time.Time
	Wait     time.Duration
	Resource string
}

func limited(clock Clock, until time.Time, resource string) *RateLimitError {
	return &RateLimitError{Until: until, Wait: max(until.Sub(clock.Now()), 0), Resource: resource}
}

func limitedFor(clock Clock, wait time.Duration, resource string) *RateLimitError {
	return limited(clock, clock.Now().Add(wait), resource)
}

// RetryAfter is how long to put the job off.
func (e *RateLimitError) RetryAfter() time.Duration { return e.Wait }

func (e *RateLimitError) Error() string {
	return "rate limited (" + e.Resource + ") until " + e.Until.UTC().Format(time.RFC3339)
}

// Is makes errors.Is(err, ErrRateLimited) true.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// explain turns what go-github and ghinstallation return into the errors
// above, and says what was attempted.
func (a *App) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	if limit, ok := errors.AsType[*RateLimitError](err); ok {
		return fmt.Errorf("%s: %w", doing, limit)
	}
	if limit, ok := errors.AsType[*github.RateLimitError](err); ok {
		return fmt.Errorf("%s: %w", doing, limited(a.o.Clock, limit.Rate.Reset.Time, "core"))
	}
	if limit, ok := errors.AsType[*github.AbuseRateLimitError](err); ok {
		wait := time.Minute
		if limit.RetryAfter != nil {
			wait = *limit.RetryAfter
		}
		return fmt.Errorf("%s: %w", doing, limitedFor(a.o.Clock, wait, "core"))
	}
	if token, ok := errors.AsType[*ghinstallation.HTTPError](err); ok && token.Response != nil {
		return fmt.Errorf("%s: %w", doing, a.explainToken(token))
	}
	if answer, ok := errors.AsType[*github.ErrorResponse](err); ok && answer.Response != nil {
		if known := a.byStatus(answer.Response, answer.Message); known != nil {
			return fmt.Errorf("%s: %w (%s)", doing, known, answer.Message)
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func (a *App) explainToken(e *ghinstallation.HTTPError) error {
	// Nobody else closes the body of a refused token exchange.
	defer e.Response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(e.Response.Body, 4096))
	if known := a.byStatus(e.Response, string(body)); known != nil {
		return known
	}
	return errors.New(e.Message)
}

// byStatus returns nil for a status that says nothing certain.
func (a *App) byStatus(resp *http.Response, message string) error {
	lower := strings.ToLower(message)
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusGone, http.StatusUnavailableForLegalReasons:
		return ErrGone
	case http.StatusTooManyRequests:
		return limitedFor(a.o.Clock, retryAfter(resp.Header.Get("Retry-After")), "core")
	case http.StatusForbidden:
		switch {
		case resp.Header.Get("Retry-After") != "" || strings.Contains(lower, "rate limit"):
			return limitedFor(a.o.Clock, retryAfter(resp.Header.Get("Retry-After")), "core")
		case strings.Contains(lower, "suspended"):
			return ErrSuspended
		}
		return ErrForbidden
	}
	return nil
}

// unprocessable says whether GitHub understood a request and would not do it
// (422).
func unprocessable(err error) bool {
	answer, ok := errors.AsType[*github.ErrorResponse](err)
	return ok && answer.Response != nil && answer.Response.StatusCode == http.StatusUnprocessableEntity
}

// temporary says whether the same request may work at once.
func temporary(err error) bool {
	answer, ok := errors.AsType[*github.ErrorResponse](err)
	return ok && answer.Response != nil && answer.Response.StatusCode >= 500
}
