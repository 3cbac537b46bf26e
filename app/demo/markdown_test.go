package demo

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Each archive of testdata/markdown holds what was written (in.md), the page
// (page.html) and the screen (screen.txt).
func TestMarkdown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/markdown/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in := string(archive.Files[0].Data)
			page, err := toHTML(in, func(to string) string { return strings.Replace(to, "http://github.invalid/gone", "", 1) })
			if err != nil {
				t.Fatal(err)
			}
			screen := &screen{width: 60}
			screen.markdown(in)
			for i, got := range []string{string(page), screen.b.String()} {
				if flag.Lookup("update").Value.String() == "true" {
					archive.Files[i+1].Data = []byte(got)
				}
				if want := string(archive.Files[i+1].Data); want != got {
					t.Errorf("%s: got\n%s\nwant\n%s", archive.Files[i+1].Name, got, want)
				}
			}
			if flag.Lookup("update").Value.String() == "true" {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
