package githubsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Sim) pullSide(r *Repo, ref, sha string) fields {
	return fields{
		"label": r.owner + ":" + ref, "ref": ref, "sha": sha,
		"user": s.userJSON(s.user(r.owner)), "repo": s.repoJSON(r),
	}
}

// pullJSON is a pull request as lists have it; s.mu is held.
func (s *Sim) pullJSON(p *Pull) fields {
	r := p.repo
	url := s.api("/repos/%s/pulls/%d", r.FullName(), p.number)
	page := s.html("/%s/pull/%d", r.FullName(), p.number)
	issue := s.api("/repos/%s/issues/%d", r.FullName(), p.number)
	statuses := s.api("/repos/%s/statuses/%s", r.FullName(), p.headSHA)
	comment := s.api("/repos/%s/pulls/comments{/number}", r.FullName())
	link := func(href string) fields { return fields{"href": href} }
	mergedAt := any(nil)
	if p.merged {
		mergedAt = stamp(p.closedAt)
	}
	return fields{
		"id": p.id, "node_id": nodeID("PullRequest", p.id), "number": p.number, "state": p.state, "locked": p.locked,
		"title": p.title, "body": orNull(p.body), "user": s.userJSON(p.author), "draft": p.draft,
		"head": s.pullSide(p.headRepo, p.headRef, p.headSHA), "base": s.pullSide(r, p.baseRef, p.baseSHA),
		"url": url, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch", "issue_url": issue,
		"commits_url": url + "/commits", "review_comments_url": url + "/comments", "review_comment_url": comment,
		"comments_url": issue + "/comments", "statuses_url": statuses,
		"created_at": stamp(p.createdAt), "updated_at": stamp(p.updatedAt), "closed_at": stamp(p.closedAt), "merged_at": mergedAt,
		"merge_commit_sha": orNull(p.mergeSHA), "assignee": nil, "assignees": []any{}, "requested_reviewers": []any{}, "requested_teams": []any{},
		"labels": []any{}, "milestone": nil, "author_association": "CONTRIBUTOR", "auto_merge": nil, "active_lock_reason": nil,
		"_links": fields{
			"self": link(url), "html": link(page), "issue": link(issue), "comments": link(issue + "/comments"),
			"review_comments": link(url + "/comments"), "review_comment": link(comment), "commits": link(url + "/commits"),
			"statuses": link(statuses),
		},
	}
}

// fullPullJSON adds what only a single pull request has.
func (s *Sim) fullPullJSON(p *Pull, d diff) fields {
	f := s.pullJSON(p)
	for name, v := range (fields{
		"merged": p.merged, "mergeable": true, "mergeable_state": "clean", "rebaseable": true, "merged_by": nil,
		"comments": 0, "review_comments": 0, "maintainer_can_modify": p.fork(), "commits": d.commits,
		"additions": d.additions, "deletions": d.deletions, "changed_files": len(d.files),
	}) {
		f[name] = v
	}
	return f
}

func (c *call) pull() (*Pull, error) {
	number, err := strconv.Atoi(c.r.PathValue("number"))
	if err != nil {
		return nil, notFound()
	}
	if p := c.repo.Pull(number); p != nil {
		return p, nil
	}
	return nil, notFound()
}

func getPull(c *call) error {
	p, err := c.pull()
	if err != nil {
		return err
	}
	d, err := p.diff(c.r.Context())
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, c.s.fullPullJSON(p, d))
	return nil
}

func listPulls(c *call) error {
	q := c.r.URL.Query()
	state := q.Get("state")
	if state == "" {
		state = "open"
	}
	c.s.mu.Lock()
	var all []any
	for _, p := range slices.Backward(c.repo.pulls) {
		label := p.headRepo.owner + ":" + p.headRef
		if (state == "all" || p.state == state) &&
			(q.Get("base") == "" || q.Get("base") == p.baseRef) && (q.Get("head") == "" || strings.EqualFold(q.Get("head"), label)) {
			all = append(all, c.s.pullJSON(p))
		}
	}
	c.s.mu.Unlock()
	return c.list(all)
}

