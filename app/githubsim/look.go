package githubsim

import (
	"context"
	"fmt"
	"strings"
)

// Revision gives the commit id that an expression in git's own revision syntax
// names, such as HEAD~2 or origin/main, "" when there is none. It is for people
// at a terminal; GitHub takes less, see Head.
func (r *Repo) Revision(expression string) string {
	out, err := r.dir.git(context.Background(), nil, "rev-parse", "--verify", "--quiet", "--end-of-options", expression+"^{commit}")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// ReadFile gives the content of a file as a commit, branch or tag has it; of a
// symbolic link, its target.
func (r *Repo) ReadFile(ref, path string) ([]byte, error) {
	ctx := context.Background()
	commit := r.dir.resolve(ctx, ref, "commit")
	if commit == "" {
		return nil, fmt.Errorf("%s has no %q", r.FullName(), ref)
	}
	return r.dir.git(ctx, nil, "cat-file", "blob", commit+":"+path)
}

// Text is the title and the body.
func (p *Pull) Text() (title, body string) {
	p.repo.sim.mu.Lock()
	defer p.repo.sim.mu.Unlock()
	return p.title, p.body
}
