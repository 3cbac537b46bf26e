package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// decorator reads the expression behind "@" and keeps it for the definition
// that follows.
func (p *reader) decorator(lo, hi int) {
	r := p.expr(lo, hi, true)
	if lo >= hi || p.sink.full() {
		return
	}
	if r.prim.kind == pCall && r.prim.suffix == "" {
		p.decorators = append(p.decorators, p.sink.calls[r.prim.call])
		return
	}
	c := fact.Call{Pos: fact.Pos{Line: p.line(lo)}, Scope: p.scope, Magic: p.sink.magic}
	if r.prim.kind != pNone {
		name, ok := p.resolve(&r.prim, nil)
		c.Name, c.Unresolved = name, !ok
		if r.prim.suffix != "" {
			c.Recv = p.slice(lo, hi-2, maxRecv)
		}
	} else {
		c.Name, c.Unresolved = p.slice(lo, hi, maxRecv), true
	}
	p.decorators = append(p.decorators, c)
}

// takeDecorators hands over what decorator kept.
func (p *reader) takeDecorators() []fact.Call {
	if len(p.decorators) == 0 {
		return nil
	}
	d := append([]fact.Call(nil), p.decorators...)
	clear(p.decorators)
	p.decorators = p.decorators[:0]
	return d
}

// qualified is the name of a definition within the file.
func (p *reader) qualified(name string) string {
	if p.scope == "" || p.scope == mainScope {
		return cut(name, maxName)
	}
	if len(p.scope)+len(name) >= maxName {
		return p.scope
	}
	return p.scope + "." + name
}

// function reads the header of a def, opens its block and returns the token
// behind the colon.
func (p *reader) function(lo, hi int) int {
	toks := p.lex.toks
	i := lo + 1
	if i >= hi || !isWord(toks[i].kind) {
		p.expr(i, hi, false)
		return hi + 1
	}
	name := p.text(&toks[i])
	d := fact.Define{Pos: fact.Pos{Line: p.line(lo)}, Name: p.qualified(name), Decorators: p.takeDecorators()}
	at := p.sink.addDefine(d)
	if i++; i < hi && toks[i].kind == tLSqb {
		i = p.typeParams(i, hi)
	}
	first, last := i, i
	if i < hi && toks[i].kind == tLPar {
		first, last = i+1, min(int(toks[i].match), hi)
		i = last + 1
	}
	method := p.body
	params := p.params(first, last)
	colon := p.seek(min(i, hi), hi, tColon)
	if i < colon && toks[i].kind == tArrow {
		p.annotation(i+1, colon)
	}
	p.sink.defines[at].Params = params
	if method >= 0 {
		if p.classes[method].methods == nil {
			p.classes[method].methods = map[string]bool{}
		}
		p.classes[method].methods[name] = true
	} else {
		p.env.bind(name, binding{origin: local, target: cut(name, maxName)})
	}
	p.openBlock(block{kind: kDef, indent: p.lex.indent, define: at})
	p.scope, p.body, p.guard, p.flags = d.Name, -1, "", ""
	p.enter(params, method, d.Decorators)
	return colon + 1
}

// enter opens the scope of a function and binds its parameters.
func (p *reader) enter(params []fact.Param, method int32, decorators []fact.Call) {
	p.blocks[len(p.blocks)-1].mark = p.env.enter()
	receiver := self
	for _, d := range decorators {
		switch d.Name {
		case "staticmethod", "abc.abstractstaticmethod":
			receiver = unknown
		case "classmethod", "abc.abstractclassmethod":
			receiver = cls
		}
	}
	for i, q := range params {
		b := p.paramTypes[i]
		if i == 0 && method >= 0 && receiver != unknown && !strings.HasPrefix(q.Name, "*") {
			if q.Name == "cls" {
				receiver = cls
			}
			b = binding{origin: receiver, class: method}
		}
		p.env.bind(strings.TrimLeft(q.Name, "*"), b)
	}
}

