package jenkins

import "strings"

// kind is what a token is.
type kind uint8

const (
	name   kind = iota // a dotted name or number
	text               // a string
	symbol             // one character
	newline
)

// token is one token of Groovy.
type token struct {
	kind  kind
	text  string // of a string without its quotes, escapes kept
	line  int
	start int  // line the text of a string starts on
	plain bool // a string in which $ is nothing special
}

// scan splits source into tokens; comments are left out.
func scan(src string) []token {
	var out []token
	line := 1
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n':
			out = append(out, token{kind: newline, line: line})
			line++
			i++
		case c == ' ' || c == '\t' || c == ';':
			i++
		case strings.HasPrefix(src[i:], "//"), strings.HasPrefix(src[i:], "#!"):
			n := strings.IndexByte(src[i:], '\n')
			if n < 0 {
				n = len(src) - i
			}
			i += n
		case strings.HasPrefix(src[i:], "/*"):
			n := strings.Index(src[i:], "*/")
			if n < 0 {
				n = len(src) - i - 2
			}
			line += strings.Count(src[i:i+n+2], "\n")
			i += n + 2
		case c == '\'' || c == '"':
			body, n := quoted(src[i:], c)
			out = append(out, token{kind: text, text: body, line: line, start: line, plain: c == '\''})
			line += strings.Count(src[i:i+n], "\n")
			i += n
		case isName(c):
			n := 1
			for i+n < len(src) && (isName(src[i+n]) || src[i+n] == '.' && i+n+1 < len(src) && isName(src[i+n+1])) {
				n++
			}
			out = append(out, token{kind: name, text: src[i : i+n], line: line})
			i += n
		default:
			out = append(out, token{kind: symbol, text: src[i : i+1], line: line})
			i++
		}
	}
	return out
}

func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '$'
}

// quoted returns the text of a string and the bytes it takes. A string in
// single marks ends with its line at the latest.
func quoted(s string, mark byte) (string, int) {
	triple := strings.Repeat(string(mark), 3)
	if strings.HasPrefix(s, triple) {
		for i := 3; i < len(s); i++ {
			if s[i] == '\\' {
				i++
			} else if strings.HasPrefix(s[i:], triple) {
				return s[3:i], i + 3
			}
		}
		return s[3:], len(s)
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case mark:
			return s[1:i], i + 1
		case '\n':
			return s[1:i], i
		}
	}
	return s[1:], len(s)
}
