package combine_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/combine"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// combined reads every file of an archive and combines what they say.
func combined(archive *txtar.Archive) (repo.Tree, []fact.File, []repo.Gap, func() ([]fact.File, []repo.Gap)) {
	var entries []repo.File
	facts := map[string][]fact.Fact{}
	var gaps []repo.Gap
	for _, f := range archive.Files {
		entries = append(entries, repo.File{Path: f.Name, Blob: f.Name, Size: int64(len(f.Data))})
	}
	tree := repo.NewTree(entries) // which leaves out paths that git does not have
	for _, f := range archive.Files {
		_, again := facts[f.Name]
		if _, ok := tree.File(f.Name); !ok || again {
			continue
		}
		for _, e := range checks.Extractors() {
			dialect, ok := e.Route(f.Name)
			if !ok {
				continue
			}
			got, err := extract.Run(context.Background(), e, dialect, f.Data)
			if err != nil {
				gaps = append(gaps, repo.Gap{Path: f.Name, Reason: err.Error()})
			}
			facts[f.Name] = append(facts[f.Name], got...)
		}
	}
	var files []fact.File
	for _, f := range tree.Files() {
		if len(facts[f.Path]) > 0 {
			files = append(files, fact.File{Path: f.Path, Facts: facts[f.Path]})
		}
	}
	return tree, files, gaps, func() ([]fact.File, []repo.Gap) { return combine.Facts(context.Background(), tree, files, gaps) }
}

// TestGolden holds what files say together: testdata/*.txtar are a few files
// each, with the facts and gaps as their last.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(raw)
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			_, _, _, run := combined(archive)
			files, gaps := run()
			var got bytes.Buffer
			for _, f := range files {
				fmt.Fprintln(&got, f.Path)
				for _, x := range f.Facts {
					fmt.Fprintf(&got, "  %s\n", extracttest.Line(x))
				}
			}
			for _, g := range gaps {
				fmt.Fprintf(&got, "gap %s: %s\n", g.Path, g.Reason)
			}
			if flag.Lookup("update").Value.String() == "true" { // extracttest has it

				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: got.Bytes()})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if _, want, _ := strings.Cut(string(raw), "-- want --\n"); got.String() != want {
				t.Errorf("differs (-update rewrites it)\ngot:\n%s\nwant:\n%s", &got, want)
			}
		})
	}
}

// maxTime is the processor time that combining a small commit may take.
const maxTime = 4 * time.Second

// bounded combines an archive and fails on too much time, on facts out of order
// or outside of their file, and on a panic.
func bounded(t *testing.T, archive *txtar.Archive) {
	t.Helper()
	tree, before, _, run := combined(archive)
	lines := map[string]int{}
	for _, f := range archive.Files {
		lines[f.Name] = max(lines[f.Name], bytes.Count(f.Data, []byte("\n"))+1)
	}
	was := fmt.Sprint(before)
	var files []fact.File
	took := cputime.Of(func() { files, _ = run() })
	if took > cputime.Bound(maxTime) {
		t.Errorf("took %v of processor time", took)
	}
	if fmt.Sprint(before) != was {
		t.Error("the facts that came in were changed")
	}
	for _, f := range files {
		if _, ok := tree.File(f.Path); !ok {
			t.Errorf("%s is not in the tree", f.Path)
		}
		for _, x := range f.Facts {
			if _, ok := x.(fact.Source); ok {
				t.Errorf("%s: the source is still there", f.Path)
			}
			if x.At() < 0 || x.At() > lines[f.Path] {
				t.Errorf("%s has %d lines: %.200s", f.Path, lines[f.Path], extracttest.Line(x))
			}
		}
	}
}

