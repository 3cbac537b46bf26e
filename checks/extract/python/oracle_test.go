package python

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

var (
	record = flag.Bool("update", false, "rewrite the expected output")
	corpus = flag.String("corpus", "", "a folder whose Python files are compared too")
)

// recorded is the oracle's output for the package's own fixtures, so that the
// comparison runs on machines without Python.
const recorded = "testdata/oracle.jsonl"

// told is what CPython's parser says of a file; see testdata/oracle.py.
type told struct {
	Path    string  `json:"path"`
	Error   string  `json:"error"`
	Imports [][]any `json:"imports"`
	Defs    [][]any `json:"defs"`
	Calls   [][]any `json:"calls"`
}

// TestAgreesWithCPython compares imports, definitions and calls with what
// CPython's own ast finds: line, callee, scope, argument names and literals.
func TestAgreesWithCPython(t *testing.T) {
	t.Run("recorded", func(t *testing.T) {
		if *record {
			recordOracle(t)
		}
		out, err := os.ReadFile(recorded)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, out, true, 1)
	})
	program, exact := newestPython()
	if program == "" {
		t.Log("LOUD: no python3 of 3.10 or later on the PATH. The reader was compared with CPython's recorded output for this package's fixtures only, not with the standard library.")
		t.Skip("no python3 >= 3.10 on the PATH")
	}
	t.Run("standard library of "+program, func(t *testing.T) {
		files := pythonFiles(t, stdlibOf(t, program))
		if testing.Short() {
			files = every(files, 10)
		}
		agree(t, oracle(t, program, files), exact, 0.999)
	})
	if *corpus != "" {
		t.Run("corpus", func(t *testing.T) {
			agree(t, oracle(t, program, pythonFiles(t, *corpus)), exact, 0.999)
		})
	}
}

// newestPython returns the newest interpreter, and whether its ast gives exact
// lines inside f-strings, which 3.12 began to.
func newestPython() (program string, exact bool) {
	for _, p := range []string{"python3.14", "python3.13", "python3.12", "python3"} {
		out, err := exec.Command(p, "-c", "import sys; print(sys.version_info[:2] >= (3, 10), sys.version_info[:2] >= (3, 12))").Output()
		if f := strings.Fields(string(out)); err == nil && len(f) == 2 && f[0] == "True" {
			return p, f[1] == "True"
		}
	}
	return "", false
}

