package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// order adds a ">>" call for each pair of tasks that a statement chains.
func (p *reader) order(r result) {
	if len(r.shifts) < 2 {
		return
	}
	left := p.tasks(r.shifts[0])
	for i := 1; i < len(r.shifts); i++ {
		right := p.tasks(r.shifts[i])
		if op := p.lex.toks[r.shifts[i].start-1].kind; op == tShl {
			p.pairs(r.at, right, left)
		} else {
			p.pairs(r.at, left, right)
		}
		left = right
	}
}

// tasks lists the names an operand of >> stands for, as written; a call stands
// for what it calls.
func (p *reader) tasks(o operand) []fact.Value {
	toks := p.lex.toks
	lo, hi := int(o.start), int(o.end)
	switch {
	case o.kind == pCall:
		return []fact.Value{{Kind: fact.CallOf, Text: p.sink.calls[o.call].Name}}
	case lo < hi && (toks[lo].kind == tLSqb || toks[lo].kind == tLPar) && int(toks[lo].match) == hi-1:
		var out []fact.Value
		for lo++; lo < hi-1 && len(out) < maxItems; {
			comma := p.seek(lo, hi-1, tComma)
			if comma > lo {
				out = append(out, fact.Value{Kind: fact.Name, Text: p.slice(lo, comma, maxOther)})
			}
			lo = comma + 1
		}
		return out
	}
	return []fact.Value{{Kind: fact.Name, Text: p.slice(lo, hi, maxOther)}}
}

func (p *reader) pairs(at int32, left, right []fact.Value) {
	for _, l := range left {
		for _, r := range right {
			if p.sink.full() {
				return
			}
			p.sink.addCall(fact.Call{
				Pos: fact.Pos{Line: p.line(int(at))}, Name: ">>", Scope: p.scope,
				Args: []fact.Arg{{Value: l}, {Value: r}},
			})
		}
	}
}

// orderCall adds the ">>" pairs of a task's set_downstream and set_upstream.
func (p *reader) orderCall(call int32, lo, open, end int) {
	c := &p.sink.calls[call]
	name := c.Name
	down := strings.HasSuffix(name, ".set_downstream")
	if !down && !strings.HasSuffix(name, ".set_upstream") || c.Recv == "" || open+1 >= end {
		return
	}
	self := []fact.Value{{Kind: fact.Name, Text: c.Recv}}
	others := p.tasks(operand{start: int32(open + 1), end: int32(end), kind: pOther})
	if down {
		p.pairs(int32(lo), self, others)
	} else {
		p.pairs(int32(lo), others, self)
	}
}
