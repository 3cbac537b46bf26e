package scala

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// matchers are the words by which ScalaTest's sentences assert.
var matchers = map[string]bool{"should": true, "shouldBe": true, "shouldEqual": true, "must": true, "mustBe": true, "mustEqual": true, "shouldNot": true}

// path reads a dotted name at token i, behind what base is known as, and the
// call that it may be.
func (r *reader) path(i int, base string) int {
	start, end := i, i+1
	for end+1 < len(r.toks) && r.is(end, ".") && r.toks[end+1].kind == tIdent {
		end += 2
	}
	first := r.toks[i].text
	if base == "" && matchers[first] {
		r.add(fact.Check{Pos: fact.Pos{Line: r.toks[i].line}, Kind: fact.Assert, Text: r.lineText(i), Scope: r.scope})
		return i + 1
	}
	at := end
	if r.is(at, "[") { // type arguments
		if after := r.behind(at); r.is(after, "(") {
			at = after
		}
	}
	made := i > 0 && r.toks[i-1].kind == tIdent && r.toks[i-1].text == "new"
	if !r.is(at, "(") && !made && !(base != "" && !r.is(at, ".")) {
		r.last = ""
		if _, known := r.values[first]; known || r.names[first] != "" { // a.b, and what it is given on to
			r.last, _ = r.resolve(start, end, base)
		}
		return end
	}
	name, known := r.resolve(start, end, base)
	c := fact.Call{Pos: fact.Pos{Line: r.toks[i].line}, Name: name, Unresolved: !known, Scope: r.scope, Target: r.bound}
	if j := end - 2; j > start {
		c.Recv = r.slice(start, j)
	} else if base != "" {
		c.Recv = base
	}
	n := r.add(c)
	if !r.is(at, "(") {
		r.last = after(name)
		return end
	}
	r.open(at, n)
	return at + 1
}

// resolve returns the name of the tokens [start, end), and whether its origin
// is known.
func (r *reader) resolve(start, end int, base string) (string, bool) {
	var parts []string
	for i := start; i < end && len(parts) < 32; i += 2 {
		parts = append(parts, r.toks[i].text)
	}
	name, known := strings.Join(parts, "."), base != ""
	if base != "" {
		name = base + "." + name
	} else if full, ok := r.names[parts[0]]; ok {
		name, known = strings.Join(append([]string{full}, parts[1:]...), "."), true
	} else if held, ok := r.values[parts[0]]; ok && len(parts) > 1 {
		name, known = strings.Join(append([]string{held}, parts[1:]...), "."), true
	} else if len(parts) == 1 || parts[0][0] >= 'A' && parts[0][0] <= 'Z' {
		known = true
	}
	return cut(name, maxName), known
}

// after is what a call gives, by name: setters give their own object back.
func after(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i > 0 && strings.HasPrefix(name[i+1:], "set") && len(name) > i+4 && name[i+4] >= 'A' && name[i+4] <= 'Z' {
		return name[:i]
	}
	return strings.TrimSuffix(name, ".apply")
}

// closeCall completes a call with its arguments; i is its closing bracket.
func (r *reader) closeCall(f frame, i int) {
	c, ok := r.facts[f.call].(fact.Call)
	if !ok {
		return
	}
	c.Args = r.arguments(f.from, i)
	r.facts[f.call] = c
	r.last = after(c.Name)
	last := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	check := fact.Check{Pos: c.Pos, Kind: fact.Assert, Text: r.slice(f.from, i), Scope: c.Scope}
	switch {
	case last == "assert" || last == "assertResult" || last == "assertThrows" || last == "intercept" || strings.HasPrefix(last, "assertEqual") || last == "assertTrue":
		check.Trivial = check.Text == "true"
	case last == "require":
	case (last == "exit" || last == "error") && (c.Name == "sys.exit" || c.Name == "sys.error" || c.Name == "System.exit") && check.Text != "0":
		check.Kind, check.Guard = fact.Raise, f.guard
		check.Text = c.Name + "(" + check.Text + ")"
	default:
		return
	}
	r.add(check)
}

// arguments reads the tokens [lo, hi): literals and names; anything else is
// kept as written.
func (r *reader) arguments(lo, hi int) []fact.Arg {
	var out []fact.Arg
	depth, from := 0, lo
	for i := lo; i <= hi && len(out) < maxItems; i++ {
		switch {
		case i == hi, depth == 0 && r.is(i, ","):
			if a, ok := r.argument(from, i); ok {
				out = append(out, a)
			}
			from = i + 1
		case r.is(i, "(") || r.is(i, "[") || r.is(i, "{"):
			depth++
		case r.is(i, ")") || r.is(i, "]") || r.is(i, "}"):
			depth--
		}
	}
	return out
}

func (r *reader) argument(lo, hi int) (a fact.Arg, ok bool) {
	for lo < hi && r.toks[lo].kind == tLine {
		lo++
	}
	for lo < hi && r.toks[hi-1].kind == tLine {
		hi--
	}
	if lo >= hi {
		return a, false
	}
	if lo+1 < hi && r.toks[lo].kind == tIdent && r.is(lo+1, "=") {
		a.Name = r.toks[lo].text
		lo += 2
	}
	if lo >= hi {
		return a, false
	}
	t := r.toks[lo]
	switch {
	case hi-lo > 1:
		a.Value = fact.Value{Kind: fact.Other, Text: cut(r.slice(lo, hi), 120)}
		if hi-lo == 2 && t.kind == tIdent && r.toks[lo+1].kind == tString {
			a.Value = fact.Value{Kind: fact.Format, Text: cut(strings.ReplaceAll(r.toks[lo+1].text, "${", "{"), maxText)}
		}
	case t.kind == tString:
		a.Value = fact.Value{Kind: fact.String, Text: cut(t.text, 4096)}
	case t.kind == tNumber:
		a.Value = fact.Value{Kind: fact.Number, Text: cut(t.text, maxText)}
	case t.text == "true" || t.text == "false":
		a.Value = fact.Value{Kind: fact.Bool, Text: strings.ToUpper(t.text[:1]) + t.text[1:]}
	case t.kind == tIdent:
		a.Value = fact.Value{Kind: fact.Name, Text: cut(t.text, maxName)}
	default:
		return a, false
	}
	return a, true
}
