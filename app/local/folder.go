package local

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// hashLimit bounds how large a file is hashed to the id git would give it.
// Larger ones are above every reader's own limit, so a made-up id serves.
const hashLimit = 64 << 20

// openFolder reads the tree of a plain folder. Links are not followed and .git
// is left out.
func openFolder(ctx context.Context, root string, o Options) (*Source, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("cannot read the folder %q: %w", root, err)
	}
	w := walk{ctx: ctx}
	if err := fs.WalkDir(dir.FS(), ".", w.visit); err != nil {
		return nil, fmt.Errorf("cannot read the folder %q: %w", root, err)
	}
	return asTheyStand(ctx, dir, w.files, w.gaps, o, &Source{Repository: root})
}

type walk struct {
	ctx   context.Context
	files []repo.File
	gaps  []repo.Gap
}

func (w *walk) visit(p string, d fs.DirEntry, err error) error {
	switch {
	case w.ctx.Err() != nil:
		return w.ctx.Err()
	case err != nil && p == ".":
		return err
	case err != nil:
		w.gaps = append(w.gaps, repo.Gap{Path: p, Reason: "could not be listed: " + reason(err)})
		return nil
	case d.IsDir() && d.Name() == ".git":
		return fs.SkipDir
	case d.IsDir():
		return nil
	case len(w.files) >= maxFiles:
		w.gaps = append(w.gaps, repo.Gap{Reason: fmt.Sprintf("was listed in part: there are more than %d files", maxFiles)})
		return fs.SkipAll
	}
	info, err := d.Info()
	if err != nil {
		return nil // gone since it was listed
	}
	if f, ok := entry(p, info); ok {
		w.files = append(w.files, f)
	}
	return nil
}

// entry is a tree entry for what stands at a path, false for sockets and the
// like.
func entry(p string, info fs.FileInfo) (repo.File, bool) {
	f := repo.File{Path: filepath.ToSlash(p), Size: info.Size()}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		f.Mode = repo.Symlink
	case !info.Mode().IsRegular():
		return f, false
	case info.Mode()&0o111 != 0:
		f.Mode = repo.Executable
	}
	return f, true
}

// asTheyStand makes a source of files on the disk: those that matter get the
// id git would give them, so that equal contents share cached facts.
func asTheyStand(ctx context.Context, dir *os.Root, files []repo.File, gaps []repo.Gap, o Options, s *Source) (*Source, error) {
	var mu sync.Mutex
	paths := map[string]string{} // by blob
	parallel(len(files), func(i int) {
		f := &files[i]
		if f.Mode == repo.Submodule {
			return
		}
		f.Blob = fmt.Sprintf("unread:%d:%s", f.Size, f.Path) // names the size, as an id does
		if f.Mode == repo.Symlink || f.Size > hashLimit || !o.Interested(f.Path) || ctx.Err() != nil {
			return
		}
		b, err := readFile(dir, f.Path)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			gaps = append(gaps, repo.Gap{Path: f.Path, Reason: "could not be read: " + reason(err)})
			return
		}
		f.Blob = repo.BlobID(b)
		paths[f.Blob] = f.Path
	})
	s.Tree, s.Gaps = repo.NewTree(files), gaps
	s.read = func(blob string) ([]byte, bool) {
		p, ok := paths[blob]
		if !ok {
			return nil, false
		}
		// Facts are cached under the id, so bytes that changed meanwhile are
		// not that blob's.
		b, err := readFile(dir, p)
		return b, err == nil && repo.BlobID(b) == blob
	}
	s.close = func() { dir.Close() }
	return s, ctx.Err()
}

// readFile reads a regular file up to hashLimit. It never waits for a writer
// of a pipe that took the file's place.
func readFile(dir *os.Root, p string) ([]byte, error) {
	f, err := dir.OpenFile(filepath.FromSlash(p), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > hashLimit {
		return nil, fmt.Errorf("not a regular file of at most %d bytes", hashLimit)
	}
	b := make([]byte, info.Size())
	_, err = io.ReadFull(f, b)
	return b, err
}

// reason is an error without the path, which is said beside it.
func reason(err error) string {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// parallel calls f for 0…n-1 on all cores.
func parallel(n int, f func(int)) {
	var (
		wg   sync.WaitGroup
		next atomic.Int64
	)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				f(i - 1)
			}
		})
	}
	wg.Wait()
}
