package dockerfile

import (
	"context"
	"errors"
	"maps"
	"path"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// reader walks the instructions of one file.
type reader struct {
	ctx    context.Context
	lines  []string
	escape rune
	global map[string]string // ARGs in front of the first FROM
	stages []*stage
	facts  []fact.Fact
	err    error // nothing more is read
	part   error // something was left out
}

// stage is a build stage with what its instructions so far say.
type stage struct {
	name     string
	vars     map[string]string
	env      []string
	dir      string
	errExit  bool
	pipeFail bool
	windows  bool
	cmd      *parser.Node
	entry    *parser.Node
}

// The bounds of one file.
const (
	maxInstructions = 3000
	maxStages       = 100
	maxVariables    = 200
)

var errTooMany = errors.New("has too many instructions or build stages")

func (r *reader) read(ast *parser.Node) {
	for i, n := range ast.Children {
		if i == maxInstructions || len(r.stages) > maxStages {
			r.err = errTooMany
		}
		if r.err == nil {
			r.err = r.ctx.Err()
		}
		if r.err != nil {
			return
		}
		r.instruction(n)
	}
	if s := r.current(); s != nil {
		r.start(s)
	}
}

func (r *reader) current() *stage {
	if len(r.stages) == 0 {
		return nil
	}
	return r.stages[len(r.stages)-1]
}

func (r *reader) instruction(n *parser.Node) {
	name := strings.ToUpper(n.Value)
	s := r.current()
	if name == "FROM" {
		r.from(n)
		return
	}
	if s == nil {
		if name == "ARG" {
			r.args(n, r.global, nil)
		}
		return
	}
	switch name {
	case "ARG":
		r.args(n, s.vars, r.global)
	case "ENV":
		for k := n.Next; k != nil && k.Next != nil; k = k.Next.Next.Next {
			text := expand(unquote(k.Next.Value), s.vars)
			keep(s.vars, k.Value, text)
			if len(s.env) < 48 {
				s.env = append(s.env[:len(s.env):len(s.env)], k.Value+"="+text)
			}
			if k.Next.Next == nil {
				break
			}
		}
	case "WORKDIR":
		if n.Next != nil {
			s.dir = absolute(s.dir, expand(unquote(n.Next.Value), s.vars))
		}
	case "SHELL":
		s.shell(words(n.Next))
	case "COPY", "ADD":
		r.copies(n, s)
	case "RUN":
		r.run(n, s)
	case "CMD":
		s.cmd = n
	case "ENTRYPOINT":
		s.entry = n
	case "HEALTHCHECK":
		if n.Next != nil && strings.EqualFold(n.Next.Value, "CMD") && n.Next.Next != nil {
			r.command(n.StartLine, n.Next.Next, n.Attributes["json"], s, "healthcheck")
		}
	}
}

func (r *reader) from(n *parser.Node) {
	args := words(n.Next)
	if len(args) == 0 {
		return
	}
	s := &stage{name: strconv.Itoa(len(r.stages)), vars: map[string]string{}}
	named := ""
	if len(args) >= 3 && strings.EqualFold(args[1], "as") {
		named = args[2]
		s.name = named
	}
	ref := expand(args[0], r.global)
	if base := r.named(ref); base != nil {
		name := s.name
		*s = *base
		s.name, s.vars = name, maps.Clone(base.vars)
	}
	s.windows = s.windows || strings.Contains(ref, "windows")
	r.stages = append(r.stages, s)
	r.facts = append(r.facts, fact.Image{Pos: fact.Pos{Line: n.StartLine}, Ref: ref, Role: "from", Stage: named})
}

// named finds an earlier stage.
func (r *reader) named(ref string) *stage {
	for i, s := range r.stages {
		if strings.EqualFold(s.name, ref) || ref == strconv.Itoa(i) {
			return s
		}
	}
	return nil
}

// args reads ARG NAME=default. A default is what holds when nobody sets it.
func (r *reader) args(n *parser.Node, vars, outer map[string]string) {
	for _, a := range words(n.Next) {
		name, text, ok := strings.Cut(a, "=")
		if ok {
			keep(vars, name, expand(unquote(text), vars))
		} else if v, known := outer[name]; known {
			keep(vars, name, v)
		}
	}
}

// keep sets a variable unless there are too many.
func keep(vars map[string]string, name, text string) {
	if _, known := vars[name]; known || len(vars) < maxVariables {
		vars[name] = text
	}
}

func (s *stage) shell(argv []string) {
	s.errExit, s.pipeFail, s.windows = false, false, false
	for i, a := range argv {
		switch {
		case i == 0:
			base := strings.ToLower(path.Base(strings.ReplaceAll(a, `\`, "/")))
			s.windows = strings.HasPrefix(base, "powershell") || strings.HasPrefix(base, "pwsh") || strings.HasPrefix(base, "cmd")
		case a == "pipefail":
			s.pipeFail = true
		case strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--"):
			s.errExit = s.errExit || strings.Contains(a, "e")
		}
	}
}

func (r *reader) copies(n *parser.Node, s *stage) {
	args := words(n.Next)
	if len(args) < 2 {
		return
	}
	c := fact.Copy{Pos: fact.Pos{Line: n.StartLine}, To: destination(s.dir, expand(args[len(args)-1], s.vars))}
	for _, a := range args[:len(args)-1] {
		if len(c.From) < 200 && !strings.HasPrefix(a, "<<") {
			c.From = append(c.From, expand(a, s.vars))
		}
	}
	for _, f := range n.Flags {
		if from, ok := strings.CutPrefix(f, "--from="); ok {
			c.Stage = expand(from, s.vars)
			if r.named(c.Stage) == nil {
				r.facts = append(r.facts, fact.Image{Pos: c.Pos, Ref: c.Stage, Role: "from"})
			}
		}
	}
	if len(c.From) > 0 {
		r.facts = append(r.facts, c)
	}
}

// start adds what runs when the image does: ENTRYPOINT with CMD as its
// arguments when both are lists, else the one that counts.
func (r *reader) start(s *stage) {
	switch {
	case s.entry == nil && s.cmd == nil:
	case s.entry == nil:
		r.command(s.cmd.StartLine, s.cmd.Next, s.cmd.Attributes["json"], s, "run")
	case s.cmd == nil || !s.entry.Attributes["json"]:
		r.command(s.entry.StartLine, s.entry.Next, s.entry.Attributes["json"], s, "run")
	default:
		argv := words(s.entry.Next)
		if s.cmd.Attributes["json"] {
			argv = append(argv, words(s.cmd.Next)...)
		} else if s.cmd.Next != nil {
			argv = append(argv, "/bin/sh", "-c", s.cmd.Next.Value)
		}
		r.exec(s.entry.StartLine, argv, s, "run")
	}
}

// command adds a CMD, ENTRYPOINT or HEALTHCHECK in either form.
func (r *reader) command(line int, n *parser.Node, list bool, s *stage, job string) {
	if n == nil {
		return
	}
	if list {
		r.exec(line, words(n), s, job)
		return
	}
	r.script(n.Value, shell.Options{Line: line, Job: job, Dir: s.dir, Env: s.env, Vars: variables(s.vars)}, line)
}

func (r *reader) exec(line int, argv []string, s *stage, job string) {
	if len(argv) == 0 {
		return
	}
	var env []string
	if job == "run" {
		env = s.env
	}
	r.facts = append(r.facts, fact.Command{Pos: fact.Pos{Line: line}, Argv: argv, Dir: s.dir, Env: env, Job: job})
}

func words(n *parser.Node) []string {
	var out []string
	for ; n != nil && len(out) < 1000; n = n.Next {
		out = append(out, n.Value)
	}
	return out
}
