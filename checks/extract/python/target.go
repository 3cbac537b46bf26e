package python

// target reads the calls in a target; a plain name or attribute has none.
func (p *reader) target(lo, hi int) {
	for i := lo; i < hi; i++ {
		if p.lex.toks[i].kind == tLPar || p.lex.toks[i].kind == tLSqb {
			p.expr(lo, hi, false)
			return
		}
	}
}

type span struct{ lo, hi int }

// parts returns the names, attributes and subscripts of a target, tuples in
// tuples laid flat.
func (p *reader) parts(lo, hi int) []span {
	todo, out := append(p.todo[:0], span{lo, hi}), p.spans[:0]
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s.lo < s.hi && p.lex.toks[s.lo].kind == tStar {
			s.lo++
		}
		if s.lo >= s.hi {
			continue
		}
		if comma := p.seek(s.lo, s.hi, tComma); comma < s.hi {
			todo = append(todo, span{comma + 1, s.hi}, span{s.lo, comma})
			continue
		}
		t := &p.lex.toks[s.lo]
		if (t.kind == tLPar || t.kind == tLSqb) && int(t.match) == s.hi-1 {
			todo = append(todo, span{s.lo + 1, s.hi - 1})
			continue
		}
		out = append(out, s)
	}
	p.todo, p.spans = todo, out
	return out
}

// forget makes the names of a target unknown: loop variables and their like.
func (p *reader) forget(lo, hi int) {
	for _, s := range p.parts(lo, hi) {
		p.bindTarget(s.lo, s.hi, binding{origin: unknown})
	}
}

// bindTarget binds a name, or an attribute of self.
func (p *reader) bindTarget(lo, hi int, b binding) {
	toks := p.lex.toks
	switch {
	case hi == lo+1 && toks[lo].kind == tName:
		p.bind(p.text(&toks[lo]), b)
	case hi == lo+3 && toks[lo].kind == tName && toks[lo+1].kind == tDot:
		if s, _ := p.find(p.text(&toks[lo])); s.origin == self || s.origin == cls {
			p.classes[s.class].bind(p.text(&toks[lo+2]), b)
		}
	}
}
