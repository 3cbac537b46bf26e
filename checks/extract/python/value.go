package python

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const (
	maxOther  = 120  // bytes of an expression's text
	maxString = 4096 // bytes of a string
	maxWalk   = 1024 // tokens of an f-string that are looked at
)

// cut shortens s to n bytes or fewer, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func (p *reader) text(t *token) string { return p.lex.text[t.start:t.end] }

func (p *reader) line(i int) int { return int(p.lex.toks[i].line) }

// slice is the text of the tokens [lo, hi), cut.
func (p *reader) slice(lo, hi, n int) string {
	hi = min(hi, len(p.lex.toks))
	if lo >= hi {
		return ""
	}
	return cut(p.lex.text[p.lex.toks[lo].start:p.lex.toks[hi-1].end], n)
}

// value says what the element that ends before token hi is.
func (p *reader) value(f *frame, hi int) fact.Value {
	el := &f.element
	lo := int(el.start)
	if el.key != "" || el.walrus > 0 {
		lo += 2
	} else if el.stars > 0 {
		lo++
	}
	ops := el.plus + el.percent + el.shift
	switch {
	case el.lambda:
		v := fact.Value{Kind: fact.Lambda}
		if el.cur.kind == pCall && el.cur.suffix == "" && !el.composite && !el.neg && ops == 0 {
			v.Text = p.sink.calls[el.cur.call].Name
		}
		return v
	case el.stars > 0 && f.kind != fCall:
	case f.comp:
	case el.simple():
		return p.primValue(&el.cur, hi)
	case el.neg && !el.composite && ops == 0 && el.cur.kind == pNum && el.cur.suffix == "":
		return fact.Value{Kind: fact.Number, Text: cut("-"+p.text(&p.lex.toks[el.cur.start]), maxOther)}
	case el.neg || el.composite || el.shift > 0 || ops == 0:
	case el.percent == 0, el.percent == 1 && el.plus == 0:
		if p.addOperand(f, hi); el.composite {
			break
		}
		if v, ok := p.joined(p.operands[el.operands:], el.percent > 0); ok {
			return v
		}
	}
	return fact.Value{Kind: fact.Other, Text: p.slice(lo, hi, maxOther)}
}

// primValue is the value of an operand that stands alone.
func (p *reader) primValue(q *prim, hi int) fact.Value {
	switch {
	case q.kind == pName:
		if b, _ := p.find(q.first); b.origin == literal {
			return fact.Value{Kind: fact.Name, Text: p.written(q)}
		}
		name, _ := p.resolve(q, nil)
		return fact.Value{Kind: fact.Name, Text: name}
	case q.suffix != "":
	case q.kind == pText:
		return p.text4096(int(q.start), hi)
	case q.kind == pNum:
		return fact.Value{Kind: fact.Number, Text: cut(p.text(&p.lex.toks[q.start]), maxOther)}
	case q.val.Kind != fact.NoValue:
		return q.val
	case q.kind == pCall:
		return fact.Value{Kind: fact.CallOf, Text: p.sink.calls[q.call].Name}
	}
	return fact.Value{Kind: fact.Other, Text: p.slice(int(q.start), hi, maxOther)}
}

// joined is a concatenation or %-formatting in which a string takes part.
func (p *reader) joined(ops []operand, percent bool) (fact.Value, bool) {
	if percent {
		if ops[0].kind != pText {
			return fact.Value{}, false
		}
		v := p.text4096(int(ops[0].start), int(ops[0].end))
		v.Kind, v.Text = fact.Format, fillPercent(v.Text, p.slice(int(ops[1].start), int(ops[1].end), maxOther))
		return v, true
	}
	var b strings.Builder
	found := false
	for _, o := range ops {
		if o.kind == pText {
			found = true
			b.WriteString(p.text4096(int(o.start), int(o.end)).Text)
		} else {
			b.WriteString("{" + p.slice(int(o.start), int(o.end), maxOther) + "}")
		}
		if b.Len() > maxString {
			break
		}
	}
	return fact.Value{Kind: fact.Format, Text: cut(b.String(), maxString)}, found
}

