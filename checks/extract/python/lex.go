package python

import (
	"errors"
	"strings"
)

const (
	maxNesting = 200     // open brackets and f-strings; CPython's tokenizer stops there too
	maxTokens  = 1 << 20 // of one logical line
)

var errStatement = errors.New("has a statement of more than 1,048,576 tokens")

// lexer cuts text into logical lines of tokens. It never fails for good: what
// is no Python becomes tJunk, an unclosed bracket ends where a line at its
// statement's indentation or below begins with a keyword no expression holds.
type lexer struct {
	text       string
	pos        int
	line       int     // of pos, as reported
	row        int     // of pos, from 0 within text
	rows       []int32 // reported lines by row, nil when they count from 1
	notebook   bool    // lines that start with % ! or ? are magics
	databricks bool    // comments "# MAGIC" are magics

	toks   []token
	indent int  // column of the logical line
	endRow int  // reported line on which it ends
	semi   bool // it holds a semicolon
	stack  []open
	over   int    // brackets beyond maxNesting, ignored in pairs
	triple [2]int // next """ and ''' at or after pos, len(text) for none
	err    error
}

// open is an open bracket, f-string ('f') or replacement field ('x').
type open struct {
	tok    int32
	what   byte
	quote  byte // of the f-string it is or stands in
	triple bool
	raw    bool
	spec   bool // a field whose format spec has begun
}

func (l *lexer) reset(text string, rows []int32) {
	toks, stack := l.toks[:0], l.stack[:0]
	*l = lexer{text: text, rows: rows, toks: toks, stack: stack, triple: [2]int{-1, -1}}
	if strings.HasPrefix(text, "\ufeff") {
		l.pos = 3
	}
	l.row = -1
	l.newline()
}

func (l *lexer) newline() {
	l.row++
	l.line = l.row + 1
	if l.rows != nil {
		l.line = int(l.rows[min(l.row, len(l.rows)-1)])
	}
}

// skipRows counts the line breaks in text[from:to].
func (l *lexer) skipRows(from, to int) {
	if n := strings.Count(l.text[from:to], "\n"); n > 0 {
		l.row += n - 1
		l.newline()
	}
}

// next reads one logical line into toks; false means the end of the text.
func (l *lexer) next() bool {
	l.toks, l.stack = l.toks[:0], l.stack[:0]
	l.semi, l.over = false, 0
	if l.err != nil || !l.begin() {
		return false
	}
	l.scan()
	for _, o := range l.stack {
		l.toks[o.tok].match = int32(len(l.toks))
	}
	return true
}

// begin skips blank lines and comments and measures the indentation of the
// next line that holds a token.
func (l *lexer) begin() bool {
	text := l.text
	col := 0
	for l.pos < len(text) {
		switch c := text[l.pos]; c {
		case ' ':
			col++
		case '\t':
			col = (col/8 + 1) * 8
		case '\f':
			col = 0
		case '\n':
			l.newline()
			col = 0
		case '#':
			if l.databricks && l.magicComment() {
				l.indent = col
				return true
			}
			l.comment()
			continue
		case '\\':
			if !strings.HasPrefix(text[l.pos:], "\\\n") {
				l.indent = col
				return true
			}
			l.newline()
			l.pos++
		default:
			l.indent = col
			return true
		}
		l.pos++
	}
	return false
}

func (l *lexer) comment() {
	if n := strings.IndexByte(l.text[l.pos:], '\n'); n >= 0 {
		l.pos += n
	} else {
		l.pos = len(l.text)
	}
}

// scan reads tokens up to the line break that ends the logical line.
func (l *lexer) scan() {
	text := l.text
	if l.notebook || l.databricks {
		if l.magic() {
			return
		}
	}
	for l.pos < len(text) {
		c := text[l.pos]
		switch class[c] {
		case cSpace:
			l.pos++
		case cNewline:
			if len(l.stack) == 0 {
				l.endRow = l.line
				l.newline()
				l.pos++
				return
			}
			l.newline()
			l.pos++
			if l.broken() {
				l.endRow = l.line - 1
				return
			}
		case cWord:
			l.word()
		case cDigit:
			l.number()
		case cQuote:
			l.str(l.pos, l.pos)
		case cHash:
			l.comment()
		default:
			l.operator(c)
		}
		if len(l.toks) > maxTokens {
			l.err = errStatement
			break
		}
	}
	l.endRow = l.line
}

// broken tells, at the start of a line inside brackets, that the brackets were
// never closed: the line begins as only a statement can. A decorator may also be
// a product of matrices, unless it stands no deeper than its statement.
func (l *lexer) broken() bool {
	text, i, col := l.text, l.pos, 0
	for ; i < len(text) && (text[i] == ' ' || text[i] == '\t'); i++ {
		if col++; text[i] == '\t' {
			col = ((col-1)/8 + 1) * 8
		}
	}
	if i == len(text) || class[text[i]] != cWord {
		return i+1 < len(text) && text[i] == '@' && class[text[i+1]] == cWord && col <= l.indent
	}
	end := i
	for end < len(text) && end < i+10 && class[text[end]] <= cDigit {
		end++
	}
	k := keyword(text[i:end])
	if k != kFrom {
		return startsStatement(k)
	}
	rest := text[end:]
	if n := strings.IndexByte(rest, '\n'); n >= 0 {
		rest = rest[:n]
	}
	return strings.Contains(rest, " import ")
}

func (l *lexer) add(k kind, start, end int) {
	l.toks = append(l.toks, token{start: uint32(start), end: uint32(end), line: int32(l.line), kind: k})
	l.pos = end
}

func (l *lexer) word() {
	text, start := l.text, l.pos
	i := start + 1
	for i < len(text) && class[text[i]] <= cDigit {
		i++
	}
	if i < len(text) && i-start <= 3 && class[text[i]] == cQuote && isPrefix(text[start:i]) {
		l.str(start, i)
		return
	}
	l.add(keyword(text[start:i]), start, i)
}
