package checks_test

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// cpu is what f takes of all cores together: a busy machine stretches the
// clock, and this hardly.
func cpu(tb testing.TB, f func()) time.Duration {
	tb.Helper()
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			tb.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	runtime.GC()
	before := used()
	f()
	return used() - before
}

func commit(contents map[string]string) *repo.Snapshot {
	var files []repo.File
	blobs := map[string][]byte{}
	for p, s := range contents {
		id := repo.BlobID([]byte(s))
		files, blobs[id] = append(files, repo.File{Path: p, Blob: id, Size: int64(len(s))}), []byte(s)
	}
	return repo.NewSnapshot("", repo.NewTree(files), blobs, nil)
}

func TestTreeOf200000Entries(t *testing.T) {
	files := make([]repo.File, 200_000)
	for i := range files {
		ext := []string{"py", "csv", "json", "md", "png"}[i%5]
		files[i] = repo.File{Path: fmt.Sprintf("area%d/part%d/file%d.%s", i%97, i%1009, i, ext), Blob: fmt.Sprintf("%040x", i), Size: 900}
	}
	// Licences all over make half of the folders look like foreign code.
	files = append(files, repo.File{Path: "LICENSE", Blob: "0"})
	for i := range 2000 {
		files = append(files, repo.File{Path: fmt.Sprintf("area%d/LICENSE", i), Blob: fmt.Sprint(i % 2)}, repo.File{Path: fmt.Sprintf("area%d/README.md", i), Blob: "c"})
	}
	tree := repo.NewTree(files)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	took := cpu(t, func() {
		plan, err := checks.NewPlan(t.Context(), tree, checks.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(plan.Needed()); n == 0 || n > checks.MaxFiles {
			t.Errorf("%d files are wanted", n)
		}
	})
	runtime.ReadMemStats(&after)
	if took > 2*time.Second*slack {
		t.Errorf("planning took %v", took)
	}
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 300 {
		t.Errorf("planning took %d MB", mb)
	}
}

// chains are repositories that are long in one direction. What four times as
// much of it takes tells the line from the square: 4 or 16 times as long.
var chains = map[string]struct {
	n    int
	make func(n int) map[string]string
}{
	"Python files importing each other": {2500, func(n int) map[string]string {
		m := map[string]string{"requirements.txt": "scikit-learn\n"}
		for i := range n {
			m[fmt.Sprintf("pkg/m%d.py", i)] = fmt.Sprintf("from pkg import m%d, m%d\nfrom sklearn.svm import SVC\ndef f():\n    m%d.f()\n    SVC().fit(x, y)\n", (i+1)%n, (i*7+3)%n, (i+1)%n)
		}
		return m
	}},
	"star imports that go round": {1000, func(n int) map[string]string {
		m := map[string]string{"requirements.txt": "scikit-learn\n"}
		for i := range n {
			m[fmt.Sprintf("pkg/m%d.py", i)] = fmt.Sprintf("from .m%d import *\nfrom .m%d import *\nfrom .m%d import *\ndef f%d():\n    g(h, unknown)\n    nobody()\n", (i+1)%n, (i*7+3)%n, (i*5+2)%n, i)
		}
		return m
	}},
	"commands of a workflow": {600, func(n int) map[string]string {
		var b strings.Builder
		b.WriteString("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n")
		for i := range n {
			fmt.Fprintf(&b, "      - run: python step%d.py --n %d && tool%d run\n", i%50, i, i)
		}
		m := map[string]string{".github/workflows/a.yml": b.String(), "requirements.txt": "scikit-learn\n"}
		for i := range 50 {
			m[fmt.Sprintf("step%d.py", i)] = "from sklearn.svm import SVC\nSVC().fit(x, y)\n"
		}
		return m
	}},
	"targets of a Makefile": {250, func(n int) map[string]string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "t%d: t%d\n\tpython train.py --stage %d\n\tmake t%d\n\n", i, i+1, i, (i+9)%n)
		}
		fmt.Fprintf(&b, "t%d:\n\techo done\n", n)
		return map[string]string{"Makefile": b.String(), "train.py": "from sklearn.svm import SVC\nSVC().fit(x, y)\n", "requirements.txt": "scikit-learn\n"}
	}},
}

func TestLongChainsTakeLinearTime(t *testing.T) {
	for name, c := range chains {
		t.Run(name, func(t *testing.T) {
			judge := func(n int) time.Duration {
				snap := commit(c.make(n))
				best := time.Hour
				for range 2 {
					best = min(best, cpu(t, func() { assess(t, snap, checks.Options{}) }))
				}
				return best
			}
			short, long := judge(c.n), judge(4*c.n)
			t.Logf("%v for %d, %v for %d", short, c.n, long, 4*c.n)
			// 4 times as long is linear, 16 times quadratic. In between is the garbage
			// collector, which the short one may get by without.
			if long > 10*max(short, 20*time.Millisecond) {
				t.Errorf("%v for %d and %v for %d: more than linear", short, c.n, long, 4*c.n)
			}
		})
	}
}

// The full sizes, which must end in reasonable time at all.
func BenchmarkLongChains(b *testing.B) {
	for name, c := range chains {
		b.Run(name, func(b *testing.B) {
			snap := commit(c.make(8 * c.n))
			for b.Loop() {
				assess(b, snap, checks.Options{})
			}
		})
	}
}
