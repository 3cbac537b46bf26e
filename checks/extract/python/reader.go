package python

import (
	"context"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// mainScope is the scope of what stands under if __name__ == "__main__".
const mainScope = "__main__"

// kMatch and kCase are block kinds beside the keywords that open the others.
const (
	kMatch = kYield + 1 + iota
	kCase
)

// reader turns logical lines into facts.
type reader struct {
	lex  lexer
	sink sink
	env  env
	where

	blocks  []block
	classes []classBody
	prevEnd int    // last line of the logical line before
	lastIf  string // condition of the if block that ended just before this line
	lastOff string // and the flag that must not be set for it

	later       []waiting
	laterGlobal []waiting
	decorators  []fact.Call
	paramTypes  []binding
	paramBuf    []fact.Param

	frames   []frame
	args     []fact.Arg
	items    []fact.Value
	operands []operand
	todo     []span
	spans    []span
	inShell  bool // the MAGIC comments that follow are lines of a shell
	cmps     int  // comparisons met so far
	names    int  // names met so far

	otherwise string // the text that the flag read last is by default, "" for none
}

// where is what a block changes and its end restores.
type where struct {
	scope string // of the facts found now
	guard string // condition of the innermost if of the function
	flags string // flags of the function that must be set to get here
	body  int32  // the class whose body this is, -1 elsewhere
	class int32  // the innermost class around, -1 for none
}

// block is an open compound statement.
type block struct {
	kind   kind
	indent int    // of its header
	guard  string // condition of an if, elif, or of their else
	off    string // the flag that must not be set to get in
	leaves bool   // with off: its last statement read ends the function or the turn of the loop
	define int32  // kDef and kClass
	mark   int    // kDef: what env.enter returned
	where         // to go back to
}

func newReader() *reader {
	p := new(reader)
	p.reset()
	return p
}

// reset forgets the file that was read. Buffers keep what they held until it is
// overwritten or the pool lets go of the reader.
func (p *reader) reset() {
	p.sink.reset()
	p.env.reset()
	p.classes, p.blocks = p.classes[:0], p.blocks[:0]
	p.later, p.laterGlobal = p.later[:0], p.laterGlobal[:0]
	p.frames, p.args, p.items, p.operands = p.frames[:0], p.args[:0], p.items[:0], p.operands[:0]
	p.takeDecorators()
	p.inShell, p.cmps, p.names = false, 0, 0
	p.where = where{body: -1, class: -1}
	p.lex.reset("", nil)
}

// read reads one piece of source: a file, or a cell of a notebook, which knows
// the names of the cells before. rows gives the reported line of each of its
// lines, nil when they count from 1.
func (p *reader) read(ctx context.Context, text string, rows []int32) error {
	notebook := p.lex.notebook
	p.lex.reset(text, rows)
	p.lex.notebook = notebook
	p.lex.databricks = !notebook && strings.HasPrefix(text, databricksHead)
	for n := 0; p.lex.next(); n++ {
		if n%256 == 255 && ctx.Err() != nil {
			return ctx.Err()
		}
		p.endBlocks(p.lex.indent)
		p.inShell = p.inShell && p.lex.toks[0].kind == tMagic
		p.logical()
		p.prevEnd = p.lex.endRow
		if p.sink.full() {
			p.endBlocks(-1)
			return errTooMany
		}
	}
	p.endBlocks(-1)
	p.takeDecorators()
	return p.lex.err
}

// openBlock remembers where the reader is. A block on the header's own line
// ends at the next line, since that is not indented deeper than the header.
func (p *reader) openBlock(b block) {
	b.where = p.where
	p.blocks = append(p.blocks, b)
}

// endBlocks ends the blocks whose header stands at indent or deeper.
func (p *reader) endBlocks(indent int) {
	p.lastIf, p.lastOff = "", ""
	for n := len(p.blocks) - 1; n >= 0 && p.blocks[n].indent >= indent; n-- {
		b := &p.blocks[n]
		switch b.kind {
		case kDef:
			p.env.leave(b.mark)
			p.sink.defines[b.define].End = p.prevEnd
		case kClass:
			p.sink.defines[b.define].End = p.prevEnd
			p.settleClass(p.body)
		}
		p.lastIf, p.lastOff = "", ""
		if b.indent == indent {
			p.lastIf, p.lastOff = b.guard, b.off
		}
		p.where = b.where
		if b.leaves {
			p.flags = bothFlags(p.flags, b.off)
		}
		*b = block{}
		p.blocks = p.blocks[:n]
	}
}
