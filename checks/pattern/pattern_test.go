package pattern_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
)

// expressions are all that the project's own code compiles.
func expressions(tb testing.TB) []string {
	tb.Helper()
	var out []string
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			return nil // somebody is writing it
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			lit, isLit := call.Args[0].(*ast.BasicLit)
			if ok && isLit && sel.Sel.Name == "MustCompile" {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					out = append(out, s)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(out) < 50 {
		tb.Fatalf("%d expressions, %v", len(out), err)
	}
	return out
}

// texts are the words and lines of the project's own code, in three cases.
func texts(tb testing.TB) []string {
	tb.Helper()
	var out []string
	for _, dir := range []string{"../evidence", "../practice/training", "../graph", "../sampletree/fragments"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			tb.Fatal(err)
		}
		for _, e := range entries {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil || e.IsDir() {
				continue
			}
			for _, line := range strings.Split(string(b), "\n") {
				out = append(out, line)
				out = append(out, strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("\t \"()|,.`", r) })...)
			}
		}
	}
	return append(out, "", "a", "ab", "TRAIN", "Train_Model", "ſave_model", "Keras", "K", "données")
}

func TestAnswersAreThoseOfRegexp(t *testing.T) {
	all := texts(t)
	for _, expr := range expressions(t) {
		p, re := pattern.MustCompile(expr), regexp.MustCompile(expr)
		for i, s := range all {
			if i%7 != len(expr)%7 && len(s) > 3 {
				continue
			}
			if p.MatchString(s) != re.MatchString(s) {
				t.Errorf("%s on %q: regexp says %v", expr, s, re.MatchString(s))
			}
		}
	}
}

func FuzzAnswersAreThoseOfRegexp(f *testing.F) {
	for _, e := range expressions(f) {
		f.Add(e, "Train_model ſ K")
	}
	f.Fuzz(func(t *testing.T, expr, s string) {
		re, err := regexp.Compile(expr)
		if err != nil || len(expr) > 500 {
			return
		}
		if p := pattern.MustCompile(expr); p.MatchString(s) != re.MatchString(s) {
			t.Errorf("%q on %q: regexp says %v", expr, s, re.MatchString(s))
		}
	})
}

// wordy is an expression of the kind that the checks are full of.
const wordy = `(?i)(data_?process|pre_?process|clean_?(data|text|df)|feature_?eng|build_?features|make_?dataset|\betl\b|ingest|load_?raw)`

func BenchmarkPattern(b *testing.B) { bench(b, pattern.MustCompile(wordy).MatchString) }
func BenchmarkRegexp(b *testing.B)  { bench(b, regexp.MustCompile(wordy).MatchString) }

func bench(b *testing.B, match func(string) bool) {
	for b.Loop() {
		for _, s := range []string{"load_meter_table", "RandomForestClassifier.fit", "split_orders", "self.model.predict"} {
			match(s)
		}
	}
}
