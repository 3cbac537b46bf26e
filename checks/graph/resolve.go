package graph

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// target is what a command word names.
type target struct {
	id      ID
	guessed bool
	test    bool
	broken  string // what is missing, when nothing was found
}

// resolver finds what one command line starts. args leaves the program out.
type resolver func(g *Graph, at *Node, args []string, dirs []string) []target

func (g *Graph) linkCommands() {
	for i := 0; i < len(g.Nodes); i++ {
		if g.Nodes[i].Kind != Command || g.Nodes[i].Cmd == nil {
			continue
		}
		at := g.Nodes[i]
		dirs := g.dirs(at.Path, at.Cmd)
		for _, argv := range shell.Unwrap(rooted(at.Cmd.Argv, dirOf(at.Path))) {
			for _, t := range g.resolve(&at, argv, dirs) {
				g.attach(ID(i), t)
			}
		}
		for _, t := range g.heredoc(&at, dirs) {
			g.attach(ID(i), t)
		}
	}
}

// rooted replaces the folder of the script itself by its path from the root.
func rooted(argv []string, dir string) []string {
	out := argv
	for i, a := range argv {
		if rest, ok := strings.CutPrefix(a, "${SCRIPT_DIR}/"); ok {
			if &out[0] == &argv[0] {
				out = append([]string{}, argv...)
			}
			out[i] = "${REPO_ROOT}/" + path.Join(dir, rest)
		}
	}
	return out
}

func (g *Graph) attach(from ID, t target) {
	at := &g.Nodes[from]
	if t.broken != "" {
		if at.Place != place.Document {
			g.link(from, Edge{To: g.broken(at.Path, at.Line, t.broken)})
		}
		return
	}
	if t.test {
		g.Nodes[from].Tests = true
	}
	g.link(from, Edge{To: t.id, Guessed: t.guessed || at.Cmd.Guessed && t.guessed, Test: t.test})
}

