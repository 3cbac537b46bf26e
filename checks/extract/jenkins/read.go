package jenkins

import (
	"context"
	"errors"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// The bounds of one file.
const (
	maxBlocks = 200
	maxStages = 500
	maxSteps  = 3000
	maxLooked = 5_000_000 // tokens looked at for arguments

	maxCondition = 1000 // bytes of what a stage hangs on
)

var errTooLong = errors.New("has too many steps")

// block is an open brace.
type block struct {
	word   string // what stands in front of it: stage, steps, dir, when, post …
	arg    string // its first string
	job    *fact.Job
	line   int
	saved  []string // jobs that ran before a parallel block
	masked bool
}

// reader walks the tokens of one file.
type reader struct {
	*ci.File
	ctx        context.Context
	tokens     []token
	blocks     []block
	vars       map[string]string
	off        map[string]bool   // parameters of the job that are off by default
	images     map[string]string // variable: image it holds; the latest one under ""
	previous   []string          // jobs the next stage follows
	branches   []string          // jobs of the parallel block that is open
	jobs       []*fact.Job
	steps      int
	looked     int
	properties int // the line of the last properties([pipelineTriggers(…)])
	first      int
	pipeline   bool
	triggered  bool
	err        error
}

func (r *reader) read() {
	for i := 0; i < len(r.tokens) && r.err == nil; i++ {
		t := r.tokens[i]
		switch {
		case t.kind == symbol && t.text == "}":
			r.shut(t.line)
		case t.kind == symbol && t.text == "{":
			r.open("", "", t.line)
		case t.kind == name:
			i = r.word(i)
		}
	}
	for len(r.blocks) > 0 {
		r.shut(r.Lines())
	}
	for _, j := range r.jobs {
		r.Add(*j)
	}
}

func (r *reader) open(word, arg string, line int) {
	b := block{word: word, arg: arg, line: line}
	if len(r.blocks) > 0 {
		top := r.blocks[len(r.blocks)-1]
		b.job, b.masked = top.job, top.masked
	}
	switch word {
	case "stage":
		b.job = r.stage(arg, line)
	case "parallel":
		b.saved, r.branches = r.previous, nil
	case "catchError", "warnError", "try":
		b.masked = true
	case "post", "always", "failure", "success":
		if r.inside("post") || word == "post" {
			b.masked = b.masked || word == "failure"
		}
	}
	if len(r.blocks) < maxBlocks {
		r.blocks = append(r.blocks, b)
	}
}

func (r *reader) shut(line int) {
	if len(r.blocks) == 0 {
		return
	}
	b := r.blocks[len(r.blocks)-1]
	r.blocks = r.blocks[:len(r.blocks)-1]
	switch b.word {
	case "stage":
		b.job.End = line
	case "parallel":
		r.previous = append([]string(nil), r.branches...)
	}
}

// stage begins a job, which follows the stages before it; those of a parallel
// block all follow the same.
func (r *reader) stage(title string, line int) *fact.Job {
	j := &fact.Job{Pos: fact.Pos{Line: line}, End: line, Name: title, Needs: r.previous}
	if len(r.jobs) >= maxStages {
		return j
	}
	parallel := false
	for i := len(r.blocks) - 1; i >= 0; i-- {
		b := r.blocks[i]
		if b.word == "stage" {
			j.If = ci.And(b.job.If, j.If)
			j.Manual = b.job.Manual
			break
		}
		if b.word == "parallel" {
			parallel = true
			j.Needs = b.saved
		}
	}
	r.jobs = append(r.jobs, j)
	if parallel {
		r.branches = append(r.branches, title)
	} else {
		r.previous = []string{title}
	}
	return j
}

// inside says whether a block of that word is open.
func (r *reader) inside(word string) bool {
	for _, b := range r.blocks {
		if b.word == word {
			return true
		}
	}
	return false
}

// job is the stage that is open; steps outside of any belong to "pipeline".
func (r *reader) job(line int) *fact.Job {
	if len(r.blocks) > 0 && r.blocks[len(r.blocks)-1].job != nil {
		return r.blocks[len(r.blocks)-1].job
	}
	word := "pipeline"
	if r.inside("post") {
		word = "post"
	}
	for _, j := range r.jobs {
		if j.Name == word {
			return j
		}
	}
	j := &fact.Job{Pos: fact.Pos{Line: line}, End: line, Name: word}
	if word == "post" {
		j.Needs = r.previous
	}
	r.jobs = append(r.jobs, j)
	return j
}

// dir is the folder the open dir blocks lead to.
func (r *reader) dir() string {
	out := ""
	for _, b := range r.blocks {
		if b.word == "dir" && b.arg != "" {
			if out != "" {
				out += "/"
			}
			out += b.arg
		}
	}
	return out
}

func (r *reader) options(line int) shell.Options {
	o := shell.Options{Job: r.job(line).Name, Step: r.steps - 1, Dir: r.dir(), Expressions: true, ErrExit: true}
	if len(r.blocks) > 0 {
		o.Masked = r.blocks[len(r.blocks)-1].masked
	}
	for name, v := range r.vars {
		o.Vars = append(o.Vars, name+"="+v)
	}
	return o
}

// script adds a shell step.
func (r *reader) script(t token, dialect string, masked bool) {
	if r.steps++; r.steps > maxSteps || r.err != nil {
		return
	}
	o := r.options(t.line)
	o.Line, o.Dialect, o.Masked = t.start, dialect, o.Masked || masked
	if dialect != "bash" {
		o.ErrExit = false
	}
	commands, err := shell.Parse(r.ctx, r.interpolated(t), o)
	if r.Failed(err) {
		r.err = err
	}
	cond := ""
	if r.inside("post") {
		for _, b := range r.blocks {
			if b.word == "failure" || b.word == "always" || b.word == "success" {
				cond = b.word
			}
		}
	}
	for _, c := range commands {
		c.Line = min(c.Line, r.Lines())
		c.Cond = ci.And(cond, c.Cond)
		r.Add(c)
	}
}

// interpolated undoes Groovy's escapes and names its expressions, so that the
// shell sees what Jenkins hands it.
func (r *reader) interpolated(t token) string {
	s := unescape(t.text)
	if t.plain {
		return strings.ReplaceAll(s, "\x00", "$")
	}
	for _, prefix := range []string{"${env.", "${params."} {
		s = strings.ReplaceAll(s, prefix, "${")
	}
	s = complexExpression.ReplaceAllString(s, "$${{ $1 }}")
	return strings.ReplaceAll(s, "\x00", "$")
}