// fillPercent puts {…} in place of each conversion of a %-format. A single
// operand that is no tuple is named.
func fillPercent(s, operand string) string {
	mark := "{}"
	if !strings.HasPrefix(operand, "(") && !strings.HasPrefix(operand, "{") {
		mark = "{" + operand + "}"
	}
	var b strings.Builder
	for i := 0; i < len(s) && b.Len() < maxString; i++ {
		if s[i] != '%' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if i++; s[i] == '%' {
			b.WriteByte('%')
			continue
		}
		name := mark
		if s[i] == '(' {
			if n := strings.IndexByte(s[i:min(len(s), i+100)], ')'); n > 0 {
				name = "{" + s[i+1:i+n] + "}"
				i += n + 1
			}
		}
		for i < len(s) && strings.IndexByte("#0- +.*123456789hlL", s[i]) >= 0 {
			i++
		}
		b.WriteString(name)
	}
	return cut(b.String(), maxString)
}

// text4096 is the value of the adjacent strings in the tokens [lo, hi).
func (p *reader) text4096(lo, hi int) fact.Value {
	v := fact.Value{Kind: fact.String}
	for i, walked := lo, 0; i < min(hi, len(p.lex.toks)) && len(v.Text) < maxString && walked < maxWalk; i, walked = i+1, walked+1 {
		t := &p.lex.toks[i]
		var s string
		switch t.kind {
		case tString:
			s = decode(p.text(t))
		case tFStart:
			v.Kind = fact.Format
			s = p.formatText(i)
			i = int(t.match)
		default:
			continue
		}
		if v.Text == "" {
			v.Text = s
		} else {
			v.Text += s
		}
	}
	v.Text = cut(v.Text, maxString)
	return v
}

// formatText is the text of the f-string that opens at token i, with {name} for
// its fields.
func (p *reader) formatText(i int) string {
	toks := p.lex.toks
	end := min(int(toks[i].match), len(toks))
	raw := strings.ContainsAny(p.text(&toks[i]), "rR")
	var b strings.Builder
	for walked := 0; i < end && b.Len() < maxString && walked < maxWalk; i, walked = i+1, walked+1 {
		t := &toks[i]
		switch t.kind {
		case tFText:
			s := strings.ReplaceAll(strings.ReplaceAll(cut(p.text(t), maxString), "{{", "{"), "}}", "}")
			if !raw {
				s = unescape(s)
			}
			b.WriteString(s)
		case tFOpen:
			j, stop := i+1, min(int(t.match), end)
			for ; j < stop && toks[j].kind != tFConv && toks[j].kind != tFSpec && walked < maxWalk; j, walked = j+1, walked+1 {
				if opens(toks[j].kind) {
					j = int(toks[j].match)
				}
			}
			b.WriteString("{" + p.slice(i+1, min(j, stop), maxOther) + "}")
			i = stop
		}
	}
	return cut(b.String(), maxString)
}

// decode is the text of a string token without prefix and quotes.
func decode(s string) string {
	q, raw := 0, false
	for class[s[q]] != cQuote {
		raw = raw || s[q]|0x20 == 'r'
		q++
	}
	n := 1
	if len(s) >= q+6 && s[q+1] == s[q] && s[q+2] == s[q] {
		n = 3
	}
	quotes := s[q : q+n]
	s = cut(strings.TrimSuffix(s[q+n:], quotes), 2*maxString)
	if !raw {
		s = unescape(s)
	}
	return cut(s, maxString)
}

// unescape replaces Python's escapes. What it does not know stays.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		c := s[i]
		if n := strings.IndexByte(`abfnrtv\'"`, c); n >= 0 {
			b.WriteByte("\a\b\f\n\r\t\v\\'\""[n])
			continue
		}
		digits, base, from := 0, 16, i+1
		switch {
		case c == '\n':
			continue
		case c == 'x':
			digits = 2
		case c == 'u':
			digits = 4
		case c == 'U':
			digits = 8
		case c >= '0' && c <= '7':
			digits, base, from = 1, 8, i
			for digits < 3 && from+digits < len(s) && s[from+digits] >= '0' && s[from+digits] <= '7' {
				digits++
			}
		}
		if digits > 0 && from+digits <= len(s) {
			if n, err := strconv.ParseUint(s[from:from+digits], base, 32); err == nil {
				b.WriteRune(rune(n))
				i = from + digits - 1
				continue
			}
		}
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return b.String()
}
