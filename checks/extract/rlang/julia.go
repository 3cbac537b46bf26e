package rlang

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// juliaKeyword reads the words that open and close blocks and import modules.
// It returns the token to go on after.
func (r *reader) juliaKeyword(i int) (int, bool) {
	if p := r.tok(i - 1); p.kind == tOp && !r.tokens[i].spaced && (p.text == ":" || p.text == ".") {
		return i, false // a symbol or a member
	}
	f := r.top()
	nested := f.shape == paren || f.shape == header
	switch r.tokens[i].text {
	case "using", "import":
		if !nested {
			return r.using(i), true
		}
	case "export", "public":
		return i, true
	case "function", "macro":
		return r.juliaFunction(i), true
	case "struct":
		return r.juliaStruct(i), true
	case "module", "baremodule", "begin", "let", "quote", "try", "do":
		r.push(i, f.scope, 0)
		if r.tokens[i].text == "module" {
			return i + 1, true
		}
		return i, true
	case "type":
		if p := r.tok(i - 1).text; p == "abstract" || p == "primitive" {
			r.push(i, f.scope, 0)
			return i, true
		}
	case "for", "while", "if":
		if nested {
			return i, false // a generator
		}
		r.push(i, f.scope, 0)
		if r.tokens[i].text != "for" {
			r.top().condition = i + 2
		}
		return i, true
	case "elseif", "else", "catch", "finally":
		if f.shape == block && len(r.stack) > 1 {
			r.endStatement(i)
			f.guard = ""
			if r.tokens[i].text == "elseif" {
				f.condition = i + 2
			}
		}
		return i, true
	case "end":
		if f.closing == ']' {
			return i, false // the last index
		}
		r.end(i)
		return i, true
	}
	return i, false
}

// push opens a block that "end" closes.
func (r *reader) push(i int, scope string, define int) {
	if len(r.stack) >= maxDepth {
		return
	}
	f := r.inner(block, 'e', i)
	f.scope, f.define = scope, define
	r.stack = append(r.stack, f)
	r.chain, r.pending = callee{}, pending{}
}

// end closes the innermost keyword block, unless a bracket that is still open
// stands in between.
func (r *reader) end(i int) {
	r.leaveBodies(i)
	if r.top().closing == 'e' {
		r.pop(i)
		r.chain = callee{}
	}
}

// juliaCondition closes a condition that ran to the end of its line.
func (r *reader) juliaCondition(f *frame, i int) {
	from := f.condition - 1
	f.condition = 0
	if from >= i {
		return
	}
	text := r.text(from, i, maxCheck)
	if r.tok(from-1).text != "while" {
		f.guard = text
	}
	r.compare(from, from, i, f.scope, text)
}

// juliaFunction reads "function name(parameters)" and opens its body. It
// returns the token of the closing bracket.
func (r *reader) juliaFunction(i int) int {
	scope := r.top().scope
	j := i + 1
	var name []string
	for r.tok(j).kind == tIdent || r.tok(j).text == "." {
		name = append(name, r.tok(j).text)
		j++
	}
	last := r.closing(j)
	if len(name) == 0 || len(name) > 15 {
		r.push(i, scope, 0)
		return max(i, last)
	}
	var p []fact.Param
	if r.tok(j).text == "(" {
		p = r.juliaParams(j+1, last)
	}
	id := r.define(strings.Join(name, ""), r.tokens[i].line, scope, p)
	full := r.pending.scope
	r.push(i, full, id)
	r.top().start = last + 1
	return max(j-1, last)
}

