package githubsim

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// NewPull describes a pull request to open.
type NewPull struct {
	Head     string // branch
	HeadRepo *Repo  // nil for the repository itself; else a fork of it
	Base     string // branch; "" for the default branch
	Author   string // login; "" for "mona"
	Title    string // "" for "Change"
	Body     string
	Draft    bool
	Bot      bool // the author is a bot
}

// Pull is a pull request.
type Pull struct {
	repo      *Repo
	id        int64
	number    int
	author    *user
	headRepo  *Repo
	headRef   string
	createdAt time.Time
	title     string // under sim.mu, like what follows
	body      string
	baseRef   string
	headSHA   string
	baseSHA   string
	draft     bool
	locked    bool
	state     string
	merged    bool
	mergeSHA  string
	updatedAt time.Time
	closedAt  time.Time
}

// OpenPull opens a pull request. A head in a fork becomes readable through this
// repository, as refs/pull/N/head and by its commit id.
func (r *Repo) OpenPull(n NewPull) (*Pull, error) {
	if n.HeadRepo == nil {
		n.HeadRepo = r
	}
	if n.Base == "" {
		n.Base = r.DefaultBranch()
	}
	if n.Author == "" {
		n.Author = "mona"
	}
	if n.Title == "" {
		n.Title = "Change"
	}
	s := r.sim
	s.mu.Lock()
	author := s.user(n.Author)
	if n.Bot {
		author.Type = "Bot"
	}
	now := s.opts.Clock()
	r.numbers++
	p := &Pull{
		repo: r, id: s.nextID(), number: r.numbers, author: author, title: n.Title, body: n.Body,
		headRepo: n.HeadRepo, headRef: n.Head, baseRef: n.Base, draft: n.Draft, state: "open",
		createdAt: now, updatedAt: now,
	}
	s.mu.Unlock()
	if err := p.follow(context.Background()); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.pulls = append(r.pulls, p)
	s.wrote()
	return p, nil
}

// follow reads head and base again and makes the head reachable in the base
// repository.
func (p *Pull) follow(ctx context.Context) error {
	head := p.headRepo.dir.resolve(ctx, "refs/heads/"+p.headRef, "commit")
	base := p.repo.dir.resolve(ctx, "refs/heads/"+p.BaseRef(), "commit")
	if head == "" || base == "" {
		return fmt.Errorf("pull request %s#%d: no branch %q or no base %q", p.repo.FullName(), p.number, p.headRef, p.BaseRef())
	}
	ref := fmt.Sprintf("refs/pull/%d/head", p.number)
	bring := []string{"update-ref", ref, head}
	if p.fork() { // its objects live elsewhere
		bring = []string{"fetch", "--quiet", "--no-tags", "--force", string(p.headRepo.dir), "refs/heads/" + p.headRef + ":" + ref}
	}
	if _, err := p.repo.dir.git(ctx, nil, bring...); err != nil {
		return err
	}
	s := p.repo.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	p.headSHA, p.baseSHA, p.updatedAt = head, base, s.opts.Clock()
	s.wrote()
	return nil
}

// Pull finds a pull request by number; nil when there is none.
func (r *Repo) Pull(number int) *Pull {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	return r.pull(number)
}

func (r *Repo) pull(number int) *Pull {
	for _, p := range r.pulls {
		if p.number == number {
			return p
		}
	}
	return nil
}

// Repo is the base repository.
func (p *Pull) Repo() *Repo { return p.repo }

// Number is the number in the base repository.
func (p *Pull) Number() int { return p.number }

// HeadSHA is the head commit now.
func (p *Pull) HeadSHA() string {
	p.repo.sim.mu.Lock()
	defer p.repo.sim.mu.Unlock()
	return p.headSHA
}

// BaseSHA is the tip of the base branch when the pull request was last updated.
func (p *Pull) BaseSHA() string {
	p.repo.sim.mu.Lock()
	defer p.repo.sim.mu.Unlock()
	return p.baseSHA
}

// BaseRef is the branch to merge into.
func (p *Pull) BaseRef() string {
	p.repo.sim.mu.Lock()
	defer p.repo.sim.mu.Unlock()
	return p.baseRef
}

// Close closes the pull request without merging.
func (p *Pull) Close() {
	p.change(func(now time.Time) { p.state, p.closedAt = "closed", now })
}

// Merge merges the pull request with a merge commit on the base branch and
// gives its id. Conflicts are an error.
func (p *Pull) Merge() (string, error) {
	r, ctx := p.repo, context.Background()
	r.writing.Lock()
	defer r.writing.Unlock()
	branch, head := p.BaseRef(), p.HeadSHA()
	base := r.dir.resolve(ctx, "refs/heads/"+branch, "commit")
	tree, err := r.dir.git(ctx, nil, "merge-tree", "--write-tree", base, head)
	if err != nil {
		return "", fmt.Errorf("merging %s#%d: %w", r.FullName(), p.number, err)
	}
	message := fmt.Sprintf("Merge pull request #%d", p.number)
	out, err := r.dir.git(ctx, nil, "commit-tree", strings.TrimSpace(string(tree)), "-p", base, "-p", head, "-m", message)
	if err != nil {
		return "", err
	}
	sha := strings.TrimSpace(string(out))
	if _, err := r.dir.git(ctx, nil, "update-ref", "refs/heads/"+branch, sha); err != nil {
		return "", err
	}
	p.change(func(now time.Time) { p.state, p.closedAt, p.merged, p.mergeSHA = "closed", now, true, sha })
	return sha, r.moved(ctx, branch)
}

// Reopen opens it again.
func (p *Pull) Reopen() { p.change(func(time.Time) { p.state, p.closedAt = "open", time.Time{} }) }

// SetDraft makes it a draft or ready for review.
func (p *Pull) SetDraft(draft bool) { p.change(func(time.Time) { p.draft = draft }) }

// Lock forbids new comments.
func (p *Pull) Lock() { p.change(func(time.Time) { p.locked = true }) }

// Retarget changes the base branch.
func (p *Pull) Retarget(branch string) error {
	p.change(func(time.Time) { p.baseRef = branch })
	return p.follow(context.Background())
}

func (p *Pull) change(f func(now time.Time)) {
	s := p.repo.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Clock()
	f(now)
	p.updatedAt = now
	s.wrote()
}

// fork tells whether the head is in another repository.
func (p *Pull) fork() bool { return p.headRepo != p.repo }
