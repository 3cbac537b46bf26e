package gh

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/google/go-github/v62/github"
)

// WithToken returns a client of one repository that speaks with a person's or a
// job's token instead of as the App: for reading on the command line. Of the
// options, AppID and PrivateKey are not needed. It makes no request.
func WithToken(o Options, token, owner, name string) (*Client, error) {
	a, err := prepare(o)
	if err != nil {
		return nil, err
	}
	over := &http.Client{Transport: &bearer{token, a.limited()}, Timeout: a.o.Timeout, CheckRedirect: sameHost}
	return &Client{installation: &installation{api: a.client(over), http: over}, app: a, owner: owner, name: name}, nil
}

type bearer struct {
	token string
	next  http.RoundTripper
}

// RoundTrip adds the token to a copy, as a transport must.
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+b.token)
	return b.next.RoundTrip(req)
}

// revision is what a commit may be called: a branch, a tag or an object id, but
// no expression that leads elsewhere. The length is counted apart: an expression
// that counts is long, and every start of the program would compile it.
var revision = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._/+-]*$`)

const maxRevision = 250

// Commit returns the id of the commit that a branch, tag or object id stands
// for; "" is the head of the default branch.
func (c *Client) Commit(ctx context.Context, rev string) (string, error) {
	if rev == "" {
		rev = "HEAD"
	}
	if len(rev) > maxRevision || !revision.MatchString(rev) {
		return "", fmt.Errorf("%q is no branch, tag or commit id", rev)
	}
	// The commit's own files are listed with it; one is as few as can be asked for.
	commit, _, err := c.api.Repositories.GetCommit(ctx, c.owner, c.name, rev, &github.ListOptions{PerPage: 1})
	if err != nil {
		if answer, ok := errors.AsType[*github.ErrorResponse](err); ok && answer.Response != nil && answer.Response.StatusCode == http.StatusUnprocessableEntity {
			return "", fmt.Errorf("read %s: %w", rev, ErrGone) // GitHub's word for an unknown ref
		}
		return "", c.app.explain("read "+rev, err)
	}
	if !objectID(commit.GetSHA()) {
		return "", fmt.Errorf("read %s: %w", rev, ErrGone)
	}
	return commit.GetSHA(), nil
}
