// Package local reads commits from this machine: a plain folder as it stands,
// or a commit of a local git repository. Nothing of what is read is ever run,
// and a repository's own settings cannot make git run anything either: only
// plumbing that starts no hook, filter, monitor or transport is called.
//
//	Open -> Source: tree and gaps -> Measure: sizes -> engine's plan -> Snapshot: contents on demand
//
// Contents are read when the engine asks for them and not kept, so that memory
// does not grow with the repository.
package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// maxFiles bounds how many entries are listed; the rest is a gap.
const maxFiles = 1_000_000

// Options says what to read.
type Options struct {
	Rev      string // commit of a git repository; "" is HEAD
	Worktree bool   // files of a work tree as they stand, instead of a commit
	// Interested says which paths' contents can matter: only those are hashed.
	// nil is all.
	Interested func(path string) bool
}

// Source is what was found at a path.
type Source struct {
	Repository string    // owner/name where the origin is on GitHub, else the absolute path
	Commit     string    // object id; "" for files as they stand
	Path       string    // folder below the repository's top that was asked for, "" for all
	Tree       repo.Tree // paths are relative to that folder; of a commit the sizes are 0 until Measure
	Gaps       []repo.Gap
	Notes      []string // what a person should know of the choice made

	lacks    map[string]bool // blobs that a partial clone has not
	measured bool
	measure  func(context.Context) error
	read     func(blob string) ([]byte, bool)
	close    func()
}

// Open lists what is at a path: the commit of the git repository it is in, or
// the folder's files where it is in none. The context must live as long as the
// source is read.
func Open(ctx context.Context, path string, o Options) (*Source, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%q does not exist: give a folder, or OWNER/NAME", path)
	case err != nil:
		return nil, fmt.Errorf("cannot read %q: %w", path, err)
	case !info.IsDir():
		return nil, fmt.Errorf("%q is a file: give the folder or repository it is in", path)
	}
	if o.Interested == nil {
		o.Interested = func(string) bool { return true }
	}
	g, err := locate(ctx, abs)
	if err != nil {
		return nil, err
	}
	if g == nil {
		if o.Rev != "" {
			return nil, fmt.Errorf("%q is not in a git repository: --rev has no meaning there", path)
		}
		return openFolder(ctx, abs, o)
	}
	return g.open(ctx, o)
}

// Measure fills in the sizes of the tree's files.
func (s *Source) Measure(ctx context.Context) error {
	if s.measure == nil {
		return nil
	}
	return s.measure(ctx)
}

// Snapshot is the commit with the contents behind it.
func (s *Source) Snapshot() *repo.Snapshot {
	return repo.NewSnapshot(s.Commit, s.Tree, nil, s.Gaps).WithReader(s.read)
}

// File returns the contents of one file of the tree, false if it is none or
// cannot be read.
func (s *Source) File(path string) ([]byte, bool) {
	f, ok := s.Tree.File(path)
	if !ok || f.Mode == repo.Symlink || f.Mode == repo.Submodule {
		return nil, false
	}
	return s.read(f.Blob)
}

// Close ends what reads contents.
func (s *Source) Close() {
	if s.close != nil {
		s.close()
	}
}
