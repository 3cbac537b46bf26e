package checks

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

func TestVendoredDirs(t *testing.T) {
	file := func(path, blob string, size int64) repo.File { return repo.File{Path: path, Blob: blob, Size: size} }
	rest := []repo.File{file("run.py", "1", 9), file("src/a.py", "2", 9), file("src/b.py", "3", 9), file("src/c.py", "4", 9)}
	for name, c := range map[string]struct {
		licence, below repo.File
		want           bool
	}{
		"a licence of its own":              {file("LICENSE", "a", 1072), file("training/LICENSE", "b", 11357), true},
		"the root's licence once more":      {file("LICENSE", "a", 1072), file("training/LICENSE", "a", 1072), false},
		"the same, in a folder without ids": {file("LICENSE", "unread:1072:LICENSE", 1072), file("training/LICENSE", "unread:1072:training/LICENSE", 1072), false},
	} {
		files := append([]repo.File{c.licence, c.below, file("training/README.md", "r", 50), file("training/train.py", "t", 90)}, rest...)
		if got := vendoredDirs(repo.NewTree(files))["training"]; got != c.want {
			t.Errorf("%s: vendored is %v, want %v", name, got, c.want)
		}
	}
}
