package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Before a command begins, every package of the program compiles its expressions
// and parses its templates, whether the command needs them or not. What that
// costs is counted in allocations, which are the same on any machine; those of
// an expression that is compiled are some hundred. What few commands need is
// made when it is first asked for: see checks/pattern and sync.OnceValue.
func TestStartIsQuick(t *testing.T) {
	const most = 20_000 // of our own packages; they have 17,500, and had 66,000
	if os.Getenv("GODEBUG") == "inittrace=1" {
		return // this is the process that is looked at
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestStartIsQuick$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all, packages := 0, 0
	for _, m := range regexp.MustCompile(`(?m)^init (\S+) .* (\d+) allocs$`).FindAllStringSubmatch(string(out), -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(m[1], "github.com/mlops-maturity/") {
			all, packages = all+n, packages+1
			t.Logf("%6d %s", n, m[1])
		}
	}
	if packages < 20 {
		t.Fatalf("only %d of our packages are told of:\n%.2000s", packages, out)
	}
	if all > most {
		t.Errorf("the packages allocate %d times before the first command, more than %d", all, most)
	}
}
