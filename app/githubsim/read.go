package githubsim

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
)

func getRepo(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, c.s.repoJSON(c.repo))
	return nil
}

func getRateLimit(c *call) error {
	c.s.refund(c) // asking does not count
	c.s.quotaMu.Lock()
	rate := fields{"limit": c.quota.limit, "remaining": c.quota.limit - c.quota.used, "used": c.quota.used, "reset": c.quota.reset.Unix(), "resource": "core"}
	c.s.quotaMu.Unlock()
	c.json(http.StatusOK, fields{"resources": fields{"core": rate, "search": rate}, "rate": rate})
	return nil
}

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
	c.json(http.StatusOK, fields{
		"ref": name, "node_id": nodeID("Ref", name), "url": c.s.api("/repos/%s/git/%s", c.repo.FullName(), name),
		"object": fields{"type": "commit", "sha": sha, "url": c.s.api("/repos/%s/git/commits/%s", c.repo.FullName(), sha)},
	})
	return nil
}

func getTree(c *call) error {
	ref := c.r.PathValue("sha")
	oid := c.repo.dir.resolve(c.r.Context(), ref, "commit")
	if oid == "" {
		oid = c.repo.dir.resolve(c.r.Context(), ref, "tree")
	}
	if oid == "" {
		return notFound()
	}
	recursive := c.r.URL.Query().Has("recursive") // any value counts, "0" too
	entries, err := c.repo.dir.tree(c.r.Context(), oid, recursive)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	truncated := recursive && len(entries) > c.s.treeLimit
	if truncated {
		entries = entries[:c.s.treeLimit]
	}
	list := make([]fields, 0, len(entries))
	git := c.s.api("/repos/%s/git/", c.repo.FullName())
	for _, e := range entries {
		f := fields{"path": e.Path, "mode": e.Mode, "type": e.Kind, "sha": e.OID}
		switch e.Kind {
		case "blob":
			f["size"], f["url"] = e.Size, git+"blobs/"+e.OID
		case "tree":
			f["url"] = git + "trees/" + e.OID
		}
		list = append(list, f)
	}
	c.json(http.StatusOK, fields{"sha": oid, "url": git + "trees/" + oid, "tree": list, "truncated": truncated})
	return nil
}

// maxBlob is the largest blob the interface hands out, in bytes.
const maxBlob = 100 << 20

func getBlob(c *call) error {
	sha := c.r.PathValue("sha")
	if !fullSHA.MatchString(sha) {
		return &apiError{status: http.StatusUnprocessableEntity, message: "The sha parameter must be exactly 40 characters and contain only [0-9a-f]."}
	}
	found, err := c.repo.dir.objects(c.r.Context(), sha)
	if err != nil {
		return err
	}
	blob := found[0]
	if blob.Kind != "blob" {
		return notFound()
	}
	if len(blob.Data) > maxBlob {
		return &apiError{status: http.StatusForbidden, message: "This API returns blobs up to 100 MB in size.", errors: []any{fields{"resource": "Blob", "field": "data", "code": "too_large"}}}
	}
	if wantsRaw(c.r) {
		c.raw(blob.Data)
		return nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, fields{
		"sha": sha, "node_id": nodeID("Blob", sha), "url": c.s.api("/repos/%s/git/blobs/%s", c.repo.FullName(), sha),
		"size": len(blob.Data), "content": wrapped(blob.Data), "encoding": "base64",
	})
	return nil
}

// wantsRaw tells whether the caller asked for the bytes themselves.
func wantsRaw(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "raw") }

func (c *call) raw(data []byte) {
	c.w.Header().Set("Content-Type", "application/vnd.github.raw; charset=utf-8")
	c.head()
	_, _ = c.w.Write(data)
}

// wrapped is base64 in lines of 60, as GitHub sends it.
func wrapped(data []byte) string {
	text := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(text) > 60 {
		b.WriteString(text[:60] + "\n")
		text = text[60:]
	}
	b.WriteString(text + "\n")
	return b.String()
}

// The contents interface sends up to 1 MB in JSON, and more only raw.
const maxInline = 1 << 20

