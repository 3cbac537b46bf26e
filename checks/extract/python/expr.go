package python

import "github.com/mlops-maturity/mlops-maturity/checks/fact"

// Expressions are read in one pass with a stack of frames, one per open
// bracket, instead of a tree: what matters is who is called with what, which
// literals stand where, and whether something is compared.

type frameKind uint8

const (
	fBase  frameKind = iota // the whole expression
	fGroup                  // ( ) and its tuples
	fList                   // [ ]
	fDict                   // { }, sets included
	fCall                   // arguments
	fIndex                  // subscript
	fText                   // f-string
	fField                  // replacement field
)

type frame struct {
	kind   frameKind
	record bool // its elements' values are wanted
	comma  bool // more than one element: a tuple
	pairs  bool // a dict, not a set
	comp   bool // a comprehension
	depth  uint8
	open   int32 // its opening token
	close  int32 // its closing token, or the end of the line
	call   int32 // fCall: the call in the sink
	args   int   // where its arguments start in reader.args
	items  int   // where its items start in reader.items
	from   int32 // fBase: the first token
	element
}

// element is what stands between two commas.
type element struct {
	start     int32 // its first token, -1 for none yet
	composite bool  // holds an operator that leaves no value to speak of
	neg       bool  // begins with "-"
	cmp       bool  // compares at its own level
	lambda    bool
	targets   bool  // between a comprehension's "for" and its "in"
	stars     uint8 // unpacking: 1 or 2
	pending   int16 // lambdas whose colon has not come
	plus      int16 // counts of operators
	percent   int16
	shift     int16
	walrus    int32 // 1 + the token of the name it assigns
	key       string
	operands  int   // where its operands start in reader.operands
	ternary   int32 // 1 + the token of an "if" whose "else" has not come
	ternCmps  int   // reader.cmps and names before it
	ternNames int
	ternCmp   bool
	cur       prim
}

type primKind uint8

const (
	pNone primKind = iota
	pName          // first and suffix
	pText          // a string, from start on
	pNum
	pValue // val, and base when it has methods
	pCall
	pIndex
	pOther
)

// prim is an operand with the trailers read so far.
type prim struct {
	kind       primKind
	unresolved bool
	start      int32  // token
	call       int32  // pCall: the call in the sink
	sufAt      int    // offset of suffix when it is one piece of the text
	first      string // pName
	base       string // the resolved name that suffix follows
	suffix     string // ".a.b"
	val        fact.Value
}

type operand struct {
	start, end int32
	kind       primKind
	call       int32
}

// result is what a whole expression came to.
type result struct {
	value  fact.Value // when recorded
	prim   prim       // its only operand, kind pNone for anything else
	cmp    bool       // compares at its top level
	shifts []operand  // operands of >> and << when it has no other operators; valid until the next expr
	at     int32
}

// expr reads the tokens in [lo, hi), which hold whole brackets.
func (p *reader) expr(lo, hi int, record bool) (r result) {
	base := len(p.frames)
	p.push(frame{kind: fBase, record: record, from: int32(lo), open: int32(lo), close: int32(hi)})
	for i := lo; i < hi && !p.sink.full(); i++ {
		i = p.token(i, hi, base)
	}
	for len(p.frames) > base+1 {
		p.pop(hi)
	}
	f := &p.frames[base]
	r.cmp, r.at = f.cmp && !f.lambda, int32(lo)
	if !f.comma && f.simple() {
		r.prim = f.cur
		r.prim.val = fact.Value{}
	}
	if f.shift > 0 && !f.composite && f.plus == 0 && f.percent == 0 && !f.comma {
		if p.addOperand(f, hi); !f.composite {
			r.shifts = p.operands[f.operands:]
		}
	}
	p.endElement(f, hi)
	if record {
		if items := p.items[f.items:]; f.comma {
			r.value = fact.Value{Kind: fact.List, Items: keepItems(items)}
		} else if len(items) > 0 {
			r.value = items[0]
		}
	}
	p.items = p.items[:f.items]
	p.frames = p.frames[:base]
	return r
}

func (p *reader) push(f frame) {
	f.args, f.items = len(p.args), len(p.items)
	f.start, f.operands = -1, len(p.operands)
	p.frames = append(p.frames, f)
}

// token takes in the token at i and returns the last token it used.
func (p *reader) token(i, hi, base int) int {
	f := &p.frames[len(p.frames)-1]
	t := &p.lex.toks[i]
	switch t.kind {
	case tName:
		if f.kind == fCall && f.start < 0 && i+1 < hi && p.lex.toks[i+1].kind == tAssign {
			f.start, f.key = int32(i), p.text(t)
			return i + 1
		}
		p.operand(f, i, prim{kind: pName, first: p.text(t)})
		p.names++
	case tNumber:
		p.operand(f, i, prim{kind: pNum})
	case tString:
		p.stringOperand(f, i)
	case kTrue, kFalse:
		p.operand(f, i, prim{kind: pValue, val: fact.Value{Kind: fact.Bool, Text: p.text(t)}})
	case kNone:
		p.operand(f, i, prim{kind: pValue, val: fact.Value{Kind: fact.None, Text: "None"}})
	case tEllipsis:
		p.operand(f, i, prim{kind: pOther})
	case tDot:
		if i+1 < hi && isWord(p.lex.toks[i+1].kind) && f.cur.kind != pNone {
			p.attribute(&f.cur, i)
			return i + 1
		}
		f.composite = true
	case tLPar, tLSqb, tLBrace, tFStart, tFOpen:
		p.openBracket(f, i)
	case tRPar, tRSqb, tRBrace, tFEnd, tFClose:
		for len(p.frames) > base+1 && int(p.frames[len(p.frames)-1].close) <= i {
			p.pop(i)
		}
	case tFText:
	case tFConv, tFSpec, tAssign:
		f.end()
	case tComma:
		if f.pending > 0 || f.targets {
			f.cur = prim{}
			break
		}
		p.endElement(f, i)
		f.comma = true
	case tColon:
		p.colon(f, i)
	case tWalrus:
		if f.cur.kind == pName && f.cur.suffix == "" && !f.composite {
			f.walrus = f.cur.start + 1
			f.cur = prim{}
			p.names--
		} else {
			f.end()
		}
	default:
		p.operator(f, t.kind, i)
	}
	return i
}
