package catalog_test

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
)

// TestExamples reads the examples and near misses of every tool with the real
// extractors and asks the whole catalogue about them.
func TestExamples(t *testing.T) {
	c := catalog.Default()
	for _, tool := range c.Tools() {
		t.Run(tool.ID, func(t *testing.T) {
			t.Parallel()
			for _, f := range checks.TryTool(t.Context(), c, tool) {
				t.Errorf("tools/%s.yml:%d: %s", tool.ID, f.Line, f.Message)
			}
		})
	}
}
