package scala

import "strings"

type kind uint8

const (
	tIdent kind = iota
	tString
	tNumber
	tOp // one operator or bracket
	tLine
)

// token is a piece of the source; text of a string is without its quotes.
type token struct {
	kind       kind
	text       string
	start, end int // bytes
	line       int
}

// lex splits the source. Comments are left out, and line breaks stay, once.
func lex(src string) []token {
	var out []token
	line := 1
	add := func(k kind, text string, start, end int) {
		if k == tLine && (len(out) == 0 || out[len(out)-1].kind == tLine) {
			return
		}
		out = append(out, token{k, text, start, end, line})
	}
	for i := 0; i < len(src); {
		c := src[i]
		end := i + 1
		switch {
		case c == '\n':
			add(tLine, "", i, end)
			line++
		case c == ' ' || c == '\t' || c == '\r':
		case strings.HasPrefix(src[i:], "//"):
			if end = strings.IndexByte(src[i:], '\n'); end < 0 {
				end = len(src)
			} else {
				end += i
			}
		case strings.HasPrefix(src[i:], "/*"):
			end = comment(src, i)
		case c == '"':
			end = stringEnd(src, i)
			add(tString, unquoted(src[i:end]), i, end)
		case c == '\'':
			if end = char(src, i); end > i+1 {
				add(tString, src[i+1:end-1], i, end)
			}
		case c == '`':
			if n := strings.IndexByte(src[i+1:], '`'); n > 0 {
				end = i + n + 2
				add(tIdent, src[i+1:end-1], i, end)
			}
		case word(c) && (c < '0' || c > '9'):
			for end < len(src) && word(src[end]) {
				end++
			}
			add(tIdent, src[i:end], i, end)
		case c >= '0' && c <= '9':
			for end < len(src) && (word(src[end]) || src[end] == '.' && end+1 < len(src) && src[end+1] >= '0' && src[end+1] <= '9') {
				end++
			}
			add(tNumber, src[i:end], i, end)
		default:
			if end < len(src) && strings.IndexByte("=<>!&|-", c) >= 0 && strings.IndexByte("=><&|-", src[end]) >= 0 {
				end++
			}
			add(tOp, src[i:end], i, end)
		}
		if c != '\n' {
			line += strings.Count(src[i:end], "\n")
		}
		i = end
	}
	return out
}

func word(c byte) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
}

// comment returns the end of a block comment, which may hold others.
func comment(src string, i int) int {
	depth := 0
	for ; i < len(src); i++ {
		switch {
		case strings.HasPrefix(src[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(src[i:], "*/"):
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(src)
}

// stringEnd returns the end of a string that opens at i. One that is not
// closed ends with its line.
func stringEnd(src string, i int) int {
	if strings.HasPrefix(src[i:], `"""`) {
		n := strings.Index(src[i+3:], `"""`)
		if n < 0 {
			return len(src)
		}
		return i + n + 6
	}
	for j := i + 1; j < len(src); j++ {
		switch src[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		case '\n':
			return j
		}
	}
	return len(src)
}

func unquoted(s string) string {
	if len(s) >= 6 && strings.HasPrefix(s, `"""`) && strings.HasSuffix(s, `"""`) {
		return s[3 : len(s)-3]
	}
	return strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`)
}

// char returns the end of a character literal, or i+1 for a symbol's tick.
func char(src string, i int) int {
	for j := i + 1; j < min(len(src), i+8); j++ {
		switch src[j] {
		case '\\':
			j++
		case '\'':
			if j > i+1 {
				return j + 1
			}
		case '\n', ' ':
			if j > i+1 {
				return i + 1
			}
		}
	}
	return i + 1
}
