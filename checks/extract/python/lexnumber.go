package python

import "strings"

// number reads a numeric literal exactly, because "1if x else 2" is legal.
func (l *lexer) number() {
	text, i := l.text, l.pos
	digits := func() {
		for i < len(text) && (class[text[i]] == cDigit || text[i] == '_') {
			i++
		}
	}
	if text[i] == '0' && i+1 < len(text) && strings.IndexByte("xXoObB", text[i+1]) >= 0 {
		for i += 2; i < len(text) && (isHex(text[i]) || text[i] == '_'); i++ {
		}
	} else {
		digits()
		if i < len(text) && text[i] == '.' {
			i++
			digits()
		}
		if i+1 < len(text) && text[i]|0x20 == 'e' {
			j := i + 1
			if j+1 < len(text) && (text[j] == '+' || text[j] == '-') {
				j++
			}
			if class[text[j]] == cDigit {
				i = j
				digits()
			}
		}
	}
	if i < len(text) && (text[i]|0x20 == 'j' || text[i]|0x20 == 'l') {
		i++
	}
	l.add(tNumber, l.pos, i)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
