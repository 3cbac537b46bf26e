package shell

import (
	"context"
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

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

var update = flag.Bool("update", false, "rewrite the golden commands")

// TestGolden runs testdata/*.txtar: the comment holds options, one a line, each
// file but "want" is a script.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			o := options(t, string(archive.Comment))
			var got strings.Builder
			var files []txtar.File
			want := ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				files = append(files, f)
				fmt.Fprintf(&got, "%s\n", f.Name)
				commands, err := Parse(context.Background(), string(f.Data), o)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range commands {
					fmt.Fprintf(&got, "  %s\n", show(c))
				}
			}
			if *update {
				archive.Files = append(files, txtar.File{Name: "want", Data: []byte(got.String())})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got.String() != want {
				t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
			}
		})
	}
}

func options(t *testing.T, text string) Options {
	t.Helper()
	var o Options
	for _, line := range strings.Split(text, "\n") {
		key, val, _ := strings.Cut(line, ":")
		val = strings.TrimSpace(val)
		switch key {
		case "dialect":
			o.Dialect = val
		case "dir":
			o.Dir = val
		case "errexit":
			o.ErrExit = true
		case "pipefail":
			o.PipeFail = true
		case "expressions":
			o.Expressions = true
		case "env":
			o.Env = append(o.Env, val)
		case "vars":
			o.Vars = append(o.Vars, val)
		case "":
		default:
			t.Fatalf("unknown option %q", key)
		}
	}
	return o
}

func show(c fact.Command) string {
	s := fmt.Sprintf("%d %q", c.Line, c.Argv)
	if c.Dir != "" {
		s += " dir=" + c.Dir
	}
	if len(c.Env) > 0 {
		s += fmt.Sprintf(" env=%q", c.Env)
	}
	if c.Func != "" {
		s += " func=" + c.Func
	}
	if c.Stdin != "" {
		s += fmt.Sprintf(" stdin=%q", c.Stdin)
	}
	if c.Masked {
		s += " masked"
	}
	if c.Guessed {
		s += " guessed"
	}
	if c.Cond != "" {
		s += fmt.Sprintf(" cond=%q", c.Cond)
	}
	return s
}

func TestHostile(t *testing.T) {
	const size = 160 << 10 // more than the parser is given at once
	for _, seed := range []string{
		"(", "{ ", "[", "$(", "$((", "((~ ", "((! ", "[[ ! ", "if ", "if a; then ", "while a; do ", "case a in b) ", "for i in a b; do ",
		"time ", "coproc ", "a()", "a()\n", "function a\n", "`", "\\`", "a|", "a&&", "a||b;", "a|\n", "$", "<<a ", "a<<a\n", "cat <<'A'\n", "a\\\n",
		"\"$(", "${a:-", "${{ '", "${{ a }}", "A=$A$A;", "A=\"$A$A b\"\n", "export A=1\n", "x=(a b)\n", "x+=(a b)\n", "echo ${x[@]}\n", "cd a\n",
		"pushd a\n", "(a)\n", "a; ", "a # b\n", "\x00", "\xff", "if a; then b; fi\n", "set -e\n", "x() { y; }\n", "%a% ", "$a = 1\n", "{", "}", "<#", "@\"\n",
		"if a; then b\n", "elif a; then ", "echo $(echo $(", "a < <(", "for ((;;)); do ", "a & ", "$x = (", "'", "\"", "sudo ",
		"x=$x; for i in 1 2 3 4 5 6 7 8; do ",
	} {
		for _, dialect := range []string{"bash", "pwsh", "cmd"} {
			src := strings.Repeat(seed, size/len(seed))
			quick(t, src, Options{Dialect: dialect, Expressions: true})
			quick(t, src[:100<<10], Options{Dialect: dialect, Expressions: true})
		}
	}
}

// A line that nests too deeply is said to be unread, and costs nothing else.
func TestDeepLine(t *testing.T) {
	for _, line := range []string{strings.Repeat("(", 100_000), strings.Repeat("echo $(", 30_000), "echo " + strings.Repeat("x", maxSource)} {
		commands, err := Parse(t.Context(), "make a\n"+line+"\nmake b\n", Options{})
		if !errors.Is(err, ErrDeep) || len(commands) != 2 || commands[1].Line != 3 {
			t.Errorf("%.20q: error %v, commands %v", line, err, commands)
		}
	}
	lines := strings.Repeat("if true; then\n", 300) + "make a\n" + strings.Repeat("fi\n", 300)
	if commands, err := Parse(t.Context(), lines, Options{}); err != nil || len(commands) == 0 {
		t.Errorf("lines that can be read one by one: error %v, %d commands", err, len(commands))
	}
}

// quick reads src, which may take no more than two seconds of the processor.
func quick(t *testing.T, src string, o Options) (commands []fact.Command) {
	t.Helper()
	var err error
	took := cputime.Of(func() { commands, err = Parse(context.Background(), src, o) })
	if took > cputime.Bound(2*time.Second) {
		t.Errorf("%d bytes of %.40q in %s took %v (%v)", len(src), src, o.Dialect, took, err)
	}
	return commands
}

func TestFields(t *testing.T) {
	for in, want := range map[string]string{
		`python  train.py --a "b c"`: `["python" "train.py" "--a" "b c"]`,
		`a 'b\c' d\ e "f\"g" ''`:     `["a" "b\\c" "d e" "f\"g" ""]`,
		`a "b`:                       `["a" "b"]`,
		"a ${{ x.y }}-b ${{":         `["a" "${{ x.y }}-b" "${{"]`,
		"":                           `[]`,
	} {
		if got := fmt.Sprintf("%q", Fields(in)); got != want {
			t.Errorf("Fields(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		if archive, err := txtar.ParseFile(name); err == nil {
			for _, file := range archive.Files {
				f.Add(string(file.Data), uint8(0))
			}
		}
	}
	dialects := []string{"bash", "sh", "zsh", "pwsh", "cmd"}
	f.Fuzz(func(t *testing.T, src string, n uint8) {
		o := Options{Dialect: dialects[int(n)%len(dialects)], Expressions: n&8 != 0, ErrExit: n&16 != 0}
		if len(src) > 0 && len(src) < 2<<10 && crc32.ChecksumIEEE([]byte(src))%32 == 0 {
			quick(t, strings.Repeat(src, (64<<10)/len(src)), o)
		}
		commands := quick(t, src, o)
		for _, c := range commands {
			if len(c.Argv) == 0 || c.Line < 1 || c.Line > strings.Count(src, "\n")+1 {
				t.Fatalf("%d of %d lines: %q", c.Line, strings.Count(src, "\n")+1, c.Argv)
			}
			Inner(c)
		}
	})
}
