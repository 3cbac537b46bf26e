package gh

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v62/github"
)

// refusedAs says whether GitHub refused for this status and words.
func refusedAs(err error, status int, words string) bool {
	answer, ok := errors.AsType[*github.ErrorResponse](err)
	return ok && answer.Response != nil && answer.Response.StatusCode == status &&
		strings.Contains(strings.ToLower(answer.Error()), words)
}

// ErrExists means that what should be made is there already.
var ErrExists = errors.New("it exists already")

// ErrRefused means that a rule of the repository, such as a ruleset, forbids
// the change (409, 422).
var ErrRefused = errors.New("GitHub refuses the change")

// Proposal is a change of one file that is to become a pull request.
type Proposal struct {
	Branch string // that is made for it
	Base   string // branch to merge into
	From   string // commit of the base branch it starts from
	Path   string // of the file
	Old    string // blob id of the file there, "" for a new file
	Text   []byte // its new content

	Message, Title, Body string
}

// OpenPull finds the open pull request from a branch of this repository, and
// returns its address, "" when there is none.
func (c *Client) OpenPull(ctx context.Context, branch, base string) (string, error) {
	list, _, err := c.api.PullRequests.List(ctx, c.owner, c.name, &github.PullRequestListOptions{State: "open", Head: c.owner + ":" + branch, Base: base})
	if err != nil {
		return "", c.app.explain("look for the pull request", err)
	}
	for _, p := range list {
		if p.GetHead().GetRef() == branch { // an unknown head is no filter
			return p.GetHTMLURL(), nil
		}
	}
	return "", nil
}

// Propose makes the branch, the commit and the pull request, and returns the
// address of the latter. What an earlier attempt left behind is taken up when
// it is the same change; a branch that holds anything else is ErrExists.
func (c *Client) Propose(ctx context.Context, p Proposal) (string, error) {
	_, _, err := c.api.Git.CreateRef(ctx, c.owner, c.name, &github.Reference{Ref: github.String("refs/heads/" + p.Branch), Object: &github.GitObject{SHA: &p.From}})
	if err != nil && !refusedAs(err, http.StatusUnprocessableEntity, "already exists") {
		return "", c.refused("make the branch "+p.Branch, err)
	}
	opts := &github.RepositoryContentFileOptions{Message: &p.Message, Content: p.Text, Branch: &p.Branch, SHA: optional(p.Old)}
	written, err := c.written(ctx, p, err != nil)
	if err != nil {
		return "", err
	}
	if !written {
		if _, _, err := c.api.Repositories.UpdateFile(ctx, c.owner, c.name, p.Path, opts); err != nil {
			return "", c.refused("write "+p.Path, err)
		}
	}
	made, _, err := c.api.PullRequests.Create(ctx, c.owner, c.name, &github.NewPullRequest{Title: &p.Title, Head: &p.Branch, Base: &p.Base, Body: &p.Body})
	if err != nil {
		return "", c.refused("open the pull request", err)
	}
	return made.GetHTMLURL(), nil
}

// written says whether a branch that was there before holds the change, and
// not yet (false) when it still stands where it was made.
func (c *Client) written(ctx context.Context, p Proposal, existed bool) (bool, error) {
	if !existed {
		return false, nil
	}
	diff, err := c.Compare(ctx, p.Base, p.Branch)
	if err != nil {
		return false, err
	}
	if diff.Status == "identical" || diff.Status == "behind" {
		return false, nil
	}
	file, _, _, err := c.api.Repositories.GetContents(ctx, c.owner, c.name, p.Path, &github.RepositoryContentGetOptions{Ref: p.Branch})
	if err != nil {
		return false, c.app.explain("read "+p.Path, err)
	}
	if text, err := file.GetContent(); err != nil || text != string(p.Text) {
		return false, fmt.Errorf("the branch %s: %w", p.Branch, ErrExists)
	}
	return true, nil
}

func (c *Client) refused(doing string, err error) error {
	if answer, ok := errors.AsType[*github.ErrorResponse](err); ok && answer.Response != nil &&
		(answer.Response.StatusCode == http.StatusUnprocessableEntity || answer.Response.StatusCode == http.StatusConflict) {
		return fmt.Errorf("%s: %w", doing, ErrRefused)
	}
	return c.app.explain(doing, err)
}
