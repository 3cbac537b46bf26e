package rlang

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

type reader struct {
	src      string
	julia    bool
	magic    bool
	tokens   []token
	facts    []fact.Fact
	gone     map[int]bool // facts that turned out to be something else
	stack    []frame
	chain    callee
	lastCall part              // the last call that closed, wherever
	vars     map[string]string // variable -> what made it
	modules  map[string]string // alias -> module
	pending  pending
	listed   string                  // the folder whose files were listed last
	lists    map[string][]fact.Value // variable -> the items of its list
	attached bool                    // the packages of such lists are noted

	reticulate bool // import() brings in Python modules
}

func newReader(src string, julia, magic bool) *reader {
	return &reader{
		src: src, julia: julia, magic: magic, gone: map[int]bool{},
		vars: map[string]string{}, modules: map[string]string{}, lists: map[string][]fact.Value{}, stack: []frame{{}},
	}
}

func (r *reader) top() *frame { return &r.stack[len(r.stack)-1] }

func (r *reader) add(f fact.Fact) int {
	if len(r.facts) < maxFacts {
		if a, ok := f.(fact.Assign); ok && a.Value.Kind == fact.List {
			r.lists[a.Name] = a.Value.Items
		}
		r.facts = append(r.facts, f)
		return len(r.facts)
	}
	return 0
}

func (r *reader) result() []fact.Fact {
	var out []fact.Fact
	for i, f := range r.facts {
		if !r.gone[i] {
			out = append(out, f)
		}
	}
	return out
}

// tok returns a token, or an empty one outside of the program.
func (r *reader) tok(i int) token {
	if i < 0 || i >= len(r.tokens) {
		return token{}
	}
	return r.tokens[i]
}

// text is the source of tokens from up to but not including to.
func (r *reader) text(from, to, limit int) string {
	if from >= to || to > len(r.tokens) {
		return ""
	}
	start, end := r.tokens[from].start, r.tokens[to-1].end
	return strings.TrimSpace(settings.Cut(r.src[start:min(end, start+2*limit)], limit))
}

// read goes over the tokens once.
func (r *reader) read() {
	for i := 0; i < len(r.tokens); i++ {
		t := r.tokens[i]
		if r.pending.is && t.kind != tNewline && !(t.kind == tOpen && t.text == "{") {
			r.beginBody(i)
		}
		switch t.kind {
		case tIdent:
			i = r.ident(i)
		case tOpen:
			r.open(i)
		case tClose:
			r.close(i)
		case tComma:
			r.comma(i)
		case tNewline:
			r.newline(i)
		case tOp:
			r.op(i)
		case tMacro:
			i = r.macro(i)
		}
	}
	for len(r.stack) > 1 {
		r.pop(len(r.tokens))
	}
	r.endStatement(len(r.tokens))
}

// beginBody starts the body of a header or condition that has no braces.
func (r *reader) beginBody(i int) {
	p := r.pending
	r.pending = pending{}
	if p.named && len(r.stack) < maxDepth {
		r.stack = append(r.stack, frame{shape: body, scope: p.scope, guard: r.top().guard, define: p.define, start: i})
		return
	}
	if f := r.top(); f.shape == block || f.shape == body {
		if p.guard != "" {
			f.stmtGuard = p.guard
		}
		if f.target == "" {
			f.start = i
		}
	}
}

// inner is a frame within the current one.
func (r *reader) inner(s shape, closing byte, i int) frame {
	f := r.top()
	guard := f.guard
	if f.stmtGuard != "" {
		guard = f.stmtGuard
	}
	return frame{shape: s, closing: closing, scope: f.scope, guard: guard, class: f.class, openTok: i, argStart: i + 1, start: i + 1}
}

func (r *reader) open(i int) {
	t := r.tokens[i]
	closing := map[string]byte{"(": ')', "[": ']', "{": '}'}[t.text]
	f := r.inner(paren, closing, i)
	switch {
	case t.text == "{" && !r.julia:
		f.shape, f.class = block, ""
		if p := r.pending; p.is {
			r.pending = pending{}
			if p.scope != "" {
				f.scope, f.define = p.scope, p.define
			}
			if p.guard != "" {
				f.guard = p.guard
			}
		}
	case t.text == "(" && r.adjacent(i):
		r.openCall(&f, i)
	}
	r.stack = append(r.stack, f)
	r.chain = callee{}
}