// TestHostile holds commits that were made to be slow.
func TestHostile(t *testing.T) {
	file := func(name, text string) txtar.File { return txtar.File{Name: name, Data: []byte(text)} }
	both := func(n int) string { // includes the two files below, each of which does the same
		return fmt.Sprintf("include: [p/%da.yml, p/%db.yml]\n.x%d: {script: x}\n", n, n, n)
	}
	tower := []txtar.File{file(".gitlab-ci.yml", both(0))}
	for n := range 30 {
		tower = append(tower, file(fmt.Sprintf("p/%da.yml", n), both(n+1)), file(fmt.Sprintf("p/%db.yml", n), both(n+1)))
	}
	again := "include:\n" + strings.Repeat("- {local: p/x.yml, inputs: {a: b}}\n", 4000)
	references := ".a0: {script: [x]}\n"
	for n := range 12 {
		references += fmt.Sprintf(".a%d:\n  script:\n%s", n+1, strings.Repeat(fmt.Sprintf("  - !reference [.a%d, script]\n", n), 30))
	}
	aliases := "x: &a {script: [a,b,c,d,e,f,g,h]}\n" + strings.Repeat("y: {script: [*a, *a, *a, *a]}\n", 1)
	for name, files := range map[string][]txtar.File{
		"tower":         tower,
		"again":         {file(".gitlab-ci.yml", again), file("p/x.yml", again)},
		"references":    {file(".gitlab-ci.yml", "include: [p/r.yml]\njob:\n  script:\n  - !reference [.a12, script]\n"), file("p/r.yml", references)},
		"jobs":          {file(".gitlab-ci.yml", "include: p/*.yml\n"), file("p/a.yml", many("a%d: {extends: b%d}\n", 4000)), file("p/b.yml", many("b%d: {script: x, extends: a%d}\n", 4000))},
		"aliases":       {file(".gitlab-ci.yml", "include: p/*.yml\n"), file("p/a.yml", aliases), file("p/b.yml", aliases)},
		"inputs":        {file(".gitlab-ci.yml", "include: [{local: p/i.yml, inputs: {a: "+strings.Repeat("x", 1000)+"}}]\n"), file("p/i.yml", "job:\n  script: "+strings.Repeat("$[[ inputs.a ]]", 20000)+"\n")},
		"helm doubling": chart(`{{ $x := "ab" }}` + strings.Repeat(`{{ $x = print $x $x }}`, 60) + "{{ $x }}"),
		"helm ranges":   chart(strings.Repeat("{{ range .Values.list }}", 20) + "x: {{ toYaml $.Values.list }}\n" + strings.Repeat("{{ end }}", 20)),
		"helm ifs":      chart(strings.Repeat("{{ if .Values.a }}", 1900)),
		"helm closed":   chart(strings.Repeat("{{ if .Values.a }}", 900) + strings.Repeat("{{ end }}", 900)),
		"helm lookups":  chart(strings.Repeat("{{ .Values.k1999.x.y | default .Values.k1998 }}\n", 900)),
		"helm indent":   chart(strings.Repeat("{{ toYaml .Values.list | indent 100 | indent 100 | indent 100 }}", 500)),
		"terraform doubling": {file("a.tf", "locals {\n"+many("a%d = \"${local.a%d1}"+strings.Repeat("${local.b}${var.c}", 20)+"\"\n", 50)+
			"b = \""+strings.Repeat("${local.a1}", 40)+"\"\n}\n"+many("resource \"x_y\" \"r%d\" {\n  a = local.b\n  b = local.a%d\n}\n", 1500))},
		"terraform objects": {file("a.tf", "variable \"a\" {\n  default = ["+strings.Repeat("\"b\", ", 1500)+"]\n}\n"+many("resource \"x_y\" \"r%d\" {\n  a = var.a\n}\n", 1500))},
		"terraform values":  copies("v/%d.tfvars", "a = \"b\"\n", 500, file("v/a.tf", "variable \"a\" {}\n"+many("resource \"x_y\" \"r%d\" {\n  a = var.a\n}\n", 1500))),
	} {
		t.Run(name, func(t *testing.T) { bounded(t, &txtar.Archive{Files: files}) })
	}
}

// chart is a chart with many values and one template, a hundred times.
func chart(template string) []txtar.File {
	files := []txtar.File{
		{Name: "c/Chart.yaml", Data: []byte("name: c\n")},
		{Name: "c/values.yaml", Data: []byte(many("k%d: v\n", 1900) + "list:\n" + many("- i%d\n", 90))},
	}
	for i := range 100 {
		files = append(files, txtar.File{Name: fmt.Sprintf("c/templates/t%d.yaml", i), Data: []byte("apiVersion: v1\nkind: List\n" + template)})
	}
	return files
}

// copies is a file under n names, beside another.
func copies(name, text string, n int, beside txtar.File) []txtar.File {
	files := []txtar.File{beside}
	for i := range n {
		files = append(files, txtar.File{Name: fmt.Sprintf(name, i), Data: []byte(text)})
	}
	return files
}

// many writes a line n times, with its number in place of each %d.
func many(line string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(line, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// FuzzFacts reads archives of files.
func FuzzFacts(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		raw, _, _ = bytes.Cut(raw, []byte("-- want --\n"))
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if archive := txtar.Parse(raw); len(archive.Files) <= 20 {
			bounded(t, archive)
		}
	})
}
