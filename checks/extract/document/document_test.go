package document

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var allDialects = []string{"markdown", "rst"}

func TestRoute(t *testing.T) {
	t.Parallel()
	extracttest.Route(t, New(), map[string]string{
		"README.md":        "markdown",
		"docs/a.markdown":  "markdown",
		"docs/index.rst":   "rst",
		"README.rst":       "rst",
		"README":           "markdown",
		"readme.txt":       "markdown",
		"LICENSE":          "no",
		"requirements.txt": "no",
		"README.py":        "no",
	})
}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), allDialects, ">", "> ", "1. ", "* ", "[a](", "[a]: b\n", "[a]\n", "```\n", "~~~sh\n",
		"   - a\n", "===\n", "a\n==\n", ".. code::\n", "a::\n\n  b\n", "http://", "](", "<!--", "|a", "  > - 1) ")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), allDialects) }
