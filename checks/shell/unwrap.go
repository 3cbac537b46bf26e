package shell

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// The bounds of Unwrap.
const (
	maxWrappers = 10
	maxInner    = 64
)

// Inner returns the words of the commands that really run when c runs: wrappers
// are taken off, and a script fed to a shell through a here-document is read.
func Inner(c fact.Command) [][]string {
	all := Unwrap(c.Argv)
	if c.Stdin == "" || len(all) != 1 || len(all[0]) == 0 {
		return all
	}
	name := path.Base(all[0][0])
	if !shells[name] && name != "ssh" || len(all[0]) > 1 && shells[name] && !strings.HasPrefix(all[0][len(all[0])-1], "-") {
		return all
	}
	return parsed(c.Stdin, 0, all)
}

// Unwrap takes the wrappers off a command: env, sudo, timeout, poetry run,
// docker run, bash -c and their like. It returns the innermost commands, which
// are several when a wrapper takes a script; a command without a wrapper is
// returned as it is. Make, tox and python -m are no wrappers.
func Unwrap(argv []string) [][]string { return unwrap(argv, 0) }

func unwrap(argv []string, depth int) [][]string {
	for ; depth < maxWrappers; depth++ {
		argv = withoutEnv(argv)
		if len(argv) == 0 {
			return nil
		}
		if script, ok := script(argv); ok {
			return parsed(script, depth+1, [][]string{argv})
		}
		inner := peel(argv)
		if len(inner) == 0 {
			break
		}
		argv = inner
	}
	return [][]string{argv}
}

// parsed returns the commands of a script, or instead when it has none.
func parsed(script string, depth int, instead [][]string) [][]string {
	commands, err := Parse(context.Background(), script, Options{Expressions: true})
	if err != nil && len(commands) == 0 || len(commands) == 0 {
		return instead
	}
	var out [][]string
	for _, c := range commands {
		if len(out) >= maxInner {
			break
		}
		out = append(out, unwrap(c.Argv, depth)...)
	}
	return out
}

var assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

func withoutEnv(argv []string) []string {
	for len(argv) > 1 && assignment.MatchString(argv[0]) {
		argv = argv[1:]
	}
	return argv
}

var shells = map[string]bool{"bash": true, "sh": true, "zsh": true, "dash": true, "ash": true, "ksh": true}

// script returns the script a command gets as one of its words.
func script(argv []string) (string, bool) {
	name := path.Base(argv[0])
	switch {
	case shells[name]:
		for i, a := range argv[1:] {
			if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, "c") && i+2 < len(argv) {
				return argv[i+2], true
			}
			if !strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "+") && a != "pipefail" {
				return "", false
			}
		}
	case name == "eval" && len(argv) > 1:
		return strings.Join(argv[1:], " "), true
	case name == "su" || name == "runuser" || name == "nix-shell" || name == "script" || name == "sbatch" || name == "wsl":
		return option(argv, "-c", "--command", "--run", "--wrap")
	case name == "gcloud" && len(argv) > 2 && argv[1] == "compute" && strings.HasSuffix(argv[2], "ssh"):
		return option(argv, "--command")
	case name == "ssh":
		if rest := skipFlags(argv[1:], flags{values: "BbcDEeFIiJLlmOopQRSWw"}); len(rest) > 1 {
			return strings.Join(rest[1:], " "), true
		}
	}
	return "", false
}

// option returns the value of the first of the named options.
func option(argv []string, names ...string) (string, bool) {
	for i, a := range argv {
		for _, n := range names {
			if a == n && i+1 < len(argv) {
				return argv[i+1], true
			}
			if v, ok := strings.CutPrefix(a, n+"="); ok && strings.HasPrefix(n, "--") {
				return v, true
			}
		}
	}
	return "", false
}

// peel takes one wrapper off, or returns nil when there is none or nothing
// stands behind it.
func peel(argv []string) []string {
	name := path.Base(argv[0])
	if rules, ok := subcommands[name]; ok {
		for _, r := range rules {
			if rest, ok := after(argv[1:], r.words, r.global); ok {
				return program(r.rest(rest), rest)
			}
		}
		return nil
	}
	switch name {
	case "python", "python3":
		// python -m poetry run, but not python -m pytest
		if len(argv) > 2 && argv[1] == "-m" && subcommands[argv[2]] != nil {
			return peel(argv[2:])
		}
		return nil
	case "docker", "podman", "nerdctl", "nvidia-docker", "docker-compose", "podman-compose":
		return container(name, argv[1:])
	case "kubectl", "oc":
		if len(argv) > 1 && (argv[1] == "exec" || argv[1] == "run" || argv[1] == "debug") {
			return behindDashes(argv[2:])
		}
		return nil
	case "find":
		for i, a := range argv {
			if a == "-exec" || a == "-execdir" {
				return untilSemicolon(argv[i+1:])
			}
		}
		return nil
	}
	if r, ok := prefixes[name]; ok {
		return r.rest(argv[1:])
	}
	return nil
}

// program writes out the interpreter where a runner of Python projects takes a
// file or, with -m, a module in its place.
func program(inner, args []string) []string {
	for i, a := range args {
		if (a == "-m" || a == "--module") && i+1 < len(args) && len(inner) > 0 && inner[0] == args[i+1] {
			return append([]string{"python", "-m"}, inner...)
		}
	}
	if len(inner) > 0 && strings.HasSuffix(inner[0], ".py") {
		return append([]string{"python"}, inner...)
	}
	return inner
}

// after matches subcommand words at the beginning of args, behind global flags.
func after(args, words []string, global flags) ([]string, bool) {
	args = skipFlags(args, global)
	for _, w := range words {
		if len(args) == 0 || args[0] != w {
			return nil, false
		}
		args = args[1:]
	}
	return args, true
}

func behindDashes(args []string) []string {
	for i, a := range args {
		if a == "--" {
			return args[i+1:]
		}
	}
	return nil
}

func untilSemicolon(args []string) []string {
	for i, a := range args {
		if a == ";" || a == "+" {
			return args[:i]
		}
	}
	return args
}

// container reads docker run, docker exec and docker compose run|exec.
func container(name string, args []string) []string {
	args = skipFlags(args, flags{values: "cHlfp", long: set("config", "context", "host", "log-level", "file", "project-name", "profile", "env-file", "project-directory")})
	if len(args) > 0 && args[0] == "container" {
		args = args[1:]
	}
	if strings.HasSuffix(name, "-compose") || len(args) > 0 && args[0] == "compose" {
		if !strings.HasSuffix(name, "-compose") {
			args = args[1:]
		}
		args = skipFlags(args, flags{values: "fp", long: set("file", "project-name", "profile", "env-file", "project-directory")})
	}
	if len(args) == 0 || args[0] != "run" && args[0] != "exec" {
		return nil
	}
	entry, _ := option(args, "--entrypoint")
	args = skipFlags(args[1:], flags{values: "aceghlmpuvw", long: containerOptions})
	if len(args) == 0 {
		return nil
	}
	if args = args[1:]; entry != "" {
		return append(Fields(entry), args...)
	}
	return args
}
