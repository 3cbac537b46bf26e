package gh

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/go-github/v62/github"
)

// The bounds of one page of heads.
const (
	headsAt   = 50 // repositories; GraphQL must answer within ten seconds
	maxSuites = 5  // of one commit; an App has one, unless branches share the commit
)

// RepositoryHead is where the default branch of a repository stands. Run is how
// far our check run on it got: "" when there is none, else completed or a word
// for less.
type RepositoryHead struct {
	RepositoryID int64
	Owner, Name  string
	Visibility   Visibility
	Branch, Head string
	Run          string
}

// Page is part of an installation's repositories. Left is the share, from 0 to
// 1, that is left of the hour's requests, of REST or GraphQL, whichever is less.
// Next is the page to go on with, 0 after the last.
type Page struct {
	Heads []RepositoryHead
	Next  int
	Left  float64
}

// Heads reads one page (from 1) of the installation's default branches and
// whether they have a check run of that name, by two requests for fifty
// repositories. Archived and empty ones are left out.
func (a *App) Heads(ctx context.Context, installationID int64, run string, page int) (Page, error) {
	c := a.Repository(installationID, "", "")
	list, resp, err := c.api.Apps.ListRepos(ctx, &github.ListOptions{Page: page, PerPage: headsAt})
	if err != nil {
		return Page{}, a.explain("list the repositories", err)
	}
	p := Page{Next: resp.NextPage, Left: share(resp.Rate.Remaining, resp.Rate.Limit)}
	var live []*github.Repository
	for _, r := range list.Repositories {
		if !r.GetArchived() && !r.GetDisabled() && r.GetID() != 0 {
			live = append(live, r)
		}
	}
	if len(live) == 0 {
		return p, nil
	}
	return p, c.fillHeads(ctx, &p, live, run)
}

func share(remaining, limit int) float64 {
	if limit <= 0 { // an Enterprise Server without limits
		return 1
	}
	return float64(remaining) / float64(limit)
}

type headAnswer struct {
	DatabaseID       int64 `json:"databaseId"`
	Visibility       Visibility
	DefaultBranchRef *struct {
		Name   string
		Target struct {
			OID         string
			CheckSuites struct {
				Nodes []struct {
					CheckRuns struct {
						Nodes []struct{ Status string }
					}
				}
			}
		}
	}
}

// fillHeads asks for all of them at once. A repository that GitHub says nothing
// of is left to the next time.
func (c *Client) fillHeads(ctx context.Context, p *Page, live []*github.Repository, run string) error {
	var q strings.Builder
	q.WriteString("query Heads($app: Int!, $run: String!")
	variables := map[string]any{"app": c.app.o.AppID, "run": run}
	for i, r := range live {
		fmt.Fprintf(&q, ", $o%d: String!, $n%d: String!", i, i)
		variables[fmt.Sprintf("o%d", i)], variables[fmt.Sprintf("n%d", i)] = r.GetOwner().GetLogin(), r.GetName()
	}
	q.WriteString(") {\nrateLimit { limit remaining }\n")
	for i := range live {
		fmt.Fprintf(&q, "r%d: repository(owner: $o%d, name: $n%d) { databaseId visibility defaultBranchRef { name target { oid ... on Commit { "+
			"checkSuites(first: %d, filterBy: {appId: $app}) { nodes { checkRuns(first: 1, filterBy: {checkName: $run}) { nodes { status } } } } } } } }\n", i, i, i, maxSuites)
	}
	q.WriteString("}")
	var parts map[string]json.RawMessage
	if err := c.query(ctx, "read the default branches", q.String(), variables, true, &parts); err != nil {
		return err
	}
	var limit struct{ Limit, Remaining int }
	if json.Unmarshal(parts["rateLimit"], &limit) == nil {
		p.Left = min(p.Left, share(limit.Remaining, limit.Limit))
	}
	for i, r := range live {
		var a headAnswer // stays empty for null and for nonsense
		err := json.Unmarshal(parts[fmt.Sprintf("r%d", i)], &a)
		if err != nil || a.DatabaseID != r.GetID() || a.DefaultBranchRef == nil || !objectID(a.DefaultBranchRef.Target.OID) {
			continue
		}
		h := RepositoryHead{RepositoryID: a.DatabaseID, Owner: r.GetOwner().GetLogin(), Name: r.GetName(), Visibility: a.Visibility,
			Branch: a.DefaultBranchRef.Name, Head: a.DefaultBranchRef.Target.OID}
		for _, s := range a.DefaultBranchRef.Target.CheckSuites.Nodes {
			for _, x := range s.CheckRuns.Nodes {
				if status := strings.ToLower(x.Status); h.Run != "completed" {
					h.Run = status
				}
			}
		}
		p.Heads = append(p.Heads, h)
	}
	return nil
}
