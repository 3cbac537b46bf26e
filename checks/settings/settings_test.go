package settings

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

var update = flag.Bool("update", false, "rewrite the golden trees")

// Each archive holds input files and, last, the leaves expected of them.
func TestGolden(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	if len(names) == 0 {
		t.Fatal("no archives in testdata")
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		last := len(archive.Files) - 1
		want := string(archive.Files[last].Data)
		var b strings.Builder
		for _, f := range archive.Files[:last] {
			fmt.Fprintf(&b, "%s\n", f.Name)
			docs, err := read(f.Name, f.Data)
			for _, d := range docs {
				for _, a := range Flatten(d) {
					fmt.Fprintf(&b, "  %d %s = %q\n", a.Line, a.Key, a.Value)
				}
				b.WriteString("  end\n")
			}
			if err != nil {
				fmt.Fprintf(&b, "  error: %v\n", err)
			}
		}
		if *update {
			archive.Files[last].Data = []byte(b.String())
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if b.String() != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, b.String(), want)
		}
	}
}

func read(name string, src []byte) ([]*Node, error) {
	switch filepath.Ext(name) {
	case ".json":
		n, err := JSON(src)
		if n == nil {
			return nil, err
		}
		return []*Node{n}, err
	case ".toml":
		n, err := TOML(src)
		return []*Node{n}, err
	case ".ini":
		return []*Node{INI(src)}, nil
	case ".tpl":
		src, _ = Untemplate(src)
	}
	return YAML(src)
}

// A nil node answers every question as an absent value does.
func TestNil(t *testing.T) {
	t.Parallel()
	var n *Node
	if n.Get("a", "b") != nil || n.Str("a") != "" || n.At() != 0 || n.Each() != nil || n.Strings() != nil ||
		n.IsMap() || n.IsList() || n.IsScalar() || Flatten(n) != nil {
		t.Error("a nil node is not an absent value")
	}
}

// Aliases of aliases multiply; the tree stops at its bound.
func TestBounds(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10))
	}
	docs, err := YAML([]byte(b.String()))
	if !errors.Is(err, ErrLarge) || len(docs) != 1 {
		t.Fatalf("%d documents, error %v", len(docs), err)
	}
	if n := count(docs[0]); n > MaxNodes {
		t.Errorf("%d nodes, the bound is %d", n, MaxNodes)
	}
	if n := len(Flatten(docs[0])); n > MaxAttrs {
		t.Errorf("%d attributes, the bound is %d", n, MaxAttrs)
	}
	keys, err := TOML([]byte(strings.Repeat("[a.b]\n[[a.c]]\nx = 1\n", 40_000)))
	if err != nil || count(keys) > MaxNodes+10 {
		t.Errorf("TOML: %d nodes, error %v", count(keys), err)
	}
}

// A line of the file ends at "\n" alone, whatever YAML takes for its end.
func TestOddLines(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]int{
		"a: 1\r\nb: 2\r\n": 2, "\rb: 2": 1, "a: 1\rb: 2": 1, "a: 1\r\n\r\rb: 2": 2, "# \u2028\nb: 2": 2, "a: \u2029 x\n\u0085\nb: 2": 3,
		"a: |\n  x\u2028\n  y\r\n  z\rb: 2": 4,
	} {
		docs, err := YAML([]byte(src))
		if err != nil || len(docs) != 1 {
			t.Errorf("%q: %d documents, error %v", src, len(docs), err)
			continue
		}
		if got := docs[0].Get("b").At(); got != want {
			t.Errorf("%q: line %d, want %d", src, got, want)
		}
	}
}

func count(n *Node) int {
	total := 1
	for _, c := range n.Items {
		total += count(c)
	}
	return total
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"a.yaml", "a.json", "a.toml", "a.ini", "a.tpl"} {
		f.Add(name, []byte("a: [1, {b: c}]\n"))
		f.Add(name, []byte("{\"a\": [1, {\"b\": null}]}"))
		f.Add(name, []byte("[[a.b]]\nc = [1, {d = true}]\n"))
	}
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		var docs []*Node
		took := cputime.Of(func() { docs, _ = read(name, src) })
		if took > cputime.Bound(time.Second) {
			t.Fatalf("%d bytes took %v", len(src), took)
		}
		if n := len(src); n > 0 && n < 2<<10 && crc32.ChecksumIEEE(src)%32 == 0 {
			long := bytes.Repeat(src, (64<<10)/n)
			if took := cputime.Of(func() { _, _ = read(name, long) }); took > cputime.Bound(2*time.Second) {
				t.Fatalf("repeated to %d bytes: took %v", len(long), took)
			}
		}
		lines := strings.Count(string(src), "\n") + 1
		for _, d := range docs {
			for _, a := range Flatten(d) {
				if a.Line < 1 || a.Line > lines {
					t.Fatalf("%s: line %d of %d", a.Key, a.Line, lines)
				}
			}
		}
	})
}
