package checks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// TestProjects judges the projects of a monorepo one by one.
func TestProjects(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/monorepo.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var files []repo.File
	contents := map[string][]byte{}
	want := ""
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		blob := repo.BlobID(f.Data)
		files = append(files, repo.File{Path: f.Name, Blob: blob, Size: int64(len(f.Data))})
		contents[blob] = f.Data
	}
	tree := repo.NewTree(files)
	plan, err := checks.NewPlan(t.Context(), tree, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Assess(t.Context(), repo.NewSnapshot("", tree, contents, nil))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	fmt.Fprintf(&got, "level %d\n", r.Level)
	for _, p := range r.Projects {
		c, _ := p.Capability("training.automated")
		fmt.Fprintf(&got, "%s %s level %d %s %s\n", p.Name, p.Path, p.Level, c.ID, c.Status)
	}
	if d := cmp.Diff(want, got.String()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
