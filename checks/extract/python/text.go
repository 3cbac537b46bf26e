package python

import (
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// textValue is the value of the adjacent strings in the tokens [lo, hi).
func (p *reader) textValue(lo, hi int) fact.Value {
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
