package makefile

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var dialects = []string{makeDialect, justDialect, taskDialect}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"Makefile":             "make",
		"sub/makefile":         "make",
		"GNUmakefile":          "make",
		"build/docker.mk":      "make",
		"justfile":             "just",
		".justfile":            "just",
		"ci/release.just":      "just",
		"Taskfile.yml":         "task",
		"taskfile.yaml":        "task",
		"Makefile.md":          "no",
		"docs/makefile.py":     "no",
		"src/adjustfile":       "no",
		"requirements/make.in": "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), dialects,
		"a:\n\tpython x\n", "\tx\n", "a: b\n", "$(", "$(a", "${a}", "A=$(A)$(A)\n", "A:=$(A)$(A)x\n", "A+=$(A)\n\n", "x:\n\t$(shell a)\n", "a b c d e f g h i:\n\tx\n",
		"define a\n", "include a\n", "ifeq (a,b)\n", ".ONESHELL:\na:\n\tx\n", "export A=1\na:\n\tx\n", "a:\n  {{ x }}\n", "a x='(':\n  y\n", "a: (b c) && d\n",
		"tasks: {a: {cmds: [", "a::", ";", "x := \"y\"\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), dialects) }
