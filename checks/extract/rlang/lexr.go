package rlang

import "strings"

var rOperators = []string{
	"<<-", "->>", ":::", "<-", "->", "|>", "<=", ">=", "==", "!=", "::", "&&", "||", ":=",
}

func lexR(src string) []token {
	x := &lexer{src: src, line: 1}
	for x.pos < len(src) {
		c := src[x.pos]
		switch {
		case x.common():
		case c == '#':
			x.skip(x.eol(x.pos))
		case c == '"' || c == '\'':
			text, end := quoted(src, x.pos+1, src[x.pos:x.pos+1])
			x.emit(tString, text, end)
		case c == '`':
			end := strings.IndexByte(src[x.pos+1:], '`')
			if end < 0 {
				x.skip(len(src))
				break
			}
			x.emit(tIdent, src[x.pos+1:x.pos+1+end], x.pos+end+2)
		case c == '%':
			end := strings.IndexAny(src[x.pos+1:min(x.pos+64, len(src))], "% \n")
			if end < 0 || src[x.pos+1+end] != '%' {
				x.emit(tOp, "%", x.pos+1)
				break
			}
			x.emit(tOp, src[x.pos:x.pos+end+2], x.pos+end+2)
		case (c == 'r' || c == 'R') && x.raw():
		case c == '.' || c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
			end := x.ident(x.pos, ".")
			if end == x.pos {
				x.operator(nil)
				break
			}
			x.emit(tIdent, src[x.pos:end], end)
		case c == '\\':
			x.emit(tIdent, "function", x.pos+1) // \(x) is short for function(x)
		default:
			x.operator(rOperators)
		}
	}
	return x.tokens
}

// raw reads r"(…)" with its optional dashes and other brackets.
func (x *lexer) raw() bool {
	s := x.src[x.pos+1:]
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return false
	}
	dashes := len(s[1:]) - len(strings.TrimLeft(s[1:], "-"))
	if 1+dashes >= len(s) {
		return false
	}
	i := strings.IndexByte("([{", s[1+dashes])
	if i < 0 {
		return false
	}
	closing := ")]}"[i:i+1] + strings.Repeat("-", min(dashes, 64)) + s[:1]
	body := s[2+dashes:]
	end := strings.Index(body, closing)
	if end < 0 {
		x.emit(tString, body, len(x.src))
		return true
	}
	x.emit(tString, body[:end], x.pos+1+2+dashes+end+len(closing))
	return true
}
