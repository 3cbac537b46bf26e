package graph

import (
	"context"
	"path"
	"regexp"
	"slices"
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
		if inside, ok := g.insideImage(&at); ok {
			for _, t := range inside {
				g.attach(ID(i), t)
			}
			continue
		}
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
	return slices.DeleteFunc(g.resolveProgram(at, argv, dirs), func(t target) bool {
		name, lacking := strings.CutSuffix(t.broken, " is not in the repository")
		return lacking && g.fetches(at, name)
	})
}

// fetches says whether a command before this one brings in the file that the
// repository lacks: curl -o get.sh, then ./get.sh.
func (g *Graph) fetches(at *Node, name string) bool {
	if at.Cmd == nil {
		return false
	}
	base := path.Base(name)
	for c := range fact.In[fact.Command](g.set, at.Path) {
		if c.Job != at.Cmd.Job || c.Line > at.Cmd.Line || len(c.Argv) < 2 {
			continue
		}
		argv := c.Argv
		if argv[0] == "sudo" {
			argv = argv[1:]
		}
		if !fetchers[path.Base(argv[0])] {
			continue
		}
		for _, a := range argv[1:] {
			if path.Base(strings.TrimPrefix(a, "--output=")) == base {
				return true
			}
		}
	}
	return false
}

// fetchers are the programs that bring a file from elsewhere.
var fetchers = map[string]bool{"curl": true, "wget": true, "aws": true, "gsutil": true, "gcloud": true, "az": true, "azcopy": true, "scp": true, "gh": true, "rclone": true}

func (g *Graph) resolveProgram(at *Node, argv, dirs []string) []target {
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
	if t := g.imageHandler(at, word); t != nil {
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
	if at, ok := g.stageNames().entries[name]; ok {
		p, s := at.path, at.stage
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
		return []target{{id: g.run(file), guessed: guessed}}
	}
	return nil
}
