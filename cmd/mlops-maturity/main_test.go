package main

import (
	"bytes"
	"strings"
	"testing"
)

// Wrong usage is told in one sentence that says what would be right, with
// status 2, and never answered with help and success.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"scann":                  `unknown command "scann" for "mlops-maturity"; did you mean scan?`,
		"version":                `unknown command "version" for "mlops-maturity"; it has config, demo, doctor`,
		"config shw":             `unknown command "shw" for "mlops-maturity config"; did you mean show?`,
		"config check":           `unknown command "check" for "mlops-maturity config"; it has init, schema, show, validate`,
		"scan":                   "received 0; usage: mlops-maturity scan PATH | OWNER/NAME[@REF]",
		"config validate a b":    "usage: mlops-maturity config validate",
		"serve extra":            `usage: mlops-maturity serve`,
		"doctor extra":           `usage: mlops-maturity doctor`,
		"scan --fail-under x .":  `invalid argument "x" for "--fail-under" flag; mlops-maturity scan -h lists the flags`,
		"doctor --frmat json":    `unknown flag: --frmat; mlops-maturity doctor -h lists the flags`,
		"help nope":              `unknown command "nope" for "mlops-maturity"; it has config, demo, doctor`,
		"help scna":              `unknown command "scna" for "mlops-maturity"; did you mean scan?`,
		"help config shw":        `unknown command "shw" for "mlops-maturity config"; did you mean show?`,
		"help scan x":            `unknown command "x": "mlops-maturity scan" has none below it`,
		"explain --reference no": `the pages are capabilities, levels, tools`,
	} {
		out, err := runRoot(t, strings.Fields(line)...)
		if exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), want) || out != "" {
			t.Errorf("%s: %v, and %q on standard output; want %q", line, err, out, want)
		}
	}
}

// Every command has help that says how it is called.
func TestEveryCommandHasHelp(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "config", "-h", "help", "help config"} {
		if out, err := runRoot(t, strings.Fields(line)...); err != nil || !strings.Contains(out, "Available Commands") {
			t.Errorf("%q: %v\n%s", line, err, out)
		}
	}
	found := 0
	for _, c := range newRoot().Commands() {
		for _, path := range append([]string{c.CommandPath()}, subcommands(c.CommandPath())...) {
			found++
			args := append(strings.Fields(path)[1:], "-h")
			if out, err := runRoot(t, args...); err != nil || !strings.Contains(out, "Usage:") || strings.Contains(out, " string ") {
				t.Errorf("%s: %v; a flag without a name for its value? \n%s", path, err, out)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d commands were found", found)
	}
}

func subcommands(of string) (paths []string) {
	cmd, _, err := newRoot().Find(strings.Fields(of)[1:])
	if err != nil {
		return nil
	}
	for _, c := range cmd.Commands() {
		paths = append(paths, c.CommandPath())
	}
	return paths
}

func runRoot(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	var b bytes.Buffer
	root := newRoot()
	root.SetOut(&b)
	root.SetErr(&b)
	root.SetArgs(append([]string{}, args...))
	err = root.ExecuteContext(t.Context())
	return b.String(), err
}
