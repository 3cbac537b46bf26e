package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const (
	maxRecv = 120 // bytes of a receiver's text
	maxText = 200 // bytes of a condition
)

// openCall adds the call whose opening bracket is token i and whose callee is q.
func (p *reader) openCall(q *prim, i int) int32 {
	c := fact.Call{Pos: fact.Pos{Line: p.line(i - 1)}, Scope: p.scope, Flags: p.flags}
	var w waiting
	name, ok := p.resolve(q, &w)
	c.Name, c.Unresolved = name, !ok
	if q.suffix != "" && i-3 >= int(q.start) {
		c.Recv = p.slice(int(q.start), i-2, maxRecv)
	}
	if !ok && q.kind != pName && q.base == "" && q.suffix == "" {
		c.Name = p.slice(int(q.start), i, maxRecv)
	}
	call := p.sink.addCall(c)
	if w.name != "" && !p.env.off {
		w.call = call
		if w.class >= 0 {
			p.later = append(p.later, w)
		} else {
			p.laterGlobal = append(p.laterGlobal, w)
		}
	}
	return call
}

// closeCall completes a call; i is its closing bracket.
func (p *reader) closeCall(f, up *frame, i int) {
	c := &p.sink.calls[f.call]
	c.Args = p.sink.keepArgs(p.args[f.args:])
	q := prim{kind: pCall, start: up.cur.start, call: f.call, base: c.Name, unresolved: c.Unresolved}
	switch {
	case c.Name == "super" && c.Recv == "":
		q.base = p.superName(c)
	case up.cur.kind == pText && up.cur.suffix == ".format":
		q.val = p.textValue(int(up.cur.start), int(f.open)-2)
		q.val.Kind = fact.Format
	}
	up.cur = q
	p.checkCall(f.call, int(q.start), i+1)
	p.orderCall(f.call, int(q.start), int(f.open), i)
}

// superName is the base that super() stands for.
func (p *reader) superName(c *fact.Call) string {
	if p.class < 0 || len(p.classes[p.class].bases) == 0 {
		return "object"
	}
	return p.classes[p.class].bases[0]
}

// resolve returns the dotted name of an operand, and whether its origin is
// known. When it may become known later, w says what to wait for.
func (p *reader) resolve(q *prim, w *waiting) (string, bool) {
	switch {
	case q.kind == pName:
		return p.resolveName(q, w)
	case q.base != "" && len(q.base)+len(q.suffix) <= maxName:
		return q.base + q.suffix, !q.unresolved
	}
	return p.written(q), false
}

func (p *reader) resolveName(q *prim, w *waiting) (string, bool) {
	b, global := p.find(q.first)
	wait := func(class int32, name, rest string) {
		if w != nil {
			*w = waiting{class: class, name: name, rest: rest}
		}
	}
	switch b.origin {
	case imported, typed, literal:
		switch {
		case len(b.target)+len(q.suffix) > maxName, q.suffix == "" && b.origin == literal:
		case q.suffix == "":
			return b.target, true
		default:
			return b.target + q.suffix, true
		}
	case local:
		return p.written(q), true
	case unbound:
		if p.env.depth > 0 {
			wait(-1, q.first, q.suffix)
		}
		return p.written(q), q.suffix == "" || builtinTypes[q.first]
	case unknown:
		if global && p.env.depth > 0 {
			wait(-1, q.first, q.suffix)
		}
	case self, cls:
		c := &p.classes[b.class]
		if q.suffix == "" {
			return c.name, true
		}
		name, rest := q.suffix[1:], ""
		if n := strings.IndexByte(name, '.'); n >= 0 {
			name, rest = name[:n], name[n:]
		}
		a := c.attrs[name]
		known := a.origin > unknown && len(a.target)+len(rest) <= maxName
		switch {
		case rest != "" && known, rest == "" && known && !c.methods[name]:
			return a.target + rest, true
		case rest == "" && w == nil && !c.methods[name]:
			return p.written(q), false
		case rest == "" && len(c.name)+len(name) < maxName:
			wait(b.class, name, "")
			return c.name + "." + name, true
		}
		wait(b.class, name, rest)
	}
	return p.written(q), false
}

// written is an operand's dotted text. A receiver that is no name is cut.
func (p *reader) written(q *prim) string {
	toks := p.lex.toks
	start := int(toks[q.start].start)
	switch {
	case q.kind == pName && q.suffix == "":
		return cut(q.first, maxName)
	case q.kind == pName && q.sufAt == start+len(q.first) && q.sufAt+len(q.suffix)-start <= maxName:
		return p.lex.text[start : q.sufAt+len(q.suffix)]
	case q.kind == pName:
		return cut(q.first, maxRecv) + cut(q.suffix, maxRecv)
	}
	end := start
	if q.sufAt > start && q.suffix != "" {
		end = q.sufAt
	}
	return cut(p.lex.text[start:max(end, min(start+maxRecv, int(toks[q.start].end)))], maxRecv) + cut(q.suffix, maxRecv)
}

// checkCall adds the check that a call amounts to: an assertion method, or an
// exit with a failure. lo and hi are its tokens.
func (p *reader) checkCall(call int32, lo, hi int) {
	c := &p.sink.calls[call]
	last := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	k := fact.Assert
	switch {
	case strings.HasPrefix(last, "assert") && !strings.HasPrefix(c.Name, "typing"):
	case c.Name == "pytest.raises" || c.Name == "pytest.warns" || c.Name == "pytest.deprecated_call":
	case c.Name == "pytest.fail" || fails(c):
		k = fact.Raise
	default:
		return
	}
	check := fact.Check{Pos: c.Pos, Kind: k, Text: p.slice(lo, hi, maxText), Scope: c.Scope, Flags: c.Flags}
	if k == fact.Raise {
		check.Guard = p.guard
	} else {
		check.Trivial = len(c.Args) > 0 && comparesArgs(last)
		for _, a := range c.Args {
			check.Trivial = check.Trivial && constant(a.Value)
		}
	}
	p.sink.addCheck(check)
}

// comparesArgs tells the assertions that look at nothing but their arguments:
// mocks and logs have a past of their own.
func comparesArgs(name string) bool {
	switch name {
	case "assertTrue", "assertFalse", "assertEqual", "assertNotEqual", "assertAlmostEqual", "assertIs", "assertIsNot",
		"assertIsNone", "assertIsNotNone", "assertIn", "assertNotIn", "assertGreater", "assertGreaterEqual",
		"assertLess", "assertLessEqual", "assert_", "assert_equal", "assert_allclose", "assert_almost_equal",
		"assert_array_equal":
		return true
	}
	return false
}

// fails tells an exit with a status that is not zero, or that a name decides.
func fails(c *fact.Call) bool {
	switch c.Name {
	case "sys.exit", "exit", "quit", "os._exit", "builtins.exit":
	default:
		return false
	}
	return len(c.Args) > 0 && failure(c.Args[0].Value)
}

func failure(v fact.Value) bool {
	switch v.Kind {
	case fact.Number:
		return strings.Trim(v.Text, "0_") != ""
	case fact.Bool:
		return v.Text == "True"
	case fact.String, fact.Format, fact.Name:
		return true
	}
	return false
}

// constant tells a value that no run of the program can change.
func constant(v fact.Value) bool {
	switch v.Kind {
	case fact.String, fact.Number, fact.Bool, fact.None:
		return true
	case fact.List, fact.Dict:
		for _, x := range v.Items {
			if !constant(x) {
				return false
			}
		}
		return len(v.Items) < maxItems
	}
	return false
}
