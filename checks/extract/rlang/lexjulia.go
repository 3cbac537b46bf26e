package rlang

import "strings"

var juliaOperators = []string{
	"...", "===", "!==", "|>", "<=", ">=", "==", "!=", "::", "&&", "||", "->", "=>", "<:", ">:", "+=", "-=", "*=", "/=", "^=", "÷=", "|=", "&=", "//",
	".=", ".+", ".-", ".*", "./", ".^", ".<", ".>", ".&", ".|",
}

func lexJulia(src string) []token {
	x := &lexer{src: src, line: 1}
	for x.pos < len(src) {
		c := src[x.pos]
		switch {
		case x.common():
		case strings.HasPrefix(src[x.pos:], "#="):
			x.skip(blockComment(src, x.pos))
		case c == '#':
			x.skip(x.eol(x.pos))
		case strings.HasPrefix(src[x.pos:], `"""`):
			x.juliaString(`"""`)
		case c == '"':
			x.juliaString(`"`)
		case c == '`':
			text, end := quoted(src, x.pos+1, "`")
			x.emit(tString, text, end)
		case c == '\'':
			x.char()
		case c == '@':
			end := x.ident(x.pos+1, "!.")
			x.emit(tMacro, src[x.pos:end], max(end, x.pos+1))
		case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
			end := x.ident(x.pos, "!")
			if end == x.pos {
				x.operator(nil)
				break
			}
			// "a != b" without the blank is a comparison, not the name "a!".
			if src[end-1] == '!' && end < len(src) && src[end] == '=' {
				end--
			}
			if end == x.pos {
				x.operator(juliaOperators)
				break
			}
			x.emit(tIdent, src[x.pos:end], end)
		default:
			x.operator(juliaOperators)
		}
	}
	return x.tokens
}

// blockComment returns the index after a "#= … =#" comment, which nests.
func blockComment(src string, i int) int {
	for depth := 0; i < len(src); {
		switch {
		case strings.HasPrefix(src[i:], "#="):
			depth++
			i += 2
		case strings.HasPrefix(src[i:], "=#"):
			i += 2
			if depth--; depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return len(src)
}

// char reads a character literal; after an operand the quote transposes.
func (x *lexer) char() {
	if l := x.last(); !x.spaced && (l.kind == tIdent || l.kind == tNumber || l.kind == tClose || l.text == "'") {
		x.emit(tOp, "'", x.pos+1)
		return
	}
	window := x.src[x.pos:min(x.pos+12, len(x.src))]
	text, end := quoted(window, 1, "'")
	if end <= len(window) && strings.HasSuffix(window[:end], "'") && end > 2 {
		x.emit(tString, text, x.pos+end)
		return
	}
	x.emit(tOp, "'", x.pos+1)
}

// juliaString reads a string. Expressions in it, "$name" and "$(…)", become
// "{…}".
func (x *lexer) juliaString(quote string) {
	var b strings.Builder
	src, i, k := x.src, x.pos+len(quote), tString
	raw := !x.spaced && x.last().kind == tIdent && x.last().end == x.pos // raw"…", r"…"
	for i < len(src) && !strings.HasPrefix(src[i:], quote) {
		switch {
		case src[i] == '\\' && i+1 < len(src):
			part, _ := quoted(src[i:i+2], 0, "\x00")
			b.WriteString(part)
			i += 2
		case src[i] == '$' && !raw:
			k = tFormat
			b.WriteString("{…}")
			if i++; i < len(src) && src[i] == '(' {
				i = interpolation(src, i)
			} else {
				i = x.ident(i, "")
			}
		default:
			b.WriteByte(src[i])
			i++
		}
	}
	x.emit(k, b.String(), min(i+len(quote), len(src)))
}

// interpolation returns the index after the brackets that open at i. Strings
// within may hold brackets of their own.
func interpolation(src string, i int) int {
	depth, inString := 0, false
	for ; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(src)
}
