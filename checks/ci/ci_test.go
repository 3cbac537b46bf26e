package ci

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

func TestFoldedScriptKeepsLines(t *testing.T) {
	src := "run: >-  # folded\n  python train.py\n  --epochs 3\n\n  dvc push\nnext: |\n  make\n"
	docs, err := settings.YAML([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	f := NewFile(t.Context(), []byte(src))
	f.Script(docs[0].Get("run"), shell.Options{}, "main", nil)
	f.Script(docs[0].Get("next"), shell.Options{}, "", nil)
	facts, err := f.Facts()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range facts {
		c := x.(fact.Command)
		got = append(got, fmt.Sprintf("%d %v %s", c.Line, c.Argv, c.Cond))
	}
	want := "[2 [python train.py --epochs 3] main 5 [dvc push] main 7 [make] ]"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}

// What follows an empty folded block is not its text.
func TestEmptyFoldedScript(t *testing.T) {
	src := "script:\n- >\n- make\n"
	docs, err := settings.YAML([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	f := NewFile(t.Context(), []byte(src))
	f.Script(docs[0].Get("script"), shell.Options{}, "", nil)
	if facts, err := f.Facts(); err != nil || len(facts) != 1 || facts[0].At() != 3 {
		t.Errorf("%v, error %v", facts, err)
	}
}

// A command that nobody can read is told of, and costs itself alone.
func TestUnreadableScript(t *testing.T) {
	src := "a: (" + strings.Repeat("(", 1000) + "\nb: make\n"
	docs, err := settings.YAML([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	f := NewFile(t.Context(), []byte(src))
	f.Script(docs[0].Get("a"), shell.Options{}, "", nil)
	f.Script(docs[0].Get("b"), shell.Options{}, "", nil)
	if facts, err := f.Facts(); !errors.Is(err, shell.ErrDeep) || len(facts) != 1 {
		t.Errorf("%d facts, error %v", len(facts), err)
	}
}

func TestFill(t *testing.T) {
	known := map[string]string{"env.A": "x", "variables.b-c": "y", "env.NL": "p\nq"}
	for in, want := range map[string]string{
		"${{ env.A }}/${{env.A}}":          "x/x",
		"${{ variables['b-c'] }}":          "y",
		"${{ env.A || 'z' }} ${{ env.B }}": "${{ env.A || 'z' }} ${{ env.B }}",
		"${{ env.NL }}":                    "p q",
		"${{ env.A":                        "${{ env.A",
	} {
		if got := Fill(in, known); got != want {
			t.Errorf("Fill(%q) = %q, want %q", in, got, want)
		}
	}
}

// Each value of a matrix is seen, however many combinations there are.
func TestCombinations(t *testing.T) {
	for _, c := range []struct {
		lengths []int
		rows    int
	}{{[]int{2, 3}, 6}, {[]int{2, 4}, 8}, {[]int{3, 3}, 3}, {[]int{40, 2, 2}, 40}, {[]int{2, 0}, 0}, {[]int{65}, 0}, {nil, 1}} {
		got := Combinations(c.lengths)
		if len(got) != c.rows {
			t.Errorf("%v: %d rows, want %d", c.lengths, len(got), c.rows)
		}
		for i, n := range c.lengths {
			seen := map[int]bool{}
			for _, row := range got {
				seen[row[i]] = true
			}
			if len(got) > 0 && len(seen) != n {
				t.Errorf("%v: of axis %d %d values are seen", c.lengths, i, len(seen))
			}
		}
	}
}

func TestFalse(t *testing.T) {
	for cond, want := range map[string]bool{"false": true, "${{ false }}": true, "${{ false && x }}": true, "": false, "true": false, "github.x == 'false'": false} {
		if got := False(cond); got != want {
			t.Errorf("False(%q) = %v", cond, got)
		}
	}
}
