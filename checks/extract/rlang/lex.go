package rlang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tEOF kind = iota
	tIdent
	tNumber
	tString
	tFormat // a string with expressions in it
	tOp
	tOpen
	tClose
	tComma
	tNewline // the end of a line, or ";"
	tMacro   // Julia's @name
)

// token is one word of the program; text of a string is what it holds.
type token struct {
	kind       kind
	text       string
	start, end int // bytes of the source
	line       int
	spaced     bool // white space stands before it
}

// lexer holds what both languages share.
type lexer struct {
	src    string
	pos    int
	line   int
	tokens []token
	spaced bool
}

func (x *lexer) emit(k kind, text string, end int) {
	x.tokens = append(x.tokens, token{k, text, x.pos, end, x.line, x.spaced})
	x.line += strings.Count(x.src[x.pos:end], "\n")
	x.pos, x.spaced = end, false
}

// skip moves over bytes that are no token.
func (x *lexer) skip(end int) {
	x.line += strings.Count(x.src[x.pos:end], "\n")
	x.pos, x.spaced = end, true
}

func (x *lexer) last() token {
	if len(x.tokens) == 0 {
		return token{}
	}
	return x.tokens[len(x.tokens)-1]
}

// common reads what is the same in both languages and says whether it did.
func (x *lexer) common() bool {
	switch c := x.src[x.pos]; c {
	case ' ', '\t', '\r', '\f':
		x.skip(x.pos + 1)
	case '\n':
		x.emit(tNewline, "\n", x.pos+1)
	case ';':
		x.emit(tNewline, ";", x.pos+1)
	case ',':
		x.emit(tComma, ",", x.pos+1)
	case '(', '[', '{':
		x.emit(tOpen, x.src[x.pos:x.pos+1], x.pos+1)
	case ')', ']', '}':
		x.emit(tClose, x.src[x.pos:x.pos+1], x.pos+1)
	default:
		if c >= '0' && c <= '9' {
			x.number()
			return true
		}
		return false
	}
	return true
}

func (x *lexer) number() {
	i := x.pos
	for i < len(x.src) {
		c := x.src[i]
		exponent := (c == '+' || c == '-') && (x.src[i-1] == 'e' || x.src[i-1] == 'E') && !strings.HasPrefix(x.src[x.pos:], "0x")
		// A dot before an operator is Julia's broadcasting: "1 .+ x".
		dot := c == '.' && (i+1 >= len(x.src) || !strings.ContainsRune("+-*/^=<>.&|", rune(x.src[i+1])))
		if !(i > x.pos && exponent) && !dot && !(c >= '0' && c <= '9') && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		i++
	}
	x.emit(tNumber, x.src[x.pos:i], i)
}

// ident returns the end of the identifier that starts at i.
func (x *lexer) ident(i int, extra string) int {
	for i < len(x.src) {
		c := x.src[i]
		if c < utf8.RuneSelf {
			if c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(extra, c) >= 0 {
				i++
				continue
			}
			return i
		}
		r, n := utf8.DecodeRuneInString(x.src[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && !unicode.IsSymbol(r) {
			return i
		}
		i += n
	}
	return i
}

// eol is the end of the line that i stands in.
func (x *lexer) eol(i int) int {
	if n := strings.IndexByte(x.src[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(x.src)
}

// operator reads the longest of the operators, or one character.
func (x *lexer) operator(operators []string) {
	for _, op := range operators {
		if strings.HasPrefix(x.src[x.pos:], op) {
			x.emit(tOp, op, x.pos+len(op))
			return
		}
	}
	_, n := utf8.DecodeRuneInString(x.src[x.pos:])
	x.emit(tOp, x.src[x.pos:x.pos+n], x.pos+n)
}

// quoted returns what a string with backslash escapes holds and the index
// after its closing quote. An open string ends with the source.
func quoted(src string, i int, quote string) (string, int) {
	var b strings.Builder
	for i < len(src) {
		if strings.HasPrefix(src[i:], quote) {
			return b.String(), i + len(quote)
		}
		if src[i] == '\\' && i+1 < len(src) {
			switch c := src[i+1]; c {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case '"', '\'', '\\', '`', '$':
				b.WriteByte(c)
			default:
				b.WriteString(src[i : i+2])
			}
			i += 2
			continue
		}
		b.WriteByte(src[i])
		i++
	}
	return b.String(), len(src)
}
