package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// A container's command and its arguments are one command line, and platforms
// are told them in lists: ContainerSpec(command=["python"], args=["train.py"]),
// {"container_spec": {"command": […], "args": […]}}.

// commandKeys and argumentKeys name the two halves, folded.
var (
	commandKeys  = map[string]bool{"command": true, "containerentrypoint": true, "container_entrypoint": true, "cmds": true}
	argumentKeys = map[string]bool{"args": true, "arguments": true, "containerarguments": true, "container_arguments": true}
)

// joined adds the arguments that stand beside a command, both being lists.
func joined(command fact.Value, beside []fact.Arg) fact.Value {
	if command.Kind != fact.List {
		return command
	}
	for _, a := range beside {
		if argumentKeys[strings.ToLower(a.Name)] && a.Value.Kind == fact.List {
			items := append(append([]fact.Value{}, command.Items...), a.Value.Items...)
			return shellLine(fact.Value{Kind: fact.List, Items: items})
		}
	}
	return shellLine(command)
}

// shellLine returns the line that ["sh", "-c", line] runs, and anything else
// as it is.
func shellLine(v fact.Value) fact.Value {
	if len(v.Items) == 3 && (v.Items[1].Text == "-c" || v.Items[1].Text == "-ec") && strings.HasSuffix(v.Items[0].Text, "sh") {
		return v.Items[2]
	}
	return v
}

func keyword(args []fact.Arg, name string) fact.Value {
	for _, a := range args {
		if a.Name == name {
			return a.Value
		}
	}
	return fact.Value{}
}

// firstWords is how a command line begins.
func firstWords(v fact.Value) string {
	if v.Kind == fact.String {
		return v.Text
	}
	var words []string
	for _, i := range v.Items[:min(len(v.Items), 3)] {
		words = append(words, i.Text)
	}
	return strings.Join(append(words, "…"), " ")
}

// containers returns the command lines of the containers that a value of
// dictionaries and lists describes.
func containers(v fact.Value, depth int) []fact.Value {
	if depth > 5 || v.Kind != fact.Dict && v.Kind != fact.List {
		return nil
	}
	var out []fact.Value
	if v.Kind == fact.Dict {
		var entries []fact.Arg
		for i := 0; i+1 < len(v.Items); i += 2 {
			entries = append(entries, fact.Arg{Name: v.Items[i].Text, Value: v.Items[i+1]})
		}
		for _, e := range entries {
			switch {
			case commandKeys[strings.ToLower(e.Name)] && e.Value.Kind == fact.List && runsSomething(firstWords(e.Value)):
				out = append(out, joined(e.Value, entries))
			case e.Name == "python_module" && e.Value.Kind == fact.String:
				out = append(out, fact.Value{Kind: fact.List, Items: []fact.Value{{Kind: fact.String, Text: "python"}, {Kind: fact.String, Text: "-m"}, e.Value}})
			}
		}
	}
	for _, i := range v.Items {
		out = append(out, containers(i, depth+1)...)
	}
	return out
}

// described returns the commands of containers that are written down in a
// variable first: worker_pool_specs = [{"container_spec": …}].
func described(a fact.Assign) []fact.Command {
	var out []fact.Command
	for _, v := range containers(a.Value, 0) {
		out = append(out, commandsOf(v, fact.Call{Pos: a.Pos, Scope: a.Scope})...)
	}
	return out
}
