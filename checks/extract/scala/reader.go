package scala

import (
	"context"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// mainScope is the scope of a program's own code.
const mainScope = "__main__"

// reader turns tokens into facts.
type reader struct {
	src    string
	toks   []token
	facts  []fact.Fact
	names  map[string]string // imported names
	values map[string]string // values that hold what a call gives, by name
	frames []frame
	scope  string
	guard  string   // the condition just read, for what fails behind it
	until  int      // token behind which guard says no more
	expect *pending // a definition whose body has not begun
	bound  string   // the value that is being defined
	last   string   // what the call that just closed is known as
}

// frame is an open bracket.
type frame struct {
	shut   byte
	scope  string // to go back to
	prefix string // of the names of definitions in it
	define int    // place of its Define, -1 for none
	call   int    // place of its Call, -1 for none
	guard  string
	from   int // token behind the bracket
	bound  string
}

// pending is a definition between its name and its body.
type pending struct {
	name, prefix string
	define       int
	program      bool // its code is the program's
	depth        int
	old          string // scope to go back to when it has no braces
	body         bool   // "=" was read
}

func newReader(src string) *reader {
	return &reader{src: src, toks: lex(src), names: map[string]string{}, values: map[string]string{}}
}

func (r *reader) add(f fact.Fact) int {
	r.facts = append(r.facts, f)
	return len(r.facts) - 1
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

// token reads what begins at token i and returns the token behind it.
func (r *reader) token(i int) int {
	t := &r.toks[i]
	switch t.kind {
	case tLine:
		r.endLine(i)
		return i + 1
	case tOp:
		return r.operator(i)
	case tIdent:
	default:
		r.last = ""
		return i + 1
	}
	switch t.text {
	case "import":
		return r.imports(i + 1)
	case "package":
		for i++; i < len(r.toks) && (r.toks[i].kind == tIdent || r.is(i, ".")); i++ {
		}
		return i
	case "object", "class", "trait", "enum":
		if i == 0 || !r.is(i-1, ".") {
			return r.class(i)
		}
	case "def":
		return r.function(i)
	case "val", "var":
		if i+1 < len(r.toks) && r.toks[i+1].kind == tIdent {
			r.bound, r.last = r.toks[i+1].text, ""
			return i + 2
		}
		return i + 1
	case "if", "while":
		return r.condition(i)
	case "throw":
		r.add(fact.Check{Pos: fact.Pos{Line: t.line}, Kind: fact.Raise, Text: r.lineText(i + 1), Guard: r.guardAt(i), Scope: r.scope})
		return i + 1
	case "new":
		return i + 1
	}
	return r.path(i, "")
}

func (r *reader) is(i int, op string) bool {
	return i >= 0 && i < len(r.toks) && r.toks[i].kind == tOp && r.toks[i].text == op
}

// endLine ends a definition without braces, and the value that was defined,
// unless the next line goes on.
func (r *reader) endLine(i int) {
	if r.is(i+1, ".") || i > 0 && r.toks[i-1].kind == tOp && !strings.Contains(")]}", r.toks[i-1].text) {
		return
	}
	r.bind()
	if p := r.expect; p != nil && len(r.frames) == p.depth && p.body {
		r.scope, r.expect = p.old, nil
		r.facts[p.define] = ended(r.facts[p.define], r.toks[i].line)
	}
}

// bind remembers what the value being defined holds.
func (r *reader) bind() {
	if r.bound != "" && r.last != "" && len(r.values) < maxFacts {
		r.values[r.bound] = r.last
	}
	r.bound, r.last = "", ""
}

func ended(f fact.Fact, line int) fact.Fact {
	if d, ok := f.(fact.Define); ok {
		d.End = line
		return d
	}
	return f
}

// operator reads brackets, and "." behind a call.
func (r *reader) operator(i int) int {
	t := &r.toks[i]
	switch t.text {
	case "{", "(", "[":
		r.open(i, -1)
		return i + 1
	case "}", ")", "]":
		r.shut(i)
		return i + 1
	case ".":
		if r.last != "" && i+1 < len(r.toks) && r.toks[i+1].kind == tIdent {
			return r.path(i+1, r.last)
		}
	case "=":
		if p := r.expect; p != nil && len(r.frames) == p.depth && !p.body {
			p.body, p.old = true, r.scope
			if r.scope = p.name; p.program {
				r.scope = mainScope
			}
		}
		r.last = ""
	case ";":
		r.bind()
	default:
		r.last = ""
	}
	return i + 1
}

func (r *reader) open(i, call int) {
	f := frame{shut: map[string]byte{"{": '}', "(": ')', "[": ']'}[r.toks[i].text], scope: r.scope, prefix: r.prefix(), define: -1, call: call, guard: r.guardAt(i), from: i + 1, bound: r.bound}
	if f.shut == '}' {
		if p := r.expect; p != nil && len(r.frames) == p.depth {
			f.define, f.prefix = p.define, p.prefix
			if p.body {
				f.scope = p.old
			}
			if r.scope = p.name; p.program {
				r.scope = mainScope
			}
			r.expect = nil
		}
		r.bound = ""
	}
	r.frames = append(r.frames, f)
	r.last = ""
}

func (r *reader) prefix() string {
	if n := len(r.frames); n > 0 {
		return r.frames[n-1].prefix
	}
	return ""
}

// shut closes the innermost bracket of its kind; stray ones are passed over.
func (r *reader) shut(i int) {
	n := len(r.frames) - 1
	if n < 0 || r.frames[n].shut != r.toks[i].text[0] {
		return
	}
	f := r.frames[n]
	r.frames = r.frames[:n]
	if f.shut == '}' {
		r.bind()
		r.bound = f.bound
	}
	r.scope, r.last = f.scope, ""
	if f.define >= 0 {
		r.facts[f.define] = ended(r.facts[f.define], r.toks[i].line)
	}
	if f.call >= 0 {
		r.closeCall(f, i)
	}
}

// imports reads import a.b.{C, D => E}, f._
func (r *reader) imports(i int) int {
	var parts []string
	line := r.toks[min(i, len(r.toks)-1)].line
	for ; i < len(r.toks); i++ {
		t := &r.toks[i]
		switch {
		case t.kind == tIdent && t.text == "_" || r.is(i, "*"):
			r.imported(line, parts, "*", "")
			parts = nil
		case t.kind == tIdent:
			parts = append(parts, t.text)
		case r.is(i, "."):
		case r.is(i, "{"):
			for i++; i < len(r.toks) && !r.is(i, "}"); i++ {
				if r.toks[i].kind != tIdent {
					continue
				}
				name, as := r.toks[i].text, r.toks[i].text
				if i+2 < len(r.toks) && (r.is(i+1, "=>") || r.toks[i+1].text == "as") && r.toks[i+2].kind == tIdent {
					as = r.toks[i+2].text
					i += 2
				}
				if name == "_" {
					name, as = "*", ""
				}
				r.imported(line, parts, name, as)
			}
			parts = nil
		case r.is(i, ","):
			r.imported(line, parts, "", "")
			parts = nil
		default:
			r.imported(line, parts, "", "")
			return i
		}
	}
	r.imported(line, parts, "", "")
	return i
}

// imported adds one import; without a name, the last part is the name.
func (r *reader) imported(line int, parts []string, name, as string) {
	if len(parts) == 0 || len(r.facts) >= maxFacts {
		return
	}
	if name == "" && len(parts) > 1 {
		name, parts = parts[len(parts)-1], parts[:len(parts)-1]
		as = name
	}
	module := strings.Join(parts, ".")
	if len(module)+len(name) > maxName {
		return
	}
	if as != "" && as != "_" {
		r.names[as] = module + "." + name
	}
	r.add(fact.Import{Pos: fact.Pos{Line: line}, Module: module, Name: name, As: as, Scope: r.scope})
}
