package graph_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// shown are the roles whose uses the archives' want sections list.
var shown = []catalog.Role{catalog.RoleFit, catalog.RoleTrack, catalog.RoleDeploy, catalog.RoleTest, catalog.RoleLint, catalog.RoleServe}

// TestReach holds one repository per archive against the ways that lead from
// its triggers to what its code does.
func TestReach(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(data)
			want := ""
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool {
				if f.Name == "want" {
					want = string(f.Data)
				}
				return f.Name == "want"
			})
			got := ways(build(t, archive))
			if *update {
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := diff.Diff(want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// build reads the archive with the real extractors.
func build(t *testing.T, archive *txtar.Archive) *graph.Graph {
	t.Helper()
	var files []repo.File
	contents := map[string][]byte{}
	for _, f := range archive.Files {
		files = append(files, repo.File{Path: f.Name, Blob: repo.BlobID(f.Data), Size: int64(len(f.Data))})
		contents[f.Name] = f.Data
	}
	tree := repo.NewTree(files)
	var facts []fact.File
	for _, f := range tree.Files() {
		x := fact.File{Path: f.Path}
		for _, e := range checks.Extractors() {
			dialect, ok := e.Route(f.Path)
			if !ok {
				continue
			}
			found, err := extract.Run(t.Context(), e, dialect, contents[f.Path])
			if err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			x.Facts = append(x.Facts, found...)
		}
		if len(x.Facts) > 0 {
			facts = append(facts, x)
		}
	}
	return graph.Build(tree, fact.NewSet(facts), graph.Options{Catalog: catalog.Default()})
}

// ways lists each shown use with the way from every class that reaches it,
// then what is broken.
func ways(g *graph.Graph) string {
	var lines []string
	for _, u := range g.Uses {
		if u.Strength < catalog.Used || !slices.Contains(shown, u.Role) {
			continue
		}
		head := fmt.Sprintf("%s %s:%d %s", u.Role, u.Path, u.Line, u.What)
		reached := false
		for _, e := range graph.Triggered {
			p, ok := g.Reached(u.Node, e)
			if !ok {
				continue
			}
			reached = true
			var hops []string
			for _, h := range g.Hops(p) {
				mark := ""
				if h.Guessed {
					mark = "? "
				}
				hops = append(hops, fmt.Sprintf("%s%s:%d %s", mark, h.Path, h.Line, h.What))
			}
			lines = append(lines, head+"\n  "+e.String()+": "+strings.Join(hops, " → "))
		}
		if !reached {
			lines = append(lines, head+"\n  no trigger")
		}
	}
	for i := range g.Nodes {
		if n := g.Nodes[i]; n.Kind == graph.Broken {
			lines = append(lines, fmt.Sprintf("broken %s:%d %s", n.Path, n.Line, n.What))
		}
	}
	slices.SortFunc(lines, cmp.Compare)
	return strings.Join(slices.Compact(lines), "\n") + "\n"
}