func getContents(c *call) error {
	name := strings.Trim(path.Clean("/"+c.r.PathValue("path")), "/")
	ref := c.r.URL.Query().Get("ref")
	if ref == "" {
		ref = c.repo.DefaultBranch()
	}
	commit := c.repo.dir.resolve(c.r.Context(), ref, "commit")
	if commit == "" {
		return &apiError{status: http.StatusNotFound, message: "No commit found for the ref " + ref}
	}
	if name == "" {
		return c.folder(commit, name, ref)
	}
	out, err := c.repo.dir.git(c.r.Context(), nil, "ls-tree", "-l", "-z", "--full-tree", commit, "--", ":(literal)"+name)
	if err != nil {
		out, err = c.repo.dir.git(c.r.Context(), nil, "--literal-pathspecs", "ls-tree", "-l", "-z", "--full-tree", commit, "--", name)
	}
	if err != nil {
		return err
	}
	var e treeEntry
	meta, _, ok := strings.Cut(strings.TrimSuffix(string(out), "\x00"), "\t")
	f := strings.Fields(meta)
	if !ok || len(f) != 4 {
		return notFound()
	}
	e = treeEntry{Mode: f[0], Kind: f[1], OID: f[2], Path: name}
	if e.Kind == "tree" {
		return c.folder(e.OID, name, ref)
	}
	return c.file(e, ref)
}

func (c *call) file(e treeEntry, ref string) error {
	if e.Kind == "commit" {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		f := c.entryJSON(e, ref)
		f["submodule_git_url"] = "https://github.invalid/module.git"
		c.json(http.StatusOK, f)
		return nil
	}
	found, err := c.repo.dir.objects(c.r.Context(), e.OID)
	if err != nil {
		return err
	}
	data := found[0].Data
	if len(data) > maxBlob {
		return &apiError{status: http.StatusForbidden, message: "This API returns blobs up to 100 MB in size.", errors: []any{fields{"resource": "Blob", "field": "data", "code": "too_large"}}}
	}
	if wantsRaw(c.r) {
		c.raw(data)
		return nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	e.Size = int64(len(data))
	f := c.entryJSON(e, ref)
	switch {
	case e.Mode == "120000":
		f["target"] = string(data)
	case len(data) > maxInline:
		f["content"], f["encoding"] = "", "none"
	default:
		f["content"], f["encoding"] = wrapped(data), "base64"
	}
	c.json(http.StatusOK, f)
	return nil
}

func (c *call) folder(oid, name, ref string) error {
	entries, err := c.repo.dir.tree(c.r.Context(), oid, false)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	list := []any{}
	for _, e := range entries[:min(len(entries), 1000)] {
		e.Path = path.Join(name, e.Path)
		list = append(list, c.entryJSON(e, ref))
	}
	c.json(http.StatusOK, list)
	return nil
}

// entryJSON describes one path; s.mu is held.
func (c *call) entryJSON(e treeEntry, ref string) fields {
	self := c.s.api("/repos/%s/contents/%s?ref=%s", c.repo.FullName(), escapePath(e.Path), ref)
	kind, git := "file", any(c.s.api("/repos/%s/git/blobs/%s", c.repo.FullName(), e.OID))
	switch {
	case e.Kind == "tree":
		kind, git = "dir", c.s.api("/repos/%s/git/trees/%s", c.repo.FullName(), e.OID)
	case e.Kind == "commit":
		kind, git = "submodule", nil
	case e.Mode == "120000":
		kind = "symlink"
	}
	page := c.s.html("/%s/blob/%s/%s", c.repo.FullName(), ref, escapePath(e.Path))
	f := fields{
		"name": path.Base(e.Path), "path": e.Path, "sha": e.OID, "size": max(e.Size, 0), "type": kind, "url": self,
		"git_url": git, "html_url": page, "download_url": nil, "_links": fields{"self": self, "git": git, "html": page},
	}
	if kind == "file" {
		f["download_url"] = c.s.html("/raw/%s/%s/%s", c.repo.FullName(), ref, escapePath(e.Path))
	}
	return f
}
