package githubsim

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// gitCommit is what the interface says about a commit.
type gitCommit struct {
	sha, tree string
	parents   []string
	author    person
	committer person
	message   string
}

type person struct{ name, email, date string }

// commits reads commits in the order given.
func (g gitDir) commits(ctx context.Context, shas ...string) ([]gitCommit, error) {
	if len(shas) == 0 {
		return nil, nil
	}
	format := "--format=%H%x01%T%x01%P%x01%an%x01%ae%x01%at%x01%cn%x01%ce%x01%ct%x01%B%x00"
	out, err := g.git(ctx, strings.NewReader(strings.Join(shas, "\n")+"\n"), "log", "--no-walk=unsorted", format, "--stdin")
	if err != nil {
		return nil, err
	}
	var all []gitCommit
	for record := range strings.SplitSeq(string(out), "\x00") {
		f := strings.SplitN(strings.TrimPrefix(record, "\n"), "\x01", 10)
		if len(f) < 10 {
			continue
		}
		all = append(all, gitCommit{
			sha: f[0], tree: f[1], parents: strings.Fields(f[2]), author: person{f[3], f[4], unixStamp(f[5])},
			committer: person{f[6], f[7], unixStamp(f[8])}, message: strings.TrimRight(f[9], "\n"),
		})
	}
	return all, nil
}

func unixStamp(seconds string) string {
	var n int64
	_, _ = fmt.Sscan(seconds, &n) // git prints a number
	return time.Unix(n, 0).UTC().Format(time.RFC3339)
}

func (p person) json() fields { return fields{"name": p.name, "email": p.email, "date": p.date} }

func (s *Sim) commitJSON(r *Repo, k gitCommit) fields {
	parents := []any{}
	for _, p := range k.parents {
		parents = append(parents, fields{"sha": p, "url": s.api("/repos/%s/commits/%s", r.FullName(), p), "html_url": s.html("/%s/commit/%s", r.FullName(), p)})
	}
	return fields{
		"sha": k.sha, "node_id": nodeID("Commit", k.sha), "url": s.api("/repos/%s/commits/%s", r.FullName(), k.sha),
		"html_url":     s.html("/%s/commit/%s", r.FullName(), k.sha),
		"comments_url": s.api("/repos/%s/commits/%s/comments", r.FullName(), k.sha),
		"author":       nil, "committer": nil, "parents": parents,
		"commit": fields{
			"author": k.author.json(), "committer": k.committer.json(), "message": k.message, "comment_count": 0,
			"tree":         fields{"sha": k.tree, "url": s.api("/repos/%s/git/trees/%s", r.FullName(), k.tree)},
			"url":          s.api("/repos/%s/git/commits/%s", r.FullName(), k.sha),
			"verification": unverified(),
		},
	}
}

func unverified() fields {
	return fields{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}
}

// commit resolves a ref of the call's repository, 422 when there is none.
func (c *call) commit(ref string) (gitCommit, error) {
	sha := c.repo.dir.resolve(c.r.Context(), ref, "commit")
	if sha == "" {
		return gitCommit{}, &apiError{status: http.StatusUnprocessableEntity, message: "No commit found for SHA: " + ref}
	}
	found, err := c.repo.dir.commits(c.r.Context(), sha)
	if err != nil {
		return gitCommit{}, err
	}
	return found[0], nil
}

func getBranch(c *call) error {
	name := c.r.PathValue("branch")
	sha := c.repo.dir.resolve(c.r.Context(), "refs/heads/"+name, "commit")
	if sha == "" {
		return &apiError{status: http.StatusNotFound, message: "Branch not found"}
	}
	k, err := c.commit(sha)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	self := c.s.api("/repos/%s/branches/%s", c.repo.FullName(), name)
	c.json(http.StatusOK, fields{
		"name": name, "commit": c.s.commitJSON(c.repo, k), "protected": false,
		"protection": fields{"enabled": false}, "protection_url": self + "/protection",
		"_links": fields{"self": self, "html": c.s.html("/%s/tree/%s", c.repo.FullName(), name)},
	})
	return nil
}

// getBelowCommit serves a commit and what hangs below it; a ref may hold
// slashes, so the last segment decides.
func getBelowCommit(c *call) error {
	ref := c.r.PathValue("ref")
	for _, below := range []struct {
		suffix, need string
		handle       func(*call, string) error
	}{
		{"/check-runs", "checks:read", listRefRuns},
		{"/check-suites", "checks:read", listRefSuites},
		{"/pulls", "pull_requests:read", listCommitPulls},
		{"", "contents:read", getCommit},
	} {
		if short, ok := strings.CutSuffix(ref, below.suffix); ok {
			if err := c.s.mayOn(c.token, c.repo, []string{below.need}); err != nil {
				return err
			}
			return below.handle(c, short)
		}
	}
	return notFound()
}

func getCommit(c *call, ref string) error {
	k, err := c.commit(ref)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, c.s.commitJSON(c.repo, k))
	return nil
}

func getGitCommit(c *call) error {
	if !fullSHA.MatchString(c.r.PathValue("sha")) {
		return notFound()
	}
	k, err := c.commit(c.r.PathValue("sha"))
	if err != nil {
		return notFound()
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	whole := c.s.commitJSON(c.repo, k)
	inner := whole["commit"].(fields)
	delete(inner, "comment_count")
	for _, name := range []string{"sha", "node_id", "html_url", "parents"} {
		inner[name] = whole[name]
	}
	c.json(http.StatusOK, inner)
	return nil
}

func getRef(c *call) error {
	name := "refs/" + c.r.PathValue("ref")
	sha := c.repo.dir.resolve(c.r.Context(), name, "commit")
	if sha == "" {
		return notFound()
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, c.refJSON(name, sha))
	return nil
}
