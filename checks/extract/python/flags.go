package python

import "strings"

// maxFlags bounds the text of the flags around a statement. Deeper ones are
// left out: the outer ones alone decide then.
const maxFlags = 200

// flagged returns the flags that must be set for the condition in the tokens
// [lo, hi) to hold, blanks between them, and those that must not be: it knows
// names, conjunctions of names with anything, and one negated name. A flag is
// a dotted name; settings["a"], settings.get("a") and getattr(settings, "a")
// are written settings.a, and what a function answers f(). A comparison with a
// text or a number is a flag of its own: settings.a==text.
func (p *reader) flagged(lo, hi int) (on, off string) {
	toks := p.lex.toks
	if lo < hi && toks[lo].kind == kNot {
		if name, end := p.answer(lo+1, hi); end == hi {
			return "", name
		}
		return "", ""
	}
	for at := lo; at < hi; {
		and := p.seek(at, hi, kAnd)
		p.otherwise = ""
		name, end := p.answer(at, and)
		if p.seek(end, and, kOr) < and || p.seek(end, and, kIf) < and {
			return "", ""
		}
		value, compared := p.compared(end, and)
		switch {
		case p.otherwise != "" && (!compared || value == p.otherwise):
			name = "" // true, or as wanted, as long as nobody sets it
		case end < and && p.isTrue(end, and):
			end = and
		case compared && len(name)+len(value)+2 < maxFlags && name != "":
			name, end = name+"=="+value, and
		}
		if name != "" && end == and {
			on = bothFlags(on, name)
		}
		at = and + 1
	}
	return on, ""
}

// answer is flag, or a call of such a name that takes all the tokens.
func (p *reader) answer(lo, hi int) (name string, end int) {
	name, end = p.flag(lo, hi)
	if name != "" && end < hi && p.lex.toks[end].kind == tLPar && int(p.lex.toks[end].match) == hi-1 && len(name)+2 < maxFlags {
		return name + "()", hi
	}
	return name, end
}

// compared reads "== value" with a short word or number, and nothing behind it.
func (p *reader) compared(lo, hi int) (value string, ok bool) {
	toks := p.lex.toks
	if lo+2 != hi || toks[lo].kind != tCompare || p.text(&toks[lo]) != "==" {
		return "", false
	}
	switch toks[lo+1].kind {
	case tString:
		value = decode(p.text(&toks[lo+1]))
	case tNumber:
		value = p.text(&toks[lo+1])
	}
	return value, value != "" && len(value) <= maxCompared && !strings.ContainsAny(value, " \t\r\n=")
}

// maxCompared bounds the text that a flag is compared with.
const maxCompared = 40

// isTrue tells "is True" and "== True".
func (p *reader) isTrue(lo, hi int) bool {
	k := p.lex.toks[lo].kind
	return lo+2 == hi && p.lex.toks[lo+1].kind == kTrue && (k == kIs || k == tCompare && p.text(&p.lex.toks[lo]) == "==")
}

// flag reads the dotted name at the start of the tokens [lo, hi) and returns
// the token behind it; "" where none stands there.
func (p *reader) flag(lo, hi int) (name string, end int) {
	toks := p.lex.toks
	if lo >= hi || toks[lo].kind != tName {
		return "", lo
	}
	if p.text(&toks[lo]) == "getattr" && lo+1 < hi && toks[lo+1].kind == tLPar {
		shut := int(toks[lo+1].match)
		of, at := p.flag(lo+2, shut)
		if of == "" || shut >= hi || at+1 >= shut || toks[at].kind != tComma || toks[at+1].kind != tString || !p.orFalse(at+2, shut) {
			return "", lo
		}
		return dotted(of, decode(p.text(&toks[at+1]))), shut + 1
	}
	i, written := lo+1, true
	for i < hi {
		switch {
		case toks[i].kind == tDot && i+1 < hi && toks[i+1].kind == tName:
			word := p.text(&toks[i+1])
			if !written && i+3 < hi && folds[word] && toks[i+2].kind == tLPar && int(toks[i+2].match) == i+3 {
				i += 4
				continue
			}
			if i+3 < hi && (word == "get" || word == "getenv") && toks[i+2].kind == tLPar && toks[i+3].kind == tString {
				shut := int(toks[i+2].match)
				if shut >= hi || !p.orFalse(i+4, shut) && !p.orText(i+4, shut) {
					return "", lo
				}
				if written {
					name, written = p.slice(lo, i, maxFlags), false
				}
				if word == "getenv" {
					name = dotted(name, "environ")
				}
				name = dotted(name, decode(p.text(&toks[i+3])))
				i = shut + 1
				continue
			}
			if !written {
				name = dotted(name, p.text(&toks[i+1]))
			}
			i += 2
		case toks[i].kind == tLSqb && i+2 < hi && toks[i+1].kind == tString && int(toks[i].match) == i+2:
			if written {
				name, written = p.slice(lo, i, maxFlags), false
			}
			name = dotted(name, decode(p.text(&toks[i+1])))
			i += 3
		default:
			if written {
				name = p.slice(lo, i, maxFlags)
			}
			return name, i
		}
	}
	if written {
		name = p.slice(lo, i, maxFlags)
	}
	return name, i
}

// orFalse tells that nothing follows, or ", False" as what is meant by default.
func (p *reader) orFalse(lo, hi int) bool {
	return lo == hi || lo+2 == hi && (p.lex.toks[lo+1].kind == kFalse || p.lex.toks[lo+1].kind == kNone)
}

// folds are the methods by which a setting is made ready to be compared.
var folds = map[string]bool{"lower": true, "upper": true, "strip": true, "casefold": true}

// orText tells that a text follows as what is meant by default, and keeps it.
func (p *reader) orText(lo, hi int) bool {
	if lo+2 != hi || p.lex.toks[lo+1].kind != tString {
		return false
	}
	p.otherwise = decode(p.text(&p.lex.toks[lo+1]))
	return p.otherwise != ""
}

func dotted(name, part string) string {
	if name == "" || strings.ContainsAny(part, " \t\n") || len(name)+len(part) >= maxFlags {
		return ""
	}
	return name + "." + part
}

// bothFlags joins flags that must all be set.
func bothFlags(a, b string) string {
	switch {
	case b == "" || a == b:
		return a
	case a == "":
		return b
	case len(a)+len(b) >= maxFlags:
		return a
	}
	return a + " " + b
}

// leaves notes that the branch which runs unless a flag is set has ended the
// function or the turn of its loop: what follows hangs on the flag.
func (p *reader) leaves() {
	if n := len(p.blocks); n > 0 {
		p.blocks[n-1].leaves = p.blocks[n-1].off != ""
	}
}
