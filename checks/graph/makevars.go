package graph

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// "make run pipeline=training" runs the target run with a variable set, and so
// does every make that its recipe calls. A target whose recipes ask for the
// variable is another one for each value: it gets a node of its own, with the
// commands as make would write them.

// maxInstances bounds how many targets and CI files of a repository are worked
// out anew for variables and inputs.
const maxInstances = 200

var makeVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

// instances replaces the targets that a make command names by those that its
// variables make of them.
func (g *Graph) instances(targets []target, args []string) []target {
	var vars []string
	for _, a := range args {
		if makeVariable.MatchString(a) {
			vars = append(vars, a)
		}
	}
	if len(vars) == 0 {
		return targets
	}
	slices.Sort(vars)
	for i, t := range targets {
		if t.broken == "" && g.Nodes[t.id].Kind == Stage {
			targets[i].id = g.instance(t.id, vars)
		}
	}
	return targets
}

// instance is a target under variables, itself where no recipe of its file
// asks for one of them.
func (g *Graph) instance(stage ID, vars []string) ID {
	n := g.Nodes[stage]
	if g.made >= maxInstances || !g.asksFor(n.Path, vars) {
		return stage
	}
	name := n.Name + " " + strings.Join(vars, " ")
	if id, ok := g.find(Stage, n.Path, "make:"+name); ok {
		return id
	}
	g.made++
	id := g.stage(n.Path, "make", name, n.Line)
	for _, e := range slices.Clone(g.out[stage]) {
		switch child := g.Nodes[e.To]; {
		case child.Kind == Stage:
			e.To = g.instance(e.To, vars) // prerequisites are made with the same
		case child.Kind == Command && child.Cmd != nil:
			e.To = g.command(child.Path, madeWith(*child.Cmd, vars))
		}
		g.link(id, e)
	}
	return id
}

// asksFor says whether a command of a file uses one of the variables.
func (g *Graph) asksFor(file string, vars []string) bool {
	for c := range fact.In[fact.Command](g.set, file) {
		text := strings.Join(c.Argv, " ") + " " + c.Dir
		for _, v := range vars {
			name, _, _ := strings.Cut(v, "=")
			if strings.Contains(text, "${"+name+"}") {
				return true
			}
		}
	}
	return false
}

// madeWith is a command with the variables filled in. A make in it hands them on,
// unless it sets them itself.
func madeWith(c fact.Command, vars []string) fact.Command {
	c.Argv = slices.Clone(c.Argv)
	for _, v := range vars {
		name, value, _ := strings.Cut(v, "=")
		for i := range c.Argv {
			c.Argv[i] = strings.ReplaceAll(c.Argv[i], "${"+name+"}", value)
		}
		c.Dir = strings.ReplaceAll(c.Dir, "${"+name+"}", value)
		if len(c.Argv) > 0 && path.Base(c.Argv[0]) == "make" && !slices.ContainsFunc(c.Argv, func(a string) bool { return strings.HasPrefix(a, name+"=") }) {
			c.Argv = append(c.Argv, v)
		}
	}
	return c
}
