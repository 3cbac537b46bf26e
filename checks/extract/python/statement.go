package python

// logical reads the statements of one logical line.
func (p *reader) logical() {
	n := len(p.lex.toks)
	for lo := 0; lo < n && !p.sink.full(); {
		lo = p.statement(lo, n)
	}
}

// statement reads one statement, or the header of one with a body, and returns
// the token behind it.
func (p *reader) statement(lo, n int) int {
	toks := p.lex.toks
	hi := n
	if p.lex.semi {
		hi = p.seek(lo, n, tSemi)
	}
	k := toks[lo].kind
	if k == kAsync && lo+1 < hi {
		lo++
		k = toks[lo].kind
	}
	switch k {
	case kIf, kElif, kElse, kWhile, kFor, kTry, kFinally, kExcept, kWith:
		colon := p.seek(lo+1, hi, tColon)
		p.header(k, lo, colon)
		return colon + 1
	case kDef:
		return p.function(lo, hi)
	case kClass:
		return p.classDef(lo, hi)
	case tName:
		if next, ok := p.soft(lo, hi); ok {
			return next
		}
		p.simple(lo, hi)
	case tAt:
		p.decorator(lo+1, hi)
	case kImport:
		p.importNames(lo, hi)
	case kFrom:
		p.fromImport(lo, hi)
	case kReturn:
		cmps, names := p.cmps, p.names
		r := p.expr(lo+1, hi, false)
		if r.cmp && p.cmps > cmps {
			p.addCompare(lo+1, hi, p.names == names)
		}
		p.returned(&r.prim, lo)
		p.leaves()
	case kRaise:
		p.raise(lo+1, hi)
		p.leaves()
	case kAssert:
		p.assert(lo+1, hi)
	case kDel:
		p.expr(lo+1, hi, false)
		p.forget(lo+1, hi)
	case kGlobal:
		for i := lo + 1; i < hi; i++ {
			if toks[i].kind == tName && p.body < 0 && p.env.depth > 0 {
				p.env.bind(p.text(&toks[i]), binding{origin: outer})
			}
		}
	case kBreak, kContinue:
		p.leaves()
	case kNonlocal, kPass:
	case tMagic:
		p.magicLine(p.text(&toks[lo]), p.line(lo))
	default:
		p.simple(lo, hi)
	}
	return hi + 1
}

// header reads what opens a block other than a definition.
func (p *reader) header(k kind, lo, colon int) {
	b := block{kind: k, indent: p.lex.indent}
	guard, flags := p.guard, ""
	switch k {
	case kIf, kElif:
		if p.isMain(lo+1, colon) {
			p.openBlock(b)
			if p.scope == "" {
				p.scope = mainScope
			}
			return
		}
		guard = p.condition(lo+1, colon)
		b.guard = guard
		flags, b.off = p.flagged(lo+1, colon)
	case kElse:
		// The else of an if hangs on the same condition.
		if b.guard = p.lastIf; b.guard != "" {
			guard, flags = b.guard, p.lastOff
		}
	case kWhile:
		p.condition(lo+1, colon)
	case kFor:
		in := p.seek(lo+1, colon, kIn)
		p.target(lo+1, in)
		if in < colon {
			p.loop(lo+1, in, p.expr(in+1, colon, true))
		}
		p.forget(lo+1, in)
	case kExcept:
		as := p.seek(lo+1, colon, kAs)
		if lo+1 < as && p.lex.toks[lo+1].kind == tStar {
			lo++
		}
		p.expr(lo+1, as, false)
		p.forget(min(as+1, colon), colon)
	case kWith:
		p.with(lo+1, colon)
	}
	p.openBlock(b)
	p.guard = guard
	p.flags = bothFlags(p.flags, flags)
}

// isMain tells the condition of a script's entry point.
func (p *reader) isMain(lo, hi int) bool {
	if hi != lo+3 || p.lex.toks[lo+1].kind != tCompare {
		return false
	}
	a, b := p.text(&p.lex.toks[lo]), p.text(&p.lex.toks[lo+2])
	if b == "__name__" {
		a, b = b, a
	}
	return a == "__name__" && (b == `"__main__"` || b == `'__main__'`)
}

// with reads the items of a with statement, in parentheses or not.
func (p *reader) with(lo, hi int) {
	if lo < hi && p.lex.toks[lo].kind == tLPar && int(p.lex.toks[lo].match) == hi-1 {
		lo, hi = lo+1, hi-1
	}
	for lo < hi {
		end := p.seek(lo, hi, tComma)
		as := p.seek(lo, end, kAs)
		r := p.expr(lo, as, false)
		b := p.meaning(&r.prim)
		if r.prim.kind == pCall && r.prim.suffix == "" {
			c := &p.sink.calls[r.prim.call]
			c.With = true
			if as < end {
				c.Target = p.slice(as+1, end, maxText)
			}
		}
		if as < end {
			p.target(as+1, end)
			if parts := p.parts(as+1, end); len(parts) != 1 {
				b = binding{origin: unknown}
			}
			for _, s := range p.parts(as+1, end) {
				p.bindTarget(s.lo, s.hi, b)
			}
		}
		lo = end + 1
	}
}

// soft reads the statements that begin with a soft keyword, and Python 2's
// print and exec. It returns the token behind.
func (p *reader) soft(lo, hi int) (int, bool) {
	toks := p.lex.toks
	if lo+1 >= hi {
		return 0, false
	}
	word, next := p.text(&toks[lo]), toks[lo+1].kind
	switch word {
	case "match":
		if last := len(toks) - 1; lo == 0 && last >= 2 && toks[last].kind == tColon && hi == last+1 {
			p.expr(lo+1, last, false)
			p.openBlock(block{kind: kMatch, indent: p.lex.indent})
			return hi, true
		}
	case "case":
		if n := len(p.blocks); lo == 0 && n > 0 && p.blocks[n-1].kind == kMatch {
			colon := p.seek(lo+1, hi, tColon)
			if guard := p.seek(lo+1, colon, kIf); guard < colon {
				p.condition(guard+1, colon)
			}
			p.openBlock(block{kind: kCase, indent: p.lex.indent})
			return colon + 1, true
		}
	case "type":
		if eq := p.seek(lo+1, hi, tAssign); next == tName && eq < hi {
			if toks[lo+2].kind == tLSqb {
				p.expr(lo+2, int(toks[lo+2].match)+1, false)
			}
			p.expr(eq+1, hi, false)
			return hi + 1, true
		}
	case "print", "exec":
		switch next {
		case tShr:
			p.expr(lo+2, hi, false)
		case tString, tFStart, tNumber, tName, kNot, kNone, kTrue, kFalse, kLambda:
			p.expr(lo+1, hi, false)
		default:
			return 0, false
		}
		return hi + 1, true
	}
	return 0, false
}
