package graph

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// addCommands makes a node of every command and hangs it under what runs it:
// a job, a target, an image, a script.
func (g *Graph) addCommands() {
	for _, f := range g.set.Files() {
		owners := g.owners(f)
		for _, x := range f.Facts {
			switch c := x.(type) {
			case fact.Command:
				id := g.command(f.Path, c)
				g.link(owners(c), Edge{To: id, Line: c.Line, Guessed: false})
			case fact.Call:
				for _, c := range embedded(c) {
					id := g.command(f.Path, c)
					g.link(g.scopeNode(f.Path, c.Func), Edge{To: id, Line: c.Line})
				}
			case fact.Uses:
				step := g.step(f.Path, c)
				for _, cmd := range inputScripts(c) {
					g.link(step, Edge{To: g.command(f.Path, cmd), Line: c.Line})
				}
			case fact.Text:
				if c.Kind == "code" {
					for _, cmd := range documented(c) {
						g.documents = append(g.documents, g.command(f.Path, cmd))
					}
				}
			}
		}
	}
}

func (g *Graph) command(path string, c fact.Command) ID {
	what := strings.Join(c.Argv, " ")
	id := g.add(key{Command, path, what, c.Line},
		Node{Kind: Command, Path: path, Line: c.Line, Name: first0(c.Argv), What: shorten(what), Cmd: &c})
	return id
}

