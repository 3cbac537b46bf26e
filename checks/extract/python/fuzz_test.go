package python_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/python"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// budget is far more than reading n bytes takes (0.02 µs a byte), and far less
// than anything quadratic would on the inputs below.
func budget(n int) time.Duration { return 2*time.Second + time.Duration(n)*2*time.Microsecond }

// mustBehave reads src and fails the test on a panic, on facts out of order or
// outside the file, on texts beyond their bounds and on slowness.
func mustBehave(t *testing.T, dialect string, src []byte) {
	t.Helper()
	// A hang must name its input: the fuzzing engine would wait for ever.
	hang := time.AfterFunc(30*budget(len(src)), func() { panic(fmt.Sprintf("hangs on %q", src[:min(len(src), 2000)])) })
	var facts []fact.Fact
	var err error
	took := cputime.Of(func() { facts, err = python.New().Extract(context.Background(), dialect, src) })
	hang.Stop()
	if took > cputime.Bound(budget(len(src))) {
		t.Errorf("%d bytes took %v", len(src), took)
	}
	if len(facts) > 210_000 {
		t.Errorf("%d facts", len(facts))
	}
	rows := bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte("\r")) + 1
	last := 1
	for _, f := range facts {
		if f.At() < last || f.At() > rows {
			t.Fatalf("line %d after %d of %d: %#v (error %v)", f.At(), last, rows, f, err)
		}
		last = f.At()
		switch f := f.(type) {
		case fact.Call:
			if len(f.Name) > 512 || len(f.Recv) > 120 || len(f.Scope) > 256 {
				t.Fatalf("too long: %#v", f)
			}
			for _, a := range f.Args {
				bounded(t, a.Value, 0)
			}
		case fact.Assign:
			bounded(t, f.Value, 0)
		case fact.Define:
			if len(f.Name) > 256 || f.End < f.Line || f.End > rows {
				t.Fatalf("definition ends in %d: %#v", f.End, f)
			}
		case fact.Check:
			if len(f.Text) > 200 || len(f.Guard) > 200 {
				t.Fatalf("too long: %#v", f)
			}
		}
	}
}

func bounded(t *testing.T, v fact.Value, depth int) {
	t.Helper()
	if len(v.Text) > 4096 || len(v.Items) > 64 || depth > 4 || v.Kind == fact.Other && len(v.Text) > 120 {
		t.Fatalf("value out of bounds at depth %d: %#v", depth, v)
	}
	for _, i := range v.Items {
		bounded(t, i, depth+1)
	}
}

func FuzzExtract(f *testing.F) {
	for _, path := range append(fixtures(f, "*.py"), fixtures(f, "*.ipynb")...) {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.HasSuffix(path, ".ipynb"), src)
	}
	for _, s := range hostile {
		f.Add(false, []byte(strings.Repeat(s, 20)))
	}
	f.Fuzz(func(t *testing.T, notebook bool, src []byte) {
		dialect := python.Source
		if notebook {
			dialect = python.Notebook
		}
		if extract.DefaultBytes < len(src) {
			t.Skip()
		}
		mustBehave(t, dialect, src)
	})
}