func (g *Graph) resolve(at *Node, argv, dirs []string) []target {
	if len(argv) == 0 {
		return nil
	}
	word := argv[0]
	base := strings.TrimSuffix(path.Base(strings.ReplaceAll(word, `\`, "/")), ".exe")
	if r, ok := g.programs[base]; ok {
		return r(g, at, argv[1:], dirs)
	}
	if strings.HasPrefix(base, "python") || strings.HasPrefix(base, "pypy") || base == "ipython" || base == "py" {
		return python(g, at, argv[1:], dirs)
	}
	// A function of the same script, a console script of the project, or a
	// file that is run by its own path.
	if id, ok := g.find(Scope, at.Path, word); ok && at.Cmd.Func != word {
		out := []target{{id: id}}
		for _, a := range argv[1:] {
			if strings.Contains(a, "\n") || strings.Contains(a, " && ") {
				out = append(out, g.script(at, a)...)
			}
		}
		return out
	}
	if t := g.entryPoint(at.Path, base); t != nil {
		return t
	}
	if strings.Contains(word, "/") || scriptWord(word) {
		return g.file(word, dirs, true, false)
	}
	if quiet[base] {
		return nil
	}
	// A program nobody described: a job definition or program it is given.
	for _, a := range argv[1:] {
		switch path.Ext(a) {
		case ".yml", ".yaml":
			if f, guessed, ok := g.lookup("", a, dirs...); ok {
				return g.documentsOf(f, guessed)
			}
		}
	}
	return nil
}

// quiet programs read or move files and run none of them.
var quiet = map[string]bool{
	"cat": true, "cp": true, "mv": true, "rm": true, "ls": true, "echo": true, "sed": true, "grep": true, "git": true, "chmod": true, "chown": true,
	"curl": true, "wget": true, "aws": true, "gsutil": true, "zip": true, "tar": true, "scp": true, "rsync": true, "diff": true, "test": true, "[": true,
	"black": true, "flake8": true, "ruff": true, "isort": true, "mypy": true, "pylint": true, "yamllint": true, "conda": true, "mamba": true, "micromamba": true,
	"pip": true, "jq": true, "yq": true, "codecov": true, "envsubst": true, "touch": true, "mkdir": true, "tee": true, "head": true, "tail": true, "find": true,
}

func scriptWord(w string) bool {
	switch path.Ext(w) {
	case ".sh", ".py", ".ps1", ".R", ".r", ".bat", ".bash":
		return true
	}
	return false
}

// file resolves a path to the program it is. must: the file is part of the
// repository, so that not finding it is a broken reach.
func (g *Graph) file(word string, dirs []string, must, test bool) []target {
	if f, guessed, ok := g.lookup("", word, dirs...); ok {
		return []target{{id: g.run(f), guessed: guessed, test: test}}
	}
	if strings.Contains(word, "${") {
		var out []target
		for _, f := range g.glob(strings.TrimPrefix(variables.ReplaceAllString(word, "*"), "./")) {
			out = append(out, target{id: g.run(f), guessed: true, test: test})
		}
		return out
	}
	if must && scriptWord(word) && !strings.Contains(word, "$") && !strings.HasPrefix(word, "/") && !strings.Contains(word, "*") {
		return []target{{broken: word + " is not in the repository"}}
	}
	return nil
}

// positional drops options. withValue names the options that take a value.
func positional(args []string, withValue ...string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if strings.HasPrefix(a, "-") && len(a) > 1 {
			for _, w := range withValue {
				if a == w {
					i++
				}
			}
			continue
		}
		out = append(out, a)
	}
	return out
}

// option returns the value of the first of the named options.
func option(args []string, names ...string) string {
	for i, a := range args {
		for _, n := range names {
			if a == n && i+1 < len(args) {
				return args[i+1]
			}
			if v, ok := strings.CutPrefix(a, n+"="); ok {
				return v
			}
			if len(n) == 2 && len(a) > 2 && strings.HasPrefix(a, n) && !strings.HasPrefix(a, "--") {
				return a[2:]
			}
		}
	}
	return ""
}

var importsIn = regexp.MustCompile(`(?:from\s+([\w.]+)\s+import\s+([\w, ]+)|import\s+([\w.]+))`)

// python resolves python [options] script | -m module | -c code.
func python(g *Graph, at *Node, args, dirs []string) []target {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-m" && i+1 < len(args):
			if r, ok := g.programs[args[i+1]]; ok {
				return r(g, at, args[i+2:], dirs)
			}
			return g.pythonModule(args[i+1], dirs)
		case a == "-c" && i+1 < len(args):
			return g.pythonCode(args[i+1], dirs)
		case a == "-W" || a == "-X":
			i++
		case strings.HasPrefix(a, "-"):
		default:
			if path.Ext(a) == "" && !strings.Contains(a, "/") && !strings.Contains(a, "$") {
				// python folder/ runs its __main__.py
				if d, ok := g.lookupDir(a, dirs...); ok && d != "" {
					return g.file(path.Join(d, "__main__.py"), []string{""}, false, false)
				}
			}
			if strings.HasSuffix(a, "setup.py") || strings.HasSuffix(a, "manage.py") {
				return append(g.file(a, dirs, true, false), g.django(a, args[i+1:], dirs)...)
			}
			return g.file(a, dirs, true, place.TestFile(path.Base(a)) && place.Of(a) == place.Test)
		}
	}
	return nil
}

func (g *Graph) django(manage string, args, dirs []string) []target {
	if strings.HasSuffix(manage, "manage.py") && len(args) > 0 && args[0] == "test" {
		return g.tests(args[1:], dirs)
	}
	return nil
}

func (g *Graph) pythonModule(module string, dirs []string) []target {
	rel := strings.ReplaceAll(module, ".", "/")
	for _, d := range dirs {
		for _, root := range []string{d, path.Join(d, "src")} {
			for _, c := range []string{rel + ".py", rel + "/__main__.py"} {
				if p := path.Join(root, c); g.has(p) {
					return []target{{id: g.run(p)}}
				}
			}
		}
	}
	if f, guessed, ok := g.modules.find(path.Join(dirs[0], "x"), module); ok {
		if strings.HasSuffix(f, "/__init__.py") {
			if main := path.Join(dirOf(f), "__main__.py"); g.has(main) {
				f = main
			}
		}
		return []target{{id: g.run(f), guessed: guessed}}
	}
	if strings.Contains(module, "${") {
		var out []target
		for _, f := range g.glob(strings.ReplaceAll(variables.ReplaceAllString(module, "*"), ".", "/") + ".py") {
			out = append(out, target{id: g.run(f), guessed: true})
		}
		return out
	}
	// A dotted module whose first part is a folder here is ours and gone.
	head, _, dotted := strings.Cut(module, ".")
	if dotted && !strings.Contains(module, "$") {
		for _, d := range dirs {
			if g.tree.HasDir(path.Join(d, head)) {
				return []target{{broken: "module " + module + " is not in the repository"}}
			}
		}
	}
	return nil
}

// variables are the expansions nobody resolves.
var variables = regexp.MustCompile(`\$\{\{.*?\}\}|\$\{[^}]*\}`)

// maxGlob bounds how many files a name with variables may stand for.
const maxGlob = 8

// glob returns the live files that a pattern of the root names, or none when
// they are too many to mean anything.
func (g *Graph) glob(pattern string) []string {
	if strings.HasPrefix(pattern, "*") || strings.HasPrefix(pattern, "/") {
		return nil
	}
	var out []string
	for _, f := range g.tree.Files() {
		if ok, _ := path.Match(pattern, f.Path); ok && place.Of(f.Path) == place.Live {
			if out = append(out, f.Path); len(out) > maxGlob {
				return nil
			}
		}
	}
	return out
}

func (g *Graph) has(p string) bool { _, ok := g.tree.File(p); return ok }

// pythonCode links to what a piece of code imports and calls by name.
func (g *Graph) pythonCode(code string, dirs []string) []target {
	var out []target
	from := path.Join(dirs[0], "x.py")
	for _, m := range importsIn.FindAllStringSubmatch(code, 16) {
		module, names := m[1], strings.Split(m[2], ",")
		if module == "" {
			module, names = m[3], nil
		}
		file, guessed, ok := g.modules.find(from, module)
		if !ok {
			continue
		}
		out = append(out, target{id: g.module(file), guessed: guessed})
		for _, n := range names {
			if id, ok := g.local(file, strings.TrimSpace(n)); ok {
				out = append(out, target{id: id, guessed: guessed})
			}
		}
	}
	return out
}

// heredoc resolves code fed to an interpreter: python - <<EOF.
func (g *Graph) heredoc(at *Node, dirs []string) []target {
	if at.Cmd.Stdin == "" {
		return nil
	}
	switch base := path.Base(first0(at.Cmd.Argv)); {
	case strings.HasPrefix(base, "python"):
		return g.pythonCode(at.Cmd.Stdin, dirs)
	case base == "ssh" || base == "sshpass" || base == "bash" || base == "sh" || base == "sudo":
		return g.script(at, at.Cmd.Stdin)
	}
	return nil
}

// script makes commands of a text that another command runs.
func (g *Graph) script(at *Node, text string) []target {
	cmds, err := shell.Parse(context.Background(), text, shell.Options{Line: at.Line, Dialect: "bash", Job: at.Cmd.Job, Expressions: true})
	if err != nil {
		return nil
	}
	var out []target
	for _, c := range cmds {
		c.Line = at.Line
		out = append(out, target{id: g.command(at.Path, c)})
	}
	return out
}

// entryPoint resolves a console script the project declares.
func (g *Graph) entryPoint(from, name string) []target {
	for p, s := range fact.All[fact.Stage](g.set) {
		if s.System != "entry-point" || s.Name != name {
			continue
		}
		module, fn, _ := strings.Cut(s.Target, ":")
		file, guessed, ok := g.modules.find(path.Join(dirOf(p), "src", "x.py"), module)
		if !ok {
			file, guessed, ok = g.modules.find(p, module)
		}
		if !ok {
			return []target{{broken: "entry point " + s.Target + " is not in the repository"}}
		}
		if id, ok := g.local(file, fn); ok {
			return []target{{id: id, guessed: guessed}, {id: g.module(file), guessed: guessed}}
		}
		return []target{{id: g.module(file), guessed: guessed}}
	}
	return nil
}

// tests links to the test files below the named places, or to all.
func (g *Graph) tests(args, dirs []string) []target {
	var out []target
	seen := map[string]bool{}
	add := func(p string) {
		if place.TestFile(path.Base(p)) && !seen[p] && !place.Ignored(p) {
			seen[p] = true
			out = append(out, target{id: g.run(p), test: true})
		}
	}
	named := false
	for _, a := range positional(args, "-k", "-m", "-n", "-c", "-p", "-o", "--cov", "--timeout", "--ignore", "--rootdir", "--junitxml", "-s", "--maxfail", "-e", "--session", "--cov-report", "--log-level", "--config-file", "-W", "--tb", "--durations") {
		a, _, _ = strings.Cut(a, "::")
		if f, _, ok := g.lookup("", a, dirs...); ok {
			named = true
			if !seen[f] {
				seen[f] = true
				out = append(out, target{id: g.run(f), test: true})
			}
		} else if d, ok := g.lookupDir(a, dirs...); ok {
			named = true
			for _, f := range g.tree.Under(d) {
				add(f.Path)
			}
		} else if strings.Contains(a, "/") || strings.HasSuffix(a, ".py") {
			named = true
			if !strings.ContainsAny(a, "$*") {
				out = append(out, target{broken: a + " is not in the repository"})
			}
		}
	}
	if named {
		return out
	}
	for _, f := range g.tree.Under(strings.TrimPrefix(dirs[0], "/")) {
		add(f.Path)
	}
	return out
}
