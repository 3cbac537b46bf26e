package githubsim

import (
	"context"
	"fmt"
)

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