// hostile are pieces that, repeated, are hard on a reader: depth, things never
// closed, names built on names, lists times lists.
var hostile = []string{
	"(", "[", "{", ")", "]", "([)]", "f(", "a[", "{a:", "f'{", "f'{a:{", `f"{f'{`, "f'''{", `"""`, "'''", "'", "'''\\", `\`, "\\\n",
	"a.", "a.b().", "a()", "a[0]", "x = x.f()\n", "x.y = x.y.f()\n", "lambda ", "lambda:", "lambda x,", "x=lambda:(",
	"if a:\n", "if a: ", " if a:\n", "else:\n", "class A(", "class A:", "def f(a,b=(", "def f(): ", "async def f(a: f(", "@a\n", "@a(",
	"a >> b >> ", "[a,b,c,d,e,f,g,h]>>", "a.set_downstream([b,c,", "x if y else ", "(x if y<1 else ", "import a.", "import a as ", "import a,",
	"from . import a,", "from ....", "from .a import (b as c,\n", "a=", "a,b=", "(a,", "*a,", "a: a = ", "a:=", "(a:=", "x = 'a'+", "'%s'%(", "'a' 'b' ",
	"1if ", "a<b>", "not -", "for a in ", "(for a,b ", "with a as b,", "with (a as (", "try:except A as", "match x:\n case ", "case a if b:\n",
	"type a[b]=", "print a,", "print >>", "global a\n", "del a,", "raise a from ", "assert a, ", "assert (", "return a>b ", "yield ", "await ",
	"self.a.b(", "\t", "\f", "\r", "\xff", "é", "a;b;", "a\n(", "$?!", "!r", "f'{a!r:", "rb'\\", "f'\\N{", "# MAGIC %sh x\n", "0x_e+", "...",
	"class A(B):\n def f(self): self.x.y(); self.z(); self.w = W()\n", "def f(x: 'Optional[X] | None' = X()): x.y(); g.h()\n", "((((((((1,),),),),),),),)",
}

// TestLinear repeats every hostile piece to 256 KiB: what is quadratic in any
// of them does not end within the budget.
func TestLinear(t *testing.T) {
	size := 1 << 18
	if testing.Short() {
		size = 1 << 16
	}
	for _, s := range hostile {
		src := []byte(strings.Repeat(s, size/len(s)))
		mustBehave(t, python.Source, src)
		mustBehave(t, python.Source, append([]byte("class A:\n def f(self):\n  x = ("), src...))
	}
	deep := strings.Repeat("(", 190)
	for _, s := range []string{"]", "}", "f'{x}'", "a(b)", "'a'", "x if y else z,", "\n", "lambda: 1,"} {
		mustBehave(t, python.Source, []byte(deep+strings.Repeat(s, size/len(s))))
	}
	var nested strings.Builder
	for i := range 1400 {
		nested.WriteString(strings.Repeat(" ", i) + "class A" + strings.Repeat("b", i%50) + ":\n")
	}
	mustBehave(t, python.Source, []byte(nested.String()))
	for _, s := range []string{`{"cells":[`, `[`, `{"cells":[{"cell_type":"code","source":["a()"]}],"x":`, `{"metadata":{"kernelspec":`} {
		mustBehave(t, python.Notebook, []byte(strings.Repeat(s, size/len(s))))
	}
}

// TestBounds covers what ends a reading early: facts found before are kept.
func TestBounds(t *testing.T) {
	e := python.New()
	many := []byte("import first\n" + strings.Repeat("f()\n", 200_001))
	facts, err := e.Extract(context.Background(), python.Source, many)
	if err == nil || len(facts) < 200_000 {
		t.Errorf("%d calls: %d facts, error %v", 200_001, len(facts), err)
	}
	long := []byte("import first\nx = [" + strings.Repeat("1,", 600_000) + "]\nimport last\n")
	facts, err = e.Extract(context.Background(), python.Source, long)
	if err == nil || len(facts) == 0 {
		t.Errorf("a statement of 1.2 million tokens: %d facts, error %v", len(facts), err)
	}
	if _, err := e.Extract(context.Background(), python.Source, make([]byte, 5<<20)); !errors.Is(err, extract.ErrTooLarge) {
		t.Errorf("5 MiB of Python: error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Extract(ctx, python.Source, bytes.Repeat([]byte("f()\n"), 1000)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: error %v", err)
	}
}

func TestRoute(t *testing.T) {
	for path, want := range map[string]string{
		"script/test": python.Program, "tools/ci/bin/refresh": python.Program, "data/rows": "", "scripts/run.sh": "",
		"train.py": python.Source, "a/b/GUI.PYW": python.Source, "nb/x.ipynb": python.Notebook,
		"x.pyi": "", "SConstruct": "", "wscript": "", "py": "", "x.py.txt": "", "x.pyc": "", ".ipynb_checkpoints/x.ipynb": python.Notebook,
	} {
		if got, ok := python.New().Route(path); got != want || ok != (want != "") {
			t.Errorf("Route(%q) = %q, %v, want %q", path, got, ok, want)
		}
	}
}
