package shell

import (
	"context"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxDepth bounds the walk's own recursion.
const maxDepth = 500

// walker goes through one script in order.
type walker struct {
	ctx    context.Context
	opts   Options
	exprs  *expressions
	src    string // what the syntax tree's offsets point into
	line   int    // file line of src's first line
	state  *state
	out    []fact.Command
	size   int
	depth  int
	copies int // how often an enclosing for loop repeats the code
	err    error

	skipped bool // a line was not read
}

// flow says what becomes of a statement's exit status.
type flow struct {
	tail   bool // it is the status of the whole script
	masked bool // nobody sees it
	fn     string
	cond   string
}

func (f flow) when(cond string) flow {
	if f.cond != "" {
		if strings.Contains(cond, " || ") {
			cond = "(" + cond + ")"
		}
		cond = f.cond + " && " + cond
	}
	f.cond = cut(cond, maxCond)
	return f
}

// not writes down that a condition does not hold.
func not(cond string) string {
	switch {
	case strings.HasPrefix(cond, "! "):
		return cond[2:]
	case strings.Contains(cond, " || "), strings.Contains(cond, " && "):
		return "! (" + cond + ")"
	}
	return "! " + cond
}

func newWalker(ctx context.Context, o Options, exprs *expressions) *walker {
	w := &walker{ctx: ctx, opts: o, exprs: exprs, copies: 1}
	w.state = &state{dir: join("", o.Dir), errExit: o.ErrExit, pipeFail: o.PipeFail}
	for _, e := range slices.Concat(o.Vars, o.Env) {
		if name, text, ok := strings.Cut(e, "="); ok {
			w.state.set(name, value{words: []string{cut(text, maxValue)}, guessed: strings.Contains(text, "${")})
		}
	}
	for _, e := range o.Env[:min(len(o.Env), maxEnv)] {
		w.state.env = append(w.state.env, cut(e, 1024))
	}
	return w
}

// stopped says that the script is given up: too long, or out of time.
func (w *walker) stopped() bool {
	if w.err == nil && w.ctx.Err() != nil {
		w.err = w.ctx.Err()
	}
	return w.err != nil
}

// in runs f in a child process's state.
func (w *walker) in(f func()) *state {
	parent := w.state
	w.state = parent.child()
	f()
	used := w.state
	w.state = parent
	return used
}

// branch runs f where it is not known whether the code runs at all.
func (w *walker) branch(f func()) {
	w.state.forget(w.in(f))
}

func (w *walker) stmts(list []*syntax.Stmt, f flow) {
	for i, s := range list {
		inner := f
		if i+1 < len(list) {
			inner.tail = f.tail && readsStatus(w.text(list[i+1]))
		}
		w.stmt(s, inner)
	}
}

// readsStatus says whether a statement looks at the status of the one before.
func readsStatus(text string) bool {
	return strings.Contains(text, "$?") && !strings.HasPrefix(text, "echo") && !strings.HasPrefix(text, "printf")
}

func (w *walker) stmt(s *syntax.Stmt, f flow) {
	if s == nil || s.Cmd == nil || w.depth > maxDepth || w.stopped() {
		return
	}
	w.depth++
	defer func() { w.depth-- }()
	if s.Negated || s.Background {
		f.masked = true
	}
	for _, r := range s.Redirs {
		w.substitutions(r.Word, f)
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		w.call(c, s.Redirs, f)
	case *syntax.DeclClause:
		w.declare(c, f)
	case *syntax.BinaryCmd:
		if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
			w.pipeline(s, f)
		} else {
			w.list(s, f)
		}
	case *syntax.Block:
		w.stmts(c.Stmts, f)
	case *syntax.Subshell:
		f.tail = f.tail || w.state.errExit
		w.in(func() { w.stmts(c.Stmts, f) })
	case *syntax.IfClause:
		w.conditional(c, f)
	case *syntax.WhileClause:
		w.branch(func() {
			w.stmts(c.Cond, flow{masked: true, fn: f.fn, cond: f.cond})
			f.tail = false
			w.stmts(c.Do, f)
		})
	case *syntax.ForClause:
		w.loop(c, f)
	case *syntax.CaseClause:
		w.substitutions(c.Word, f)
		for _, item := range c.Items {
			var patterns []string
			for _, p := range item.Patterns {
				patterns = append(patterns, w.text(p))
			}
			w.branch(func() { w.stmts(item.Stmts, f.when(w.text(c.Word)+" in "+strings.Join(patterns, "|"))) })
		}
	case *syntax.FuncDecl:
		name := ""
		if c.Name != nil {
			name = c.Name.Value
		}
		// A function's status is its caller's affair.
		w.branch(func() { w.stmt(c.Body, flow{tail: true, masked: w.opts.Masked, fn: name}) })
	case *syntax.TimeClause:
		w.stmt(c.Stmt, f)
	case *syntax.CoprocClause:
		f.masked = true
		w.stmt(c.Stmt, f)
	default:
		w.substitutions(s.Cmd, f)
	}
}

