package githubsim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxComment is the longest comment GitHub takes, in characters.
const maxComment = 65_536

// Comment is a comment on a pull request.
type Comment struct {
	ID        int64
	Author    string // login; the App's own is "<slug>[bot]"
	Body      string
	CreatedAt time.Time
	UpdatedAt time.Time
	Edits     int
	ByApp     bool

	repo   *Repo
	number int
}

type reaction struct {
	id        int64
	comment   int64
	content   string
	createdAt time.Time
}

var reactionKinds = []string{"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"}

// Comments lists the comments of a pull request, oldest first.
func (s *Sim) Comments(p *Pull) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Comment
	for _, k := range s.comments {
		if k.repo == p.repo && k.number == p.number {
			found = append(found, *k)
		}
	}
	return found
}

// AddComment writes a comment of a person, or of another bot.
func (p *Pull) AddComment(author, body string) int64 {
	s := p.repo.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user(author)
	return s.addComment(p.repo, p.number, author, body, false).ID
}

func (s *Sim) addComment(r *Repo, number int, author, body string, byApp bool) *Comment {
	now := s.opts.Clock()
	k := &Comment{ID: s.nextID(), Author: author, Body: body, CreatedAt: now, UpdatedAt: now, ByApp: byApp, repo: r, number: number}
	s.comments = append(s.comments, k)
	s.wrote()
	return k
}

// commentBody reads and checks the body of a comment.
func (c *call) commentBody() (string, error) {
	var in struct {
		Body *string `json:"body"`
	}
	if err := c.decode(&in); err != nil {
		return "", err
	}
	switch {
	case in.Body == nil || *in.Body == "":
		return "", invalid("IssueComment", "body", "missing_field", "Body can't be blank")
	case utf8.RuneCountInString(*in.Body) > maxComment:
		return "", invalid("IssueComment", "data", "unprocessable", "Body is too long (maximum is 65536 characters)")
	}
	return *in.Body, nil
}

func listBelowIssue(c *call) error {
	if c.r.PathValue("below") != "comments" {
		return c.unknown()
	}
	number, _, err := c.talk()
	if err != nil {
		return err
	}
	since, _ := time.Parse(time.RFC3339, c.r.URL.Query().Get("since")) // zero without one
	c.s.mu.Lock()
	var all []any
	for _, k := range c.s.comments {
		if k.repo == c.repo && k.number == number && !k.UpdatedAt.Before(since) {
			all = append(all, c.s.commentJSON(k))
		}
	}
	c.s.mu.Unlock()
	return c.list(all)
}

// talk finds the pull request or issue of the path and what its comments need:
// the permission of its kind, which the endpoint could not tell before.
func (c *call) talk() (number int, locked bool, err error) {
	level := "write"
	if c.r.Method == http.MethodGet {
		level = "read"
	}
	if p, err := c.pull(); err == nil {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		return p.number, p.locked, nil
	}
	if err := c.withIssue(func(i *Issue) error { number = i.Number; return nil }); err != nil {
		return 0, false, err
	}
	return number, false, c.s.mayOn(c.token, c.repo, []string{"issues:" + level})
}

func createComment(c *call) error {
	number, locked, err := c.talk()
	if err != nil {
		return err
	}
	body, err := c.commentBody()
	if err != nil {
		return err
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if locked {
		return forbidden("Unable to create comment because issue is locked.")
	}
	k := s.addComment(c.repo, number, s.BotLogin(), body, true)
	c.json(http.StatusCreated, s.commentJSON(k))
	return nil
}

// comment runs f on the comment of the path, s.mu held.
func (c *call) comment(f func(*Comment) error) error {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	i := slices.IndexFunc(c.s.comments, func(k *Comment) bool { return err == nil && k.ID == id && k.repo == c.repo })
	if i < 0 {
		return notFound()
	}
	return f(c.s.comments[i])
}

func getComment(c *call) error {
	return c.comment(func(k *Comment) error {
		c.json(http.StatusOK, c.s.commentJSON(k))
		return nil
	})
}

func updateComment(c *call) error {
	body, err := c.commentBody()
	if err != nil {
		return err
	}
	return c.comment(func(k *Comment) error {
		k.Body, k.UpdatedAt = body, c.s.opts.Clock()
		k.Edits++
		c.s.wrote()
		c.json(http.StatusOK, c.s.commentJSON(k))
		return nil
	})
}

func deleteComment(c *call) error {
	return c.comment(func(k *Comment) error {
		c.s.comments = slices.DeleteFunc(c.s.comments, func(x *Comment) bool { return x == k })
		c.s.wrote()
		c.head()
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
}

func createReaction(c *call) error {
	var in struct {
		Content string `json:"content"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if !slices.Contains(reactionKinds, in.Content) {
		return invalid("Reaction", "content", "invalid", "")
	}
	return c.comment(func(k *Comment) error {
		s := c.s
		for _, x := range s.reactions {
			if x.comment == k.ID && x.content == in.Content {
				c.json(http.StatusOK, s.reactionJSON(x)) // it is there already
				return nil
			}
		}
		x := &reaction{id: s.nextID(), comment: k.ID, content: in.Content, createdAt: s.opts.Clock()}
		s.reactions = append(s.reactions, x)
		s.wrote()
		c.json(http.StatusCreated, s.reactionJSON(x))
		return nil
	})
}

func listReactions(c *call) error {
	all := []any{}
	err := c.comment(func(k *Comment) error {
		for _, x := range c.s.reactions {
			if x.comment == k.ID {
				all = append(all, c.s.reactionJSON(x))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.list(all)
}

// Reactions names the App's reactions to a comment, in the order given.
func (s *Sim) Reactions(comment int64) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for _, x := range s.reactions {
		if x.comment == comment {
			found = append(found, x.content)
		}
	}
	return found
}

func (s *Sim) reactionJSON(x *reaction) fields {
	return fields{
		"id": x.id, "node_id": nodeID("Reaction", x.id), "user": s.userJSON(s.user(s.BotLogin())),
		"content": x.content, "created_at": stamp(x.createdAt),
	}
}

func (s *Sim) commentJSON(k *Comment) fields {
	name := k.repo.FullName()
	url := s.api("/repos/%s/issues/comments/%d", name, k.ID)
	rollup := fields{"url": url + "/reactions", "total_count": 0}
	for _, kind := range reactionKinds {
		n := 0
		for _, x := range s.reactions {
			if x.comment == k.ID && x.content == kind {
				n++
			}
		}
		rollup[kind] = n
		rollup["total_count"] = rollup["total_count"].(int) + n
	}
	var app any
	if k.ByApp {
		app = s.runApp(k.repo)
	}
	kind := "pull"
	if k.repo.issue(k.number) != nil {
		kind = "issues"
	}
	return fields{
		"id": k.ID, "node_id": nodeID("IssueComment", k.ID), "url": url, "body": k.Body, "user": s.userJSON(s.user(k.Author)),
		"html_url":  s.html("/%s/%s/%d#issuecomment-%d", name, kind, k.number, k.ID),
		"issue_url": s.api("/repos/%s/issues/%d", name, k.number), "author_association": "NONE",
		"created_at": stamp(k.CreatedAt), "updated_at": stamp(k.UpdatedAt), "performed_via_github_app": app, "reactions": rollup,
	}
}
