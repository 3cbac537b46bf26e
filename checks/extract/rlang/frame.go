package rlang

import "github.com/mlops-maturity/mlops-maturity/checks/fact"

const (
	maxText  = 120 // bytes of an expression kept as written
	maxCheck = 200
	maxItems = 64
	maxDepth = 500 // open brackets and blocks; blocks beyond are read as if flat
)

// shape is what a frame was opened by.
type shape uint8

const (
	block  shape = iota // the file, { … }, or Julia's keyword … end
	paren               // ( … ) or [ … ], a call's or not
	body                // the one expression of a function without braces
	header              // the parameters of a function
	test                // the condition of R's if, while or for
)

// frame is one open bracket or block.
type frame struct {
	shape   shape
	closing byte   // ')', ']', '}' or 'e' for end; 0 for the file and for body
	scope   string // definition the code in it belongs to
	guard   string // innermost if around it
	define  int    // 1 + index of the Define that ends with it
	class   string // R6 class whose methods are its arguments

	// of a paren, header or test
	callee   callee
	isCall   bool
	openTok  int
	args     []fact.Arg
	argStart int
	argName  string

	// of a block or body
	start     int    // first token of the statement
	target    string // what the statement assigns to
	targetTok int    // index after the assignment operator
	stmtGuard string // if without braces, or the left side of || and &&
	compared  int    // tokens of the statement that were looked at for a comparison
	piped     bool
	condition int // 1 + first token of a Julia condition that runs to the line's end

	sub part // the last complete call or list directly in it
}

// part is a complete piece of an expression and its value.
type part struct {
	from, to int // tokens
	value    fact.Value
}

// callee is the dotted name in front of a bracket.
type callee struct {
	from, to   int // tokens
	name       string
	recv       string
	unresolved bool
}

// pending is a header or condition whose body has not begun.
type pending struct {
	is     bool
	scope  string
	guard  string
	define int
	named  bool // a named function: a body without braces gets a frame
}
