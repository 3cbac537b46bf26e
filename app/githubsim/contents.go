package githubsim

import (
	"net/http"
	"path"
	"strings"
)

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
