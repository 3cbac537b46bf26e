package gh

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"
)

// TrackingMarker is hidden in the text of our tracking issue. With the App's
// identity it is how the issue is found again.
const TrackingMarker = "<!-- mlops-maturity:tracking -->"

// maxIssueTitle is GitHub's limit, in characters.
const maxIssueTitle = 256

// The reasons an issue is closed for.
const (
	Completed  = "completed"
	NotPlanned = "not_planned"
)

// Issue is our tracking issue.
type Issue struct {
	Number      int
	Title, Body string
	Open        bool
	Reason      string // of a closed one: completed, not_planned or duplicate
	ClosedByUs  bool   // and not by a person
}

// IssueChange is what is to change of an issue; the state stays when State is
// "". Reason goes with closing.
type IssueChange struct {
	Title, Body   string
	State, Reason string // open or closed
}

type answeredIssue struct {
	Number      int             `json:"number"`
	Title       string          `json:"title"`
	Body        string          `json:"body"`
	State       string          `json:"state"`
	StateReason string          `json:"state_reason"`
	Repository  string          `json:"repository_url"`
	PullRequest *map[string]any `json:"pull_request"`
	ClosedBy    *struct {
		Login string `json:"login"`
		Type  string `json:"type"`
	} `json:"closed_by"`
	App *struct {
		ID int64 `json:"id"`
	} `json:"performed_via_github_app"`
}

func (a answeredIssue) ours(appID int64) bool {
	return a.App != nil && a.App.ID == appID && a.PullRequest == nil && strings.Contains(a.Body, TrackingMarker)
}

// Issue reads our tracking issue by number. It is false when there is none of
// ours: it was deleted, or has moved to another repository.
func (c *Client) Issue(ctx context.Context, number int) (Issue, bool, error) {
	var a answeredIssue
	_, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/issues/%d", c.owner, c.name, number), &a)
	if err = c.app.explain("read the tracking issue", err); errors.Is(err, ErrGone) {
		return Issue{}, false, nil
	}
	if err != nil || !a.ours(c.app.o.AppID) || a.Number != number || !strings.HasSuffix(strings.ToLower(a.Repository), strings.ToLower("/"+c.owner+"/"+c.name)) {
		return Issue{}, false, err
	}
	i, err := c.issue(ctx, a)
	return i, err == nil, err
}

// maxIssuePages bounds the search among the issues that our App opened.
const maxIssuePages = 10

// FindIssue searches for our tracking issue, the oldest if there are several.
func (c *Client) FindIssue(ctx context.Context) (Issue, bool, error) {
	login, err := c.app.botLogin(ctx)
	if err != nil {
		return Issue{}, false, err
	}
	page := 1
	for range maxIssuePages {
		var answer []answeredIssue
		resp, err := c.get(ctx, fmt.Sprintf("repos/%s/%s/issues?state=all&creator=%s&sort=created&direction=asc&per_page=100&page=%d",
			c.owner, c.name, url.QueryEscape(login), page), &answer)
		if err != nil {
			return Issue{}, false, c.app.explain("look for the tracking issue", err)
		}
		for _, a := range answer {
			if !a.ours(c.app.o.AppID) {
				continue
			}
			if a.State == "closed" && a.ClosedBy == nil { // lists may leave it out
				return c.Issue(ctx, a.Number)
			}
			i, err := c.issue(ctx, a)
			return i, err == nil, err
		}
		if page = resp.NextPage; page == 0 {
			return Issue{}, false, nil
		}
	}
	return Issue{}, false, fmt.Errorf("look for the tracking issue: the App opened more than %d issues and pull requests", maxIssuePages*100)
}

func (c *Client) issue(ctx context.Context, a answeredIssue) (Issue, error) {
	i := Issue{Number: a.Number, Title: a.Title, Body: a.Body, Open: a.State == "open", Reason: a.StateReason}
	if i.Open || a.ClosedBy == nil || a.ClosedBy.Type != "Bot" {
		return i, nil
	}
	login, err := c.app.botLogin(ctx)
	i.ClosedByUs = err == nil && strings.EqualFold(a.ClosedBy.Login, login)
	return i, err
}

// OpenIssue opens our tracking issue and returns its number.
func (c *Client) OpenIssue(ctx context.Context, title, body string) (int, error) {
	if err := checkIssue(title, body); err != nil {
		return 0, err
	}
	made, _, err := c.api.Issues.Create(ctx, c.owner, c.name, &github.IssueRequest{Title: &title, Body: &body})
	return made.GetNumber(), c.app.explain("open the tracking issue", err)
}

// ChangeIssue writes title, text and state of our tracking issue at once.
func (c *Client) ChangeIssue(ctx context.Context, number int, change IssueChange) error {
	if err := checkIssue(change.Title, change.Body); err != nil {
		return err
	}
	_, _, err := c.api.Issues.Edit(ctx, c.owner, c.name, number, &github.IssueRequest{Title: &change.Title, Body: &change.Body,
		State: optional(change.State), StateReason: optional(change.Reason)})
	return c.app.explain("change the tracking issue", err)
}

// Remark writes a comment on our tracking issue.
func (c *Client) Remark(ctx context.Context, number int, text string) error {
	if err := fits("remark", text, MaxText); err != nil {
		return err
	}
	_, _, err := c.api.Issues.CreateComment(ctx, c.owner, c.name, number, &github.IssueComment{Body: &text})
	return c.app.explain("comment on the tracking issue", err)
}

func checkIssue(title, body string) error {
	if !strings.Contains(body, TrackingMarker) {
		return errors.New("the tracking issue lacks its marker and could not be found again")
	}
	if n := utf8.RuneCountInString(title); n == 0 || n > maxIssueTitle {
		return fmt.Errorf("title of %d characters: %w of %d", n, ErrTooLong, maxIssueTitle)
	}
	return fits("tracking issue", body, MaxText)
}

// botLogin is the login that we write under, asked for once.
func (a *App) botLogin(ctx context.Context) (string, error) {
	a.mu.Lock()
	login := a.bot
	a.mu.Unlock()
	if login != "" {
		return login, nil
	}
	slug, err := a.Slug(ctx)
	if err != nil {
		return "", err
	}
	login = slug + "[bot]"
	a.mu.Lock()
	defer a.mu.Unlock()
	a.bot = login
	return login, nil
}
