package githubsim

import (
	"encoding/base64"
	"net/http"
	"path"
	"strings"
)

// createRef makes a branch or tag; it never moves one.
func createRef(c *call) error {
	var in struct{ Ref, SHA *string }
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Ref == nil || !strings.HasPrefix(*in.Ref, "refs/") || strings.Count(*in.Ref, "/") < 2 {
		return unprocessable("Reference name must start with 'refs/' and have at least two slashes")
	}
	ctx := c.r.Context()
	if in.SHA == nil || !fullSHA.MatchString(*in.SHA) || c.repo.dir.resolve(ctx, *in.SHA, "commit") == "" {
		return unprocessable("Object does not exist")
	}
	if _, err := c.repo.dir.git(ctx, nil, "check-ref-format", *in.Ref); err != nil {
		return unprocessable("Reference name is not valid")
	}
	c.repo.writing.Lock()
	defer c.repo.writing.Unlock()
	if c.repo.dir.resolve(ctx, *in.Ref, "commit") != "" {
		return unprocessable("Reference already exists")
	}
	if _, err := c.repo.dir.git(ctx, nil, "update-ref", *in.Ref, *in.SHA); err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.wrote()
	c.json(http.StatusCreated, c.refJSON(*in.Ref, *in.SHA))
	return nil
}

// refJSON describes a ref; s.mu is held.
func (c *call) refJSON(name, sha string) fields {
	return fields{
		"ref": name, "node_id": nodeID("Ref", name), "url": c.s.api("/repos/%s/git/%s", c.repo.FullName(), name),
		"object": fields{"type": "commit", "sha": sha, "url": c.s.api("/repos/%s/git/commits/%s", c.repo.FullName(), sha)},
	}
}

// putContents writes one file as one commit. An existing file must be named by
// its blob, so that nobody overwrites what they have not seen.
func putContents(c *call) error {
	var in struct {
		Message, Content, SHA *string
		Branch                string
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Message == nil || in.Content == nil {
		return unprocessable("Invalid request.\n\n\"message\" or \"content\" wasn't supplied.")
	}
	data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(*in.Content, "\n", ""))
	if err != nil {
		return unprocessable("content is not valid Base64")
	}
	name := strings.Trim(path.Clean("/"+c.r.PathValue("path")), "/")
	branch := orElse(in.Branch, c.repo.DefaultBranch())
	ctx, r := c.r.Context(), c.repo
	r.writing.Lock()
	defer r.writing.Unlock()
	parent := r.dir.resolve(ctx, "refs/heads/"+branch, "commit")
	if parent == "" {
		return &apiError{status: http.StatusNotFound, message: "Branch " + branch + " not found"}
	}
	if strings.HasPrefix(name, ".github/workflows/") && !allows(c.token.permissions, "workflows", "write") {
		return forbidden("Resource not accessible by integration")
	}
	old, err := r.dir.blobAt(ctx, parent, name)
	switch {
	case err != nil:
		return err
	case old != "" && in.SHA == nil:
		return unprocessable("Invalid request.\n\n\"sha\" wasn't supplied.")
	case in.SHA != nil && *in.SHA != old:
		return &apiError{status: http.StatusConflict, message: name + " does not match " + *in.SHA}
	}
	author := c.s.BotLogin() + " <bot@example.com>"
	sha, err := r.dir.commitAs(ctx, author, branch, parent, []Entry{{Path: name, Data: data}}, *in.Message, c.s.opts.Clock())
	if err != nil {
		return err
	}
	if err := r.moved(ctx, branch); err != nil {
		return err
	}
	blob, err := r.dir.blobAt(ctx, sha, name)
	if err != nil {
		return err
	}
	k, err := c.commit(sha)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	commit := c.s.commitJSON(r, k)["commit"].(fields)
	delete(commit, "comment_count")
	commit["sha"], commit["html_url"], commit["parents"] = sha, c.s.html("/%s/commit/%s", r.FullName(), sha), []any{}
	status := http.StatusOK
	if old == "" {
		status = http.StatusCreated
	}
	c.json(status, fields{"content": c.entryJSON(treeEntry{Mode: "100644", Kind: "blob", OID: blob, Path: name, Size: int64(len(data))}, branch), "commit": commit})
	return nil
}

// createPull opens a pull request of the App's own.
func createPull(c *call) error {
	var in struct{ Title, Head, Base, Body string }
	if err := c.decode(&in); err != nil {
		return err
	}
	ctx, r := c.r.Context(), c.repo
	branch := strings.TrimPrefix(in.Head, r.owner+":")
	head, base := r.dir.resolve(ctx, "refs/heads/"+branch, "commit"), r.dir.resolve(ctx, "refs/heads/"+in.Base, "commit")
	switch {
	case in.Title == "":
		return invalid("PullRequest", "title", "missing_field", "")
	case head == "":
		return invalid("PullRequest", "head", "invalid", "")
	case base == "":
		return invalid("PullRequest", "base", "invalid", "")
	}
	d, err := r.dir.compare(ctx, base, head)
	if err != nil {
		return err
	}
	if d.commits == 0 {
		return invalid("PullRequest", "head", "custom", "No commits between "+in.Base+" and "+branch)
	}
	c.s.mu.Lock()
	for _, p := range r.pulls {
		if p.state == "open" && p.headRepo == r && p.headRef == branch && p.baseRef == in.Base {
			c.s.mu.Unlock()
			return invalid("PullRequest", "head", "custom", "A pull request already exists for "+r.owner+":"+branch+".")
		}
	}
	c.s.mu.Unlock()
	p, err := r.OpenPull(NewPull{Head: branch, Base: in.Base, Author: c.s.BotLogin(), Title: in.Title, Body: in.Body, Bot: true})
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusCreated, c.s.fullPullJSON(p, d))
	return nil
}

// unprocessable is a refusal without details.
func unprocessable(message string) error {
	return &apiError{status: http.StatusUnprocessableEntity, message: message}
}