func stdlibOf(t *testing.T, program string) string {
	out, err := exec.Command(program, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func pythonFiles(t *testing.T, root string) (files []string) {
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "site-packages" {
			return filepath.SkipDir
		}
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, ".py") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func every(files []string, n int) (out []string) {
	for i := 0; i < len(files); i += n {
		out = append(out, files[i])
	}
	return out
}

func oracle(t *testing.T, program string, files []string) []byte {
	cmd := exec.Command(program, "testdata/oracle.py")
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func recordOracle(t *testing.T) {
	program, exact := newestPython()
	if !exact {
		t.Fatal("recording the oracle needs python3.12 or later")
	}
	files, err := filepath.Glob("testdata/facts/*.py")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recorded, oracle(t, program, files), 0o644); err != nil {
		t.Fatal(err)
	}
}

// agree fails when less than the share least of what the oracle tells is found,
// or when more than it tells is. It lists the first differences.
func agree(t *testing.T, out []byte, exact bool, least float64) {
	t.Helper()
	var total, wrong, files, refused int
	scan := bufio.NewScanner(bytes.NewReader(out))
	scan.Buffer(nil, 1<<28)
	for scan.Scan() {
		var o told
		if err := json.Unmarshal(scan.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		if o.Error != "" {
			refused++
			continue
		}
		src, err := os.ReadFile(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		files++
		want, got := o.keys(exact), keys(t, src, o.textCalls(exact))
		total += len(want)
		for k, n := range difference(want, got) {
			if wrong += max(n, -n); wrong <= 40 {
				t.Logf("%s: %+d %s", o.Path, n, k)
			}
		}
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files (%d more that CPython refuses), %d facts compared, %d differ", files, refused, total, wrong)
	if total == 0 || float64(wrong) > (1-least)*float64(total) {
		t.Errorf("%d of %d differ, at most %.4f%% may", wrong, total, 100*(1-least))
	}
}

// difference is what the oracle has more (+) or less (-) of.
func difference(want, got []string) map[string]int {
	d := map[string]int{}
	for _, k := range want {
		d[k]++
	}
	for _, k := range got {
		d[k]--
	}
	for k, n := range d {
		if n == 0 {
			delete(d, k)
		}
	}
	return d
}

func (o *told) keys(exact bool) (out []string) {
	for _, i := range o.Imports {
		out = append(out, fmt.Sprintln("import", i))
	}
	for _, d := range o.Defs {
		out = append(out, fmt.Sprintln("def", d))
	}
	for _, c := range o.Calls {
		if inText, _ := c[4].(bool); inText && !exact {
			continue
		}
		out = append(out, fmt.Sprintln("call", c[:4]))
	}
	return out
}

// textCalls are the callees inside f-strings, whose lines an older oracle gets
// wrong: they are left out on both sides.
func (o *told) textCalls(exact bool) map[string]int {
	out := map[string]int{}
	for _, c := range o.Calls {
		if inText, _ := c[4].(bool); inText && !exact {
			out[fmt.Sprintln(c[1:4])]++
		}
	}
	return out
}

// keys are the reader's facts in the oracle's words. Names are read as written.
func keys(t *testing.T, src []byte, leave map[string]int) (out []string) {
	p := newReader()
	p.env.off = true
	if err := p.read(context.Background(), normal(src), nil); err != nil {
		t.Log(err)
	}
	for _, f := range p.sink.facts() {
		switch f := f.(type) {
		case fact.Import:
			if f.Name == "*" && strings.ContainsAny(f.Module, "/") {
				continue // a notebook's %run, no import of Python's
			}
			out = append(out, fmt.Sprintln("import", []any{f.Line, f.Level, f.Module, f.Name, f.As}))
		case fact.Define:
			decorators, params := []any{}, []any{}
			for _, d := range f.Decorators {
				decorators = append(decorators, callee(d))
			}
			if !f.Class {
				for _, q := range f.Params {
					params = append(params, q.Name)
				}
			}
			out = append(out, fmt.Sprintln("def", []any{f.Line, f.End, f.Name, f.Class, decorators, params, len(f.Bases)}))
		case fact.Call:
			if f.Name == ">>" {
				continue
			}
			args := []any{}
			for _, a := range f.Args {
				args = append(args, []any{a.Name, literalWord(a.Value)})
			}
			slices.SortFunc(args, func(a, b any) int { return slices.Compare(words(a), words(b)) })
			scope := f.Scope
			if scope == mainScope {
				scope = ""
			}
			key := []any{f.Line, callee(f), scope, args}
			if k := fmt.Sprintln(key[1:]); leave[k] > 0 {
				leave[k]--
				continue
			}
			out = append(out, fmt.Sprintln("call", key))
		}
	}
	return out
}

func words(a any) (out []string) {
	for _, w := range a.([]any) {
		out = append(out, w.(string))
	}
	return out
}

// callee is the callee's name; one that is no chain of names begins with "?".
func callee(c fact.Call) string {
	if strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == "" {
		return c.Name
	}
	if c.Recv == "" {
		return "?"
	}
	return "?" + c.Name[strings.LastIndexByte(c.Name, '.'):]
}

func literalWord(v fact.Value) string {
	switch v.Kind {
	case fact.String:
		return "s:" + cut(v.Text, 4000)
	case fact.Number:
		return "n"
	case fact.Bool, fact.None:
		return v.Text
	}
	return ""
}
