package githubsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Issue is an issue of a repository, as of the moment it was asked for.
type Issue struct {
	Number    int
	Title     string
	Body      string
	Author    string // login
	ByApp     bool
	State     string // open or closed
	Reason    string // completed, not_planned, duplicate or reopened; "" for none
	ClosedBy  string // login, "" while it was never closed
	Edits     int    // of title and body
	CreatedAt time.Time
	UpdatedAt time.Time
	ClosedAt  time.Time

	repo *Repo
	id   int64
}

// maxIssueTitle is the longest title GitHub takes, in characters.
const maxIssueTitle = 256

// Issues lists the issues of a repository, oldest first.
func (r *Repo) Issues() []Issue {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	found := make([]Issue, 0, len(r.issues))
	for _, i := range r.issues {
		found = append(found, *i)
	}
	return found
}

// OpenIssue opens an issue of a person.
func (r *Repo) OpenIssue(author, title, body string) int {
	s := r.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user(author)
	return s.addIssue(r, author, title, body, false).Number
}

// CloseIssue closes an issue as a person does; reason is completed, not_planned
// or duplicate.
func (r *Repo) CloseIssue(number int, by, reason string) {
	r.changeIssue(number, func(i *Issue) { i.close(r.sim.user(by).Login, reason) })
}

// EditIssue changes an issue's text as a person does.
func (r *Repo) EditIssue(number int, body string) {
	r.changeIssue(number, func(i *Issue) { i.Body = body })
}

// DeleteIssue removes an issue; GitHub then answers 410 for it.
func (r *Repo) DeleteIssue(number int) {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.issues = slices.DeleteFunc(r.issues, func(i *Issue) bool { return i.Number == number })
	r.sim.wrote()
}

// SwitchIssues turns the repository's issues on or off.
func (r *Repo) SwitchIssues(on bool) {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.noIssues = !on
}

// CommentOnIssue writes a comment of a person on an issue.
func (r *Repo) CommentOnIssue(number int, author, body string) Comment {
	s := r.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user(author)
	return *s.addComment(r, number, author, body, false)
}

// IssueComments lists the comments of an issue, oldest first.
func (r *Repo) IssueComments(number int) []Comment {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	var found []Comment
	for _, k := range r.sim.comments {
		if k.repo == r && k.number == number {
			found = append(found, *k)
		}
	}
	return found
}

func (r *Repo) changeIssue(number int, f func(*Issue)) {
	s := r.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := r.issue(number); i != nil {
		f(i)
		i.UpdatedAt = s.opts.Clock()
		s.wrote()
	}
}

// issue finds an issue, nil when there is none; sim.mu is held.
func (r *Repo) issue(number int) *Issue {
	for _, i := range r.issues {
		if i.Number == number {
			return i
		}
	}
	return nil
}

func (s *Sim) addIssue(r *Repo, author, title, body string, byApp bool) *Issue {
	now := s.opts.Clock()
	r.numbers++
	i := &Issue{Number: r.numbers, Title: title, Body: body, Author: author, ByApp: byApp, State: "open", CreatedAt: now, UpdatedAt: now, repo: r, id: s.nextID()}
	r.issues = append(r.issues, i)
	s.wrote()
	return i
}

func (i *Issue) close(by, reason string) {
	if reason == "" {
		reason = "completed"
	}
	i.State, i.Reason, i.ClosedBy, i.ClosedAt = "closed", reason, by, i.repo.sim.opts.Clock()
}

func (i *Issue) reopen() { i.State, i.Reason, i.ClosedAt = "open", "reopened", time.Time{} }

// issueInput is what an issue is made or changed by; nil leaves a field.
type issueInput struct {
	Title       *string `json:"title"`
	Body        *string `json:"body"`
	State       *string `json:"state"`
	StateReason *string `json:"state_reason"`
}

// issueFields reads and checks the body of a request.
func (c *call) issueFields() (in issueInput, err error) {
	if err := c.decode(&in); err != nil {
		return in, err
	}
	switch {
	case in.Title != nil && strings.TrimSpace(*in.Title) == "":
		return in, invalid("Issue", "title", "missing_field", "")
	case in.Title != nil && utf8.RuneCountInString(*in.Title) > maxIssueTitle:
		return in, invalid("Issue", "title", "custom", "title is too long (maximum is 256 characters)")
	case in.Body != nil && utf8.RuneCountInString(*in.Body) > maxComment:
		return in, invalid("Issue", "body", "custom", "body is too long (maximum is 65536 characters)")
	case in.State != nil && *in.State != "open" && *in.State != "closed":
		return in, invalid("Issue", "state", "invalid", "")
	case in.StateReason != nil && !slices.Contains([]string{"completed", "not_planned", "duplicate", "reopened"}, *in.StateReason):
		return in, invalid("Issue", "state_reason", "invalid", "")
	}
	return in, nil
}

func issuesOff() error {
	return &apiError{status: http.StatusGone, message: "Issues has been disabled in this repository."}
}

