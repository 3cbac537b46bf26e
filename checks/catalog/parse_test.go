package catalog_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
)

// TestParseErrors proves that a mistake is refused with its place and a remedy.
func TestParseErrors(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/parse/errors.txtar")
	if err != nil || len(archive.Files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, f := range archive.Files {
		t.Run(f.Name, func(t *testing.T) {
			comment, _, _ := bytes.Cut(f.Data, []byte("\n"))
			want := f.Name + strings.TrimPrefix(string(comment), "# ")
			if _, err := catalog.Parse(f.Name, f.Data); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestParseRefusesHostileFiles(t *testing.T) {
	for name, data := range map[string]string{
		"empty":      "",
		"huge":       strings.Repeat("#", 65<<10),
		"deep":       strings.Repeat("[", 5000),
		"many keys":  strings.Repeat("k: v\n", 5000),
		"alias bomb": "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nid: *c\n",
		"binary":     "\x00\xff",
	} {
		t.Run(name, func(t *testing.T) {
			if tool, err := catalog.Parse("x.yml", []byte(data)); err == nil {
				t.Errorf("accepted: %+v", tool)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/parse/errors.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(file.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tool, err := catalog.Parse("fuzz.yml", data)
		if (tool == nil) == (err == nil) {
			t.Fatalf("tool %v, error %v", tool, err)
		}
		if err == nil {
			if _, err := catalog.Default().With(tool); err != nil && tool.ID == "" {
				t.Fatal(err)
			}
		}
	})
}