// pipeline walks a | b | c: only the last status counts unless pipefail is on.
func (w *walker) pipeline(s *syntax.Stmt, f flow) {
	parts, _ := operands(s, func(op syntax.BinCmdOperator) bool { return op == syntax.Pipe || op == syntax.PipeAll })
	for i, p := range parts {
		inner := f
		if i+1 < len(parts) && !w.state.pipeFail {
			inner.masked = true
		}
		first := len(w.out)
		w.in(func() { w.stmt(p, inner) })
		// cat <<EOF | bash hands the text on.
		if n := len(w.out); n == first+1 && n > 1 && i > 0 {
			if from := &w.out[n-2]; len(from.Argv) == 1 && from.Argv[0] == "cat" && w.out[n-1].Stdin == "" {
				w.out[n-1].Stdin = from.Stdin
			}
		}
	}
}

// list walks a && b || c.
func (w *walker) list(s *syntax.Stmt, f flow) {
	parts, ops := operands(s, func(op syntax.BinCmdOperator) bool { return op == syntax.AndStmt || op == syntax.OrStmt })
	// rescue[i] is the operand that runs when operand i fails.
	rescue := make([]int, len(parts))
	next := -1
	for i := len(parts) - 1; i >= 0; i-- {
		rescue[i] = next
		if i > 0 && ops[i-1] == syntax.OrStmt {
			next = i
		}
	}
	for i, p := range parts {
		inner := f
		switch {
		case rescue[i] >= 0:
			inner.masked = f.masked || succeeds(parts[rescue[i]])
			inner.tail = true
		case i+1 < len(parts):
			// set -e does not act on it, so that only a last list shows it.
			inner.masked = f.masked || !f.tail
		}
		if i > 0 {
			before := w.text(parts[i-1])
			if ops[i-1] == syntax.OrStmt {
				before = not(before)
			}
			inner = inner.when(before)
		}
		w.stmt(p, inner)
	}
}

// operands flattens a left-leaning chain without recursion.
func operands(s *syntax.Stmt, want func(syntax.BinCmdOperator) bool) (parts []*syntax.Stmt, ops []syntax.BinCmdOperator) {
	for {
		b, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok || !want(b.Op) || s.Negated || len(s.Redirs) > 0 {
			parts = append(parts, s)
			break
		}
		parts, ops = append(parts, b.Y), append(ops, b.Op)
		s = b.X
	}
	slices.Reverse(parts)
	slices.Reverse(ops)
	return parts, ops
}

func (w *walker) conditional(c *syntax.IfClause, f flow) {
	cond := w.textOf(c.Cond)
	negated := strings.HasPrefix(cond, "! ")
	// The condition's failure counts only where the branch it leads to fails.
	seen := !negated && c.Else != nil && gives(branchStmts(c.Else)) || negated && gives(c.Then)
	// A leading "!" is part of what the branches were chosen by.
	conds := c.Cond
	if negated && len(conds) == 1 {
		plain := *conds[0]
		plain.Negated = false
		conds = []*syntax.Stmt{&plain}
	}
	w.stmts(conds, flow{tail: true, masked: f.masked || !seen, fn: f.fn, cond: f.cond})
	w.branch(func() { w.stmts(c.Then, f.when(cond)) })
	otherwise := not(cond)
	switch e := c.Else; {
	case e == nil:
	case e.ThenPos.IsValid():
		w.depth++
		if w.depth < maxDepth {
			w.branch(func() { w.conditional(e, f.when(otherwise)) })
		}
		w.depth--
	default:
		w.branch(func() { w.stmts(e.Then, f.when(otherwise)) })
	}
}

func branchStmts(c *syntax.IfClause) []*syntax.Stmt {
	if c.ThenPos.IsValid() {
		return nil // elif: whatever follows hangs on another condition
	}
	return c.Then
}

// loop walks a for loop once per constant item when there are few.
func (w *walker) loop(c *syntax.ForClause, f flow) {
	f.tail = false
	iter, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		w.branch(func() { w.stmts(c.Do, f) })
		return
	}
	items, guessed := w.words(iter.Items, f)
	few := len(items) > 0 && len(items) <= 8 && !guessed && len(items)*w.copies <= 64 && !slices.ContainsFunc(items, isGlob)
	if !few {
		items = []string{""}
	}
	w.copies *= len(items)
	for _, item := range items {
		w.branch(func() {
			w.state.set(iter.Name.Value, value{words: []string{item}, unknown: !few})
			w.stmts(c.Do, f)
		})
	}
	w.copies /= len(items)
}

func isGlob(s string) bool { return strings.ContainsAny(s, "*?[{") }

// text is the source of a node on one line, expressions put back.
func (w *walker) text(n syntax.Node) string {
	from, to := n.Pos().Offset(), n.End().Offset()
	if to > uint(len(w.src)) || from >= to {
		return ""
	}
	s := w.src[from:min(to, from+4*maxCond)]
	s, _ = w.exprs.show(strings.Join(strings.Fields(strings.ReplaceAll(s, "\\\n", " ")), " "))
	return cut(strings.TrimRight(s, "; "), maxCond)
}

func (w *walker) textOf(list []*syntax.Stmt) string {
	var all []string
	for _, s := range list[:min(len(list), 4)] {
		all = append(all, w.text(s))
	}
	return cut(strings.Join(all, "; "), maxCond)
}
