package python

import "strings"

// isPrefix tells the string prefixes of Python 2.7 to 3.14, in any case.
func isPrefix(w string) bool {
	switch strings.ToLower(w) {
	case "r", "b", "u", "f", "t", "br", "rb", "ur", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

// str reads a string whose prefix starts at start and whose quotes start at q.
func (l *lexer) str(start, q int) {
	text, quote := l.text, l.text[q]
	fields, raw := false, false
	for _, c := range []byte(text[start:q]) {
		fields = fields || c|0x20 == 'f' || c|0x20 == 't'
		raw = raw || c|0x20 == 'r'
	}
	body, triple := q+1, false
	if q+2 < len(text) && text[q+1] == quote && text[q+2] == quote {
		body, triple = q+3, true
		if l.nextTriple(quote, body) == len(text) {
			l.add(tJunk, start, body) // never closed: go on behind the quotes
			return
		}
	}
	if fields && len(l.stack) < maxNesting {
		l.stack = append(l.stack, open{tok: int32(len(l.toks)), what: 'f', quote: quote, triple: triple, raw: raw})
		l.add(tFStart, start, body)
		l.fText()
		return
	}
	if !triple {
		l.add(tString, start, endOfLineString(text, body, quote))
		l.skipRows(start, l.pos)
		return
	}
	end := l.nextTriple(quote, body)
	for escaped(text[body:end]) {
		end++
		if end = l.nextTriple(quote, end); end == len(text) {
			break
		}
	}
	l.add(tString, start, min(end+3, len(text)))
	l.skipRows(start, l.pos)
}

// nextTriple returns where three quotes stand at or after from. Each stretch of
// text is searched once however many strings are left open.
func (l *lexer) nextTriple(quote byte, from int) int {
	which, mark := 0, `"""`
	if quote == '\'' {
		which, mark = 1, `'''`
	}
	if l.triple[which] < from {
		if n := strings.Index(l.text[from:], mark); n >= 0 {
			l.triple[which] = from + n
		} else {
			l.triple[which] = len(l.text)
		}
	}
	return l.triple[which]
}

// escaped tells whether s ends in an odd number of backslashes.
func escaped(s string) bool {
	n := len(s)
	for n > 0 && s[n-1] == '\\' {
		n--
	}
	return (len(s)-n)%2 == 1
}

// endOfLineString returns the offset behind the closing quote, or that of the
// line break that cuts the string short.
func endOfLineString(text string, i int, quote byte) int {
	for i < len(text) {
		switch text[i] {
		case quote:
			return i + 1
		case '\\':
			i++
		case '\n':
			return i
		}
		i++
	}
	return len(text)
}

// fText reads the literal part of the f-string on top of the stack up to the
// next field, or to its end.
func (l *lexer) fText() {
	text, top := l.text, &l.stack[len(l.stack)-1]
	if top.what == 'x' && !top.spec {
		return // a bracket closed more than it should
	}
	start, i := l.pos, l.pos
	flush := func() {
		if i > start {
			l.add(tFText, start, i)
			l.skipRows(start, i)
		}
		l.pos = i
	}
	for i < len(text) {
		switch c := text[i]; {
		case c == '\\':
			i += l.escapeLen(i, top.raw)
			continue
		case c == '{':
			if top.what == 'f' && i+1 < len(text) && text[i+1] == '{' {
				i++
				break
			}
			flush()
			if len(l.stack) >= maxNesting {
				l.add(tJunk, i, i+1)
				start, i = l.pos, l.pos
				continue
			}
			o := open{tok: int32(len(l.toks)), what: 'x', quote: top.quote, triple: top.triple, raw: top.raw}
			l.stack = append(l.stack, o)
			l.add(tFOpen, i, i+1)
			return
		case c == '}' && top.what == 'x':
			flush()
			l.add(tFClose, i, i+1)
			l.popTo(len(l.stack) - 1)
			top = &l.stack[len(l.stack)-1]
			start, i = l.pos, l.pos
			continue
		case c == '\n' && !top.triple:
			flush()
			l.endF(i, i)
			return
		case c == top.quote:
			if !top.triple {
				flush()
				l.endF(i, i+1)
				return
			}
			if i+2 < len(text) && text[i+1] == c && text[i+2] == c {
				flush()
				l.endF(i, i+3)
				return
			}
		}
		i++
	}
	i = len(text)
	flush()
	l.endF(i, i)
}

// escapeLen is how many bytes a backslash at i takes in an f-string. It never
// hides a brace, save in a named character.
func (l *lexer) escapeLen(i int, raw bool) int {
	rest := l.text[i:]
	switch {
	case len(rest) < 2:
		return 1
	case rest[1] == '{' || rest[1] == '}':
		return 1
	case !raw && strings.HasPrefix(rest, `\N{`):
		if n := strings.IndexAny(rest[:min(len(rest), 100)], "}\n"); n > 0 && rest[n] == '}' {
			return n + 1
		}
	}
	return 2
}

// endF ends the innermost f-string with the quotes in text[start:end].
func (l *lexer) endF(start, end int) {
	n := len(l.stack) - 1
	for n > 0 && l.stack[n].what != 'f' {
		n--
	}
	l.add(tFEnd, start, end)
	l.popTo(n)
}

// fieldEnd reads what ends the expression of a replacement field.
func (l *lexer) fieldEnd(c, d byte) bool {
	switch {
	case c == ':':
		l.stack[len(l.stack)-1].spec = true
		l.add(tFSpec, l.pos, l.pos+1)
		l.fText()
		return true
	case c == '!' && d != '=':
		l.add(tFConv, l.pos, l.pos+1)
		for l.pos < len(l.text) && class[l.text[l.pos]] == cWord {
			l.pos++
		}
		return true
	case c == '=' && d != '=':
		rest := strings.TrimLeft(l.text[l.pos+1:min(len(l.text), l.pos+64)], " \t\n")
		if rest == "" || rest[0] == '}' || rest[0] == '!' || rest[0] == ':' {
			l.add(tFConv, l.pos, l.pos+1)
			return true
		}
	}
	return false
}
