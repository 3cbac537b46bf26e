package structured

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// script adds the commands of a command line or script. Expressions in
// "${{ … }}" stay as written.
func (r *reader) script(src string, line int, job, dir string) {
	commands, _ := shell.Parse(r.ctx, src, shell.Options{Line: line, Job: job, Dir: dir, Expressions: true})
	for _, c := range commands {
		r.command(c)
	}
}

func (r *reader) command(c fact.Command) {
	if r.commands++; r.commands <= maxCommands {
		r.add(c)
	}
}

// run adds what an entry point and its arguments start, as a container engine
// puts them together.
func (r *reader) run(entry, args *settings.Node, job, dir string) {
	first, rest := words(entry), words(args)
	argv := append(first[:len(first):len(first)], rest...)
	if len(argv) == 0 {
		return
	}
	line := entry.At()
	if len(first) == 0 {
		line = args.At()
	}
	if body, ok := shellBody(argv); ok {
		at := line
		for _, n := range []*settings.Node{entry, args} {
			for _, item := range n.Each() {
				if item.Text == body {
					at = item.ScriptLine()
				}
			}
			if n.IsScalar() && n.Block {
				at = n.ScriptLine()
			}
		}
		r.script(body, at, job, dir)
		return
	}
	guessed := false
	for _, w := range argv {
		guessed = guessed || strings.Contains(w, "${")
	}
	r.command(fact.Command{Pos: fact.Pos{Line: line}, Argv: argv, Job: job, Dir: dir, Guessed: guessed})
}

// words splits a scalar as a command line and takes a list as it is.
func words(n *settings.Node) []string {
	if n.IsScalar() {
		return shell.Fields(strings.ReplaceAll(n.Text, "$$", "$"))
	}
	return n.Strings()
}

// shellBody returns the script of "sh -c script".
func shellBody(argv []string) (string, bool) {
	switch name := argv[0][strings.LastIndexByte(argv[0], '/')+1:]; name {
	case "sh", "bash", "ash", "dash", "zsh":
	default:
		return "", false
	}
	for i, a := range argv[1:] {
		if strings.HasPrefix(a, "-") && strings.HasSuffix(a, "c") && i+2 < len(argv) {
			return argv[i+2], true
		}
		if !strings.HasPrefix(a, "-") {
			break
		}
	}
	return "", false
}

func (r *reader) image(n *settings.Node, role, stage, path string) {
	if n.IsScalar() && n.Text != "" || path != "" {
		r.add(fact.Image{Pos: fact.Pos{Line: n.At()}, Ref: n.Str(), Role: role, Stage: stage, Path: path})
	}
}

// procfile reads "name: command" lines.
func (r *reader) procfile(src string) {
	line := 0
	for l := range strings.Lines(src) {
		line++
		name, command, ok := strings.Cut(strings.TrimSpace(l), ":")
		if ok && name != "" && name[0] != '#' && !strings.ContainsAny(name, " \t") {
			r.script(command, line, name, "")
		}
	}
}
