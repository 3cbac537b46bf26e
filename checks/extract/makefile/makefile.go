// Package makefile reads task runners: Makefiles, justfiles and Taskfiles. Each
// target is a stage with what it needs, each recipe line a command of the job
// named like the target, so that "make train" in a workflow leads on to what
// training runs.
//
// No make is run. Variables with constant values are filled in; a function or
// an unknown variable stays in the words and marks the command as guessed.
// Both branches of a conditional are read.
package makefile

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// The dialects.
const (
	makeDialect = "make"
	justDialect = "just"
	taskDialect = "task"
)

// The bounds of one file.
const (
	maxRecipes = 5000 // recipe lines
	maxTargets = 2000
	maxShared  = 8 // targets one recipe is written out for
)

var errTooMany = errors.New("has too many targets or recipe lines")

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "makefile" }

// Route decides by the usual file names.
func (extractor) Route(p string) (string, bool) {
	base := path.Base(p)
	switch strings.ToLower(base) {
	case "makefile", "gnumakefile", "makefile.am":
		return makeDialect, true
	case "justfile", ".justfile":
		return justDialect, true
	case "taskfile.yml", "taskfile.yaml", "taskfile.dist.yml", "taskfile.dist.yaml":
		return taskDialect, true
	}
	switch path.Ext(base) {
	case ".mk", ".mak":
		return makeDialect, true
	case ".just":
		return justDialect, true
	}
	return "", false
}

// Limits sets no bound on brackets: nothing here recurses on them, and scripts
// are bounded by package shell.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: -1}
}

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	r := &reader{ctx: ctx, vars: map[string]variable{}}
	text := strings.ReplaceAll(string(src), "\r\n", "\n")
	switch dialect {
	case justDialect:
		r.just(text)
	case taskDialect:
		r.task(src)
	default:
		r.makefile(text)
	}
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return a.At() - b.At() })
	return r.facts, cmp.Or(r.err, r.part)
}

// reader walks one file.
type reader struct {
	ctx     context.Context
	facts   []fact.Fact
	vars    map[string]variable
	exports []string
	recipes int
	targets int
	spent   int   // bytes of expansions
	err     error // nothing more is read
	part    error // something was left out
}

func (r *reader) stopped() bool {
	if r.err == nil && r.ctx.Err() != nil {
		r.err = r.ctx.Err()
	}
	return r.err != nil
}

func (r *reader) stage(s fact.Stage) {
	if r.targets++; r.targets > maxTargets {
		r.err = errTooMany
		return
	}
	r.facts = append(r.facts, s)
}

// script adds the commands of one recipe line or script.
func (r *reader) script(text string, o shell.Options) {
	if r.recipes++; r.recipes > maxRecipes {
		r.err = errTooMany
	}
	if r.stopped() {
		return
	}
	o.Expressions = true
	commands, err := shell.Parse(r.ctx, text, o)
	if errors.Is(err, shell.ErrDeep) {
		r.part = err
	} else if err != nil {
		r.err = err
	}
	for _, c := range commands {
		r.facts = append(r.facts, c)
	}
}

// interpreted adds a recipe that begins with "#!": a shell script as a whole,
// or one command that gets the text on its standard input.
func (r *reader) interpreted(text string, o shell.Options) {
	first, _, _ := strings.Cut(text, "\n")
	words := shell.Fields(strings.TrimPrefix(strings.TrimSpace(first), "#!"))
	if len(words) > 0 && path.Base(words[0]) == "env" {
		words = words[1:]
		for len(words) > 0 && strings.HasPrefix(words[0], "-") {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return
	}
	switch name := path.Base(words[0]); name {
	case "sh", "bash", "zsh", "dash", "ksh":
		o.Dialect = name
		for _, a := range words[1:] {
			o.ErrExit = o.ErrExit || strings.HasPrefix(a, "-") && strings.Contains(a, "e")
		}
		r.script(text, o)
	case "pwsh", "powershell":
		o.Dialect = "pwsh"
		r.script(text, o)
	default:
		stdin := text[:min(len(text), 4096)]
		r.facts = append(r.facts, fact.Command{Pos: fact.Pos{Line: o.Line}, Argv: []string{name, "-"}, Dir: o.Dir, Job: o.Job, Step: o.Step,
			Stdin: strings.ToValidUTF8(stdin, "")})
	}
}
