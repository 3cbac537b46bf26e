package githubsim

import (
	"context"
	"fmt"
	"strings"
)

// MergeGroup is a pull request on its way through the merge queue, merged onto
// its base on a branch of its own.
type MergeGroup struct {
	repo                               *Repo
	headRef, headSHA, baseRef, baseSHA string // refs are full
}

// Queue puts a pull request into the merge queue: GitHub merges it onto the
// base on a branch below gh-readonly-queue/ and asks for checks of that commit.
func (p *Pull) Queue() (*MergeGroup, error) {
	r, ctx := p.repo, context.Background()
	r.writing.Lock()
	defer r.writing.Unlock()
	branch, head := p.BaseRef(), p.HeadSHA()
	base := r.dir.resolve(ctx, "refs/heads/"+branch, "commit")
	tree, err := r.dir.git(ctx, nil, "merge-tree", "--write-tree", base, head)
	if err != nil {
		return nil, fmt.Errorf("queueing %s#%d: %w", r.FullName(), p.number, err)
	}
	message := fmt.Sprintf("Merge pull request #%d", p.number)
	out, err := r.dir.git(ctx, nil, "commit-tree", strings.TrimSpace(string(tree)), "-p", base, "-p", head, "-m", message)
	if err != nil {
		return nil, err
	}
	g := &MergeGroup{repo: r, headSHA: strings.TrimSpace(string(out)), baseRef: "refs/heads/" + branch, baseSHA: base}
	g.headRef = fmt.Sprintf("refs/heads/gh-readonly-queue/%s/pr-%d-%s", branch, p.number, base)
	_, err = r.dir.git(ctx, nil, "update-ref", g.headRef, g.headSHA)
	return g, err
}

// HeadSHA is the commit to check.
func (g *MergeGroup) HeadSHA() string { return g.headSHA }

// Destroy takes the group out of the queue: its branch goes, its commit stays
// for a while.
func (g *MergeGroup) Destroy() error {
	g.repo.writing.Lock()
	defer g.repo.writing.Unlock()
	_, err := g.repo.dir.git(context.Background(), nil, "update-ref", "-d", g.headRef)
	return err
}

// MergeGroupPayload is the body of a merge_group event ("checks_requested",
// "destroyed").
func (s *Sim) MergeGroupPayload(g *MergeGroup, action string, extra ...Extra) []byte {
	k, err := g.repo.dir.commits(context.Background(), g.headSHA)
	s.mu.Lock()
	defer s.mu.Unlock()
	group := fields{"head_sha": g.headSHA, "head_ref": g.headRef, "base_sha": g.baseSHA, "base_ref": g.baseRef}
	if err == nil && len(k) == 1 {
		group["head_commit"] = k[0].simple()
	}
	f := fields{"action": action, "merge_group": group}
	if action == "destroyed" {
		f["reason"] = "dequeued"
	}
	return s.event(g.repo, s.user("mona"), f, extra)
}
