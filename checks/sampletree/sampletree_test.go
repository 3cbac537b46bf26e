package sampletree_test

import (
	"crypto/sha256"
	"fmt"
	"path"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/sampletree"
)

// digest is of the names and contents of a tree.
func digest(n int) (sum string, files, bytes int, byExt map[string]int) {
	h := sha256.New()
	byExt = map[string]int{}
	for p, b := range sampletree.Files(n, sampletree.Monorepo) {
		fmt.Fprintf(h, "%s %d\n%s", p, len(b), b)
		files++
		bytes += len(b)
		byExt[path.Ext(p)] += len(b)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), files, bytes, byExt
}

// Figures of two days can be compared only when the tree is the same.
func TestTreeIsTheSameEachTime(t *testing.T) {
	first, files, size, ext := digest(900)
	again, _, _, _ := digest(900)
	if first != again {
		t.Error("two trees differ")
	}
	if files != 900 {
		t.Errorf("%d files, not 900", files)
	}
	if mean := size / files; mean < 15_500 || mean > 17_500 {
		t.Errorf("a file has %d bytes on average: 9,000 files are to be about 150 MB", mean)
	}
	for _, e := range []string{".py", ".yaml", ".md", ".ipynb", ".json", ".csv", ".yml", ".sh", ".toml", ".png", ".ts"} {
		if ext[e] == 0 {
			t.Errorf("no %s files", e)
		}
	}
}
