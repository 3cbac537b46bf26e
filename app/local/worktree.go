package local

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// worktree reads the files as they stand: what git tracks and what it would
// track, but nothing that it is told to ignore.
func (g *git) worktree(ctx context.Context, o Options, s *Source) (*Source, error) {
	s.Repository, _ = g.settings(ctx)
	dir, err := os.OpenRoot(g.asked)
	if err != nil {
		return nil, fmt.Errorf("cannot read the folder %q: %w", g.asked, err)
	}
	var entries []repo.File
	err = g.records(ctx, func(record []byte) error {
		if len(entries) >= maxFiles {
			s.Gaps = append(s.Gaps, repo.Gap{Reason: fmt.Sprintf("was listed in part: there are more than %d files", maxFiles)})
			return errEnough
		}
		p := string(record)
		info, err := dir.Lstat(filepath.FromSlash(p))
		if err != nil {
			return nil // tracked and deleted
		}
		if info.IsDir() {
			entries = append(entries, repo.File{Path: strings.TrimSuffix(p, "/"), Mode: repo.Submodule})
		} else if f, ok := entry(p, info); ok {
			entries = append(entries, f)
		}
		return nil
	}, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
	if err != nil {
		dir.Close()
		return nil, fmt.Errorf("cannot list the files of %q: %w", g.asked, err)
	}
	return asTheyStand(ctx, dir, entries, s.Gaps, o, s)
}

// untracked counts the files that matter and that git is not told to ignore.
func (g *git) untracked(ctx context.Context, o Options) (n int, err error) {
	err = g.records(ctx, func(record []byte) error {
		if o.Interested(string(record)) {
			n++
		}
		return ctx.Err()
	}, "ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return 0, fmt.Errorf("cannot list the files of %q: %w", g.asked, err)
	}
	return n, nil
}

// changed counts the files that matter and stand otherwise in the work tree
// than in the commit. It compares by itself: git status would run the filters
// that the repository's settings name.
func (g *git) changed(ctx context.Context, tree repo.Tree, o Options) (int, error) {
	dir, err := os.OpenRoot(g.asked)
	if err != nil {
		return 0, fmt.Errorf("cannot read the folder %q: %w", g.asked, err)
	}
	defer dir.Close()
	files := tree.Files()
	index, settled := readIndex(g.indexPath(ctx), g.prefix, files)
	var n atomic.Int64
	parallel(len(files), func(i int) {
		f := files[i]
		if f.Mode != repo.Submodule && f.Mode != repo.Symlink && ctx.Err() == nil && differs(dir, f, index[i], settled, o) {
			n.Add(1)
		}
	})
	return int(n.Load()), ctx.Err()
}

// differs compares a file that matters with its blob: by what the index says of
// its size, and by contents when it was written after the index was, or when the
// index says nothing. Where a folder is a link now, what is looked at may lie
// outside, but nothing there is read.
func differs(dir *os.Root, f repo.File, index recorded, settled time.Time, o Options) bool {
	info, err := os.Lstat(dir.Name() + string(filepath.Separator) + filepath.FromSlash(f.Path))
	regular := err == nil && info.Mode()&fs.ModeType == 0
	equal := regular && index.known && index.size == uint32(info.Size())
	if equal && info.ModTime().Before(settled) || !o.Interested(f.Path) {
		return false
	}
	if !regular || index.known && index.size > 0 && !equal {
		return true
	}
	b, err := readFile(dir, f.Path)
	return err != nil || repo.BlobID(b) != f.Blob
}

// indexPath is where the index is, "" if git does not say.
func (g *git) indexPath(ctx context.Context) string {
	if g.index == "" {
		g.index, _ = g.run(ctx, "rev-parse", "--path-format=absolute", "--git-path", "index")
	}
	return g.index
}
