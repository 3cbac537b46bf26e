package catalog_test

import (
	"context"
	"slices"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// extractors read the snippets of the examples.
var extractors = checks.Extractors()

// TestExamples reads the examples and near misses of every tool with the real
// extractors and asks the whole catalogue about them.
func TestExamples(t *testing.T) {
	c := catalog.Default()
	for _, tool := range c.Tools() {
		t.Run(tool.ID, func(t *testing.T) {
			t.Parallel()
			for _, e := range tool.Examples {
				uses := usesIn(t, c, e)
				if !shows(uses, tool, e.Role, func(s catalog.Strength) bool { return s == e.Strength }) {
					t.Errorf("tools/%s.yml:%d: does not show %s (%s); uses: %s", tool.ID, e.Line, e.Role, e.Strength, words(uses))
				}
			}
			for _, e := range tool.NearMisses {
				uses := usesIn(t, c, e)
				if shows(uses, tool, e.Role, func(s catalog.Strength) bool { return s >= e.Strength }) {
					t.Errorf("tools/%s.yml:%d: shows %s; uses: %s", tool.ID, e.Line, e.Role, words(uses))
				}
			}
		})
	}
}

func shows(uses []catalog.Use, tool *catalog.Tool, role catalog.Role, strong func(catalog.Strength) bool) bool {
	return slices.ContainsFunc(uses, func(u catalog.Use) bool {
		return u.Tool == tool && u.Role == role && strong(u.Strength)
	})
}

// usesIn extracts the facts of an example. A text that no extractor takes is
// an error: it would prove nothing.
func usesIn(t *testing.T, c *catalog.Catalog, e catalog.Example) []catalog.Use {
	t.Helper()
	file := fact.File{Path: e.Path}
	routed := false
	for _, x := range extractors {
		dialect, ok := x.Route(e.Path)
		if !ok || e.Text == "" {
			continue
		}
		routed = true
		facts, err := extract.Run(context.Background(), x, dialect, []byte(e.Text))
		if err != nil {
			t.Errorf("line %d: %s: %v", e.Line, x.Name(), err)
		}
		file.Facts = append(file.Facts, facts...)
	}
	if !routed && e.Text != "" {
		t.Errorf("line %d: no extractor reads %s", e.Line, e.Path)
	}
	return c.Uses(e.Path, file)
}

func words(uses []catalog.Use) []string {
	var out []string
	for _, u := range uses {
		out = append(out, u.Tool.ID+"/"+string(u.Role)+"/"+u.Strength.String()+" "+u.What)
	}
	return out
}