// adjacent says whether the bracket at i belongs to the name before it. R
// allows blanks in between, Julia does not.
func (r *reader) adjacent(i int) bool {
	if r.julia && r.tokens[i].spaced {
		return false
	}
	end := r.chain.to
	if r.julia && end == i-1 && r.tok(i-1).text == "." { // f.(x)
		end = i
	}
	return r.chain.name != "" && end == i
}

func (r *reader) openCall(f *frame, i int) {
	switch name := r.chain.name; {
	case !r.julia && (name == "if" || name == "while" || name == "for"):
		f.shape = test
	case !r.julia && name == "function":
		f.shape = header
	default:
		f.isCall, f.callee = true, r.chain
		if isClass(name) {
			f.class = r.top().target
		}
	}
	f.openTok = i
}

func isClass(name string) bool {
	return name == "R6Class" || name == "R6::R6Class" || name == "setRefClass"
}

// close ends frames up to the one that the bracket closes. A bracket that
// closes nothing is left out.
func (r *reader) close(i int) {
	closing := r.tokens[i].text[0]
	at := len(r.stack) - 1
	for at > 0 && r.stack[at].closing != closing {
		if r.stack[at].closing == '}' && !r.julia && closing != '}' {
			return
		}
		at--
	}
	if at == 0 {
		return
	}
	for len(r.stack)-1 > at {
		r.pop(i)
	}
	r.pop(i)
}

// pop ends the innermost frame before token i.
func (r *reader) pop(i int) {
	f := r.top()
	r.pending = pending{}
	if f.shape == block || f.shape == body {
		r.endStatement(i)
		if f.define > 0 {
			d := r.facts[f.define-1].(fact.Define)
			d.End = r.tok(min(i, len(r.tokens)-1)).line
			r.facts[f.define-1] = d
		}
		if len(r.stack) > 1 {
			r.stack = r.stack[:len(r.stack)-1]
		}
		return
	}
	r.endArg(i)
	done := *f
	r.stack = r.stack[:len(r.stack)-1]
	switch {
	case done.shape == test:
		r.endTest(done, i)
	case done.shape == header:
		r.endHeader(done, i)
	case done.isCall:
		r.endCall(done, i)
	case done.closing == ']' && r.julia && !r.index(done.openTok):
		r.top().sub = part{done.openTok, i + 1, listOf(done.args)}
	}
}

// index says whether the bracket at i follows an operand.
func (r *reader) index(i int) bool {
	p := r.tok(i - 1)
	return !r.tok(i).spaced && (p.kind == tIdent || p.kind == tClose || p.kind == tString)
}

func (r *reader) comma(i int) {
	r.leaveBodies(i)
	switch f := r.top(); f.shape {
	case paren, header, test:
		r.endArg(i)
	}
}

// leaveBodies ends functions whose one expression ends here.
func (r *reader) leaveBodies(i int) {
	for r.top().shape == body {
		r.pop(i)
	}
}

func (r *reader) newline(i int) {
	f := r.top()
	if f.shape == paren || f.shape == header || f.shape == test {
		if r.julia && r.tokens[i].text == ";" {
			r.endArg(i)
		}
		return
	}
	if r.pending.is {
		return
	}
	if p := r.tok(i - 1); r.tokens[i].text == "\n" && (p.kind == tOp && p.text != "'" && p.text != "..." || p.kind == tComma) {
		return // the expression goes on
	}
	r.leaveBodies(i)
	r.endStatement(i)
}

// endStatement closes the statement of a block before token i.
func (r *reader) endStatement(i int) {
	f := r.top()
	if f.shape != block && f.shape != body {
		return
	}
	if f.condition > 0 {
		r.juliaCondition(f, i)
	}
	if f.target != "" && f.targetTok < i {
		v := r.value(f, f.targetTok, i)
		r.add(fact.Assign{Pos: fact.Pos{Line: r.tok(f.start).line}, Name: f.target, Value: v, Scope: f.scope})
		if v.Kind == fact.CallOf {
			r.bind(f.target, v.Text)
		}
	}
	f.start, f.target, f.stmtGuard, f.piped, f.sub = i+1, "", "", false, part{}
}

// bind remembers what made a variable. Constructors stand for their class.
func (r *reader) bind(name, made string) {
	if isClass(made) {
		made = name
	}
	if len(r.vars) < maxFacts && !strings.ContainsAny(name, "[( ") {
		r.vars[name] = strings.TrimSuffix(made, ".new")
	}
}
