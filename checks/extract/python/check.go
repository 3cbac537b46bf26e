package python

import "github.com/mlops-maturity/mlops-maturity/checks/fact"

// condition reads the condition in the tokens [lo, hi) and adds a Compare when
// it compares at any depth. Text is the condition as written.
func (p *reader) condition(lo, hi int) (text string) {
	cmps, names := p.cmps, p.names
	p.expr(lo, hi, false)
	p.compare(lo, hi, cmps, names)
	return p.slice(lo, hi, maxText)
}

// compare adds a Compare for the tokens [lo, hi) when comparisons were met
// since there were cmps of them. One without a name since is constant.
func (p *reader) compare(lo, hi, cmps, names int) {
	if p.cmps > cmps {
		p.addCompare(lo, hi, p.names == names)
	}
}

func (p *reader) addCompare(lo, hi int, trivial bool) {
	p.sink.addCheck(fact.Check{
		Pos: fact.Pos{Line: p.line(lo)}, Kind: fact.Compare,
		Text: p.slice(lo, hi, maxText), Trivial: trivial, Scope: p.scope, Flags: p.flags,
	})
}

// assert reads an assert statement; lo is behind the keyword.
func (p *reader) assert(lo, hi int) {
	comma := p.seek(lo, hi, tComma)
	cmps, names := p.cmps, p.names
	r := p.expr(lo, comma, true)
	trivial := p.names == names || r.value.Kind == fact.List && len(r.value.Items) > 1
	if comma > lo {
		p.sink.addCheck(fact.Check{
			Pos: fact.Pos{Line: p.line(lo - 1)}, Kind: fact.Assert,
			Text: p.slice(lo, comma, maxText), Trivial: trivial, Scope: p.scope, Flags: p.flags,
		})
		p.compare(lo, comma, cmps, names)
	}
	if comma < hi {
		p.expr(comma+1, hi, false)
	}
}

// raise reads a raise statement; lo is behind the keyword. Leaving with status
// zero is no failure.
func (p *reader) raise(lo, hi int) {
	from := p.seek(lo, hi, kFrom)
	r := p.expr(lo, from, false)
	if from < hi {
		p.expr(from+1, hi, false)
	}
	if lo == hi {
		lo--
		from = hi
	}
	if r.prim.kind == pCall || r.prim.kind == pName {
		if name, _ := p.resolve(&r.prim, nil); name == "SystemExit" {
			if r.prim.kind != pCall {
				return
			}
			if args := p.sink.calls[r.prim.call].Args; len(args) == 0 || !failure(args[0].Value) {
				return
			}
		}
	}
	p.sink.addCheck(fact.Check{
		Pos: fact.Pos{Line: p.line(lo)}, Kind: fact.Raise,
		Text: p.slice(lo, from, maxText), Guard: p.guard, Scope: p.scope, Flags: p.flags,
	})
}
