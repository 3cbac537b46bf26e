// Package script reads script files: shells, PowerShell and Windows batch. What
// their lines mean is package shell's affair; this package finds the files and
// reads how the first line says a script is run.
package script

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// The dialects. A script without an extension has to say what it is in its
// first line; a git hook need not.
const (
	shDialect    = "sh"
	zshDialect   = "zsh"
	pwshDialect  = "pwsh"
	cmdDialect   = "cmd"
	plainDialect = "plain"
	hookDialect  = "hook"
)

var extensions = map[string]string{
	".sh": shDialect, ".bash": shDialect, ".ksh": shDialect, ".slurm": shDialect, ".sbatch": shDialect, ".zsh": zshDialect,
	".ps1": pwshDialect, ".psm1": pwshDialect, ".bat": cmdDialect, ".cmd": cmdDialect,
}

// plain are the names scripts without an extension go by.
var plain = map[string]bool{
	"entrypoint": true, "docker-entrypoint": true, "run": true, "start": true, "serve": true, "train": true, "retrain": true, "evaluate": true,
	"predict": true, "deploy": true, "build": true, "test": true, "tests": true, "lint": true, "format": true, "check": true, "setup": true,
	"bootstrap": true, "install": true, "release": true, "publish": true, "ci": true, "cibuild": true, "server": true, "worker": true, "pipeline": true,
	"start-server": true, "run-tests": true, "post_compile": true, "pre_compile": true,
}

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "script" }

// Route goes by extension, and for scripts without one by name and folder.
func (extractor) Route(p string) (string, bool) {
	dir, base := path.Split(p)
	if d, ok := extensions[strings.ToLower(path.Ext(base))]; ok && base != path.Ext(base) {
		return d, true
	}
	parent := path.Base(path.Clean("/" + dir))
	switch {
	case parent == ".husky" || parent == ".githooks" || parent == "githooks":
		return hookDialect, path.Ext(base) == "" && base[0] != '.' && base != "_"
	case plain[base] && (parent == "bin" || parent == "scripts" || parent == "script" || parent == "docker"):
		return plainDialect, true
	}
	return "", false
}

// Limits sets no bound on brackets: package shell has its own.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: -1}
}

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	text := string(src)
	o := shell.Options{Dialect: dialect}
	switch dialect {
	case shDialect, zshDialect, plainDialect, hookDialect:
		words := firstLine(text)
		switch {
		case len(words) > 0 && !shells[path.Base(words[0])], len(words) == 0 && dialect == plainDialect:
			return nil, nil
		case len(words) > 0:
			o.Dialect = path.Base(words[0])
			startOptions(&o, words[1:])
		case dialect == hookDialect:
			o.ErrExit = true // the hook runner adds it
		}
	}
	commands, err := shell.Parse(ctx, text, o)
	facts := make([]fact.Fact, len(commands))
	for i, c := range commands {
		facts[i] = c
	}
	return facts, err
}

var shells = map[string]bool{"sh": true, "bash": true, "dash": true, "ash": true, "ksh": true, "zsh": true}

// firstLine returns the words of a "#!" line, env taken off.
func firstLine(text string) []string {
	line, _, _ := strings.Cut(strings.TrimPrefix(text, "\ufeff"), "\n")
	rest, ok := strings.CutPrefix(line, "#!")
	if !ok || len(rest) > 1000 {
		return nil
	}
	words := strings.Fields(rest)
	if len(words) > 0 && path.Base(words[0]) == "env" {
		words = words[1:]
		for len(words) > 0 && strings.HasPrefix(words[0], "-") {
			words = words[1:]
		}
	}
	return words
}

func startOptions(o *shell.Options, args []string) {
	for _, a := range args {
		o.ErrExit = o.ErrExit || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, "e")
		o.PipeFail = o.PipeFail || a == "pipefail"
	}
}
