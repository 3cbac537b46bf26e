package shell

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// TestUnwrap reads testdata/unwrap.txt: a command line, then its inner
// commands, each behind "=> ".
func TestUnwrap(t *testing.T) {
	raw, err := os.ReadFile("testdata/unwrap.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(strings.TrimSpace(string(raw)), "\n\n") {
		lines := strings.Split(block, "\n")
		var got []string
		for _, argv := range Unwrap(Fields(lines[0])) {
			got = append(got, fmt.Sprintf("=> %s", strings.Join(argv, " ")))
		}
		if g, want := strings.Join(got, "\n"), strings.Join(lines[1:], "\n"); g != want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", lines[0], g, want)
		}
	}
}

func TestInner(t *testing.T) {
	c := fact.Command{Argv: []string{"ssh", "host", "bash", "-s"}, Stdin: "cd app\npython train.py\n"}
	if got := fmt.Sprint(Inner(c)); got != "[[cd app] [python train.py]]" {
		t.Errorf("Inner(%q) = %s", c.Argv, got)
	}
	c.Argv = []string{"python", "-"}
	if got := fmt.Sprint(Inner(c)); got != "[[python -]]" {
		t.Errorf("Inner(%q) = %s: Python's standard input is no shell script", c.Argv, got)
	}
}
