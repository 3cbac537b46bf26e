package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Every command that a page shows is one that the program, the Makefile or the
// go tool takes: subcommand, flags and, in a block, the number of arguments.
func TestEveryExampleIsACommand(t *testing.T) {
	t.Parallel()
	makefile, checked := guide(t, "Makefile"), map[string]int{}
	for _, name := range guides {
		for _, e := range examples(guide(t, name)) {
			var err error
			switch words := e.words; words[0] {
			case "mlops-maturity", "dist/mlops-maturity":
				err = takes(words[1:], e.inline)
			case "make":
				err = made(makefile, words[1:])
			case "go":
				err = gone(words[1:])
			default:
				continue
			}
			if checked[name]++; err != nil {
				t.Errorf("%s:%d: %s: %v", name, e.line, strings.Join(e.words, " "), err)
			}
		}
	}
	for name, least := range map[string]int{readme: 8, "docs/configure.md": 4, "docs/develop.md": 5, "docs/install.md": 2, "docs/levels.md": 2, "docs/performance.md": 5} {
		if checked[name] < least {
			t.Errorf("%s: %d examples were found, want at least %d", name, checked[name], least)
		}
	}
}

// What the test above must find wrong.
func TestWrongExamplesAreFound(t *testing.T) {
	t.Parallel()
	page := "```\nA=1 B=... \\\ndist/mlops-maturity scn PATH\nmlops-maturity scan --fail 2 PATH   what it does\nmlops-maturity scan\n" +
		"mlops-maturity scan --fail-under 2 PATH\nmake tests\nmake fuzz FUZZ=1m\ngo run ./scripts/nothing\n```\n\n" +
		"    go test ./checks -bench NoSuchThing   # a comment\n\nSay `mlops-maturity config validate`, not `mlops-maturity config check`.\n\n> `make train` is evidence.\n"
	makefile := guide(t, "Makefile")
	var wrong []string
	for _, e := range examples(page) {
		var err error
		switch e.words[0] {
		case "make":
			err = made(makefile, e.words[1:])
		case "go":
			err = gone(e.words[1:])
		default:
			err = takes(e.words[1:], e.inline)
		}
		if err != nil {
			wrong = append(wrong, fmt.Sprint(e.line))
		}
	}
	if got := strings.Join(wrong, " "); got != "3 4 5 7 8 9 12 14" {
		t.Errorf("wrong are the lines %s", got)
	}
}

type example struct {
	line   int
	words  []string
	inline bool // in a sentence, where arguments may be left out
}

var (
	span     = regexp.MustCompile("`([^`]+)`")
	command  = regexp.MustCompile(`^(dist/)?mlops-maturity\b|^make\b|^go (run|test)\b`)
	variable = regexp.MustCompile(`^[A-Z_0-9]+=\S* +`)
	// A comment, a column of explanation, or what the shell does with the output.
	rest = regexp.MustCompile(` #| {3,}| [|>] | && .*`)
)

// examples takes the commands out of a page: lines of code blocks, fenced or
// indented, and code in sentences.
func examples(page string) (found []example) {
	fenced, long := false, ""
	for i, line := range strings.Split(page, "\n") {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		code, indented := strings.CutPrefix(line, "    ")
		switch {
		case fenced || indented:
			if fenced {
				code = line
			}
			if head, more := strings.CutSuffix(code, "\\"); more {
				long += head
				continue
			}
			code, long = long+code, ""
			for variable.MatchString(code) {
				code = variable.ReplaceAllString(code, "")
			}
			if command.MatchString(code) {
				if cut := rest.FindStringIndex(code); cut != nil {
					code = code[:cut[0]]
				}
				found = append(found, example{line: i + 1, words: strings.Fields(code)})
			}
		case !strings.HasPrefix(line, ">"):
			for _, m := range span.FindAllStringSubmatch(line, -1) {
				if command.MatchString(m[1]) && len(strings.Fields(m[1])) > 1 {
					found = append(found, example{i + 1, strings.Fields(m[1]), true})
				}
			}
		}
	}
	return found
}

// takes says what the program itself would say to the arguments, short of doing
// anything.
func takes(args []string, inline bool) error {
	root := &cobra.Command{Use: "mlops-maturity"}
	root.AddCommand(commands()...)
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if cmd == root || cmd.HasSubCommands() {
		return errors.New("there is no such subcommand")
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil && !errors.Is(err, pflag.ErrHelp) {
		return err
	}
	if inline {
		return nil
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

func made(makefile string, args []string) error {
	for _, arg := range args {
		name, _, assigned := strings.Cut(arg, "=")
		if assigned && !strings.Contains(makefile, "$("+name+")") {
			return fmt.Errorf("the Makefile uses no %s", name)
		}
		if !assigned && !strings.Contains(makefile, "\n"+arg+":") {
			return fmt.Errorf("the Makefile has no target %s", arg)
		}
	}
	return nil
}

// gone checks go run and go test: the package is there, and what -run, -bench
// and -fuzz name too; of a program of ours, its flags.
func gone(args []string) error {
	if len(args) > 2 && args[0] == "run" && args[1] == "./cmd/mlops-maturity" {
		return takes(args[2:], false)
	}
	i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "./") })
	if i < 0 {
		return nil
	}
	files, err := filepath.Glob(filepath.Join("..", "..", args[i], "*.go"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("there is no package %s", args[i])
	}
	var source strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		source.Write(data)
	}
	kinds := map[string]string{"-run": "Test", "-bench": "Benchmark", "-fuzz": "Fuzz"}
	for j := i + 1; j < len(args); j++ {
		if args[0] == "run" && strings.HasPrefix(args[j], "-") && !strings.Contains(source.String(), `"`+strings.TrimLeft(args[j], "-")+`"`) {
			return fmt.Errorf("%s has no flag %s", args[i], args[j])
		}
		kind := kinds[args[j]]
		if args[0] != "test" || kind == "" || j+1 == len(args) {
			continue
		}
		wanted := strings.Trim(args[j+1], "'")
		if wanted == "XXX" || wanted == "^$" {
			continue // none, on purpose
		}
		pattern, err := regexp.Compile(wanted)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(regexp.MustCompile(`func (`+kind+`\w+)\(`).FindAllStringSubmatch(source.String(), -1), func(m []string) bool { return pattern.MatchString(m[1]) }) {
			return fmt.Errorf("%s has no %s that %s matches", args[i], kind, wanted)
		}
	}
	return nil
}
