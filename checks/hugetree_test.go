package checks_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// A tree of 200,000 files is planned and judged in time that grows with the
// tree, whatever lies in it: made-up licences in every folder, folders in
// folders, files that every reader wants.
func TestHugeTrees(t *testing.T) {
	const n = 200_000
	id := func(i int) string { return fmt.Sprintf("%040x", i) }
	for name, path := range map[string]func(int) string{
		"pictures": func(i int) string { return fmt.Sprintf("data/%02d/%06d.png", i%20, i) },
		"licences": func(i int) string {
			return fmt.Sprintf("lib/%05d/%s", i/4, []string{"LICENSE", "README.md", "a.py", "b.txt"}[i%4])
		},
		"python": func(i int) string { return fmt.Sprintf("src/p%d/m%d.py", i%100, i) },
	} {
		t.Run(name, func(t *testing.T) {
			files := []repo.File{{Path: "LICENSE", Blob: id(n), Size: 1}}
			for i := range n {
				files = append(files, repo.File{Path: path(i), Blob: id(i), Size: 1})
			}
			tree := repo.NewTree(files)
			var plan *checks.Plan
			took := cputime.Of(func() { plan, _ = checks.NewPlan(t.Context(), tree, checks.Options{}) })
			contents := map[string][]byte{}
			for _, f := range plan.Needed() {
				contents[f.Blob] = []byte("x")
			}
			judged := cputime.Of(func() {
				if _, err := plan.Assess(t.Context(), repo.NewSnapshot("", tree, contents, nil)); err != nil {
					t.Error(err)
				}
			})
			t.Logf("planned in %v, judged in %v", took, judged)
			if took > cputime.Bound(5*time.Second) || judged > cputime.Bound(20*time.Second) {
				t.Errorf("planned in %v, judged in %v", took, judged)
			}
		})
	}
}
