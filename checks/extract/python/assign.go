package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// simple reads a statement without a keyword: an assignment or an expression.
func (p *reader) simple(lo, hi int) {
	if hi == lo+1 && p.lex.toks[lo].kind == tString {
		return // a docstring
	}
	at := lo
	for at < hi {
		k := p.lex.toks[at].kind
		if k == tAssign || k == tAug || k == tColon {
			break
		}
		at = p.skip(at)
	}
	switch {
	case at >= hi:
		p.order(p.expr(lo, hi, false))
	case p.lex.toks[at].kind == tColon:
		p.annotated(lo, at, hi)
	case p.lex.toks[at].kind == tAug:
		p.target(lo, at)
		r := p.expr(at+1, hi, true)
		p.addAssign(lo, at, r.value)
	default:
		p.assign(lo, at, hi)
	}
}

// skip returns the token behind the one at i, or behind its bracket's partner,
// or behind a lambda's colon.
func (p *reader) skip(i int) int {
	toks := p.lex.toks
	if opens(toks[i].kind) {
		return int(toks[i].match) + 1
	}
	if toks[i].kind != kLambda {
		return i + 1
	}
	for open := 0; i < len(toks); i++ {
		switch k := toks[i].kind; {
		case opens(k):
			i = int(toks[i].match)
		case k == kLambda:
			open++
		case k == tColon:
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(toks)
}

// seek returns the first token of kind k in [lo, hi) outside brackets and lambda
// parameters, or hi.
func (p *reader) seek(lo, hi int, k kind) int {
	for lo < hi {
		if p.lex.toks[lo].kind == k {
			return lo
		}
		lo = p.skip(lo)
	}
	return hi
}

// assign reads "a = b = value"; the first "=" is at eq.
func (p *reader) assign(lo, eq, hi int) {
	last := eq
	for {
		next := p.seek(last+1, hi, tAssign)
		if next == hi {
			break
		}
		last = next
	}
	for from, at := lo, eq; ; {
		p.target(from, at)
		if at == last {
			break
		}
		from, at = at+1, p.seek(at+1, hi, tAssign)
	}
	if last+1 < hi && p.lex.toks[last+1].kind == tMagic {
		p.magicLine(p.text(&p.lex.toks[last+1]), p.line(last+1))
		return
	}
	p.settle(lo, eq, last, hi)
}

// settle evaluates the value behind token last and gives it to the targets
// from lo on, each of which an "=" ends.
func (p *reader) settle(lo, eq, last, hi int) {
	cmps, names := p.cmps, p.names
	r := p.expr(last+1, hi, true)
	if r.cmp && p.cmps > cmps {
		p.addCompare(last+1, hi, p.names == names)
	}
	if r.prim.kind == pCall && r.prim.suffix == "" {
		p.sink.calls[r.prim.call].Target = p.slice(lo, last, maxText)
	}
	b := p.meaning(&r.prim)
	for from, at := lo, eq; ; {
		p.give(from, at, r.value, b)
		if at >= last {
			return
		}
		from, at = at+1, p.seek(at+1, hi, tAssign)
	}
}

// meaning is what a variable stands for that is given the operand q.
func (p *reader) meaning(q *prim) binding {
	switch q.kind {
	case pName, pCall:
		if q.kind == pName {
			b, _ := p.find(q.first)
			if b.origin == unbound || q.suffix == "" && (b.origin == self || b.origin == cls || b.origin == literal) {
				return binding{origin: max(b.origin, unknown), target: b.target, class: b.class}
			}
		}
		if name, ok := p.resolve(q, nil); ok {
			return binding{origin: typed, target: name}
		}
	case pText, pValue:
		if q.suffix == "" && q.base != "" {
			return binding{origin: literal, target: q.base}
		}
	}
	return binding{origin: unknown}
}

// give assigns a value to the target in [lo, hi). Parts of a tuple are paired
// with the items of a tuple; of any other value each part is said to hold it,
// and nothing is concluded about its type.
func (p *reader) give(lo, hi int, v fact.Value, b binding) {
	parts := p.parts(lo, hi)
	if len(parts) == 1 && parts[0] == (span{lo, hi}) {
		p.addAssign(lo, hi, v)
		if v.Kind == fact.None && hi == lo+1 {
			// "except ImportError: module = None" leaves what a working program has.
			if old, _ := p.find(p.text(&p.lex.toks[lo])); old.origin == imported {
				return
			}
		}
		p.bindTarget(lo, hi, b)
		return
	}
	for i, s := range parts {
		part := v
		if v.Kind == fact.List && len(v.Items) == len(parts) {
			part = v.Items[i]
		}
		p.addAssign(s.lo, s.hi, part)
		b := binding{origin: unknown}
		if part.Kind == fact.CallOf && v.Kind == fact.List {
			b = binding{origin: typed, target: part.Text}
		}
		p.bindTarget(s.lo, s.hi, b)
	}
}

func (p *reader) addAssign(lo, hi int, v fact.Value) {
	if k := p.lex.toks[lo].kind; lo >= hi || !isWord(k) && !opens(k) && k != tString {
		return // no target
	}
	p.sink.addAssign(fact.Assign{
		Pos: fact.Pos{Line: p.line(lo)}, Name: p.slice(lo, hi, maxOther), Value: v, Scope: p.scope,
	})
}

// assignWalrus gives v to the name before ":=" in the element of f.
func (p *reader) assignWalrus(f *frame, v fact.Value) {
	at := int(f.walrus) - 1
	b := binding{origin: unknown}
	if f.simple() {
		b = p.meaning(&f.cur)
		if f.cur.kind == pCall && f.cur.suffix == "" {
			p.sink.calls[f.cur.call].Target = p.text(&p.lex.toks[at])
		}
	}
	p.addAssign(at, at+1, v)
	p.bindTarget(at, at+1, b)
}

// isClass tells whether a dotted name ends in a word that looks like a class's.
func isClass(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last != "" && last[0] >= 'A' && last[0] <= 'Z'
}

// annotated reads "name: type = value"; the colon is at colon.
func (p *reader) annotated(lo, colon, hi int) {
	eq := p.seek(colon+1, hi, tAssign)
	p.target(lo, colon)
	text, b := p.annotation(colon+1, eq)
	var v fact.Value
	if eq < hi {
		r := p.expr(eq+1, hi, true)
		v = r.value
		if r.prim.kind == pCall && r.prim.suffix == "" {
			p.sink.calls[r.prim.call].Target = p.slice(lo, colon, maxText)
		}
		if m := p.meaning(&r.prim); m.origin > unknown && (b.origin <= unknown || isClass(m.target)) {
			b = m
		}
		p.addAssign(lo, colon, v)
	}
	if b.origin == unbound {
		b.origin = unknown
	}
	p.bindTarget(lo, colon, b)
	if p.body >= 0 && colon == lo+1 {
		d := &p.sink.defines[p.classes[p.body].define]
		d.Params = append(d.Params, fact.Param{Name: p.text(&p.lex.toks[lo]), Type: text, Default: v})
	}
}
