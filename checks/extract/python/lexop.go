package python

// maxSkip is how many open brackets a closing one may leave behind.
const maxSkip = 16

// The classes of bytes. Word and digit come first: class <= cDigit continues an
// identifier.
const (
	cWord uint8 = iota
	cDigit
	cOther
	cSpace
	cNewline
	cQuote
	cHash
)

var class = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = cDigit
		case c == '_' || c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z':
			t[c] = cWord
		case c == ' ' || c == '\t' || c == '\f':
			t[c] = cSpace
		case c == '\n':
			t[c] = cNewline
		case c == '"' || c == '\'':
			t[c] = cQuote
		case c == '#':
			t[c] = cHash
		default:
			t[c] = cOther
		}
	}
	return t
}()

// operator reads what starts with a byte that is neither word, digit, quote
// nor space.
func (l *lexer) operator(c byte) {
	text, i := l.text, l.pos
	var d, e byte
	if i+1 < len(text) {
		d = text[i+1]
	}
	if i+2 < len(text) {
		e = text[i+2]
	}
	// In a replacement field ":" "!" and a closing "=" belong to the f-string.
	if n := len(l.stack); n > 0 && l.stack[n-1].what == 'x' && l.fieldEnd(c, d) {
		return
	}
	one, two := func(k kind) { l.add(k, i, i+1) }, func(k kind) { l.add(k, i, i+2) }
	switch c {
	case '(', '[', '{':
		l.open(c)
	case ')', ']', '}':
		l.close(c)
	case '.':
		switch {
		case d >= '0' && d <= '9':
			l.number()
		case d == '.' && e == '.':
			l.add(tEllipsis, i, i+3)
		default:
			one(tDot)
		}
	case ',':
		one(tComma)
	case ';':
		l.semi = true
		one(tSemi)
	case ':':
		if d == '=' {
			two(tWalrus)
		} else {
			one(tColon)
		}
	case '=':
		if d == '=' {
			two(tCompare)
		} else {
			one(tAssign)
		}
	case '!':
		if d == '=' {
			two(tCompare)
		} else if !l.magicValue() {
			one(tJunk)
		}
	case '<', '>':
		l.angle(c, d, e)
	case '-':
		if d == '>' {
			two(tArrow)
			return
		}
		l.arithmetic(tMinus, c, d, e)
	case '+':
		l.arithmetic(tPlus, c, d, e)
	case '*':
		if d == '*' && e != '=' {
			two(tStar2)
			return
		}
		l.arithmetic(tStar, c, d, e)
	case '%':
		if !l.magicValue() {
			l.arithmetic(tPercent, c, d, e)
		}
	case '|':
		l.arithmetic(tPipe, c, d, e)
	case '@':
		l.arithmetic(tAt, c, d, e)
	case '/', '&', '^', '~':
		l.arithmetic(tOp, c, d, e)
	case '\\':
		if d == '\n' {
			l.newline()
			l.pos += 2
			return
		}
		one(tJunk)
	default:
		one(tJunk)
	}
}

// arithmetic reads an operator of one byte, its doubled form, or either with
// "=" behind.
func (l *lexer) arithmetic(k kind, c, d, e byte) {
	switch {
	case d == '=':
		l.add(tAug, l.pos, l.pos+2)
	case d == c && e == '=' && (c == '*' || c == '/'):
		l.add(tAug, l.pos, l.pos+3)
	case d == c && c == '/':
		l.add(tOp, l.pos, l.pos+2)
	default:
		l.add(k, l.pos, l.pos+1)
	}
}

func (l *lexer) angle(c, d, e byte) {
	shift := tShl
	if c == '>' {
		shift = tShr
	}
	switch {
	case d == c && e == '=':
		l.add(tAug, l.pos, l.pos+3)
	case d == c:
		l.add(shift, l.pos, l.pos+2)
	case d == '=' || c == '<' && d == '>':
		l.add(tCompare, l.pos, l.pos+2)
	default:
		l.add(tCompare, l.pos, l.pos+1)
	}
}

func (l *lexer) open(c byte) {
	if len(l.stack) >= maxNesting {
		l.over++
		l.add(tJunk, l.pos, l.pos+1)
		return
	}
	k := tLPar
	switch c {
	case '[':
		k = tLSqb
	case '{':
		k = tLBrace
	}
	l.stack = append(l.stack, open{tok: int32(len(l.toks)), what: c})
	l.add(k, l.pos, l.pos+1)
}

// close closes the innermost bracket of its kind and what was left open inside
// it. A bracket that closes nothing within its f-string field is junk; so is one
// that would have to skip more than maxSkip others, which keeps time linear.
func (l *lexer) close(c byte) {
	if l.over > 0 {
		l.over--
		l.add(tJunk, l.pos, l.pos+1)
		return
	}
	want, k := byte('('), tRPar
	switch c {
	case ']':
		want, k = '[', tRSqb
	case '}':
		want, k = '{', tRBrace
	}
	for n := len(l.stack) - 1; n >= max(0, len(l.stack)-maxSkip); n-- {
		switch o := l.stack[n]; {
		case o.what == want:
			l.add(k, l.pos, l.pos+1)
			l.popTo(n)
			return
		case o.what == 'x' && c == '}':
			l.add(tFClose, l.pos, l.pos+1)
			l.popTo(n)
			l.fText()
			return
		case o.what == 'x':
			n = -1
		}
	}
	l.add(tJunk, l.pos, l.pos+1)
}

// popTo closes stack[n:] with the token just added.
func (l *lexer) popTo(n int) {
	last := int32(len(l.toks) - 1)
	for _, o := range l.stack[n:] {
		l.toks[o.tok].match = last
	}
	l.toks[last].match = l.stack[n].tok
	l.stack = l.stack[:n]
}