func first0(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

const maxWhat = 80

func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxWhat {
		return s
	}
	cut := maxWhat
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// owners says which node runs a command of the file.
func (g *Graph) owners(f fact.File) func(fact.Command) ID {
	stages, jobs := map[string]fact.Stage{}, map[string]fact.Job{}
	docker, compose := false, false
	for _, x := range f.Facts {
		switch v := x.(type) {
		case fact.Stage:
			if _, ok := stages[v.Name]; !ok {
				stages[v.Name] = v
			}
		case fact.Job:
			jobs[v.Name] = v
		case fact.Image:
			docker = docker || v.Role == "from"
		case fact.Resource:
			compose = compose || v.System == "compose"
		}
	}
	return func(c fact.Command) ID {
		if s, ok := stages[c.Job]; ok && c.Job != "" {
			return g.stage(f.Path, s.System, s.Name, s.Line)
		}
		if j, ok := jobs[c.Job]; ok {
			return g.job(f.Path, j.Name, j.Line, jobWords(j))
		}
		switch {
		case docker && c.Job == "run":
			return g.service(f.Path, "run", c.Line)
		case docker:
			return g.image(f.Path)
		case c.Job == "pre-commit":
			return g.stage(f.Path, "pre-commit", "run", c.Line)
		case compose:
			return g.service(f.Path, c.Job, c.Line)
		case c.Job != "":
			return g.resource(f.Path, c.Job, c.Line)
		case c.Func != "":
			return g.function(f.Path, c.Func)
		}
		return g.run(f.Path)
	}
}

func jobWords(j fact.Job) string {
	if j.Name == "" {
		return "job"
	}
	return "job " + j.Name
}

func (g *Graph) image(path string) ID {
	return g.add(key{Image, path, "", 0}, Node{Kind: Image, Path: path, Line: 1, What: "image build"})
}

func (g *Graph) service(path, name string, line int) ID {
	what := "container"
	if name != "" && name != "run" {
		what = "service " + name
	}
	return g.add(key{Service, path, name, 0}, Node{Kind: Service, Path: path, Line: line, Name: name, What: what})
}

func (g *Graph) resource(path, name string, line int) ID {
	return g.add(key{Resource, path, name, 0}, Node{Kind: Resource, Path: path, Line: line, Name: name, What: name})
}

// function is a shell function; calling it is resolved like any command word.
func (g *Graph) function(path, name string) ID {
	id := g.add(key{Scope, path, name, 0}, Node{Kind: Scope, Path: path, Line: 1, Name: name, What: name})
	return id
}

// inputScripts returns the commands in an action's inputs: many actions run a
// script that they are given (over SSH, in a cloud shell, with retries).
func inputScripts(u fact.Uses) []fact.Command {
	var out []fact.Command
	for _, a := range u.With {
		name := strings.ToLower(a.Name)
		if !strings.Contains(name, "script") && !strings.Contains(name, "command") && name != "run" && name != "cmd" && name != "args" && name != "arguments" {
			continue
		}
		text := strings.TrimSpace(a.Value.Text)
		if !strings.ContainsAny(text, " \n") || strings.HasPrefix(text, "-") || strings.Contains(name, "path") {
			continue
		}
		cmds, err := shell.Parse(context.Background(), text, shell.Options{Line: u.Line, Dialect: "bash", Job: u.Job, Expressions: true, ErrExit: true})
		if err != nil {
			continue
		}
		for i := range cmds {
			cmds[i].Line = u.Line
		}
		out = append(out, cmds...)
	}
	return out
}

// runners are calls of a program that run a command line.
var runners = map[string]bool{
	"os.system": true, "os.popen": true, "subprocess.run": true, "subprocess.call": true, "subprocess.check_call": true,
	"subprocess.check_output": true, "subprocess.Popen": true, "subprocess.getoutput": true,
	"asyncio.create_subprocess_shell": true, "asyncio.create_subprocess_exec": true,
	"session.run": true, "c.run": true, "ctx.run": true, "system": true, "system2": true,
}

// operators are orchestrator tasks that run a command line; the value is the
// keyword that holds it.
var operators = map[string][]string{
	"BashOperator": {"bash_command"}, "SSHOperator": {"command"}, "KubernetesPodOperator": {"arguments", "cmds"},
	"DockerOperator": {"command"}, "BashTask": {"command"}, "ShellTask": {"command"}, "ShellOperation": {"commands"},
	"KubernetesJobOperator": {"command"}, "ECSOperator": {"command"}, "command": {"command"},
	"ContainerOp": {"command", "arguments"}, "ContainerSpec": {"command", "args"},
}

// embedded returns the command lines a call runs.
func embedded(c fact.Call) []fact.Command {
	base := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	var texts []fact.Value
	dir := ""
	for _, a := range c.Args {
		switch a.Name {
		case "code", "source_directory", "source_dir", "cwd", "working_dir":
			if a.Value.Kind == fact.String {
				dir = a.Value.Text
			}
		}
	}
	switch keys := operators[base]; {
	case runners[c.Name] || c.Unresolved && runners[base]:
		if len(c.Args) == 0 {
			return nil
		}
		if v := c.Args[0].Value; v.Kind == fact.List {
			texts = append(texts, v)
		} else if strings.HasSuffix(c.Name, ".run") && !strings.HasPrefix(c.Name, "subprocess") || strings.HasSuffix(c.Name, "_exec") {
			list := fact.Value{Kind: fact.List}
			for _, a := range c.Args {
				if a.Name == "" {
					list.Items = append(list.Items, a.Value)
				}
			}
			texts = append(texts, list)
		} else {
			texts = append(texts, v)
		}
	case keys == nil:
		for _, a := range c.Args {
			if (a.Name == "command" || a.Name == "bash_command" || a.Name == "cmd" || a.Name == "entrypoint") && a.Value.Kind == fact.String && runsSomething(a.Value.Text) {
				texts = append(texts, a.Value)
			}
		}
	default:
		for _, a := range c.Args {
			for _, k := range keys {
				if a.Name == k {
					texts = append(texts, a.Value)
				}
			}
		}
	}
	var out []fact.Command
	for _, t := range texts {
		out = append(out, commandsOf(t, c)...)
	}
	for i := range out {
		if out[i].Dir == "" {
			out[i].Dir = dir
		}
	}
	return out
}

// runsSomething says whether a text begins like a command line.
func runsSomething(text string) bool {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch path.Base(word) {
	case "python", "python3", "bash", "sh", "dvc", "make", "npm", "Rscript", "spark-submit", "poetry", "uv", "dbt", "kedro":
		return rest != ""
	}
	return scriptWord(word)
}

func commandsOf(v fact.Value, c fact.Call) []fact.Command {
	switch v.Kind {
	case fact.String, fact.Format:
		text := v.Text
		if v.Kind == fact.Format {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "{", "${"), "$${", "${")
		}
		cmds, err := shell.Parse(context.Background(), text, shell.Options{Line: c.Line, Dialect: "bash"})
		if err != nil {
			return nil
		}
		for i := range cmds {
			cmds[i].Pos, cmds[i].Func, cmds[i].Job = c.Pos, c.Scope, ""
		}
		return cmds
	case fact.List:
		argv, guessed := []string{}, false
		for _, item := range v.Items {
			switch item.Kind {
			case fact.String, fact.Number:
				argv = append(argv, item.Text)
			case fact.Name:
				if item.Text == "sys.executable" {
					argv = append(argv, "python")
					continue
				}
				argv, guessed = append(argv, "${"+item.Text+"}"), true
			case fact.List:
				return nil
			default:
				argv, guessed = append(argv, "${…}"), true
			}
		}
		if len(argv) == 1 && strings.Contains(argv[0], " ") {
			return commandsOf(fact.Value{Kind: fact.String, Text: argv[0]}, c)
		}
		if len(argv) == 0 {
			return nil
		}
		return []fact.Command{{Pos: c.Pos, Argv: argv, Func: c.Scope, Guessed: guessed}}
	}
	return nil
}

