// Package shell reads shell scripts wherever they stand (CI steps, recipes,
// Dockerfiles, package scripts, script files) and says which commands they run,
// where, under which condition, and whether a failure can still be seen.
//
// Nothing is run. A script is parsed, then walked once in order with what can
// be known without running it: constant variables, the working directory, set
// -e and set -o pipefail. What cannot be known stays in the words as "${NAME}"
// or "${{ expression }}" and marks the command as guessed. Two expansions that
// are known in kind get fixed names: the folder of the script itself is
// "${SCRIPT_DIR}", the top of the repository "${REPO_ROOT}".
//
// The parser underneath recurses, so that size and nesting are bounded before
// it sees a byte; scripts beyond the bounds, and scripts with syntax errors,
// are read line by line instead.
package shell

import (
	"context"
	"errors"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Options says how a script is run.
type Options struct {
	Line        int      // file line of the script's first line; 0 means 1
	Dialect     string   // bash (the default), sh, zsh, pwsh, cmd
	Job         string   // copied to every command
	Step        int      // copied to every command
	Dir         string   // working directory at the start
	Env         []string // NAME=value: known to the script and carried by every command
	Vars        []string // NAME=value: known to the script, not carried
	Expressions bool     // ${{ … }} may stand anywhere
	ErrExit     bool     // set -e is in force
	PipeFail    bool     // set -o pipefail is in force
	Masked      bool     // a failure of the whole script fails nothing
}

// The bounds of one script. What lies beyond them is an error together with
// the commands found so far.
const (
	maxSource   = 128 << 10 // bytes given to the recursive parser; longer scripts are read by line
	maxCommands = 10_000
	maxOutput   = 8 << 20 // bytes of words over all commands
	maxValue    = 4096    // bytes of a variable's value and of a here-document
	maxCond     = 300     // bytes of a condition
	maxEnv      = 48      // carried variables
)

// ErrTooMany says that a script gives more commands than anyone reads.
var ErrTooMany = errors.New("the script gives too many commands")

// ErrDeep says that a line nests too deeply, or is too long, to be read.
var ErrDeep = errors.New("a command nests too deeply or is too long to be read")

// Parse returns the simple commands of a script in line order. A syntax error
// is no error: the lines that can be read are read. The error is ErrTooMany or
// the context's, and comes with the commands found before it; or ErrDeep, and
// comes with all commands but those of such lines.
func Parse(ctx context.Context, src string, o Options) ([]fact.Command, error) {
	if o.Line == 0 {
		o.Line = 1
	}
	src = strings.ReplaceAll(src, "\r\n", "\n")
	var exprs expressions
	if o.Expressions {
		src = exprs.hide(src)
	}
	w := newWalker(ctx, o, &exprs)
	switch o.Dialect {
	case "pwsh", "powershell":
		w.native(src, powershell)
	case "cmd":
		w.native(src, batch)
	default:
		w.posix(src, o.Dialect)
	}
	slices.SortStableFunc(w.out, func(a, b fact.Command) int { return a.Line - b.Line })
	if w.err == nil && w.skipped {
		return w.out, ErrDeep
	}
	return w.out, w.err
}

// posix reads a script of the Bourne family.
func (w *walker) posix(src, dialect string) {
	lang := syntax.LangBash
	if dialect == "zsh" {
		lang = syntax.LangZsh
	}
	if len(src) <= maxSource && !deep(src) {
		if f, err := syntax.NewParser(syntax.Variant(lang)).Parse(strings.NewReader(src), ""); err == nil {
			w.src, w.line = src, w.opts.Line
			w.stmts(f.Stmts, flow{tail: true, masked: w.opts.Masked})
			return
		}
	}
	w.byLine(src, lang)
}
