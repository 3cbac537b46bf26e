package python

// kind is what a token is. Words come last so that one comparison tells them.
type kind uint8

const (
	tJunk   kind = iota // a byte no Python token starts with, or a stray bracket
	tNumber             // any numeric literal
	tString             // a string without replacement fields, prefix and quotes included
	tFStart             // prefix and opening quotes of an f-string or t-string
	tFText              // literal text inside one, a format spec included
	tFEnd               // its closing quotes
	tFOpen              // { of a replacement field
	tFConv              // ! of a conversion, or the = of a self-documenting field
	tFSpec              // : before a format spec
	tFClose             // } of a replacement field
	tLPar
	tRPar
	tLSqb
	tRSqb
	tLBrace
	tRBrace
	tDot
	tEllipsis
	tComma
	tColon
	tSemi
	tAssign
	tAug // += and its kin
	tWalrus
	tArrow
	tAt
	tStar
	tStar2
	tPlus
	tMinus
	tPercent
	tPipe
	tShl
	tShr
	tCompare // < > <= >= == != <>
	tOp      // any other operator
	tMagic   // a notebook's % ! or ? line, up to its end
	tName    // an identifier, soft keywords and print included
	kAnd
	kAs
	kAssert
	kAsync
	kAwait
	kBreak
	kClass
	kContinue
	kDef
	kDel
	kElif
	kElse
	kExcept
	kFalse
	kFinally
	kFor
	kFrom
	kGlobal
	kIf
	kImport
	kIn
	kIs
	kLambda
	kNone
	kNonlocal
	kNot
	kOr
	kPass
	kRaise
	kReturn
	kTrue
	kTry
	kWhile
	kWith
	kYield
)

// token is a piece of the source. Offsets are bytes into it. match is the index
// of the partner of a bracket or f-string token within its logical line; an
// opening one nothing closes has the number of tokens.
type token struct {
	start, end uint32
	line       int32
	match      int32
	kind       kind
}

func isWord(k kind) bool { return k >= tName }

func opens(k kind) bool {
	switch k {
	case tLPar, tLSqb, tLBrace, tFStart, tFOpen:
		return true
	}
	return false
}

// keyword returns the kind of a word.
func keyword(w string) kind {
	if len(w) < 2 || len(w) > 8 {
		return tName
	}
	switch w {
	case "and":
		return kAnd
	case "as":
		return kAs
	case "assert":
		return kAssert
	case "async":
		return kAsync
	case "await":
		return kAwait
	case "break":
		return kBreak
	case "class":
		return kClass
	case "continue":
		return kContinue
	case "def":
		return kDef
	case "del":
		return kDel
	case "elif":
		return kElif
	case "else":
		return kElse
	case "except":
		return kExcept
	case "False":
		return kFalse
	case "finally":
		return kFinally
	case "for":
		return kFor
	case "from":
		return kFrom
	case "global":
		return kGlobal
	case "if":
		return kIf
	case "import":
		return kImport
	case "in":
		return kIn
	case "is":
		return kIs
	case "lambda":
		return kLambda
	case "None":
		return kNone
	case "nonlocal":
		return kNonlocal
	case "not":
		return kNot
	case "or":
		return kOr
	case "pass":
		return kPass
	case "raise":
		return kRaise
	case "return":
		return kReturn
	case "True":
		return kTrue
	case "try":
		return kTry
	case "while":
		return kWhile
	case "with":
		return kWith
	case "yield":
		return kYield
	}
	return tName
}

// startsStatement holds for the keywords that no expression contains: a line
// that begins with one inside an open bracket proves the bracket is broken.
// "from" is the caller's to judge.
func startsStatement(k kind) bool {
	switch k {
	case kAssert, kBreak, kClass, kContinue, kDef, kDel, kElif, kExcept, kFinally,
		kGlobal, kImport, kNonlocal, kPass, kRaise, kReturn, kTry, kWhile, kWith:
		return true
	}
	return false
}
