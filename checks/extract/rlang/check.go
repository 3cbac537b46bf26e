package rlang

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// endTest closes the condition of R's if, while or for at token i.
func (r *reader) endTest(f frame, i int) {
	kind := r.tok(f.openTok - 1).text
	r.pending = pending{is: true}
	if kind == "for" {
		return
	}
	text := r.text(f.openTok+1, i, maxCheck)
	if kind == "if" {
		r.pending.guard = text
	}
	r.compare(f.openTok, f.openTok+1, i, f.scope, text)
}

// compare records a condition that compares something.
func (r *reader) compare(at, from, to int, scope, text string) {
	for j := from; j < to; j++ {
		switch t := r.tokens[j]; {
		case t.kind == tOp && isComparison(t.text):
			r.add(fact.Check{Pos: fact.Pos{Line: r.tok(at).line}, Kind: fact.Compare, Text: text, Trivial: r.trivial(from, to), Scope: scope})
			return
		}
	}
}

func isComparison(op string) bool {
	switch op {
	case "<", ">", "<=", ">=", "==", "!=", "===", "!==", "≤", "≥", "≠":
		return true
	}
	return false
}

// trivial says whether nothing but literals stands between two tokens.
func (r *reader) trivial(from, to int) bool {
	for j := from; j < to; j++ {
		if t := r.tokens[j]; t.kind == tIdent {
			switch t.text {
			case "TRUE", "FALSE", "T", "F", "true", "false", "NULL":
			default:
				return false
			}
		} else if t.kind == tFormat || t.kind == tMacro {
			return false
		}
	}
	return from < to
}

// conditionCalls records the calls that assert or raise.
func (r *reader) conditionCalls(f frame, i int) {
	name := f.callee.name
	short := name[strings.LastIndexByte(name, ':')+1:]
	c := fact.Check{Pos: fact.Pos{Line: r.tok(f.openTok).line}, Scope: f.scope}
	switch {
	case r.julia && (name == "error" || name == "throw" || name == "rethrow"),
		!r.julia && (short == "stop" || short == "abort" && name != "abort" || short == "cli_abort"),
		(name == "quit" || name == "q" || name == "exit") && failing(f.args):
		c.Kind, c.Text = fact.Raise, r.text(f.callee.from, i+1, maxCheck)
		c.Guard = r.guard(f)
	case !r.julia && (short == "stopifnot" || short == "assert_that" || strings.HasPrefix(short, "expect_") ||
		strings.HasPrefix(name, "checkmate::assert") || strings.HasPrefix(short, "assert_") || short == "verify" && strings.HasPrefix(name, "assertr")):
		c.Kind, c.Text = fact.Assert, r.text(f.openTok+1, i, maxCheck)
		if strings.HasPrefix(short, "expect_") {
			c.Text = r.text(f.callee.from, i+1, maxCheck)
		}
		c.Trivial = r.trivial(f.openTok+1, i)
	default:
		return
	}
	r.add(c)
}

// guard is the condition a raise hangs on.
func (r *reader) guard(f frame) string {
	if g := r.top().stmtGuard; g != "" {
		return g
	}
	return f.guard
}

// failing says whether an exit carries a status other than zero.
func failing(args []fact.Arg) bool {
	for _, a := range args {
		if (a.Name == "status" || a.Name == "") && a.Value.Kind == fact.Number && strings.Trim(a.Value.Text, "0L") != "" {
			return true
		}
	}
	return false
}
