package sql

import "strings"

// kinds of tokens.
const (
	end    = iota
	word   // a name or keyword; quoted names without their quotes
	text   // a string
	symbol // one byte, or "{{" and "}}", or "%}" for all of {% … %}
)

type token struct {
	kind int
	text string
	low  string // of a word: in lower case
	line int
}

// is says whether a token is a keyword.
func (t token) is(keyword string) bool { return t.kind == word && t.low == keyword }

func (t token) sign(s string) bool { return t.kind == symbol && t.text == s }

// lexer cuts SQL into tokens, in linear time.
type lexer struct {
	src  string
	at   int
	line int
}

func (l *lexer) next() token {
	l.blanks()
	if l.at >= len(l.src) {
		return token{line: l.line}
	}
	line := l.line
	switch b := l.src[l.at]; {
	case b == '\'' || b == '"' || b == '`':
		s := l.quoted(b)
		if b == '\'' {
			return token{kind: text, text: s, line: line}
		}
		return token{kind: word, text: s, low: strings.ToLower(s), line: line}
	case b == '$' && strings.HasPrefix(l.src[l.at:], "$$"):
		s, _ := l.until("$$", 2)
		return token{kind: text, text: s, line: line}
	case letter(b):
		from := l.at
		for l.at < len(l.src) && (letter(l.src[l.at]) || l.src[l.at] >= '0' && l.src[l.at] <= '9' || l.src[l.at] == '$') {
			l.at++
		}
		s := l.src[from:l.at]
		return token{kind: word, text: s, low: strings.ToLower(s), line: line}
	case strings.HasPrefix(l.src[l.at:], "{%"):
		l.until("%}", 2)
		return token{kind: symbol, text: "%}", line: line}
	case strings.HasPrefix(l.src[l.at:], "{{"), strings.HasPrefix(l.src[l.at:], "}}"):
		l.at += 2
		return token{kind: symbol, text: l.src[l.at-2 : l.at], line: line}
	}
	l.at++
	return token{kind: symbol, text: l.src[l.at-1 : l.at], line: line}
}

func letter(b byte) bool {
	return b == '_' || b == '@' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// blanks skips white space and comments: of SQL, and of Jinja.
func (l *lexer) blanks() {
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.at++
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r':
			l.at++
		case strings.HasPrefix(rest, "--"), rest[0] == '#':
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				l.at += i
			} else {
				l.at = len(l.src)
			}
		case strings.HasPrefix(rest, "/*"):
			l.until("*/", 2)
		case strings.HasPrefix(rest, "{#"):
			l.until("#}", 2)
		default:
			return
		}
	}
}

// until skips an opening of n bytes and what follows up to a closing, and
// returns what stands between them.
func (l *lexer) until(closing string, n int) (string, bool) {
	from := l.at + n
	i := strings.Index(l.src[from:], closing)
	to, after := len(l.src), len(l.src)
	if i >= 0 {
		to = from + i
		after = to + len(closing)
	}
	l.line += strings.Count(l.src[l.at:after], "\n")
	l.at = after
	return l.src[from:to], i >= 0
}

// quoted reads a string or a quoted name; a quote is doubled or escaped in it.
func (l *lexer) quoted(q byte) string {
	l.at++
	from := l.at
	for l.at < len(l.src) {
		switch b := l.src[l.at]; {
		case b == '\n':
			l.line++
		case b == '\\' && q == '\'' && l.at+1 < len(l.src) && l.src[l.at+1] != '\n':
			l.at++
		case b == q:
			if l.at+1 < len(l.src) && l.src[l.at+1] == q {
				l.at++
				break
			}
			l.at++
			return l.src[from : l.at-1]
		}
		l.at++
	}
	return l.src[from:]
}
