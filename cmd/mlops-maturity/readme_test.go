package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

const readme = "README.md"

// guides are the pages whose examples and claims are held against the program.
var guides = []string{readme, "docs/install.md", "docs/configure.md"}

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

// docs/configure.md tells of every key, and of no other.
func TestGuideNamesEveryKey(t *testing.T) {
	t.Parallel()
	settings, errs := repoconfig.Settings("", nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	keys := map[string]bool{}
	for _, s := range settings {
		keys[s.Key] = true
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(guide(t, "docs/configure.md"), -1) {
		if !keys[row[1]] {
			t.Errorf("docs/configure.md names %s, which is no key", row[1])
		}
		delete(keys, row[1])
	}
	for key := range keys {
		t.Errorf("docs/configure.md does not tell of %s", key)
	}
}

// Every command and flag that a guide shows is one; every target is in the
// Makefile; every link to a file of the repository leads to one.
func TestGuidesShowWhatThereIs(t *testing.T) {
	t.Parallel()
	root := &cobra.Command{Use: "mlops-maturity"}
	root.AddCommand(commands()...)
	makefile := guide(t, "Makefile")
	for _, name := range guides {
		text := guide(t, name)
		for _, line := range regexp.MustCompile(`(?m)mlops-maturity ((?:serve|scan|explain|config|doctor|demo)\b[^\n\x60]*)`).FindAllStringSubmatch(text, -1) {
			cmd, rest, err := root.Find(strings.Fields(line[1]))
			if err != nil || cmd == root || (cmd.HasSubCommands() && len(rest) > 0) {
				t.Errorf("%s: there is no %q", name, line[1])
				continue
			}
			for _, word := range rest {
				if flag, ok := strings.CutPrefix(word, "--"); ok && cmd.Flags().Lookup(flag) == nil {
					t.Errorf("%s: %s has no %s", name, cmd.Name(), word)
				}
			}
		}
		for _, target := range regexp.MustCompile("(?m)(?:^|`)make ([a-z-]+)$").FindAllStringSubmatch(text, -1) {
			if !strings.Contains(makefile, "\n"+target[1]+":") {
				t.Errorf("%s: the Makefile has no target %s", name, target[1])
			}
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", "..", filepath.Dir(name), link[1])); err != nil {
				t.Errorf("%s: a link leads nowhere: %v", name, err)
			}
		}
	}
}
