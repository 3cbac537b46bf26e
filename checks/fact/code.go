package fact

// Import is one imported name of a program: Python's import, R's library() and
// source(), Julia's using and include.
type Import struct {
	Pos
	Module string // dotted module as written, without leading dots; a path for source()/include()
	Name   string // the name taken from Module ("from m import n"), "*" for all, "" for the module itself
	As     string // the local name it is bound to
	Level  int    // number of leading dots of a relative Python import
	Scope  string // enclosing definition, "" at module level
}

// Define is a function or class.
type Define struct {
	Pos
	End        int    // last line
	Name       string // qualified within the file: "Trainer.fit"
	Class      bool
	Bases      []string // of a class, resolved through the file's imports
	Decorators []Call   // in order, names resolved; a bare decorator is a Call without Args
	Params     []Param  // of a function, or the annotated fields of a class body
}

// Param is a parameter or an annotated field.
type Param struct {
	Name    string
	Type    string // annotation as written, imports resolved when it is a dotted name
	Default Value
}

// Call is one call.
//
// Name is dotted. Its first segment is resolved through the file's imports
// ("np.random.seed" with "import numpy as np" is "numpy.random.seed"). When it
// is a local variable that holds the result of a call in the same file, the
// callee's name replaces it ("model.fit" after "model = RandomForestClassifier()"
// is "sklearn.ensemble.RandomForestClassifier.fit"); Recv keeps the text before
// the last dot as written ("model"). A receiver that is itself a call or an
// index ("f(x).g()", "a[0].g()") gives the callee's or indexed name. A receiver
// that nothing tells is kept as written with Unresolved set.
type Call struct {
	Pos
	Name       string
	Recv       string
	Unresolved bool
	Args       []Arg
	Scope      string // enclosing definition, "__main__" under if __name__ == "__main__", "" at module level
	Flags      string // dotted names, blanks between them, that must be set for it to run: of "if args.upload:", and "drifted()" of "if drifted(rows):"; "" for none
	Target     string // the variable(s) the result is assigned to, as written
	With       bool   // stands in a with statement's header
	Magic      bool   // came from a notebook
}

// Arg is one argument; Name is "" for positional ones, "*" and "**" for
// unpacked ones.
type Arg struct {
	Name  string
	Value Value
}

// ValueKind says what a Value holds.
type ValueKind uint8

// The value kinds.
const (
	NoValue ValueKind = iota
	String            // Text is the unquoted string, cut at 4,096 bytes
	Format            // an f-string or %-formatted or concatenated string: Text with {…} in place of expressions
	Number            // Text as written
	Bool              // "True" or "False" (any language)
	None              // None, NULL, nothing
	Name              // a dotted name, resolved like a call's
	CallOf            // the result of a call: Text is the callee's resolved name
	List              // list, tuple or set: Items
	Dict              // Items alternate key, value
	Lambda            // Text names what the body calls, if it is one call
	Other             // any other expression: Text as written, cut at 120 bytes
)

// Value is a literal or what can be said of an expression without running it.
type Value struct {
	Kind  ValueKind
	Text  string
	Items []Value // at most 64
}

// Assign is an assignment of a Value to a name or attribute, at any level.
type Assign struct {
	Pos
	Name  string // as written: "SEED", "self.threshold", "os.environ[…]"
	Value Value
	Scope string
}

// Loop is a for statement over something that is written out or has a name.
type Loop struct {
	Pos
	Names []string // what each turn binds, brackets taken away; enumerate's counter is left out
	Over  Value    // a List, a Dict or a Name; of x.items() it is x
	Scope string
}

// CheckKind says how a condition acts.
type CheckKind uint8

// The kinds of conditions.
const (
	Assert  CheckKind = iota // assert statement, self.assertX, expect_…, @test, stopifnot
	Raise                    // raise, sys.exit(non-zero), stop(), error()
	Compare                  // if/while/ternary with a comparison
)

// Check is an assertion, a raise, or a comparison that a branch hangs on.
// It is what quality gates, data validation and real tests are made of.
type Check struct {
	Pos
	Kind    CheckKind
	Text    string // the condition (Assert, Compare) or the raised expression, as written, cut at 200 bytes
	Trivial bool   // a constant condition: assert True, assert 1 == 1
	Flags   string // as of a Call
	Guard   string // for Raise: the text of the innermost enclosing if, cut at 200 bytes
	Scope   string
}
