package script

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var dialects = []string{shDialect, zshDialect, pwshDialect, cmdDialect, plainDialect, hookDialect}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"train.sh":           "sh",
		"scripts/x.bash":     "sh",
		"jobs/train.slurm":   "sh",
		"a.zsh":              "zsh",
		"Deploy.PS1":         "pwsh",
		"make.bat":           "cmd",
		"bin/run":            "plain",
		"scripts/entrypoint": "plain",
		"bin/tool":           "no",
		"src/run":            "no",
		"run":                "no",
		".husky/pre-commit":  "hook",
		".husky/.gitignore":  "no",
		"x.sh.j2":            "no",
		".sh":                "no",
		"notes.shx":          "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), dialects, "if a; then ", "#!/bin/sh\n", "a &&", "a | ", "$(", "{ ", "f() { ")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), dialects) }
