package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// call reads one simple command, or an assignment that stands alone.
func (w *walker) call(c *syntax.CallExpr, redirs []*syntax.Redirect, f flow) {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			w.assign(a, f)
		}
		return
	}
	env := w.state.env
	for _, a := range c.Assigns {
		if a.Name != nil && len(env) < maxEnv {
			v := w.value(a, f)
			env = append(slices.Clip(env), a.Name.Value+"="+cut(strings.Join(v.words, " "), 1024))
		}
	}
	// A failing substitution within words is never seen.
	argv, guessed := w.words(c.Args, flow{masked: true, fn: f.fn, cond: f.cond})
	if len(argv) == 0 {
		return
	}
	w.emit(int(c.Pos().Line()), argv, env, guessed, w.input(redirs, f), w.stdin(redirs, f), f)
	w.builtin(argv)
}

// emit appends one command.
func (w *walker) emit(line int, argv, env []string, guessed bool, input, stdin string, f flow) {
	if w.stopped() {
		return
	}
	for _, a := range argv {
		w.size += len(a)
	}
	w.size += len(input) + len(stdin) + 16*len(env)
	if len(w.out) >= maxCommands || w.size > maxOutput {
		w.err = ErrTooMany
		return
	}
	w.out = append(w.out, fact.Command{
		Pos:     fact.Pos{Line: w.line + line - 1},
		Argv:    argv,
		Dir:     w.state.dir,
		Env:     env,
		Job:     w.opts.Job,
		Step:    w.opts.Step,
		Func:    f.fn,
		Input:   input,
		Stdin:   stdin,
		Masked:  f.masked || !f.tail && !w.state.errExit && argv[0] != "exit",
		Guessed: guessed,
		Cond:    f.cond,
	})
}

// input is the file that is read as standard input.
func (w *walker) input(redirs []*syntax.Redirect, f flow) string {
	for _, r := range redirs {
		if r.Op == syntax.RdrIn && (r.N == nil || r.N.Value == "0") {
			return cut(strings.Join(w.word(r.Word, f).words, " "), 1024)
		}
	}
	return ""
}

// stdin is the text of a here-document or here-string.
func (w *walker) stdin(redirs []*syntax.Redirect, f flow) string {
	for _, r := range redirs {
		switch {
		case r.Hdoc != nil:
			return strings.Join(w.word(r.Hdoc, f).words, " ")
		case r.Op == syntax.WordHdoc:
			return strings.Join(w.word(r.Word, f).words, " ")
		}
	}
	return ""
}

// builtin follows the commands that change what later ones mean.
func (w *walker) builtin(argv []string) {
	switch argv[0] {
	case "cd", "pushd":
		to := ""
		for _, a := range argv[1:] {
			if a == "-" || !strings.HasPrefix(a, "-") {
				to = a
				break
			}
		}
		if argv[0] == "pushd" {
			w.state.stack = append(slices.Clip(w.state.stack), w.state.dir)
			w.state.stack = w.state.stack[max(0, len(w.state.stack)-16):]
		}
		w.state.chdir(to)
	case "popd":
		if n := len(w.state.stack); n > 0 {
			w.state.dir, w.state.stack = w.state.stack[n-1], w.state.stack[:n-1]
		}
	case "set":
		w.options(argv[1:])
	case "unset":
		for _, name := range argv[1:] {
			w.state.set(name, value{unknown: true})
		}
	case "read", "mapfile", "readarray", "getopts":
		for _, name := range argv[1:] {
			if syntax.ValidName(name) {
				w.state.set(name, value{unknown: true})
			}
		}
	}
}

// options follows set -e, set +e and set -o pipefail.
func (w *walker) options(args []string) {
	for i, a := range args {
		if len(a) < 2 || a[0] != '-' && a[0] != '+' || a == "--" {
			continue
		}
		on := a[0] == '-'
		if strings.Contains(a[1:], "e") {
			w.state.errExit = on
		}
		if strings.HasSuffix(a, "o") && i+1 < len(args) {
			switch args[i+1] {
			case "errexit":
				w.state.errExit = on
			case "pipefail":
				w.state.pipeFail = on
			}
		}
	}
}

// declare follows export, local, readonly and declare.
func (w *walker) declare(c *syntax.DeclClause, f flow) {
	f.masked = true // the declaration's own status is the one that counts
	exported := c.Variant.Value == "export"
	for _, a := range c.Args {
		if a.Name == nil {
			exported = exported || a.Value != nil && strings.Contains(a.Value.Lit(), "x")
			continue
		}
		name := a.Name.Value
		if !a.Naked {
			w.assign(a, f)
		}
		if v, ok := w.state.lookup(name); exported && ok && !v.array {
			w.state.export(name, strings.Join(v.words, " "))
		}
	}
}

func (w *walker) assign(a *syntax.Assign, f flow) {
	if a.Name == nil {
		return
	}
	v := w.value(a, f)
	switch {
	case a.Index != nil:
		v = value{unknown: true}
	case a.Append:
		old, ok := w.state.lookup(a.Name.Value)
		switch {
		case !ok:
			v.unknown = true
		case v.array || old.array:
			v = value{words: slices.Concat(old.words, v.words), array: true, guessed: old.guessed || v.guessed}
			v.unknown = len(v.words) > 256
		default:
			v.words = []string{cut(strings.Join(old.words, "")+strings.Join(v.words, ""), maxValue)}
			v.guessed = v.guessed || old.guessed
		}
	}
	w.state.set(a.Name.Value, v)
}

// value is what an assignment gives. The output of a command is not known.
func (w *walker) value(a *syntax.Assign, f flow) value {
	if a.Array != nil {
		var words []*syntax.Word
		for _, e := range a.Array.Elems {
			if e.Index != nil || e.Value == nil {
				return value{unknown: true}
			}
			words = append(words, e.Value)
		}
		out, guessed := w.words(words, f)
		return value{words: out, array: true, guessed: guessed, unknown: len(out) > 256}
	}
	v := w.word(a.Value, f)
	if a.Value != nil && w.computed(a.Value) {
		v.unknown = true
	}
	return v
}

// computed says whether a word holds a command's output that is not one of the
// known places, or arithmetic.
func (w *walker) computed(word *syntax.Word) bool {
	found := false
	syntax.Walk(word, func(n syntax.Node) bool {
		switch c := n.(type) {
		case *syntax.CmdSubst:
			if _, ok := w.place(w.text(c)); !ok {
				found = true
			}
			return false
		case *syntax.ArithmExp, *syntax.ProcSubst:
			found = true
			return false
		}
		return !found
	})
	return found
}

// subshell walks the commands of a $(…).
func (w *walker) subshell(list []*syntax.Stmt, f flow) {
	f.tail = f.tail || w.state.errExit
	w.in(func() {
		w.state.errExit = false // bash does not hand it down
		w.stmts(list, f)
	})
}

// substitutions walks the commands in $(…) anywhere below a node whose words
// are of no interest themselves.
func (w *walker) substitutions(n syntax.Node, f flow) {
	if word, ok := n.(*syntax.Word); n == nil || ok && word == nil {
		return
	}
	f.masked = true
	syntax.Walk(n, func(n syntax.Node) bool {
		switch c := n.(type) {
		case *syntax.CmdSubst:
			w.subshell(c.Stmts, f)
			return false
		case *syntax.ProcSubst:
			w.subshell(c.Stmts, f)
			return false
		}
		return true
	})
}
