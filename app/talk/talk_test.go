package talk

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// Every line of testdata/commands.txt, and what it was understood as.
func TestParse(t *testing.T) {
	var b strings.Builder
	for line := range strings.Lines(read(t, "testdata/commands.txt")) {
		line = strings.TrimSuffix(line, "\n")
		b.WriteString(line + "\n")
		c, err := Parse(line)
		if err == nil {
			data, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString("    " + string(data) + "\n")
			continue
		}
		m, ok := errors.AsType[*Mistake](err)
		if !ok {
			t.Fatalf("%s: %T", line, err)
		}
		b.WriteString("    " + m.What + "\n    → " + m.Form + "\n")
		if c != (Command{}) {
			t.Errorf("%s: a mistake with a command", line)
		}
	}
	golden(t, "testdata/commands.golden", b.String())
}

// A form that is shown is one that works, with its placeholders filled in.
func TestFormsAreCommands(t *testing.T) {
	fill := strings.NewReplacer("ID", "training.automated", "TEXT", "because", "YYYY-MM-DD", "2027-01-31")
	for _, f := range forms {
		c, err := Parse(Word + " " + fill.Replace(f.usage))
		if err != nil || c.Verb != f.verb {
			t.Errorf("%s: %+v, %v", f.usage, c, err)
		}
	}
}

func TestFind(t *testing.T) {
	for comment, want := range map[string]struct {
		line string
		more int
	}{
		"":                                      {},
		"/mlops-maturity":                       {"/mlops-maturity", 0},
		"hello\r\n/mlops-maturity help \r\nbye": {"/mlops-maturity help", 0},
		"/mlops-maturity help\n/mlops-maturity recheck\n/mlops-maturity x": {"/mlops-maturity help", 2},
		" /mlops-maturity help":                                   {},
		"> /mlops-maturity help":                                  {},
		"/mlops-maturity/actions":                                 {},
		"/mlops-maturityhelp":                                     {},
		"see /mlops-maturity help":                                {},
		"```\n/mlops-maturity help\n```\n/mlops-maturity recheck": {"/mlops-maturity recheck", 0},
		"~~~~ sh\n```\n~~~\n/mlops-maturity help\n~~~~\n":         {},
		"```\n/mlops-maturity help":                               {},
		"/mlops-maturity a\x00b\tc":                               {"/mlops-maturity a b c", 0},
		"/mlops-maturity \xff":                                    {"/mlops-maturity \uFFFD", 0},
	} {
		if line, more := Find(comment); line != want.line || more != want.more {
			t.Errorf("%q: %q and %d more, want %q and %d", comment, line, more, want.line, want.more)
		}
	}
}

func TestLongCommandsAreRefused(t *testing.T) {
	line, _ := Find(Word + " help" + strings.Repeat(" ", 4) + strings.Repeat("é", 1<<20))
	if len(line) > maxLine+3 {
		t.Errorf("%d bytes are kept", len(line))
	}
	if _, err := Parse(line); err == nil {
		t.Error("a long command was taken")
	}
	took := cputime.Of(func() {
		Find(strings.Repeat("```\n", 1<<20))
		Find(strings.Repeat(Word+" help\n", 1<<18))
	})
	if took > cputime.Bound(2*time.Second) {
		t.Errorf("took %s", took)
	}
}

func FuzzParse(f *testing.F) {
	for line := range strings.Lines(read(f, "testdata/commands.txt")) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		line, _ := Find(comment)
		if line == "" {
			return
		}
		if !utf8.ValidString(line) || strings.ContainsAny(line, "\x00\n\r") {
			t.Fatalf("%q cannot be stored", line)
		}
		c, err := Parse(line)
		if err != nil {
			m, ok := errors.AsType[*Mistake](err)
			if !ok || m.What == "" || !strings.HasPrefix(m.Form, Word+" ") {
				t.Fatalf("%q: %v", line, err)
			}
			return
		}
		if utf8.RuneCountInString(c.Reason) > maxReason || c.Days > MaxSnooze {
			t.Fatalf("%q is out of bounds: %+v", line, c)
		}
	})
}

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := read(t, name); got != want {
		t.Errorf("%s differs:\n%s", name, got)
	}
}