// documented returns the commands of a line of a document's code block.
func documented(t fact.Text) []fact.Command {
	line := strings.TrimSpace(t.Text)
	line = strings.TrimPrefix(strings.TrimPrefix(line, "$ "), "> ")
	if line == "" || len(line) > 1000 {
		return nil
	}
	cmds, err := shell.Parse(context.Background(), line, shell.Options{Line: t.Line, Dialect: "bash"})
	if err != nil {
		return nil
	}
	for i := range cmds {
		cmds[i].Line = t.Line
	}
	return cmds
}

// dirs are the folders a command of this file may run in, likeliest first.
func (g *Graph) dirs(file string, c *fact.Command) []string {
	base := dirOf(file)
	name := path.Base(file)
	ci := strings.HasPrefix(file, ".github/") || strings.HasPrefix(file, ".circleci/") || strings.HasPrefix(file, ".gitlab") ||
		strings.HasPrefix(file, ".azure") || strings.HasPrefix(file, ".buildkite/") || strings.Contains(name, "azure-pipelines") || strings.HasPrefix(name, "Jenkinsfile")
	var starts []string
	for r := range fact.In[fact.Resource](g.set, file) {
		for _, a := range r.Attrs {
			if r.System == "azureml" && (a.Key == "code" || strings.HasSuffix(a.Key, ".code")) {
				starts = append(starts, path.Join(base, a.Value))
			}
		}
	}
	switch {
	case ci:
		starts = append(starts, "")
	case base == "":
		starts = append(starts, "")
	default:
		starts = append(starts, base, "")
		// A script is as often started from the folder above it.
		for d := dirOf(base); d != ""; d = dirOf(d) {
			starts = append(starts, d)
		}
	}
	dirs := make([]string, 0, len(starts))
	for _, s := range starts {
		if rest, ok := strings.CutPrefix(c.Dir, "${SCRIPT_DIR}"); ok {
			dirs = append(dirs, path.Join(base, strings.TrimPrefix(rest, "/")))
		} else if rest, ok := strings.CutPrefix(c.Dir, "${REPO_ROOT}"); ok {
			dirs = append(dirs, strings.TrimPrefix(rest, "/"))
		} else if c.Dir == "" {
			dirs = append(dirs, s)
		} else if strings.HasPrefix(c.Dir, "/") || strings.Contains(c.Dir, "$") {
			if p, ok := g.lookupDir(c.Dir, s); ok {
				dirs = append(dirs, p)
			} else {
				dirs = append(dirs, c.Dir, s)
			}
		} else {
			dirs = append(dirs, path.Join(s, c.Dir))
		}
	}
	return dirs
}
