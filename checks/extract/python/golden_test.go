package python_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/python"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// The fixtures are pairs: testdata/facts/x.py (or .ipynb) and x.py.facts, one
// fact a line. -update, which the oracle's test declares, rewrites the latter.
func TestFacts(t *testing.T) {
	e := python.New()
	for _, path := range append(fixtures(t, "*.py"), fixtures(t, "*.ipynb")...) {
		t.Run(path, func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dialect, ok := e.Route(path)
			if !ok {
				t.Fatal("not routed")
			}
			facts, err := extract.Run(context.Background(), e, dialect, src)
			var b bytes.Buffer
			if err != nil {
				fmt.Fprintf(&b, "error: %v\n", err)
			}
			last := 0
			for _, f := range facts {
				if f.At() < last {
					t.Errorf("line %d comes after line %d", f.At(), last)
				}
				last = f.At()
				dump(&b, f)
			}
			golden := path + ".facts"
			if flag.Lookup("update").Value.String() == "true" {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != string(want) {
				t.Errorf("differs from %s (-want +got):\n%s", golden, diff(string(want), got))
			}
		})
	}
}

// diff lists the lines that only one side has.
func diff(want, got string) string {
	var b strings.Builder
	in := func(lines []string) map[string]int {
		m := map[string]int{}
		for _, l := range lines {
			m[l]++
		}
		return m
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	inW, inG := in(w), in(g)
	for _, l := range w {
		if inG[l]--; inG[l] < 0 {
			fmt.Fprintln(&b, "-"+l)
		}
	}
	for _, l := range g {
		if inW[l]--; inW[l] < 0 {
			fmt.Fprintln(&b, "+"+l)
		}
	}
	return b.String()
}

func dump(b *bytes.Buffer, f fact.Fact) {
	kind := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", f), "fact."))
	fmt.Fprintf(b, "%d %s", f.At(), kind)
	word := func(name, v string) {
		if v != "" {
			fmt.Fprintf(b, " %s=%q", name, v)
		}
	}
	mark := func(name string, set bool) {
		if set {
			b.WriteString(" " + name)
		}
	}
	switch f := f.(type) {
	case fact.Import:
		word("module", f.Module)
		word("name", f.Name)
		word("as", f.As)
		if f.Level > 0 {
			fmt.Fprintf(b, " level=%d", f.Level)
		}
		word("scope", f.Scope)
	case fact.Define:
		fmt.Fprintf(b, " %s end=%d", f.Name, f.End)
		mark("class", f.Class)
		if f.Bases != nil {
			fmt.Fprintf(b, " bases=%q", f.Bases)
		}
		for _, d := range f.Decorators {
			fmt.Fprintf(b, " @%s%s", d.Name, arguments(d))
		}
		for _, p := range f.Params {
			fmt.Fprintf(b, " [%s", p.Name)
			if p.Type != "" {
				b.WriteString(": " + p.Type)
			}
			if p.Default.Kind != fact.NoValue {
				b.WriteString(" = " + value(p.Default))
			}
			b.WriteByte(']')
		}
	case fact.Call:
		b.WriteString(" " + f.Name + arguments(f))
		word("recv", f.Recv)
		word("target", f.Target)
		word("scope", f.Scope)
		word("flags", f.Flags)
		mark("unresolved", f.Unresolved)
		mark("with", f.With)
		mark("magic", f.Magic)
	case fact.Assign:
		fmt.Fprintf(b, " %s = %s", f.Name, value(f.Value))
		word("scope", f.Scope)
	case fact.Loop:
		fmt.Fprintf(b, " %s in %s", strings.Join(f.Names, ", "), value(f.Over))
		word("scope", f.Scope)
	case fact.Check:
		fmt.Fprintf(b, " %s %q", [...]string{"assert", "raise", "compare"}[f.Kind], f.Text)
		mark("trivial", f.Trivial)
		word("guard", f.Guard)
		word("scope", f.Scope)
		word("flags", f.Flags)
	case fact.Command:
		fmt.Fprintf(b, " %q", f.Argv)
		word("dir", f.Dir)
		word("env", strings.Join(f.Env, " "))
		mark("guessed", f.Guessed)
	}
	b.WriteByte('\n')
}

func arguments(c fact.Call) string {
	if c.Args == nil {
		return ""
	}
	var parts []string
	for _, a := range c.Args {
		s := value(a.Value)
		if a.Name != "" {
			s = a.Name + "=" + s
		}
		parts = append(parts, s)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func value(v fact.Value) string {
	switch v.Kind {
	case fact.NoValue:
		return "-"
	case fact.String:
		return fmt.Sprintf("%q", v.Text)
	case fact.Format:
		return fmt.Sprintf("format %q", v.Text)
	case fact.Number, fact.Bool, fact.None:
		return v.Text
	case fact.Name:
		return "name " + v.Text
	case fact.CallOf:
		return v.Text + "()"
	case fact.Lambda:
		return "lambda " + v.Text
	case fact.Other:
		return fmt.Sprintf("other %q", v.Text)
	}
	open, shut := "[", "]"
	if v.Kind == fact.Dict {
		open, shut = "{", "}"
	}
	var parts []string
	for _, i := range v.Items {
		parts = append(parts, value(i))
	}
	return open + strings.Join(parts, ", ") + shut
}
