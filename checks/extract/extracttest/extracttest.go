// Package extracttest is the one harness the extractors are tested with: facts
// as readable text, golden archives, a fuzz target and hostile inputs. It is
// imported by tests only.
package extracttest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

var update = flag.Bool("update", false, "rewrite the golden facts")

// wantFile is the last file of each archive.
const wantFile = "want"

// Golden runs e over the files of every testdata/*.txtar that it routes and
// compares the facts with the archive's last file, "want". With -update it
// writes that file instead.
func Golden(t *testing.T, e extract.Extractor) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no golden archives in testdata: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(archive.Files); n > 0 && archive.Files[n-1].Name == wantFile {
				archive.Files = archive.Files[:n-1]
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, want, _ := strings.Cut(string(raw), "-- "+wantFile+" --\n")
			got := Text(t, e, archive)
			if *update {
				archive.Files = append(archive.Files, txtar.File{Name: wantFile, Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("facts differ from %s (-update rewrites it)\ngot:\n%s\nwant:\n%s", name, got, want)
			}
		})
	}
}

// Text extracts the facts of every file of an archive: a line with the path
// and dialect, then one line a fact, then the error if there is one.
func Text(t *testing.T, e extract.Extractor, archive *txtar.Archive) string {
	t.Helper()
	var b strings.Builder
	for _, f := range archive.Files {
		dialect, ok := e.Route(f.Name)
		if !ok {
			fmt.Fprintf(&b, "%s is not routed\n", f.Name)
			continue
		}
		fmt.Fprintf(&b, "%s (%s)\n", f.Name, dialect)
		facts, err := extract.Run(context.Background(), e, dialect, f.Data)
		last := 0
		for _, x := range facts {
			fmt.Fprintf(&b, "  %s\n", Line(x))
			if x.At() < last {
				t.Errorf("%s: facts are not in line order at %s", f.Name, Line(x))
			}
			last = x.At()
		}
		if err != nil {
			fmt.Fprintf(&b, "  error: %v\n", err)
		}
	}
	return b.String()
}

// Line is one fact on one line: its line number, its kind and its fields that
// are not zero.
func Line(f fact.Fact) string {
	v := reflect.ValueOf(f)
	return fmt.Sprintf("%d %s%s", f.At(), v.Type().Name(), show(v))
}

func show(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[fact.Value]() {
		return showValue(v.Interface().(fact.Value))
	}
	switch v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, show(v.Index(i)))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Struct:
		var parts []string
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if name != "Pos" && !v.Field(i).IsZero() {
				parts = append(parts, name+":"+show(v.Field(i)))
			}
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	return fmt.Sprint(v.Interface())
}

var kindNames = []string{"none", "string", "format", "number", "bool", "null", "name", "call", "list", "dict", "lambda", "other"}

func showValue(v fact.Value) string {
	if len(v.Items) == 0 {
		return fmt.Sprintf("%s(%q)", kindNames[v.Kind], v.Text)
	}
	var parts []string
	for _, item := range v.Items {
		parts = append(parts, showValue(item))
	}
	return kindNames[v.Kind] + "(" + strings.Join(parts, " ") + ")"
}

// Route checks a table of paths: the value is the dialect, or "no" for a path
// that is not routed.
func Route(t *testing.T, e extract.Extractor, table map[string]string) {
	t.Helper()
	for path, want := range table {
		got, ok := e.Route(path)
		if !ok {
			got = "no"
		}
		if got != want {
			t.Errorf("Route(%q) = %q, want %q", path, got, want)
		}
	}
}
