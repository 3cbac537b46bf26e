package javascript

import (
	"context"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// reader turns tokens into facts.
type reader struct {
	toks   []token
	facts  []fact.Fact
	names  map[string]string // imported names
	values map[string]string // variables and fields that hold what a call gives
	open   []bracket
	tests  bool // the file holds tests
}

// bracket is an open one; call is the place of the Call whose arguments it
// holds, -1 for none.
type bracket struct {
	call int
	name string // what the call is known as, to be carried on behind it
}

func (r *reader) read(ctx context.Context) error {
	for i := 0; i < len(r.toks); {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(r.facts) >= maxFacts {
			return errTooMany
		}
		i = max(i+1, r.token(i))
	}
	return nil
}

func (r *reader) is(i int, text string) bool {
	return i >= 0 && i < len(r.toks) && r.toks[i].kind != tString && r.toks[i].kind != tFormat && r.toks[i].text == text
}

func (r *reader) ident(i int) bool { return i < len(r.toks) && r.toks[i].kind == tIdent }

// token reads what begins at token i and returns the token behind it.
func (r *reader) token(i int) int {
	t := r.toks[i]
	if t.kind == tOp {
		switch t.text {
		case "(", "[", "{":
			r.open = append(r.open, bracket{call: -1})
		case ")", "]", "}":
			return r.shut(i)
		}
		return i + 1
	}
	if (t.kind == tString || t.kind == tFormat) && r.is(i-1, ":") && i >= 2 && r.ident(i-2) && strings.Contains(t.text, "/") {
		// An address among settings: { completions: 'https://…' }.
		r.facts = append(r.facts, fact.Assign{Pos: fact.Pos{Line: t.line}, Name: r.toks[i-2].text, Value: r.value(i)})
	}
	if t.kind != tIdent || r.is(i-1, ".") {
		return i + 1
	}
	switch t.text {
	case "import":
		return r.imports(i)
	case "const", "let", "var":
		if j, ok := r.required(i + 1); ok {
			return j
		}
		r.constant(i + 1)
		return i + 1
	case "it", "test", "describe", "expect", "assert":
		r.tested(i)
		return i + 1
	case "new", "await", "return", "function", "export", "async", "yield":
		return i + 1
	}
	return r.path(i, "")
}

// shut closes a bracket. What a call gives may be called further:
// tf.sequential().fit(…).
func (r *reader) shut(i int) int {
	if len(r.open) == 0 {
		return i + 1
	}
	b := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	if b.name != "" && r.is(i+1, ".") && r.ident(i+2) {
		return r.path(i+2, b.name)
	}
	return i + 1
}

// tested reads the words of test runners, which need no import: a test is named
// by a string, and what is expected in a file of tests is an assertion.
func (r *reader) tested(i int) {
	if !r.is(i+1, "(") && !r.is(i+1, ".") {
		return
	}
	line, word := r.toks[i].line, r.toks[i].text
	switch word {
	case "expect", "assert":
		if r.tests {
			fixed := i+3 < len(r.toks) && (r.toks[i+2].kind == tNumber || r.is(i+2, "true")) && r.is(i+3, ")")
			r.facts = append(r.facts, fact.Check{Pos: fact.Pos{Line: line}, Kind: fact.Assert, Text: word + "(…)", Trivial: fixed})
		}
	default:
		for ; r.is(i+1, ".") && r.ident(i+2); i += 2 { // it.each(…)
		}
		if i+2 < len(r.toks) && r.is(i+1, "(") && (r.toks[i+2].kind == tString || r.toks[i+2].kind == tFormat) {
			r.tests = true
			r.facts = append(r.facts, fact.Call{Pos: fact.Pos{Line: line}, Name: word, Args: []fact.Arg{{Value: r.value(i + 2)}}})
		}
	}
}

// path reads a dotted name from token i, behind what base names, and the call
// that it may be.
func (r *reader) path(i int, base string) int {
	from := i
	written := r.toks[i].text
	for r.is(i+1, ".") && r.ident(i+2) {
		i += 2
		if len(written) < maxName {
			written += "." + r.toks[i].text
		}
	}
	i++
	if r.is(i, "<") { // type arguments: create<Answer>(…)
		for j := i + 1; j < len(r.toks) && j < i+12 && !r.is(j, "("); j++ {
			if r.is(j, ">") && r.is(j+1, "(") {
				i = j + 1
				break
			}
		}
	}
	if r.is(i, "=") && base == "" {
		r.bind(written, i+1)
	}
	name := r.resolve(written, base)
	if !r.is(i, "(") || name == "" || len(name) > maxName {
		return i
	}
	recv := ""
	if dot := strings.LastIndexByte(written, '.'); dot >= 0 {
		recv = written[:dot]
	}
	r.facts = append(r.facts, fact.Call{Pos: fact.Pos{Line: r.toks[from].line}, Name: name, Recv: recv, Args: r.arguments(i + 1)})
	r.open = append(r.open, bracket{call: len(r.facts) - 1, name: name})
	return i + 1
}

// resolve returns what a name stands for, "" when it does not begin at an
// imported package. fetch is the platform's own.
func (r *reader) resolve(written, base string) string {
	if base != "" {
		return base + "." + written
	}
	if written == "fetch" {
		return written
	}
	// The longest bound beginning: this.client before this.
	for end := len(written); end > 0; end = strings.LastIndexByte(written[:end], '.') {
		head := written[:end]
		if v, ok := r.values[head]; ok {
			return v + written[end:]
		}
		if n, ok := r.names[head]; ok {
			return n + written[end:]
		}
	}
	return ""
}

// bind notes what a variable or field holds, if it is what a call of an
// imported package gives. It reads from the token behind the equals sign.
func (r *reader) bind(name string, i int) {
	delete(r.values, name)
	for r.is(i, "await") || r.is(i, "new") || r.is(i, "(") {
		i++
	}
	if !r.ident(i) || len(name) > maxName {
		return
	}
	written := r.toks[i].text
	for r.is(i+1, ".") && r.ident(i+2) && len(written) < maxName {
		i += 2
		written += "." + r.toks[i].text
	}
	if callee := r.resolve(written, ""); callee != "" && callee != "fetch" && r.is(i+1, "(") && len(callee) <= maxName {
		r.values[name] = callee
	}
}

// constant notes a text that a variable is given: addresses are named so.
func (r *reader) constant(i int) {
	if !r.ident(i) || !r.is(i+1, "=") || i+2 >= len(r.toks) {
		return
	}
	if v := r.value(i + 2); v.Kind == fact.String || v.Kind == fact.Format {
		r.facts = append(r.facts, fact.Assign{Pos: fact.Pos{Line: r.toks[i].line}, Name: r.toks[i].text, Value: v})
	}
}

// arguments reads what is written out among the arguments of a call.
func (r *reader) arguments(i int) []fact.Arg {
	var out []fact.Arg
	for len(out) < maxItems && i < len(r.toks) {
		switch r.toks[i].kind {
		case tString, tFormat, tNumber, tIdent:
			if !r.is(i+1, ",") && !r.is(i+1, ")") {
				return out // an expression: what follows it is not told
			}
			out = append(out, fact.Arg{Value: r.value(i)})
			if r.is(i+1, ")") {
				return out
			}
			i += 2
		default:
			if r.is(i, "{") {
				return append(out, r.options(i+1)...)
			}
			return out
		}
	}
	return out
}

// options reads the fields of an object that is an argument: in JavaScript they
// are what named arguments are elsewhere.
func (r *reader) options(i int) []fact.Arg {
	var out []fact.Arg
	end := min(len(r.toks)-1, i+maxOptions)
	for depth := 0; i < end && len(out) < maxItems; i++ {
		switch {
		case r.is(i, "{") || r.is(i, "[") || r.is(i, "("):
			depth++
		case r.is(i, "}") || r.is(i, "]") || r.is(i, ")"):
			if depth--; depth < 0 {
				return out
			}
		case depth == 0 && r.ident(i) && r.is(i+1, ":") && i+2 < len(r.toks):
			out = append(out, fact.Arg{Name: r.toks[i].text, Value: r.value(i + 2)})
		}
	}
	return out
}

func (r *reader) value(i int) fact.Value {
	switch t := r.toks[i]; t.kind {
	case tString:
		return fact.Value{Kind: fact.String, Text: t.text}
	case tFormat:
		return fact.Value{Kind: fact.Format, Text: t.text}
	case tNumber:
		return fact.Value{Kind: fact.Number, Text: t.text}
	case tIdent:
		switch t.text {
		case "true":
			return fact.Value{Kind: fact.Bool, Text: "True"}
		case "false":
			return fact.Value{Kind: fact.Bool, Text: "False"}
		case "null", "undefined":
			return fact.Value{Kind: fact.None}
		}
		name := t.text
		for r.is(i+1, ".") && r.ident(i+2) && len(name) < maxName {
			i += 2
			name += "." + r.toks[i].text
		}
		if !r.is(i+1, "(") {
			return fact.Value{Kind: fact.Name, Text: name}
		}
	}
	return fact.Value{Kind: fact.Other}
}
