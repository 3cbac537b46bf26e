package python

// end ends an operand inside an element that says nothing as a whole.
func (el *element) end() {
	el.composite = true
	el.cur = prim{}
}

func (el *element) simple() bool {
	return el.cur.kind != pNone && !el.composite && !el.neg && el.plus+el.percent+el.shift == 0 && !el.lambda
}

// operand begins a new operand.
func (p *reader) operand(f *frame, i int, q prim) {
	if f.start < 0 {
		f.start = int32(i)
	}
	if f.cur.kind != pNone {
		f.composite = true // two operands side by side: no Python
	}
	q.start = int32(i)
	f.cur = q
}

// stringOperand begins a string or joins it to the one before.
func (p *reader) stringOperand(f *frame, i int) {
	if f.cur.kind == pText && f.cur.suffix == "" {
		return
	}
	p.operand(f, i, prim{kind: pText, base: "str"})
}

// attribute adds ".name" to an operand; i is the dot.
func (p *reader) attribute(q *prim, i int) {
	dot, name := &p.lex.toks[i], &p.lex.toks[i+1]
	start, end := int(dot.start), int(name.end)
	whole := dot.end == name.start
	switch {
	case whole && q.suffix == "":
		q.suffix, q.sufAt = p.lex.text[start:end], start
	case whole && q.sufAt >= 0 && q.sufAt+len(q.suffix) == start:
		q.suffix = p.lex.text[q.sufAt:end]
	case len(q.suffix) < maxName:
		q.suffix, q.sufAt = q.suffix+"."+p.text(name), -1
	}
}

func (p *reader) colon(f *frame, i int) {
	switch {
	case f.pending > 0:
		f.cur = prim{}
		if f.pending--; f.pending == 0 && f.lambda {
			f.composite = false // the body begins
			f.neg, f.plus, f.percent, f.shift = false, 0, 0, 0
		}
	case f.kind == fDict:
		f.pairs = true
		p.endElement(f, i)
	default:
		f.end()
	}
}

func (p *reader) operator(f *frame, k kind, i int) {
	first := f.start < 0 || int(f.start) == i-2 && (f.key != "" || f.walrus > 0)
	if f.start < 0 {
		f.start = int32(i)
	}
	unary := f.cur.kind == pNone
	switch k {
	case kAwait:
		return
	case tStar, tStar2:
		if first {
			f.stars = 1
			if k == tStar2 {
				f.stars = 2
			}
			return
		}
	case tMinus:
		if first {
			f.neg = true
			return
		}
	case tPlus, tPercent, tShl, tShr:
		if unary {
			break
		}
		p.addOperand(f, i)
		switch k {
		case tPlus:
			f.plus++
		case tPercent:
			f.percent++
		default:
			f.shift++
		}
		f.cur = prim{}
		return
	case tCompare:
		p.cmps++
		f.cmp = true
	case kLambda:
		f.pending++
		f.lambda = f.lambda || first
	case kFor:
		f.comp, f.targets = true, true
	case kIn:
		f.targets = false
	case kIf:
		if !f.comp {
			f.ternary, f.ternCmps, f.ternNames, f.ternCmp = int32(i)+1, p.cmps, p.names, f.cmp
		}
	case kElse:
		if f.ternary > 0 {
			p.compare(int(f.ternary), i, f.ternCmps, f.ternNames)
			f.cmp, f.ternary = f.ternCmp, 0
		}
	}
	f.end()
}

// addOperand keeps the operand that ends before token i.
func (p *reader) addOperand(f *frame, i int) {
	if len(p.operands)-f.operands >= 64 || f.cur.kind == pNone {
		f.composite = true
		return
	}
	p.operands = append(p.operands, operand{f.cur.start, int32(i), f.cur.kind, f.cur.call})
}
