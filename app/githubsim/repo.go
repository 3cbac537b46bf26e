package githubsim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/txtar"
)

// Repo is a repository on the simulated GitHub.
type Repo struct {
	sim           *Sim
	id            int64
	owner, name   string
	dir           gitDir
	parent        *Repo // of a fork
	writing       sync.Mutex
	defaultBranch string    // under sim.mu, like what follows
	private       bool      // private unless MakePublic
	internal      bool      // private, but for the members of an enterprise
	pushedAt      time.Time // last commit
	updatedAt     time.Time // of its settings
	archived      bool
	pulls         []*Pull
	issues        []*Issue
	noIssues      bool
	properties    map[string]string
	numbers       int               // of pull requests and issues
	roles         map[string]string // of collaborators, by lower-cased login
}

// AddRepo makes the repository "owner/name" from a source. It is private, and
// visible to the App when the owner has an installation that covers it.
func (s *Sim) AddRepo(fullName string, source Source) (*Repo, error) {
	owner, name, ok := strings.Cut(fullName, "/")
	if !ok || owner == "" || name == "" || strings.ContainsAny(name, "/\\") || strings.Contains(fullName, "..") {
		return nil, fmt.Errorf("%q is no owner/name", fullName)
	}
	ctx := context.Background()
	dir := gitDir(filepath.Join(s.dir, owner, name+".git"))
	if _, err := os.Stat(string(dir)); err == nil {
		return nil, fmt.Errorf("repository %s exists already", fullName)
	}
	if _, err := runGit(ctx, gitEnv(), nil, "init", "--quiet", "--bare", "--initial-branch=main", string(dir)); err != nil {
		return nil, err
	}
	branch, err := source(ctx, s, dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making repository %s: %w", fullName, err), os.RemoveAll(string(dir)))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &Repo{
		sim: s, id: s.nextID(), owner: owner, name: name, dir: dir,
		defaultBranch: branch, private: true, pushedAt: s.opts.Clock(), updatedAt: s.opts.Clock(),
	}
	s.user(owner)
	s.repos[strings.ToLower(fullName)] = r
	s.wrote()
	return r, nil
}

// Repo finds a repository by "owner/name", in any case; nil when there is none.
func (s *Sim) Repo(fullName string) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repos[strings.ToLower(fullName)]
}

// Fork copies the repository to another owner, as the parent of a pull request
// from outside would.
func (r *Repo) Fork(owner string) (*Repo, error) {
	fork, err := r.sim.AddRepo(owner+"/"+r.name, FromGit(string(r.dir)))
	if err != nil {
		return nil, err
	}
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	fork.parent, fork.private, fork.defaultBranch = r, r.private, r.defaultBranch
	return fork, nil
}

// ID is the repository's id.
func (r *Repo) ID() int64 { return r.id }

// Owner is the account's login.
func (r *Repo) Owner() string { return r.owner }

// Name is the name without the owner.
func (r *Repo) Name() string { return r.name }

// FullName is owner/name.
func (r *Repo) FullName() string { return r.owner + "/" + r.name }

// DefaultBranch is the branch that a visitor sees.
func (r *Repo) DefaultBranch() string {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	return r.defaultBranch
}

// SetDefaultBranch changes the default branch.
func (r *Repo) SetDefaultBranch(branch string) {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.defaultBranch = branch
}

// MakePublic lets every token read the repository.
func (r *Repo) MakePublic() {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.private, r.internal, r.updatedAt = false, false, r.sim.opts.Clock()
}

// MakeInternal lets the members of an enterprise read the repository; for a
// token it stays private.
func (r *Repo) MakeInternal() {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.private, r.internal, r.updatedAt = true, true, r.sim.opts.Clock()
}

// visibility is GitHub's word for who may read; sim.mu is held.
func (r *Repo) visibility() string {
	switch {
	case r.internal:
		return "internal"
	case r.private:
		return "private"
	}
	return "public"
}

