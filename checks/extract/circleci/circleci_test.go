package circleci

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		".circleci/config.yml":          "circleci",
		".circleci/continue-config.yml": "circleci",
		".circleci/scripts/x.sh":        "no",
		"sub/.circleci/config.yml":      "no",
		"circle.yml":                    "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"jobs: {a: {steps: [", "commands:\n  a:\n    steps: [a, a]\n", "- run: x\n", "<< a >>", "workflows: {a: {jobs: [")
}

// TestCommandsThatUseEachOther holds commands that double at each level.
func TestCommandsThatUseEachOther(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"commands:\n  a:\n    steps: [a, a, a, a, a, a, a, a]\njobs:\n  build:\n    steps: [a, a, a]\n#")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{dialect}) }
