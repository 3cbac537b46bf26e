package ci

import (
	"context"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// maxTime is the processor time that all of a file of 16 KiB may take.
const maxTime = 2 * time.Second

// dialects are those of package shell.
var dialects = []string{"bash", "sh", "zsh", "pwsh", "cmd"}

// everything reads a file as the readers of CI systems do, each value in each
// role that it could have, and fails on facts out of order or outside the file.
func everything(t *testing.T, dialect string, src []byte) {
	t.Helper()
	docs, _ := settings.YAML(src)
	f := NewFile(context.Background(), src)
	text := string(src)
	known := map[string]string{"env.A": "a", "matrix.os": "linux", "variables.x": strings.Repeat("x", 1024), "a": "\n"}
	fill := func(s string) string { return Fill(s, known) }
	left := 40 // values that are read as scripts
	var walk func(n *settings.Node, depth int)
	walk = func(n *settings.Node, depth int) {
		if left--; left < 0 || depth > settings.MaxDepth {
			return
		}
		o := shell.Options{Dialect: dialect, Job: n.Key, Step: depth, Expressions: true, ErrExit: depth%2 == 0, Vars: Scalars(n)}
		f.Script(n, o, n.Key, fill)
		if True(n) && False(n.Text) {
			t.Errorf("%q is true and false", n.Text)
		}
		m := NewMatrix(n)
		for _, row := range m.Rows(cut(text)) {
			Fill(cut(text), row)
		}
		if rows := m.Rows("${{ matrix." + n.Key + " }} ${{ matrix.os }}"); len(rows) == 0 || len(rows) > maxValues {
			t.Errorf("%d rows", len(rows))
		}
		if n := len(Env(n, fill)); n > 64 {
			t.Errorf("%d variables", n)
		}
		if n := len(Args(n, fill)); n > 128 {
			t.Errorf("%d arguments", n)
		}
		for _, c := range n.Items {
			walk(c, depth+1)
		}
	}
	for _, d := range docs {
		walk(d, 0)
	}
	f.Add(Implied(1, "job"))
	facts, _ := f.Facts()
	if len(facts) == 0 || len(facts) > maxFacts {
		t.Fatalf("%d facts", len(facts))
	}
	last := 0
	for _, x := range facts {
		if x.At() < last || x.At() > f.Lines() {
			t.Fatalf("line %d after %d of %d", x.At(), last, f.Lines())
		}
		last = x.At()
	}
	if n := len(Lookups(text, "")); n > 32 {
		t.Errorf("%d names are looked up", n)
	}
	if And(text, "") != text {
		t.Error("a condition was lost")
	}
}

func cut(s string) string { return settings.Cut(s, 4096) }

func timely(t *testing.T, dialect string, src []byte) {
	t.Helper()
	if took := cputime.Of(func() { everything(t, dialect, src) }); took > cputime.Bound(maxTime) {
		t.Fatalf("%s of %.40q (%d bytes): took %v of processor time", dialect, src, len(src), took)
	}
}

// seeds are pieces of what the systems have.
var seeds = []string{
	"jobs:\n  a:\n    strategy:\n      matrix:\n        os: [linux, mac]\n        include:\n        - {os: win, v: 1}\n    run: |\n      python ${{ matrix.os }}.py\n",
	"script:\n- >-\n  a\n  b\n\n  c\n- |2+\n   d\n- 'e\n\n  f'\n",
	"a: ${{ env.A }} ${{ variables['x'] }} ${{ a }}\n", "a: &x [b, *x]\n", "x: {value: 1}\ny: yes\nz: ~\n", "run: \"a\\nb\"\r\n", "a: $(x) %x% `y` @'\n", "- - - a\n",
}

func TestHostile(t *testing.T) {
	for _, seed := range append(seeds, "a: >\n b\n", "- ", "a:\n ", "${{ a.b[", "a: ${{ a }}\n", "- >\n", "a: [x, y]\n", "{", "\"", "| ", "\x1f${{", "\xff", "\x00") {
		for _, d := range []string{"bash", "pwsh", "cmd"} {
			timely(t, d, []byte(strings.Repeat(seed, (16<<10)/len(seed))))
		}
	}
}

// FuzzFile reads whatever bytes as a file of a CI system, in every dialect of
// its scripts.
func FuzzFile(f *testing.F) {
	for i, seed := range seeds {
		f.Add(byte(i), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, n byte, src []byte) {
		dialect := dialects[int(n)%len(dialects)]
		timely(t, dialect, src)
		if n := len(src); n > 0 && n < 2<<10 && crc32.ChecksumIEEE(src)%32 == 0 {
			timely(t, dialect, []byte(strings.Repeat(string(src), (16<<10)/n)))
		}
	})
}
