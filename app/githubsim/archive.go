package githubsim

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// codeloadPrefix is where archives are downloaded from; on github.com it is a
// host of its own.
const codeloadPrefix = "/codeload/"

// linkLife is how long the link to a private repository's archive works.
const linkLife = 5 * time.Minute

func getTarball(c *call) error {
	ref := c.r.PathValue("ref")
	sha := c.repo.dir.resolve(c.r.Context(), ref, "commit")
	if sha == "" {
		return notFound()
	}
	link := fmt.Sprintf("%s%s%s/legacy.tar.gz/%s?token=%s", c.s.URL(), codeloadPrefix, c.repo.FullName(), sha, c.s.linkToken(c.repo))
	c.w.Header().Set("Location", link)
	c.head()
	c.w.WriteHeader(http.StatusFound)
	return nil
}

// linkToken makes a secret that downloads one repository for a while.
func (s *Sim) linkToken(r *Repo) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret := fmt.Sprintf("L%d-%s", s.nextID(), s.opts.WebhookSecret[:min(8, len(s.opts.WebhookSecret))])
	s.tokens[secret] = &token{repos: map[int64]bool{r.id: true}, expires: s.opts.AuthClock().Add(linkLife)}
	return secret
}

func download(c *call) error {
	s := c.s
	r := s.Repo(c.r.PathValue("owner") + "/" + c.r.PathValue("repo"))
	s.mu.Lock()
	t := s.tokens[c.r.URL.Query().Get("token")]
	ok := r != nil && t != nil && t.installation == nil && t.repos[r.id] && t.expires.After(s.opts.AuthClock())
	s.mu.Unlock()
	sha := c.r.PathValue("sha")
	if !ok || !fullSHA.MatchString(sha) || r.dir.resolve(c.r.Context(), sha, "commit") == "" {
		return notFound()
	}
	prefix := fmt.Sprintf("%s-%s-%s/", r.owner, r.name, sha[:7])
	// A commit, not its tree: git then writes the commit id into the header.
	data, err := r.dir.git(c.r.Context(), nil, "archive", "--format=tar.gz", "-1", "--prefix="+prefix, sha)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/x-gzip")
	c.w.Header().Set("Content-Disposition", "attachment; filename="+strings.TrimSuffix(prefix, "/")+".tar.gz")
	c.head()
	_, _ = c.w.Write(data)
	return nil
}

// escapePath escapes a path for a URL, keeping its slashes.
func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }
