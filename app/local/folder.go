// Package local reads commits from this machine: a plain folder as it stands,
// or a commit of a local git repository. Nothing of what is read is ever run.
package local

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// hashLimit bounds how large a file is hashed to the id git would give it;
// larger files are never read, so a made-up id serves.
const hashLimit = 16 << 20

// Folder reads the tree of a plain folder. Links are not followed, .git is
// left out, and files get the blob id that git would give them. read returns
// contents by blob id for the files asked for.
func Folder(ctx context.Context, root string) (repo.Tree, func([]repo.File) (map[string][]byte, []repo.Gap), error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return repo.Tree{}, nil, fmt.Errorf("cannot read the folder %q: %w", root, err)
	}
	var files []repo.File
	err = fs.WalkDir(dir.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if p == "." {
				return err
			}
			return nil
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		f := repo.File{Path: filepath.ToSlash(p), Size: info.Size()}
		switch {
		case d.Type()&fs.ModeSymlink != 0:
			f.Mode = repo.Symlink
		case !d.Type().IsRegular():
			return nil
		case info.Mode()&0o111 != 0:
			f.Mode = repo.Executable
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		return repo.Tree{}, nil, fmt.Errorf("cannot read the folder %q: %w", root, err)
	}
	contents := map[string][]byte{}
	for i := range files {
		f := &files[i]
		f.Blob = fmt.Sprintf("unread:%s:%d", f.Path, f.Size)
		if f.Mode == repo.Symlink || f.Size > hashLimit {
			continue
		}
		if b, err := readFile(dir, f.Path, hashLimit); err == nil {
			f.Blob = repo.BlobID(b)
			contents[f.Blob] = b
		}
	}
	read := func(need []repo.File) (map[string][]byte, []repo.Gap) {
		var gaps []repo.Gap
		for _, f := range need {
			if _, ok := contents[f.Blob]; !ok {
				gaps = append(gaps, repo.Gap{Path: f.Path, Reason: "could not be read from the disk"})
			}
		}
		return contents, gaps
	}
	return repo.NewTree(files), read, nil
}

func readFile(dir *os.Root, p string, limit int64) ([]byte, error) {
	f, err := dir.Open(filepath.FromSlash(p))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
