package gh

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"
)

// Reaction is one of GitHub's reactions to a comment.
type Reaction string

// The reactions the App gives.
const (
	Eyes     Reaction = "eyes"
	Yes      Reaction = "+1"
	No       Reaction = "-1"
	Confused Reaction = "confused"
)

// React reacts to a comment; doing so twice is as once.
func (c *Client) React(ctx context.Context, comment int64, r Reaction) error {
	_, _, err := c.api.Reactions.CreateIssueCommentReaction(ctx, c.owner, c.name, comment, string(r))
	return c.app.explain("react to the comment", err)
}

// MayWrite says whether a person may write to the repository, by any grant. The
// id must be that of the login: a login may have been given up and taken by
// somebody else since the event.
func (c *Client) MayWrite(ctx context.Context, login string, id int64) (bool, error) {
	p, _, err := c.api.Repositories.GetPermissionLevel(ctx, c.owner, c.name, url.PathEscape(login))
	if err = c.app.explain("read what "+login+" may do", err); errors.Is(err, ErrGone) {
		return false, nil // nobody of that name, any more
	}
	if err != nil {
		return false, err
	}
	write := p.GetPermission() == "admin" || p.GetPermission() == "write" // maintain counts as write
	return write && p.GetUser().GetID() == id, nil
}

// answerMarker is hidden in the answer to what somebody asked; key names the
// asking, such as "comment 12".
func answerMarker(key string) string { return "<!-- mlops-maturity answer to " + key + " -->" }

// answerPages bounds the search for an earlier answer.
const answerPages = 10

// Answer writes the one answer to an asking below an issue or pull request:
// where there is one already it is made to say this. since is when the asking
// was made; an answer is never older. key must be of our own making.
func (c *Client) Answer(ctx context.Context, number int, key, body string, since time.Time) error {
	body = answerMarker(key) + "\n" + body
	if err := fits("answer", body, MaxText); err != nil {
		return err
	}
	old, err := c.findAnswer(ctx, number, answerMarker(key), since)
	switch {
	case err != nil:
		return err
	case old.ID == 0:
		_, _, err = c.api.Issues.CreateComment(ctx, c.owner, c.name, number, &github.IssueComment{Body: &body})
	case old.Body != body:
		_, _, err = c.api.Issues.EditComment(ctx, c.owner, c.name, old.ID, &github.IssueComment{Body: &body})
	}
	return c.app.explain("answer", err)
}

func (c *Client) findAnswer(ctx context.Context, number int, marker string, since time.Time) (Comment, error) {
	page := 1
	for range answerPages {
		var answer []answeredComment
		resp, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/issues/%d/comments?per_page=100&page=%d&since=%s", c.owner, c.name, number, page,
			since.UTC().Format(time.RFC3339)), &answer)
		if err != nil {
			return Comment{}, c.app.explain("look for an earlier answer", err)
		}
		for _, a := range answer {
			if a.App != nil && a.App.ID == c.app.o.AppID && strings.HasPrefix(a.Body, marker) {
				return Comment{a.ID, a.Body}, nil
			}
		}
		if page = resp.NextPage; page == 0 {
			return Comment{}, nil
		}
	}
	return Comment{}, fmt.Errorf("look for an earlier answer: more than %d comments came after the asking", answerPages*100)
}