// Tag makes or moves an annotated tag to what from names.
func (r *Repo) Tag(name, from string) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	ctx := context.Background()
	sha := r.dir.resolve(ctx, from, "commit")
	if sha == "" {
		return fmt.Errorf("%s has no %q to tag", r.FullName(), from)
	}
	_, err := r.dir.git(ctx, nil, "-c", "user.name=Mona Lisa", "-c", "user.email=mona@example.com", "tag", "--force", "--annotate", "--message", name, name, sha)
	return err
}

// MakePrivate hides the repository from all who have no right to it.
func (r *Repo) MakePrivate() {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.private, r.internal, r.updatedAt = true, false, r.sim.opts.Clock()
}

// Archive makes the repository read-only.
func (r *Repo) Archive() {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	r.archived, r.updatedAt = true, r.sim.opts.Clock()
}

// Rename gives the repository another owner or name; its id stays. The old
// name is then nobody's.
func (r *Repo) Rename(fullName string) {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	delete(r.sim.repos, strings.ToLower(r.FullName()))
	r.owner, r.name, _ = strings.Cut(fullName, "/")
	r.sim.user(r.owner)
	r.sim.repos[strings.ToLower(fullName)] = r
	r.updatedAt = r.sim.opts.Clock()
}

// Head gives the commit id of a branch, tag, ref or (short) commit id, "" when
// there is none.
func (r *Repo) Head(ref string) string { return r.dir.resolve(context.Background(), ref, "commit") }

// Commit writes files on top of a branch and returns the commit id. Files not
// named stay as they are. A branch that does not exist starts without history.
// Open pull requests from the branch follow it.
func (r *Repo) Commit(branch string, files map[string]string, message string) (string, error) {
	return r.CommitEntries(branch, entriesOf(files), message)
}

// CommitTxtar is Commit with the files of a txtar archive.
func (r *Repo) CommitTxtar(branch string, archive []byte, message string) (string, error) {
	var entries []Entry
	for _, f := range txtar.Parse(archive).Files {
		entries = append(entries, Entry{Path: f.Name, Data: f.Data})
	}
	return r.CommitEntries(branch, entries, message)
}

// CommitEntries is Commit with modes and removals.
func (r *Repo) CommitEntries(branch string, entries []Entry, message string) (string, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	ctx := context.Background()
	sha, err := r.dir.commit(ctx, branch, r.dir.resolve(ctx, "refs/heads/"+branch, "commit"), entries, message, r.sim.opts.Clock())
	if err != nil {
		return "", fmt.Errorf("committing to %s: %w", r.FullName(), err)
	}
	return sha, r.moved(ctx, branch)
}

// Branch makes or moves a branch to what from names; in a copy of a local
// repository, from may be a remote's branch such as "remotes/origin/main".
func (r *Repo) Branch(name, from string) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	ctx := context.Background()
	sha := r.dir.resolve(ctx, from, "commit")
	if sha == "" {
		return fmt.Errorf("%s has no %q to start branch %q from", r.FullName(), from, name)
	}
	if _, err := r.dir.git(ctx, nil, "update-ref", "refs/heads/"+name, sha); err != nil {
		return err
	}
	return r.moved(ctx, name)
}

// moved brings pull requests up to date after a branch moved; the caller holds
// r.writing.
func (r *Repo) moved(ctx context.Context, branch string) error {
	s := r.sim
	s.mu.Lock()
	r.pushedAt = s.opts.Clock()
	var follow []*Pull
	for _, repo := range s.repos {
		for _, p := range repo.pulls {
			if p.headRepo == r && p.headRef == branch && p.state == "open" {
				follow = append(follow, p)
			}
		}
	}
	s.wrote()
	s.mu.Unlock()
	for _, p := range follow {
		if err := p.follow(ctx); err != nil {
			return err
		}
	}
	return nil
}
