package workflow

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var dialects = []string{workflowDialect, actionDialect}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		".github/workflows/ci.yml":            "workflow",
		".github/workflows/train.yaml":        "workflow",
		".github/workflows/old/ci.yml":        "no",
		".github/workflows/ci.yml.disabled":   "no",
		".github/workflows-disabled/ci.yml":   "no",
		"sub/.github/workflows/ci.yml":        "no",
		".github/actions/setup/action.yml":    "action",
		"action.yaml":                         "action",
		"ci/actions/train/action.yml":         "action",
		".github/workflows/README.md":         "no",
		".github/dependabot.yml":              "no",
		".github/actions/setup/my-action.yml": "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), dialects,
		"jobs:\n  a:\n    steps:\n    - run: x\n", "on: [push]\n", "    - run: echo ${{ matrix.a }}\n", "jobs: {a: {steps: [",
		"on: &a [*a, *a]\n", "? a\n", "- - ", "    - run: |\n        python x.py\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), dialects) }
