package githubsim

import (
	"encoding/base64"
	"net/http"
	"strings"
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
