package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

const readme = "README.md"

// guides are the pages whose examples and claims are held against the program.
var guides = pages()

func pages() []string {
	found, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		panic(err)
	}
	all := []string{readme}
	for _, f := range found {
		all = append(all, "docs/"+filepath.Base(f))
	}
	return all
}

func guide(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every example of a configuration is a valid one.
func TestGuidesShowValidConfiguration(t *testing.T) {
	t.Parallel()
	found := 0
	for _, name := range guides {
		for _, example := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(guide(t, name), -1) {
			found++
			source := repoconfig.Source{Path: name, Origin: repoconfig.RepositoryFile}
			if strings.Contains(example[1], "\norganization:") {
				source.Origin = repoconfig.OrganizationFile
			}
			if _, errs := repoconfig.Read(source, []byte(example[1])); len(errs) > 0 {
				t.Errorf("%v", errs)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d examples, want one in README.md and one in docs/configure.md", found)
	}
}
