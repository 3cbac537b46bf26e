package rlang

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// ident reads a name or keyword and returns the token to go on after.
func (r *reader) ident(i int) int {
	t := r.tokens[i]
	f := r.top()
	if r.julia {
		if next, ok := r.juliaKeyword(i); ok {
			return next
		}
	} else if t.text == "else" && r.src[t.start] != '`' {
		f.stmtGuard = ""
		r.pending = pending{is: true}
		r.chain = callee{}
		return i
	}
	r.member(i)
	return i
}

func (r *reader) op(i int) {
	f := r.top()
	inBlock := f.shape == block || f.shape == body
	switch op := r.tokens[i].text; op {
	case "<-", "<<-", ":=":
		r.assign(i, inBlock)
	case "=":
		if inBlock {
			r.assign(i, true)
			return
		}
		// the name of an argument
		for f.argStart < i && r.tokens[f.argStart].kind == tNewline {
			f.argStart++
		}
		if i == f.argStart+1 && f.argName == "" {
			if n := r.tokens[f.argStart]; n.kind == tIdent || n.kind == tString {
				f.argName, f.argStart = n.text, i+1
			}
		}
	case "->", "->>":
		if next := r.tok(i + 1); !r.julia && inBlock && next.kind == tIdent && f.target == "" {
			f.target, f.targetTok = next.text, f.start
			v := r.value(f, f.start, i)
			r.add(fact.Assign{Pos: fact.Pos{Line: next.line}, Name: next.text, Value: v, Scope: f.scope})
			if v.Kind == fact.CallOf {
				r.bind(next.text, v.Text)
			}
			f.target = ""
		}
	case "|>", "%>%", "%<>%", "%T>%":
		f.piped = true
	case "||", "&&":
		if inBlock && f.target == "" && f.condition == 0 && f.start < i {
			f.stmtGuard = r.text(f.start, i, maxCheck)
			r.compare(f.start, max(f.start, f.compared), i, f.scope, f.stmtGuard)
			f.compared = i + 1
		}
	}
}

// assign notes what the statement assigns to.
func (r *reader) assign(i int, inBlock bool) {
	f := r.top()
	if !inBlock || f.target != "" || f.start >= i || f.condition > 0 {
		return
	}
	if r.julia && r.shortFunction(f, i) {
		return
	}
	name := r.text(f.start, i, maxCheck)
	if r.julia {
		for _, word := range []string{"const ", "local ", "global "} {
			name = strings.TrimPrefix(name, word)
		}
		name, _, _ = strings.Cut(name, "::")
	}
	if name == "" || strings.Contains(name, "\n") {
		return
	}
	if n := r.tokens[f.start]; i == f.start+1 && (n.kind == tIdent || n.kind == tString) {
		name = n.text
	}
	f.target, f.targetTok, f.piped, f.sub = name, i+1, false, part{}
}

// endHeader closes the parameters of a function at token i. A function that is
// assigned to a name, or is a method of an R6 class, is a definition; any
// other belongs to where it stands.
func (r *reader) endHeader(h frame, i int) {
	f := r.top()
	keyword := h.openTok - 1
	name := ""
	switch {
	case (f.shape == block || f.shape == body) && f.target != "" && f.targetTok == keyword:
		name = f.target
	case f.class != "" && f.argName != "" && f.argStart == keyword:
		name = f.class + "." + f.argName
	}
	r.pending = pending{is: true}
	if name == "" || strings.ContainsAny(name, "[(") {
		return
	}
	line := r.tok(keyword).line
	if f.shape == block || f.shape == body {
		line = r.tok(f.start).line
		f.target = "" // a definition, no assignment
	}
	r.define(name, line, h.scope, params(h.args))
}

// define adds a function and makes the code that follows its body.
func (r *reader) define(name string, line int, scope string, p []fact.Param) int {
	if scope != "" && !strings.HasPrefix(name, scope+".") {
		name = scope + "." + name
	}
	if len(name) > 512 {
		return 0
	}
	id := r.add(fact.Define{Pos: fact.Pos{Line: line}, End: line, Name: name, Params: p})
	r.pending = pending{is: true, scope: name, define: id, named: true}
	return id
}

// params turns the arguments of a header into parameters: a bare name, or a
// name with its default.
func params(args []fact.Arg) []fact.Param {
	var out []fact.Param
	for _, a := range args {
		p := fact.Param{Name: a.Name, Default: a.Value}
		if a.Name == "" {
			p = fact.Param{Name: a.Value.Text}
		}
		if name, typ, ok := strings.Cut(p.Name, "::"); ok {
			p.Name, p.Type = strings.TrimSpace(name), strings.TrimSpace(typ)
		}
		out = append(out, p)
	}
	return out
}
