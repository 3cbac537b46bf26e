package python

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const (
	maxItems = 64 // of a list, as fact.Value says
	maxDepth = 4  // of brackets in brackets in one value
)

// openBracket pushes the frame of the bracket at token i.
func (p *reader) openBracket(f *frame, i int) {
	t := &p.lex.toks[i]
	n := frame{open: int32(i), close: t.match, record: f.record && f.depth < maxDepth, depth: f.depth + 1}
	trailer := f.cur.kind != pNone && (t.kind == tLPar || t.kind == tLSqb)
	switch {
	case trailer && t.kind == tLPar:
		n.kind, n.record, n.depth = fCall, true, 0
		n.call = p.openCall(&f.cur, i)
	case trailer:
		p.index(&f.cur)
		n.kind, n.record = fIndex, false
	case t.kind == tFStart:
		p.stringOperand(f, i)
		n.kind, n.record = fText, false
	case t.kind == tFOpen:
		n.kind, n.record = fField, false
	default:
		p.operand(f, i, prim{kind: pOther})
		switch t.kind {
		case tLPar:
			n.kind = fGroup
		case tLSqb:
			n.kind = fList
		default:
			n.kind = fDict
		}
	}
	p.push(n)
}

// index makes an operand stand for one of its elements, which goes by its name.
func (p *reader) index(q *prim) {
	n := prim{kind: pIndex, start: q.start, unresolved: true}
	switch {
	case q.kind == pName:
		if b, _ := p.find(q.first); b.origin == literal {
			n.base = p.written(q) // a list is known, what it holds is not
			break
		}
		name, ok := p.resolve(q, nil)
		n.base, n.unresolved = name, !ok
	case q.base != "" && q.kind != pText && q.kind != pValue:
		name, ok := p.resolve(q, nil)
		n.base, n.unresolved = name, !ok
	default:
		n.kind = pOther
	}
	*q = n
}

// pop closes the innermost frame; i is its closing token, or where the
// expression ends.
func (p *reader) pop(i int) {
	n := len(p.frames) - 1
	f, up := &p.frames[n], &p.frames[n-1]
	only := prim{kind: pOther, start: f.open}
	single := f.kind == fGroup && !f.comma && !f.comp && f.start >= 0
	if single && f.simple() && f.walrus == 0 {
		only = f.cur
		only.start = f.open
	}
	if f.kind == fGroup && f.cmp && !f.lambda {
		up.cmp = true
	}
	p.endElement(f, i)
	items := p.items[f.items:]
	switch f.kind {
	case fCall:
		p.closeCall(f, up, i)
	case fGroup:
		if only.kind == pOther {
			only.val = p.container(f, items, up.record, i)
			if single && len(items) > 0 {
				only.val = items[0]
			}
			only.kind = pValue
		}
		up.cur = only
	case fList, fDict:
		base := "list"
		if f.kind == fDict {
			base = "set"
			if f.pairs || len(items) == 0 && f.close == f.open+1 {
				base = "dict"
			}
		}
		up.cur = prim{kind: pValue, start: f.open, base: base, val: p.container(f, items, up.record, i)}
	}
	p.args = p.args[:f.args]
	p.items = p.items[:f.items]
	p.frames = p.frames[:n]
}

// container is the value of a bracketed display.
func (p *reader) container(f *frame, items []fact.Value, wanted bool, i int) fact.Value {
	switch {
	case !wanted:
		return fact.Value{}
	case !f.record || f.comp:
		return fact.Value{Kind: fact.Other, Text: p.slice(int(f.open), i+1, maxOther)}
	case f.pairs || f.kind == fDict && f.close == f.open+1:
		return fact.Value{Kind: fact.Dict, Items: keepItems(items)}
	}
	return fact.Value{Kind: fact.List, Items: keepItems(items)}
}

func keepItems(items []fact.Value) []fact.Value {
	if len(items) == 0 {
		return nil
	}
	return slices.Clone(items)
}

// endElement ends what stands before a comma, a dict's colon or the end; i is
// the token behind it.
func (p *reader) endElement(f *frame, i int) {
	if f.start >= 0 {
		var v fact.Value
		if f.record || f.walrus > 0 {
			v = p.value(f, i)
		}
		if f.walrus > 0 {
			p.assignWalrus(f, v)
		}
		switch {
		case f.kind == fCall:
			p.args = append(p.args, fact.Arg{Name: f.argName(), Value: v})
		case f.record && len(p.items)-f.items < maxItems:
			if f.stars == 2 && f.kind == fDict {
				p.items = append(p.items, fact.Value{Kind: fact.Other, Text: "**"})
			}
			p.items = append(p.items, v)
		}
	}
	p.operands = p.operands[:f.operands]
	f.element = element{start: -1, operands: f.operands}
}

func (el *element) argName() string {
	switch el.stars {
	case 1:
		return "*"
	case 2:
		return "**"
	}
	return el.key
}