// params reads parameters in the tokens [lo, hi). Names keep their stars. What
// each stands for is left in paramTypes, beside them.
func (p *reader) params(lo, hi int) []fact.Param {
	toks := p.lex.toks
	p.paramTypes = p.paramTypes[:0]
	out := p.paramBuf[:0]
	for lo < hi {
		end := p.seek(lo, hi, tComma)
		name := lo
		if k := toks[lo].kind; k == tStar || k == tStar2 {
			name++
		}
		if name < end && isWord(toks[name].kind) {
			q := fact.Param{Name: p.text(&toks[name])}
			if name > lo {
				q.Name = p.text(&toks[lo]) + q.Name
			}
			b := binding{origin: unknown}
			eq := p.seek(name+1, end, tAssign)
			if name+1 < eq && toks[name+1].kind == tColon {
				q.Type, b = p.annotation(name+2, eq)
			}
			if eq < end {
				r := p.expr(eq+1, end, true)
				q.Default = r.value
				if b.origin <= unknown && r.prim.kind == pCall {
					b = p.meaning(&r.prim)
				}
			}
			if b.origin == unbound || name > lo {
				b = binding{origin: unknown}
			}
			out = append(out, q)
			p.paramTypes = append(p.paramTypes, b)
		} else if end > lo+1 {
			p.expr(lo, end, false) // a tuple parameter of Python 2, or an error
		}
		lo = end + 1
	}
	p.paramBuf = out
	if len(out) == 0 {
		return nil
	}
	kept := append([]fact.Param(nil), out...)
	clear(out)
	return kept
}

// typeParams skips [T: bound = default, …] at token i, reading the calls in it,
// and returns the token behind it.
func (p *reader) typeParams(i, hi int) int {
	end := min(int(p.lex.toks[i].match)+1, hi)
	p.expr(i, end, false)
	return end
}

// classDef reads the header of a class, opens its block and returns the token
// behind the colon.
func (p *reader) classDef(lo, hi int) int {
	toks := p.lex.toks
	i := lo + 1
	if i >= hi || !isWord(toks[i].kind) {
		p.expr(i, hi, false)
		return hi + 1
	}
	name := p.text(&toks[i])
	d := fact.Define{Pos: fact.Pos{Line: p.line(lo)}, Name: p.qualified(name), Class: true, Decorators: p.takeDecorators()}
	at := p.sink.addDefine(d)
	if i++; i < hi && toks[i].kind == tLSqb {
		i = p.typeParams(i, hi)
	}
	var bases []string
	if i < hi && toks[i].kind == tLPar {
		end := min(int(toks[i].match), hi)
		bases = p.bases(i+1, end)
		i = end + 1
	}
	p.sink.defines[at].Bases = bases
	colon := p.seek(min(i, hi), hi, tColon)
	p.bind(name, binding{origin: local, target: cut(name, maxName)})
	p.openBlock(block{kind: kClass, indent: p.lex.indent, define: at})
	p.classes = append(p.classes, classBody{name: d.Name, bases: bases, define: at, later: len(p.later)})
	p.scope, p.guard, p.flags = d.Name, "", ""
	p.body = int32(len(p.classes) - 1)
	p.class = p.body
	return colon + 1
}

// bases reads the base classes and keywords of a class in the tokens [lo, hi).
func (p *reader) bases(lo, hi int) (out []string) {
	for lo < hi {
		end := p.seek(lo, hi, tComma)
		from := lo
		if lo+1 < end && p.lex.toks[lo+1].kind == tAssign {
			from = lo + 2
		}
		r := p.expr(from, end, false)
		if p.lex.toks[lo].kind != tStar2 && from == lo && r.prim.kind != pNone && len(out) < maxItems {
			name, _ := p.resolve(&r.prim, nil)
			out = append(out, name)
		}
		lo = end + 1
	}
	return out
}

// returned adds what a function answers as an assignment to "return", where it
// is a class, what a class makes, or an entry of a table.
func (p *reader) returned(q *prim, at int) {
	if p.env.depth == 0 {
		return
	}
	v := fact.Value{Kind: fact.Name}
	switch {
	case q.kind == pName:
		if b, _ := p.find(q.first); b.origin == self || b.origin == cls {
			return
		}
		if v = p.primValue(q, at+1); !isClass(v.Text) {
			return
		}
	case q.kind == pIndex && q.suffix == "":
		v.Text = q.base
	case q.kind == pCall && q.suffix == "":
		switch c := &p.sink.calls[q.call]; {
		case c.Name == "dict.get":
			v.Text = c.Recv
		case isClass(c.Name):
			v = fact.Value{Kind: fact.CallOf, Text: c.Name}
		}
	}
	if v.Text != "" && !strings.ContainsAny(v.Text, " ([{") {
		p.sink.addAssign(fact.Assign{Pos: fact.Pos{Line: p.line(at)}, Name: "return", Value: v, Scope: p.scope})
	}
}
