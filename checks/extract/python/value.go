package python

import (
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
		if isConstruct(name) {
			if b, _ := p.find(q.first); b.origin != imported {
				name = p.written(q)
			}
		}
		return fact.Value{Kind: fact.Name, Text: name}
	case q.suffix != "":
	case q.kind == pText:
		return p.textValue(int(q.start), hi)
	case q.kind == pNum:
		return fact.Value{Kind: fact.Number, Text: cut(p.text(&p.lex.toks[q.start]), maxOther)}
	case q.val.Kind != fact.NoValue:
		return q.val
	case q.kind == pCall:
		return fact.Value{Kind: fact.CallOf, Text: p.sink.calls[q.call].Name}
	}
	return fact.Value{Kind: fact.Other, Text: p.slice(int(q.start), hi, maxOther)}
}

// isConstruct says whether a type is a construct of the AWS CDK: of a variable
// that holds one, what matters is which resource it is, not its type.
func isConstruct(name string) bool { return strings.HasPrefix(name, "aws_cdk.") }

// joined is a concatenation or %-formatting in which a string takes part.
func (p *reader) joined(ops []operand, percent bool) (fact.Value, bool) {
	if percent {
		if ops[0].kind != pText {
			return fact.Value{}, false
		}
		v := p.textValue(int(ops[0].start), int(ops[0].end))
		v.Kind, v.Text = fact.Format, fillPercent(v.Text, p.slice(int(ops[1].start), int(ops[1].end), maxOther))
		return v, true
	}
	var b strings.Builder
	found := false
	for _, o := range ops {
		if o.kind == pText {
			found = true
			b.WriteString(p.textValue(int(o.start), int(o.end)).Text)
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
