package local

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// worktree reads the files as they stand: what git tracks and what it would
// track, but nothing that it is told to ignore.
func (g *git) worktree(ctx context.Context, o Options, s *Source) (*Source, error) {
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

// changed counts the files that matter and stand otherwise in the work tree
// than in the commit. It compares by itself: git status would run the filters
// that the repository's settings name.
func (g *git) changed(ctx context.Context, tree repo.Tree, o Options) (int, error) {
	dir, err := os.OpenRoot(g.asked)
	if err != nil {
		return 0, fmt.Errorf("cannot read the folder %q: %w", g.asked, err)
	}
	defer dir.Close()
	settled := g.settled(ctx)
	var n atomic.Int64
	var compared sync.WaitGroup
	compared.Go(func() {
		folders := byFolder(tree.Files())
		parallel(len(folders), func(i int) {
			n.Add(int64(changedIn(ctx, dir, folders[i], settled, o)))
		})
	})
	err = g.records(ctx, func(record []byte) error {
		if p := string(record); o.Interested(p) {
			n.Add(1)
		}
		return ctx.Err()
	}, "ls-files", "-z", "--others", "--exclude-standard")
	compared.Wait()
	if err != nil {
		return 0, fmt.Errorf("cannot list the files of %q: %w", g.asked, err)
	}
	return int(n.Load()), ctx.Err()
}

// byFolder cuts a listing in path order where the folder changes. A folder with
// folders in it may be cut into several.
func byFolder(files []repo.File) [][]repo.File {
	var out [][]repo.File
	start := 0
	for i := range files {
		if i+1 == len(files) || path.Dir(files[i].Path) != path.Dir(files[i+1].Path) {
			out = append(out, files[start:i+1])
			start = i + 1
		}
	}
	return out
}

// changedIn counts the changed files among those of one folder. The folder is
// opened once: to look at a file from the top opens every folder on the way.
func changedIn(ctx context.Context, top *os.Root, files []repo.File, settled time.Time, o Options) (n int) {
	var dir *os.Root
	gone := false
	for _, f := range files {
		if f.Mode == repo.Submodule || f.Mode == repo.Symlink || !o.Interested(f.Path) {
			continue
		}
		if ctx.Err() != nil {
			return n
		}
		if dir == nil && !gone {
			var err error
			if dir, err = top.OpenRoot(filepath.FromSlash(path.Dir(f.Path))); err == nil {
				defer dir.Close()
			}
			gone = err != nil
		}
		if gone || differs(dir, f, settled) {
			n++
		}
	}
	return n
}

// differs compares a file of a folder with its blob: by size, and by contents only when it
// was written after the index was. Changes of equal size that were staged
// before are missed, which a note may.
func differs(dir *os.Root, f repo.File, settled time.Time) bool {
	name := path.Base(f.Path)
	info, err := dir.Lstat(name)
	switch {
	case err != nil:
		return true
	case info.Mode()&fs.ModeType != 0 || info.Size() != f.Size:
		return true
	case info.ModTime().Before(settled):
		return false
	}
	b, err := readFile(dir, name)
	return err != nil || repo.BlobID(b) != f.Blob
}

// settled is when the index was last written, the zero time if there is none.
func (g *git) settled(ctx context.Context) time.Time {
	if g.index == "" {
		var err error
		if g.index, err = g.run(ctx, "rev-parse", "--path-format=absolute", "--git-path", "index"); err != nil {
			return time.Time{}
		}
	}
	info, err := os.Stat(g.index)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
