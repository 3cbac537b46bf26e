package checks_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

var update = flag.Bool("update", false, "rewrite what the code says in the test files")

// system is a test file: the files below here/ and those below linked/.
func system(t *testing.T, archive *txtar.Archive) (here, linked *repo.Snapshot) {
	t.Helper()
	of := func(prefix string) *repo.Snapshot {
		var files []repo.File
		contents := map[string][]byte{}
		for _, f := range archive.Files {
			if path, ok := strings.CutPrefix(f.Name, prefix); ok {
				blob := repo.BlobID(f.Data)
				files = append(files, repo.File{Path: path, Blob: blob, Size: int64(len(f.Data))})
				contents[blob] = f.Data
			}
		}
		return repo.NewSnapshot("", repo.NewTree(files), contents, nil)
	}
	return of("here/"), of("linked/")
}

func part(t *testing.T, snap *repo.Snapshot) *report.Report {
	t.Helper()
	return judged(t, snap, checks.Options{Repository: "acme/other", Commit: "c0ffee1", Part: true})
}

// What a link changes, capability by capability, and where it is shown.
func TestLinked(t *testing.T) {
	files, err := filepath.Glob("testdata/linked/*.txtar")
	if err != nil || len(files) < 3 {
		t.Fatal("no test files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			here, linked := system(t, archive)
			there := part(t, linked)
			alone := judged(t, here, checks.Options{})
			joined := judged(t, here, checks.Options{Linked: []checks.Linked{{Repository: "acme/other", Report: there}}})
			var got strings.Builder
			fmt.Fprintf(&got, "linked: %s\nlevel %d -> %d\n", there.Kind, alone.Level, joined.Level)
			for i, c := range joined.Capabilities {
				if was := alone.Capabilities[i]; was.Status != c.Status || was.Reason != c.Reason {
					fmt.Fprintf(&got, "%s: %s -> %s: %s\n", c.ID, was.Status, c.Status, c.Reason)
					for _, e := range c.Evidence {
						fmt.Fprintf(&got, "  %s@%s %s:%d %s\n", e.Repository, e.Commit, e.Path, e.Line, e.What)
					}
				}
			}
			n := len(archive.Files) - 1
			if *update {
				if archive.Files[n].Name != "want" {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					n++
				}
				archive.Files[n].Data = []byte(got.String())
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(archive.Files[n].Data), got.String()); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func servingSystem(t *testing.T) (here *repo.Snapshot, there *report.Report) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/linked/serving.txtar")
	if err != nil {
		t.Fatal(err)
	}
	here, linked := system(t, archive)
	return here, part(t, linked)
}

// Nothing of a repository that fewer people may read is in the report.
func TestHiddenLinkShowsNothing(t *testing.T) {
	here, there := servingSystem(t)
	r := judged(t, here, checks.Options{Repository: "acme/churn", Linked: []checks.Linked{
		{Repository: "acme/other", Report: there, Hidden: true},
		{Repository: "acme/another", Unread: "it is not there", Hidden: true}}})
	c, _ := r.Capability("deployment.automated")
	if c.Status != report.Met || c.Reason != "judged in a linked private repository" {
		t.Errorf("%+v", c)
	}
	for _, secret := range []string{"acme/other", "acme/another", "c0ffee1", "deploy.yml", "gcloud", "app/main.py"} {
		if strings.Contains(text(t, r), secret) {
			t.Errorf("the report says %q", secret)
		}
	}
}

// A repository that could not be read makes "missing" unknown and nothing
// else, and is a gap that names it and the mend.
func TestUnreadLink(t *testing.T) {
	here, _ := servingSystem(t)
	alone := judged(t, here, checks.Options{})
	r := judged(t, here, checks.Options{Linked: []checks.Linked{{Repository: "acme/other", Unread: "install the App there"}}})
	unknown := 0
	for i, c := range r.Capabilities {
		was := alone.Capabilities[i]
		if c.Status == was.Status {
			continue
		}
		if unknown++; was.Status != report.Missing || c.Status != report.Unknown || !strings.Contains(c.Reason, "acme/other") {
			t.Errorf("%s: %s -> %s: %s", c.ID, was.Status, c.Status, c.Reason)
		}
	}
	if c, _ := r.Capability("application.tests"); unknown == 0 || c.Status != report.Missing {
		t.Errorf("%d unknown; the tests are %s", unknown, c.Status)
	}
	if len(r.Gaps) != 1 || r.Gaps[0].Path != "acme/other" || !strings.Contains(r.Gaps[0].Reason, "install the App there") {
		t.Errorf("gaps: %+v", r.Gaps)
	}
}

// Links go one step: what a linked repository has of a third does not count.
func TestLinksGoOneStep(t *testing.T) {
	here, there := servingSystem(t)
	middle := judged(t, here, checks.Options{Repository: "acme/middle", Linked: []checks.Linked{{Repository: "acme/other", Report: there}}})
	r := judged(t, here, checks.Options{Linked: []checks.Linked{{Repository: "acme/middle", Report: middle}}})
	if a, b := text(t, r), text(t, judged(t, here, checks.Options{})); a != b {
		t.Errorf("another report:\n%s", cmp.Diff(b, a))
	}
}

// A recalled report is one of the same links.
func TestRecallTellsLinksApart(t *testing.T) {
	here, there := servingSystem(t)
	o := checks.Options{Cache: &memory{}}
	if err := checks.Remember(t.Context(), here, o, judged(t, here, o)); err != nil {
		t.Fatal(err)
	}
	o.Linked = []checks.Linked{{Repository: "acme/other", Report: there}}
	if _, ok := checks.Recall(t.Context(), here, o); ok {
		t.Error("the report without the link was recalled")
	}
}
