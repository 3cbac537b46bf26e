package graph

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

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
			if (a.Name == "command" || a.Name == "bash_command" || a.Name == "cmd" || a.Name == "entrypoint") && runsSomething(firstWords(a.Value)) {
				texts = append(texts, joined(a.Value, c.Args))
			}
			texts = append(texts, containers(a.Value, 0)...)
		}
	default:
		for _, a := range c.Args {
			for _, k := range keys {
				if a.Name == k {
					texts = append(texts, a.Value)
				}
			}
		}
		if len(texts) == 2 && texts[0].Kind == fact.List && texts[1].Kind == fact.List {
			texts = []fact.Value{joined(keyword(c.Args, keys[0]), c.Args)}
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
			case fact.Name, fact.CallOf:
				if low := strings.ToLower(item.Text); len(argv) == 0 && (low == "sys.executable" || strings.Contains(low, "python")) {
					argv = append(argv, "python")
					continue
				}
				argv, guessed = append(argv, "${"+item.Text+"}"), true
			case fact.Format:
				argv, guessed = append(argv, strings.ReplaceAll(strings.ReplaceAll(item.Text, "{", "${"), "$${", "${")), true
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
	if line == "" || len(line) > 2000 {
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
