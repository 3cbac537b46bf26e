package local

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// indexed opens a repository's index as changed does.
func indexed(t *testing.T, dir string) (*Source, []recorded, time.Time) {
	t.Helper()
	s := open(t, dir, Options{})
	g, err := locate(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	known, at := readIndex(g.indexPath(t.Context()), g.prefix, s.Tree.Files())
	return s, known, at
}

func TestIndexInEachVersion(t *testing.T) {
	files := map[string]string{"a.py": "12345", "sub/deep/b.py": "1234567", "sub/deep/bb.py": "1", "sub/c.py": "", "z\nz": "zz"}
	for _, c := range []struct{ version, format string }{{"2", "sha1"}, {"3", "sha1"}, {"4", "sha1"}, {"4", "sha256"}} {
		dir := t.TempDir()
		run(t, dir, "init", "-q", "--object-format="+c.format)
		write(t, dir, files)
		run(t, dir, "add", "-A")
		run(t, dir, "commit", "-q", "-m", "first")
		if c.version == "3" {
			run(t, dir, "update-index", "--skip-worktree", "a.py") // needs flags that version 2 has not
		}
		run(t, dir, "update-index", "--index-version", c.version)
		for _, at := range []string{dir, filepath.Join(dir, "sub")} {
			s, known, when := indexed(t, at)
			if when.IsZero() || len(known) != s.Tree.Len() {
				t.Fatalf("%+v: %d records of %d files, %v", c, len(known), s.Tree.Len(), when)
			}
			for i, f := range s.Tree.Files() {
				want := len(files[filepath.ToSlash(filepath.Join(s.Path, f.Path))])
				if size := known[i].size; !known[i].known || size != 0 && size != uint32(want) {
					t.Errorf("%+v: %s is %+v, its size is %d", c, f.Path, known[i], want)
				}
			}
		}
	}
}

// What is staged otherwise than committed, in conflict or not whole is not known.
func TestIndexIsNotTrustedTooFar(t *testing.T) {
	dir, _ := repository(t, map[string]string{"a.py": "1", "b.py": "2"})
	write(t, dir, map[string]string{"a.py": "3"})
	run(t, dir, "add", "a.py")
	if _, known, _ := indexed(t, dir); known[0].known || !known[1].known {
		t.Errorf("%+v", known)
	}
	s, _, _ := indexed(t, dir)
	name := filepath.Join(dir, ".git", "index")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if err := os.WriteFile(name, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if known, _ := readIndex(name, "", s.Tree.Files()); known[0].known || n < 150 && known[1].known {
			t.Errorf("of %d bytes: %+v", n, known)
		}
	}
}

// A change that keeps the size, made before the index was last written, is told
// by what is staged; one of another size by the size; a folder that became a link
// is not read.
func TestChangesInTheWorkTree(t *testing.T) {
	dir, _ := repository(t, map[string]string{"same.py": "1", "staged.py": "1", "size.py": "1", "gone.py": "1", "kept/k.py": "1", "empty.py": ""})
	write(t, dir, map[string]string{"staged.py": "2", "size.py": "22"})
	run(t, dir, "add", "staged.py")
	outside := t.TempDir()
	write(t, outside, map[string]string{"k.py": "2"})
	for _, p := range []string{"gone.py", "kept"} {
		if err := os.RemoveAll(filepath.Join(dir, p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "kept")); err != nil {
		t.Fatal(err)
	}
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for _, p := range []string{"same.py", "staged.py", "size.py", "empty.py"} {
		if err := os.Chtimes(filepath.Join(dir, p), past, past); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(filepath.Join(outside, "k.py"), future, future); err != nil {
		t.Fatal(err)
	}
	g, err := locate(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked := map[string]bool{}
	s := open(t, dir, Options{})
	n, err := g.changed(t.Context(), s.Tree, Options{Interested: func(p string) bool {
		mu.Lock()
		defer mu.Unlock()
		asked[p] = true
		return true
	}})
	if err != nil || n != 4 {
		t.Errorf("%d changed, %v", n, err)
	}
	delete(asked, "same.py") // git may have seen it in the instant it was written
	delete(asked, "empty.py")
	if got := slices.Sorted(maps.Keys(asked)); !slices.Equal(got, []string{"gone.py", "kept/k.py", "size.py", "staged.py"}) {
		t.Errorf("asked about %v", got)
	}
}

func FuzzIndexEntries(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x01"), 20)
	f.Fuzz(func(t *testing.T, data []byte, id int) {
		for e := range indexEntries(data, min(max(id, 1), maxID)) {
			if len(e.path) > len(data) {
				t.Errorf("a path of %d bytes in an index of %d", len(e.path), len(data))
			}
		}
	})
}
