package gh

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-github/v62/github"
)

// Marker is hidden in our comment. With the App's identity it is how the
// comment is found again; a person who copies the text does not own one.
const Marker = "<!-- mlops-maturity -->"

// Comment is our comment on a pull request.
type Comment struct {
	ID   int64
	Body string
}

// maxCommentPages bounds the search; a pull request with more comments gets
// its comment at the known id or not at all.
const maxCommentPages = 30

// answeredComment is go-github's comment with the App it came through, which
// go-github v62 leaves out.
type answeredComment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	App  *struct {
		ID int64 `json:"id"`
	} `json:"performed_via_github_app"`
}

func (a answeredComment) ours(appID int64) bool {
	return a.App != nil && a.App.ID == appID && strings.Contains(a.Body, Marker)
}

// Comment reads our comment by id. It is false when there is none of ours.
func (c *Client) Comment(ctx context.Context, id int64) (Comment, bool, error) {
	var answer answeredComment
	_, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/issues/comments/%d", c.owner, c.name, id), &answer)
	if err = c.app.explain("read the comment", err); errors.Is(err, ErrGone) {
		return Comment{}, false, nil
	}
	if err != nil {
		return Comment{}, false, err
	}
	return Comment{answer.ID, answer.Body}, answer.ours(c.app.o.AppID), nil
}

// FindComment searches a pull request's comments for ours.
func (c *Client) FindComment(ctx context.Context, pull int) (Comment, bool, error) {
	page := 1
	for range maxCommentPages {
		var answer []answeredComment
		resp, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/issues/%d/comments?per_page=100&page=%d", c.owner, c.name, pull, page), &answer)
		if err != nil {
			return Comment{}, false, c.app.explain("look for the comment", err)
		}
		for _, a := range answer {
			if a.ours(c.app.o.AppID) {
				return Comment{a.ID, a.Body}, true, nil
			}
		}
		if page = resp.NextPage; page == 0 {
			return Comment{}, false, nil
		}
	}
	return Comment{}, false, fmt.Errorf("look for the comment: pull request %d has more than %d comments", pull, maxCommentPages*100)
}

// CreateComment writes a new comment and returns its id. Marker must be in it.
func (c *Client) CreateComment(ctx context.Context, pull int, body string) (int64, error) {
	if err := checkComment(body); err != nil {
		return 0, err
	}
	made, _, err := c.api.Issues.CreateComment(ctx, c.owner, c.name, pull, &github.IssueComment{Body: &body})
	if err != nil {
		return 0, c.app.explain("write the comment", err)
	}
	return made.GetID(), nil
}

// EditComment replaces the text of our comment.
func (c *Client) EditComment(ctx context.Context, id int64, body string) error {
	if err := checkComment(body); err != nil {
		return err
	}
	_, _, err := c.api.Issues.EditComment(ctx, c.owner, c.name, id, &github.IssueComment{Body: &body})
	return c.app.explain("edit the comment", err)
}

func checkComment(body string) error {
	if !strings.Contains(body, Marker) {
		return errors.New("the comment lacks its marker and could not be found again")
	}
	return fits("comment", body, MaxText)
}

func (c *Client) get(ctx context.Context, path string, out any) (*github.Response, error) {
	req, err := c.api.NewRequest("GET", path, nil)
	if err != nil {
		return nil, err
	}
	return c.api.Do(ctx, req, out)
}
