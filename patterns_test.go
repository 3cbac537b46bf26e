package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"testing"
)

// Expressions of checks/pattern are compiled when they are first asked, so a
// wrong one would only be found by the repository that asks it.
func TestPatternsCompile(t *testing.T) {
	found := 0
	for _, f := range sources(t, "checks/...") {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			fn, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || fn.Sel.Name != "MustCompile" {
				return true
			}
			if pkg, ok := fn.X.(*ast.Ident); !ok || pkg.Name != "pattern" {
				return true
			}
			found++
			at := f.fset.Position(call.Pos())
			expr, ok := written(call.Args[0])
			if !ok {
				t.Errorf("%s: the expression is not written out in literals, which this test can read", at)
				return true
			}
			if _, err := regexp.Compile(expr); err != nil {
				t.Errorf("%s: %v", at, err)
			}
			return true
		})
	}
	if found < 50 {
		t.Errorf("only %d expressions were found", found)
	}
}

// written is the text of string literals, joined by + or alone.
func written(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(x.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := written(x.X)
		right, too := written(x.Y)
		return left + right, ok && too && x.Op == token.ADD
	}
	return "", false
}
