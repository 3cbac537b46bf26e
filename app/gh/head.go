package gh

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
)

// Text is a small file that was read together with a head.
type Text struct {
	Path    string
	Content []byte
	Whole   bool // false when it is binary or too long to be a text of ours
}

// Branch is where a branch stands. Texts are the files asked for that are
// there, in the order asked for.
type Branch struct {
	Name         string
	Commit       string
	Default      string // the repository's default branch
	Texts        []Text
	OwnRuns      bool // the commit has check runs of ours with the name asked for
	RepositoryID int64
	Visibility   Visibility
	Organization Organization
}

// Pull is all that must be known of a pull request before it is judged, as of
// one moment.
type Pull struct {
	Number   int
	Head     string // commit
	Open     bool
	Draft    bool
	Bot      bool   // the author is no person
	Fork     bool   // the head lives in another repository
	Base     Branch // the branch it wants to go to, with its texts
	OwnRuns  bool   // as Branch.OwnRuns, of the head
	Comments int
	// MayHaveOwn is false when certainly no App has commented.
	MayHaveOwn bool
}

// Ask says what to bring beside a head: texts by path (at most two) and
// whether check runs of that name exist.
type Ask struct {
	Texts    [2]string
	CheckRun string
}

var (
	//go:embed queries/pull.graphql
	pullQuery string
	//go:embed queries/branch.graphql
	branchQuery string
)

// The shapes of the two queries.
type (
	runsAnswer struct {
		CheckSuites struct {
			Nodes []struct {
				CheckRuns struct{ TotalCount int }
			}
		}
	}
	textAnswer struct {
		Object *struct {
			Text        *string
			IsTruncated bool
		}
	}
	commitAnswer struct {
		OID           string
		First, Second *textAnswer
		runsAnswer
	}
	repositoryAnswer struct {
		DatabaseID       int64 `json:"databaseId"`
		Visibility       Visibility
		DefaultBranchRef *struct{ Name string }
		Object           *commitAnswer
		PullRequest      *struct {
			State             string
			IsDraft           bool
			IsCrossRepository bool
			HeadRefOid        string
			Author            *struct {
				Typename string `json:"__typename"`
			}
			BaseRefName string
			BaseRef     *struct{ Target commitAnswer }
			Commits     struct {
				Nodes []struct{ Commit runsAnswer }
			}
			Comments struct {
				TotalCount int
				Nodes      []struct {
					Author *struct {
						Typename string `json:"__typename"`
					}
				}
			}
		}
		organization Organization
	}
)

// Pull reads a pull request by one query.
func (c *Client) Pull(ctx context.Context, number int, ask Ask) (Pull, error) {
	doing := fmt.Sprintf("read pull request %d", number)
	r, err := c.head(ctx, doing, pullQuery, ask, "number", number)
	if err != nil {
		return Pull{}, err
	}
	p := r.PullRequest
	if p == nil {
		return Pull{}, fmt.Errorf("%s: %w", doing, ErrGone)
	}
	pull := Pull{Number: number, Head: p.HeadRefOid, Open: p.State == "OPEN", Draft: p.IsDraft, Fork: p.IsCrossRepository,
		Bot: p.Author != nil && p.Author.Typename == "Bot", Comments: p.Comments.TotalCount,
		Base: r.branch(p.BaseRefName)}
	if p.BaseRef != nil { // null once the branch is deleted
		pull.Base.Commit, pull.Base.Texts = p.BaseRef.Target.OID, p.BaseRef.Target.texts(ask)
	}
	for _, n := range p.Commits.Nodes {
		pull.OwnRuns = pull.OwnRuns || n.Commit.any()
	}
	pull.MayHaveOwn = p.Comments.TotalCount > len(p.Comments.Nodes)
	for _, n := range p.Comments.Nodes {
		pull.MayHaveOwn = pull.MayHaveOwn || n.Author == nil || n.Author.Typename != "User"
	}
	if !objectID(pull.Head) {
		return Pull{}, fmt.Errorf("%s: the head is no commit id", doing)
	}
	return pull, nil
}

// Branch reads where a branch stands by one query; "" is the default branch.
func (c *Client) Branch(ctx context.Context, name string, ask Ask) (Branch, error) {
	doing, expression := "read branch "+name, "refs/heads/"+name
	if name == "" {
		doing, expression = "read the default branch", "HEAD"
	}
	r, err := c.head(ctx, doing, branchQuery, ask, "expression", expression)
	if err != nil {
		return Branch{}, err
	}
	if r.Object == nil || !objectID(r.Object.OID) {
		return Branch{}, fmt.Errorf("%s: %w", doing, ErrGone)
	}
	if name == "" {
		name = r.defaultBranch()
	}
	b := r.branch(name)
	b.Commit, b.Texts, b.OwnRuns = r.Object.OID, r.Object.texts(ask), r.Object.any()
	return b, nil
}

func (c *Client) head(ctx context.Context, doing, text string, ask Ask, key string, value any) (*repositoryAnswer, error) {
	var answer struct {
		Repository   *repositoryAnswer
		Organization *repositoryAnswer
	}
	faults, err := c.parts(ctx, doing, text, map[string]any{"owner": c.owner, "name": c.name, key: value, "app": c.app.o.AppID,
		"run": ask.CheckRun, "first": ask.Texts[0], "second": ask.Texts[1]}, &answer)
	if err != nil {
		return nil, err
	}
	if err := faults.of(c.app.o.Clock, "repository"); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	r := answer.Repository
	if r == nil {
		return nil, fmt.Errorf("%s: %w", doing, ErrGone)
	}
	r.organization = organization(answer.Organization, faults.of(c.app.o.Clock, "organization"), ask)
	return r, nil
}

// branch fills in what is known of a branch by its repository alone.
func (r *repositoryAnswer) branch(name string) Branch {
	return Branch{Name: name, Default: r.defaultBranch(), RepositoryID: r.DatabaseID, Visibility: r.Visibility, Organization: r.organization}
}

func (r *repositoryAnswer) defaultBranch() string {
	if r.DefaultBranchRef == nil {
		return ""
	}
	return r.DefaultBranchRef.Name
}

func (r runsAnswer) any() bool {
	for _, s := range r.CheckSuites.Nodes {
		if s.CheckRuns.TotalCount > 0 {
			return true
		}
	}
	return false
}

func (a commitAnswer) texts(ask Ask) []Text {
	var texts []Text
	for i, t := range []*textAnswer{a.First, a.Second} {
		if t == nil || t.Object == nil {
			continue
		}
		text := Text{Path: ask.Texts[i]}
		if t.Object.Text != nil && !t.Object.IsTruncated {
			text.Content, text.Whole = []byte(*t.Object.Text), true
		}
		if strings.TrimSpace(text.Path) != "" {
			texts = append(texts, text)
		}
	}
	return texts
}
