package checks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// The programs of the cases, repeated until they fill repeatedBytes and four
// times that, show which question takes the square of what a file says: 4 times
// as long is linear, 16 times quadratic.
const repeatedBytes = 25_000

// TestRepeatedPrograms judges the met cases of every capability so, two of each;
// with -short the first of every third.
func TestRepeatedPrograms(t *testing.T) {
	folders, err := filepath.Glob("practice/testdata/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases", err)
	}
	for i, folder := range folders {
		names, err := filepath.Glob(folder + "/met*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		if testing.Short() {
			names = names[:min(len(names), (i+2)%3/2)]
		}
		for _, name := range names[:min(len(names), 2)] {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			a, size := txtar.Parse(data), 0
			for _, f := range a.Files {
				if program(f.Name) {
					size = max(size, len(f.Data))
				}
			}
			if size == 0 {
				continue
			}
			n := repeatedBytes/size + 1
			once, four := flooded(t, repeated(a, n)), flooded(t, repeated(a, 4*n))
			if four > 9*once+cputime.Bound(300*time.Millisecond) {
				t.Errorf("%s: %v for %d times its programs, %v for %d times", name, once, n, four, 4*n)
			}
		}
	}
}

func program(name string) bool {
	switch filepath.Ext(name) {
	case ".py", ".R", ".sh", ".sql", ".ts", ".js":
		return true
	}
	return false
}

var definition = regexp.MustCompile(`(?m)^(\s*(?:async )?(?:def|class) )(\w+)`)

// repeated is the files of a case with n copies of each program in the place of
// one; a copy defines names of its own.
func repeated(a *txtar.Archive, n int) map[string]string {
	files := map[string]string{}
	for _, f := range a.Files {
		text := string(f.Data)
		if program(f.Name) {
			var b strings.Builder
			for i := range n {
				b.WriteString(definition.ReplaceAllString(text, fmt.Sprintf("${1}${2}_%d", i)) + "\n")
			}
			text = b.String()
		}
		files[f.Name] = text
	}
	return files
}