func createIssue(c *call) error {
	in, err := c.issueFields()
	if err != nil {
		return err
	}
	if in.Title == nil {
		return invalid("Issue", "title", "missing_field", "")
	}
	body := ""
	if in.Body != nil {
		body = *in.Body
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.repo.noIssues {
		return issuesOff()
	}
	i := s.addIssue(c.repo, s.BotLogin(), *in.Title, body, true)
	c.json(http.StatusCreated, s.issueJSON(i))
	return nil
}

// withIssue runs f on the issue of the path, s.mu held.
func (c *call) withIssue(f func(*Issue) error) error {
	number, err := strconv.Atoi(c.r.PathValue("number"))
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.repo.noIssues {
		return issuesOff()
	}
	i := c.repo.issue(number)
	switch {
	case err != nil || number < 1 || number > c.repo.numbers || i == nil && c.repo.pull(number) != nil:
		return notFound() // a pull request is an issue too; nothing asks for it as one
	case i == nil:
		return &apiError{status: http.StatusGone, message: "This issue was deleted"}
	}
	return f(i)
}

func getIssue(c *call) error {
	return c.withIssue(func(i *Issue) error {
		c.json(http.StatusOK, c.s.issueJSON(i))
		return nil
	})
}

func updateIssue(c *call) error {
	in, err := c.issueFields()
	if err != nil {
		return err
	}
	return c.withIssue(func(i *Issue) error {
		if in.Title != nil && *in.Title != i.Title || in.Body != nil && *in.Body != i.Body {
			i.Edits++
		}
		if in.Title != nil {
			i.Title = *in.Title
		}
		if in.Body != nil {
			i.Body = *in.Body
		}
		if in.State != nil && *in.State != i.State {
			reason := ""
			if in.StateReason != nil {
				reason = *in.StateReason
			}
			if *in.State == "closed" {
				i.close(c.s.BotLogin(), reason)
			} else {
				i.reopen()
			}
		}
		i.UpdatedAt = c.s.opts.Clock()
		c.s.wrote()
		c.json(http.StatusOK, c.s.issueJSON(i))
		return nil
	})
}

// listIssues lists issues and, as GitHub does, pull requests among them.
func listIssues(c *call) error {
	q := c.r.URL.Query()
	state := q.Get("state")
	if state == "" {
		state = "open"
	}
	s := c.s
	s.mu.Lock()
	if c.repo.noIssues {
		s.mu.Unlock()
		return issuesOff()
	}
	type numbered struct {
		number        int
		state, author string
		json          fields
	}
	var found []numbered
	for _, i := range c.repo.issues {
		found = append(found, numbered{i.Number, i.State, i.Author, s.issueJSON(i)})
	}
	for _, p := range c.repo.pulls {
		found = append(found, numbered{p.number, p.state, p.author.Login, s.pullAsIssue(p)})
	}
	s.mu.Unlock()
	slices.SortFunc(found, func(a, b numbered) int { return b.number - a.number })
	if q.Get("direction") == "asc" {
		slices.Reverse(found)
	}
	var all []any
	for _, f := range found {
		if (state == "all" || f.state == state) && (q.Get("creator") == "" || strings.EqualFold(q.Get("creator"), f.author)) {
			all = append(all, f.json)
		}
	}
	return c.list(all)
}

func (s *Sim) pullAsIssue(p *Pull) fields {
	f := s.issueJSON(&Issue{Number: p.number, Title: p.title, Body: p.body, Author: p.author.Login, State: p.state,
		CreatedAt: p.createdAt, UpdatedAt: p.updatedAt, ClosedAt: p.closedAt, repo: p.repo, id: p.id})
	pull := s.pullJSON(p)
	f["html_url"], f["draft"] = pull["html_url"], p.draft
	f["pull_request"] = fields{"url": pull["url"], "html_url": pull["html_url"], "diff_url": pull["diff_url"], "patch_url": pull["patch_url"], "merged_at": pull["merged_at"]}
	return f
}

// issueJSON writes an issue; s.mu is held.
func (s *Sim) issueJSON(i *Issue) fields {
	name := i.repo.FullName()
	url := s.api("/repos/%s/issues/%d", name, i.Number)
	comments := 0
	for _, k := range s.comments {
		if k.repo == i.repo && k.number == i.Number {
			comments++
		}
	}
	var app, closedBy any
	if i.ByApp {
		app = s.runApp(i.repo)
	}
	if i.ClosedBy != "" {
		closedBy = s.userJSON(s.user(i.ClosedBy))
	}
	rollup := fields{"url": url + "/reactions", "total_count": 0}
	for _, kind := range reactionKinds {
		rollup[kind] = 0
	}
	return fields{
		"id": i.id, "node_id": nodeID("Issue", i.id), "number": i.Number, "title": i.Title, "body": orNull(i.Body), "user": s.userJSON(s.user(i.Author)),
		"url": url, "html_url": s.html("/%s/issues/%d", name, i.Number), "repository_url": s.api("/repos/%s", name),
		"labels_url": url + "/labels{/name}", "comments_url": url + "/comments", "events_url": url + "/events", "timeline_url": url + "/timeline",
		"labels": []any{}, "assignee": nil, "assignees": []any{}, "milestone": nil, "locked": false, "active_lock_reason": nil,
		"state": i.State, "state_reason": orNull(i.Reason), "closed_by": closedBy, "comments": comments, "author_association": "NONE",
		"created_at": stamp(i.CreatedAt), "updated_at": stamp(i.UpdatedAt), "closed_at": stamp(i.ClosedAt),
		"performed_via_github_app": app, "reactions": rollup,
	}
}
