package githubsim

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Source fills a new, empty bare repository and names its default branch.
type Source func(ctx context.Context, s *Sim, dir gitDir) (branch string, err error)

// FromFiles is a source of one commit on main.
func FromFiles(files map[string]string) Source {
	return fromEntries(func() ([]Entry, error) { return entriesOf(files), nil })
}

// FromTxtar is a source of one commit on main with the archive's files.
func FromTxtar(data []byte) Source {
	return fromEntries(func() ([]Entry, error) {
		var entries []Entry
		for _, f := range txtar.Parse(data).Files {
			entries = append(entries, Entry{Path: f.Name, Data: f.Data})
		}
		return entries, nil
	})
}

// FromDir is a source of one commit on main with the files of a folder, links
// kept as links, a folder called .git left out.
func FromDir(dir string) Source {
	return fromEntries(func() ([]Entry, error) { return readDir(dir) })
}

// FromGit is a source that copies a local git repository with all its refs and
// objects; the default branch is the one checked out there, or main, or master. The copy shares no
// writable file with the original.
func FromGit(path string) Source {
	return func(ctx context.Context, _ *Sim, dir gitDir) (string, error) {
		if err := os.RemoveAll(string(dir)); err != nil {
			return "", err
		}
		// The user's own settings apply here: git trusts a repository of
		// another owner (safe.directory) by them alone.
		if _, err := runGit(ctx, usersEnv(), nil, "clone", "--quiet", "--mirror", "--", path, string(dir)); err != nil {
			return "", fmt.Errorf("copying the repository at %s: %w", path, err)
		}
		// Asked there, since a copy's HEAD names a branch even when the
		// original's names none.
		head, err := runGit(ctx, usersEnv(), nil, "-C", path, "symbolic-ref", "--quiet", "--short", "HEAD")
		if err != nil {
			return detached(ctx, dir)
		}
		return strings.TrimSpace(string(head)), nil
	}
}

// detached names the default branch of a copy whose original has a commit
// checked out and no branch: a usual name, or a new branch at that commit.
func detached(ctx context.Context, dir gitDir) (string, error) {
	for _, name := range []string{"main", "master"} {
		if dir.resolve(ctx, "refs/heads/"+name, "commit") != "" {
			return name, nil
		}
	}
	_, err := dir.git(ctx, nil, "branch", "main", "HEAD")
	return "main", err
}

// usersEnv is the environment without what a git that runs us would have set
// for itself, in a hook for instance.
func usersEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"}, name)
	})
}

func fromEntries(read func() ([]Entry, error)) Source {
	return func(ctx context.Context, s *Sim, dir gitDir) (string, error) {
		entries, err := read()
		if err != nil {
			return "", err
		}
		_, err = dir.commit(ctx, "main", "", entries, "Initial commit", s.opts.Clock())
		return "main", err
	}
}

func entriesOf(files map[string]string) []Entry {
	var entries []Entry
	for _, path := range slices.Sorted(maps.Keys(files)) {
		entries = append(entries, Entry{Path: path, Data: []byte(files[path])})
	}
	return entries
}

func readDir(root string) ([]Entry, error) {
	var entries []Entry
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		e := Entry{Path: filepath.ToSlash(rel)}
		switch info, err := d.Info(); {
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			e.Mode, e.Data = "120000", []byte(target)
			entries = append(entries, e)
			return nil
		case !info.Mode().IsRegular():
			return nil
		case info.Mode()&0o100 != 0:
			e.Mode = "100755"
		}
		e.Data, err = os.ReadFile(path)
		entries = append(entries, e)
		return err
	})
	return entries, err
}