// list answers with one page of a plain array.
func (c *call) list(all []any) error {
	page, err := paginate(c, all)
	if err != nil {
		return err
	}
	c.json(http.StatusOK, page)
	return nil
}

// listCommitPulls names the open pull requests whose head is the commit; it
// finds those from forks too, which check events do not name.
func listCommitPulls(c *call, sha string) error {
	c.s.mu.Lock()
	var all []any
	for _, p := range c.repo.pulls {
		if p.headSHA == sha {
			all = append(all, c.s.pullJSON(p))
		}
	}
	c.s.mu.Unlock()
	return c.list(all)
}

// maxPullFiles is how many files of a pull request GitHub lists at all.
const maxPullFiles = 3000

func listPullFiles(c *call) error {
	p, err := c.pull()
	if err != nil {
		return err
	}
	d, err := p.diff(c.r.Context())
	if err != nil {
		return err
	}
	head := p.HeadSHA()
	c.s.mu.Lock()
	var all []any
	for _, f := range d.files[:min(len(d.files), maxPullFiles)] {
		all = append(all, c.s.fileJSON(c.repo, head, f))
	}
	c.s.mu.Unlock()
	return c.list(all)
}

func compareCommits(c *call) error {
	base, head, ok := strings.Cut(c.r.PathValue("basehead"), "...")
	if !ok {
		return notFound()
	}
	ctx, g := c.r.Context(), c.repo.dir
	from, to := c.compared(base), c.compared(head)
	if from == "" || to == "" {
		return notFound()
	}
	d, err := g.compare(ctx, from, to)
	if err != nil {
		return err
	}
	if d.mergeBase == "" {
		return &apiError{status: http.StatusNotFound, message: "No common ancestor between " + base + " and " + head + "."}
	}
	named, err := g.commits(ctx, from, d.mergeBase)
	if err != nil {
		return err
	}
	shas, err := g.git(ctx, nil, "rev-list", "--reverse", "--max-count=250", from+".."+to)
	if err != nil {
		return err
	}
	ahead, err := g.commits(ctx, strings.Fields(string(shas))...)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	s, url, page := c.s, c.s.api("/repos/%s/compare/%s...%s", c.repo.FullName(), base, head), c.s.html("/%s/compare/%s...%s", c.repo.FullName(), base, head)
	commits, files := []any{}, []any{}
	for _, k := range ahead {
		commits = append(commits, s.commitJSON(c.repo, k))
	}
	// Files come with the first page only, and 300 of them at most.
	if queryInt(c.r, "page", 1) <= 1 {
		for _, f := range d.files[:min(len(d.files), 300)] {
			files = append(files, s.fileJSON(c.repo, to, f))
		}
	}
	c.json(http.StatusOK, fields{
		"url": url, "html_url": page, "permalink_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch",
		"base_commit": s.commitJSON(c.repo, named[0]), "merge_base_commit": s.commitJSON(c.repo, named[len(named)-1]),
		"status": d.status(), "ahead_by": d.commits, "behind_by": d.behind, "total_commits": d.commits,
		"commits": commits, "files": files,
	})
	return nil
}

// compared resolves one side of a comparison: a ref, or "owner:ref" of a fork.
func (c *call) compared(side string) string {
	if owner, ref, ok := strings.Cut(side, ":"); ok {
		if !strings.EqualFold(owner, c.repo.owner) {
			fork := c.s.Repo(owner + "/" + c.repo.name)
			if fork == nil {
				return ""
			}
			// Its objects are here only as far as a pull request brought them.
			return c.repo.dir.resolve(c.r.Context(), fork.Head(ref), "commit")
		}
		side = ref
	}
	return c.repo.dir.resolve(c.r.Context(), side, "commit")
}
