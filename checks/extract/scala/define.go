package scala

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// class reads the head of an object, class or trait up to its body.
func (r *reader) class(i int) int {
	word, at := r.toks[i].text, i+1
	if at >= len(r.toks) || r.toks[at].kind != tIdent {
		return i + 1
	}
	name := r.toks[at].text
	d := fact.Define{Pos: fact.Pos{Line: r.toks[i].line}, End: r.toks[i].line, Name: cut(r.prefix()+name, maxName), Class: true}
	program := false
	depth := 0
	for at++; at < len(r.toks) && at < i+200; at++ {
		t := &r.toks[at]
		switch {
		case r.is(at, "(") || r.is(at, "["):
			depth++
		case r.is(at, ")") || r.is(at, "]"):
			depth--
		case depth > 0:
		case r.is(at, "{"), t.kind == tLine && !r.goesOn(at+1):
			prefix := ""
			if word != "object" {
				prefix = d.Name + "."
			}
			scope := ""
			if word != "object" {
				scope = d.Name
			}
			define := r.add(d)
			r.expect = nil
			if r.is(at, "{") {
				r.expect = &pending{name: scope, prefix: prefix, define: define, program: program && word == "object", depth: len(r.frames)}
			}
			return at
		case t.kind == tIdent && (t.text == "extends" || t.text == "with") && at+1 < len(r.toks) && r.toks[at+1].kind == tIdent:
			base := r.toks[at+1].text
			program = program || base == "App"
			if full, ok := r.names[base]; ok {
				base = full
			}
			if len(d.Bases) < maxItems {
				d.Bases = append(d.Bases, base)
			}
		}
	}
	r.add(d)
	return at
}

// goesOn says whether a line continues the head of a class.
func (r *reader) goesOn(i int) bool {
	if i >= len(r.toks) {
		return false
	}
	t := r.toks[i]
	return t.kind == tIdent && (t.text == "extends" || t.text == "with") || r.is(i, "{") || r.is(i, "(")
}

// function reads "def name"; its body begins behind "=" or with "{".
func (r *reader) function(i int) int {
	if i+1 >= len(r.toks) || r.toks[i+1].kind != tIdent {
		return i + 1
	}
	name := cut(r.prefix()+r.toks[i+1].text, maxName)
	at := r.add(fact.Define{Pos: fact.Pos{Line: r.toks[i].line}, End: r.toks[i].line, Name: name})
	program := name == "main"
	r.expect = &pending{name: name, prefix: name + ".", define: at, program: program, depth: len(r.frames), old: r.scope}
	r.bound, r.last = "", ""
	// Parameters are no calls.
	for i += 2; i < len(r.toks) && (r.is(i, "(") || r.is(i, "[")); {
		i = r.behind(i)
	}
	return i
}

// behind returns the token behind the bracket that opens at i; far ones are
// given up.
func (r *reader) behind(i int) int {
	depth := 0
	for j := i; j < len(r.toks) && j < i+200; j++ {
		switch {
		case r.is(j, "(") || r.is(j, "[") || r.is(j, "{"):
			depth++
		case r.is(j, ")") || r.is(j, "]") || r.is(j, "}"):
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return i + 1
}

// condition reads "if (…)": what fails behind it on the line, or in the braces
// that follow, hangs on it.
func (r *reader) condition(i int) int {
	if !r.is(i+1, "(") {
		return i + 1
	}
	end := r.behind(i + 1)
	text := r.slice(i+2, end-1)
	if strings.ContainsAny(text, "<>") || strings.Contains(text, "==") || strings.Contains(text, "!=") {
		r.add(fact.Check{Pos: fact.Pos{Line: r.toks[i].line}, Kind: fact.Compare, Text: text, Scope: r.scope})
	}
	r.guard, r.until = text, end+1
	if r.is(end, "{") {
		r.until = max(end+1, r.behind(end))
	} else {
		for r.until < len(r.toks) && r.until < end+400 && r.toks[r.until].kind != tLine {
			r.until++
		}
		if r.until < len(r.toks) && r.until == end+1 { // the branch stands on the next line
			for r.until++; r.until < len(r.toks) && r.until < end+400 && r.toks[r.until].kind != tLine; {
				r.until++
			}
		}
	}
	return i + 1
}

// guardAt is the condition that token i hangs on.
func (r *reader) guardAt(i int) string {
	if i < r.until {
		return r.guard
	}
	return ""
}

// slice is the text of the tokens [lo, hi), cut.
func (r *reader) slice(lo, hi int) string {
	hi = min(hi, len(r.toks))
	if lo >= hi {
		return ""
	}
	return cut(r.src[r.toks[lo].start:r.toks[hi-1].end], maxText)
}

// lineText is the text from token i to the end of its line.
func (r *reader) lineText(i int) string {
	j := i
	for j < len(r.toks) && j < i+100 && r.toks[j].kind != tLine {
		j++
	}
	return r.slice(i, j)
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