// closing returns the index of the bracket that closes the one at i, i-1
// when none opens there, and i when it is too far away.
func (r *reader) closing(i int) int {
	if r.tok(i).kind != tOpen {
		return i - 1
	}
	depth := 0
	for j := i; j < min(len(r.tokens), i+2000); j++ {
		switch r.tokens[j].kind {
		case tOpen:
			depth++
		case tClose:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return i
}

// juliaParams reads the names, types and defaults between two tokens.
func (r *reader) juliaParams(from, to int) []fact.Param {
	var out []fact.Param
	depth, start := 0, from
	for j := from; j <= to && len(out) < maxItems; j++ {
		t := r.tok(j)
		switch {
		case t.kind == tOpen:
			depth++
		case t.kind == tClose && j < to:
			depth--
		case j == to || depth == 0 && (t.kind == tComma || t.text == ";"):
			if p, ok := r.juliaParam(start, j); ok {
				out = append(out, p)
			}
			start = j + 1
		}
	}
	return out
}

func (r *reader) juliaParam(from, to int) (fact.Param, bool) {
	for from < to && r.tokens[from].kind == tNewline {
		from++
	}
	if from >= to || r.tokens[from].kind != tIdent {
		return fact.Param{}, false
	}
	p := fact.Param{Name: r.tokens[from].text}
	stop := to
	for j := from; j < to; j++ {
		if r.tokens[j].text == "=" && r.tokens[j].kind == tOp {
			p.Default = r.value(&frame{}, j+1, to)
			stop = j
			break
		}
	}
	if r.tok(from+1).text == "::" {
		p.Type = r.text(from+2, stop, maxText)
	}
	return p, true
}

// shortFunction reads "name(parameters) = expression" at its "=". What looked
// like a call was the head of a definition.
func (r *reader) shortFunction(f *frame, i int) bool {
	head := r.lastCall
	after := r.tok(head.to).text
	if head.from != f.start || head.value.Kind != fact.CallOf || head.to != i && after != "::" && after != "where" {
		return false
	}
	for j := len(r.facts) - 1; j >= max(0, len(r.facts)-maxItems); j-- {
		if c, ok := r.facts[j].(fact.Call); ok && c.Name == head.value.Text {
			r.gone[j] = true
			break
		}
	}
	line := r.tokens[f.start].line
	open := f.start
	for open < i && r.tokens[open].text != "(" {
		open++
	}
	r.define(r.text(f.start, open, maxCheck), line, f.scope, r.juliaParams(open+1, head.to-1))
	f.sub = part{}
	return true
}

func (r *reader) juliaStruct(i int) int {
	name := r.tok(i + 1)
	id := 0
	if name.kind == tIdent {
		d := fact.Define{Pos: fact.Pos{Line: r.tokens[i].line}, End: r.tokens[i].line, Name: name.text, Class: true}
		if base := r.tok(i + 3); r.tok(i+2).text == "<:" && base.kind == tIdent {
			d.Bases = []string{base.text}
		}
		id = r.add(d)
	}
	r.push(i, r.top().scope, id)
	return i + 1
}

// using reads "using A, B.C: x, y as z" to the end of the line.
func (r *reader) using(i int) int {
	bare := "*"
	if r.tokens[i].text == "import" {
		bare = ""
	}
	scope := r.top().scope
	module, level := "", 0
	flush := func(name, as string) {
		if module != "" {
			r.add(fact.Import{Pos: fact.Pos{Line: r.tokens[i].line}, Module: module, Name: name, As: as, Level: level, Scope: scope})
			if as != "" {
				r.modules[as] = strings.Trim(module+"."+name, ".*")
			}
		}
	}
	name, as, colon := "", "", false
	j := i + 1
	for ; j < len(r.tokens); j++ {
		t := r.tokens[j]
		done := t.kind == tNewline && !(r.tok(j-1).kind == tComma || r.tok(j-1).text == ":")
		switch {
		case t.kind == tComma || done:
			if colon && name != "" {
				flush(name, as)
			} else if !colon {
				flush(bare, as)
				module, level = "", 0
			}
			name, as = "", ""
		case t.text == "as" && r.tok(j+1).kind == tIdent:
			j++
			as = r.tokens[j].text
		case t.text == ":":
			colon = true
		case t.text == "." && module == "":
			level++
		case t.text == "..." && module == "":
			level += 3
		case colon && (t.kind == tIdent || t.kind == tMacro):
			name = t.text
		case !colon && (t.kind == tIdent || t.text == ".") && len(module) < 512:
			module += t.text
		}
		if done {
			break
		}
	}
	if j == len(r.tokens) {
		if colon && name != "" {
			flush(name, as)
		} else if !colon {
			flush(bare, as)
		}
	}
	r.top().start = j + 1
	return j
}

// macro reads "@name arguments". Assertions and tests are checks; the
// arguments are read like any code.
func (r *reader) macro(i int) int {
	t := r.tokens[i]
	f := r.top()
	end := i + 1
	for depth := 0; end < len(r.tokens) && end < i+200; end++ {
		k := r.tokens[end].kind
		if k == tOpen {
			depth++
		} else if k == tClose {
			if depth--; depth < 0 {
				break
			}
		} else if k == tNewline && depth == 0 {
			break
		}
	}
	name := t.text[strings.LastIndexByte(t.text, '.')+1:]
	switch strings.TrimPrefix(name, "@") {
	case "test", "test_throws", "test_broken", "assert", "test_logs", "test_nowarn", "argcheck", "check":
		r.add(fact.Check{
			Pos: fact.Pos{Line: t.line}, Kind: fact.Assert, Text: r.text(i+1, end, maxCheck),
			Trivial: r.trivial(i+1, end), Scope: f.scope,
		})
	default:
		r.add(fact.Call{Pos: fact.Pos{Line: t.line}, Name: t.text, Scope: f.scope, Magic: r.magic})
	}
	if (f.shape == block || f.shape == body) && f.start == i {
		f.start = i + 1
	}
	r.chain = callee{}
	return i
}
