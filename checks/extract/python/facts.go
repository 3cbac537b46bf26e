package python

import (
	"errors"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxFacts bounds the facts of one file.
const maxFacts = 200_000

var errTooMany = errors.New("has more than 200,000 facts")

// sink collects facts by kind, so that a fact may be completed after others
// were found inside it. Facts that hold a whole statement or scope (a call, a
// definition) take their place when they begin.
type sink struct {
	calls    []fact.Call
	defines  []fact.Define
	imports  []fact.Import
	assigns  []fact.Assign
	checks   []fact.Check
	commands []fact.Command
	loops    []fact.Loop
	order    []place
	sorted   bool
	magic    bool       // calls come from a notebook
	slab     []fact.Arg // where the arguments of calls are cut from until facts copies them
}

type place struct {
	line  int32
	index int32
	of    uint8
}

const (
	ofCall uint8 = iota
	ofDefine
	ofImport
	ofAssign
	ofCheck
	ofCommand
	ofLoop
)

func (s *sink) reset() {
	*s = sink{
		calls: s.calls[:0], defines: s.defines[:0], imports: s.imports[:0], assigns: s.assigns[:0],
		checks: s.checks[:0], commands: s.commands[:0], loops: s.loops[:0], order: s.order[:0], sorted: true, slab: s.slab[:0],
	}
}

// full tells that no more facts are wanted. A call or definition is added all
// the same, since its place is used; the reader stops before the next.
func (s *sink) full() bool { return len(s.order) >= maxFacts }

func (s *sink) place(of uint8, line, index int) int32 {
	if n := len(s.order); n > 0 && int(s.order[n-1].line) > line {
		s.sorted = false
	}
	s.order = append(s.order, place{int32(line), int32(index), of})
	return int32(index)
}

func (s *sink) addCall(c fact.Call) int32 {
	c.Magic = s.magic
	s.calls = append(s.calls, c)
	return s.place(ofCall, c.Line, len(s.calls)-1)
}

func (s *sink) addDefine(d fact.Define) int32 {
	s.defines = append(s.defines, d)
	return s.place(ofDefine, d.Line, len(s.defines)-1)
}

func (s *sink) addImport(i fact.Import) {
	if s.full() {
		return
	}
	s.imports = append(s.imports, i)
	s.place(ofImport, i.Line, len(s.imports)-1)
}

func (s *sink) addAssign(a fact.Assign) {
	if s.full() {
		return
	}
	s.assigns = append(s.assigns, a)
	s.place(ofAssign, a.Line, len(s.assigns)-1)
}

func (s *sink) addCheck(c fact.Check) {
	if s.full() {
		return
	}
	s.checks = append(s.checks, c)
	s.place(ofCheck, c.Line, len(s.checks)-1)
}

func (s *sink) addCommand(c fact.Command) {
	if s.full() {
		return
	}
	s.commands = append(s.commands, c)
	s.place(ofCommand, c.Line, len(s.commands)-1)
}

func (s *sink) addLoop(l fact.Loop) {
	if s.full() {
		return
	}
	s.loops = append(s.loops, l)
	s.place(ofLoop, l.Line, len(s.loops)-1)
}

// keepArgs copies args into memory that is used again for the next file.
func (s *sink) keepArgs(args []fact.Arg) []fact.Arg {
	n := len(args)
	if n == 0 {
		return nil
	}
	if cap(s.slab)-len(s.slab) < n {
		s.slab = make([]fact.Arg, 0, max(n, 2*cap(s.slab), 64)) // the calls so far hold the old one
	}
	at := len(s.slab)
	s.slab = append(s.slab, args...)
	return s.slab[at : at+n : at+n]
}

// ownArgs gives the facts their arguments in one piece, of the length they need.
func (s *sink) ownArgs() {
	total := 0
	for i := range s.calls {
		total += len(s.calls[i].Args)
	}
	for i := range s.defines {
		for _, d := range s.defines[i].Decorators {
			total += len(d.Args)
		}
	}
	all := make([]fact.Arg, 0, total)
	own := func(c *fact.Call) {
		if at := len(all); len(c.Args) > 0 {
			all = append(all, c.Args...)
			c.Args = all[at:len(all):len(all)]
		}
	}
	for i := range s.calls {
		own(&s.calls[i])
	}
	for i := range s.defines {
		for j := range s.defines[i].Decorators {
			own(&s.defines[i].Decorators[j])
		}
	}
}

// facts returns everything in line order; facts of one line stay in the order
// in which they began.
func (s *sink) facts() []fact.Fact {
	if len(s.order) == 0 {
		return nil
	}
	if !s.sorted {
		slices.SortStableFunc(s.order, func(a, b place) int { return int(a.line) - int(b.line) })
	}
	s.ownArgs()
	out := make([]fact.Fact, len(s.order))
	for i, o := range s.order {
		switch o.of {
		case ofCall:
			out[i] = s.calls[o.index]
		case ofDefine:
			out[i] = s.defines[o.index]
		case ofImport:
			out[i] = s.imports[o.index]
		case ofAssign:
			out[i] = s.assigns[o.index]
		case ofCheck:
			out[i] = s.checks[o.index]
		case ofCommand:
			out[i] = s.commands[o.index]
		case ofLoop:
			out[i] = s.loops[o.index]
		}
	}
	return out
}
