package javascript

import "strings"

type kind uint8

const (
	tOp kind = iota
	tIdent
	tString // text without quotes
	tFormat // a template with expressions, {…} in their place
	tNumber
)

type token struct {
	kind kind
	text string
	line int
}

// lex splits a source into tokens; comments and regular expressions are left
// out.
func lex(src string) []token {
	l := &lexer{src: src, line: 1, toks: make([]token, 0, len(src)/5)} // about as many as there are
	for l.at < len(src) {
		l.next()
	}
	return l.toks
}

type lexer struct {
	src  string
	at   int
	line int
	toks []token
}

func (l *lexer) add(k kind, text string, line int) {
	l.toks = append(l.toks, token{k, text, line})
}

func (l *lexer) next() {
	c := l.src[l.at]
	switch {
	case c == '\n':
		l.line++
		l.at++
	case c == ' ' || c == '\t' || c == '\r':
		l.at++
	case strings.HasPrefix(l.src[l.at:], "//"):
		l.skipTo("\n", 0)
	case strings.HasPrefix(l.src[l.at:], "/*"):
		l.skipTo("*/", 2)
	case c == '/' && l.regexpHere():
		l.regexp()
	case c == '"' || c == '\'':
		l.quoted(c)
	case c == '`':
		l.template()
	case letter(c):
		from := l.at
		for l.at < len(l.src) && (letter(l.src[l.at]) || digit(l.src[l.at])) {
			l.at++
		}
		l.add(tIdent, l.src[from:l.at], l.line)
	case digit(c):
		from := l.at
		for l.at < len(l.src) && (letter(l.src[l.at]) || digit(l.src[l.at]) || l.src[l.at] == '.') {
			l.at++
		}
		l.add(tNumber, l.src[from:l.at], l.line)
	case strings.HasPrefix(l.src[l.at:], "?."):
		l.add(tOp, ".", l.line) // optional or not, it is a member
		l.at += 2
	case strings.HasPrefix(l.src[l.at:], "=>"), strings.HasPrefix(l.src[l.at:], "=="):
		l.add(tOp, l.src[l.at:l.at+2], l.line)
		l.at += 2
	default:
		l.add(tOp, l.src[l.at:l.at+1], l.line)
		l.at++
	}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c == '#' || c >= 0x80
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// skipTo goes on behind the next end, or to the end of the source.
func (l *lexer) skipTo(end string, more int) {
	from := l.at
	if i := strings.Index(l.src[min(len(l.src), l.at+more):], end); i < 0 {
		l.at = len(l.src)
	} else {
		l.at += more + i
		if end != "\n" {
			l.at += len(end)
		}
	}
	l.line += strings.Count(l.src[from:l.at], "\n")
}

// regexpHere says whether a slash begins a regular expression: it does where no
// value stands before it to divide.
func (l *lexer) regexpHere() bool {
	if len(l.toks) == 0 {
		return true
	}
	switch t := l.toks[len(l.toks)-1]; t.kind {
	case tIdent:
		return t.text == "return" || t.text == "typeof" || t.text == "case"
	case tOp:
		return strings.Contains("(,=:[!&|?{};=>", t.text)
	}
	return false
}

func (l *lexer) regexp() {
	class := false
	for l.at++; l.at < len(l.src) && l.src[l.at] != '\n'; l.at++ {
		switch l.src[l.at] {
		case '\\':
			if l.at+1 < len(l.src) && l.src[l.at+1] != '\n' {
				l.at++
			}
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				l.at++
				return
			}
		}
	}
	l.at = min(l.at, len(l.src))
}

// quoted reads a string; one that its line does not end, such as an apostrophe
// in the text of a page, is dropped with the rest of the line.
func (l *lexer) quoted(q byte) {
	from, i := l.at+1, l.at+1
	for ; i < len(l.src) && l.src[i] != '\n'; i++ {
		switch l.src[i] {
		case '\\':
			if i+1 < len(l.src) && l.src[i+1] != '\n' {
				i++
			}
		case q:
			l.add(tString, cut(l.src[from:i]), l.line)
			l.at = i + 1
			return
		}
	}
	l.at = i
}

func cut(s string) string { return s[:min(len(s), maxText)] }

// template reads a template string. What stands in ${…} is left out.
func (l *lexer) template() {
	line, k := l.line, tString
	var text strings.Builder
	for l.at++; l.at < len(l.src); l.at++ {
		c := l.src[l.at]
		switch {
		case c == '\\' && l.at+1 < len(l.src) && l.src[l.at+1] != '\n':
			l.at++
		case c == '`':
			l.at++
			l.add(k, text.String(), line)
			return
		case c == '$' && strings.HasPrefix(l.src[l.at:], "${"):
			k = tFormat
			l.expression()
			if text.Len() < maxText {
				text.WriteString("{…}")
			}
		default:
			if c == '\n' {
				l.line++
			}
			if text.Len() < maxText {
				text.WriteByte(c)
			}
		}
	}
	l.add(k, text.String(), line)
}

// expression goes to the brace that closes ${; templates inside it end where
// their next backtick stands.
func (l *lexer) expression() {
	depth, inner := 0, false
	for ; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '\n':
			l.line++
		case c == '`':
			inner = !inner
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 && !inner {
				return
			}
		}
	}
}
