package graph

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// An action, reusable workflow or template of this repository that names what it
// runs by an input is another one for each caller: it gets nodes of its own, with
// the commands as they read once the inputs are filled in.

// called is a file that a step takes in, and the inputs it gives, "NAME=value".
type called struct {
	from ID
	file string
	line int
	with []string
}

// callee notes that a step takes in a CI file of this repository.
func (g *Graph) callee(from ID, file string, u fact.Uses) {
	c := called{from: from, file: file, line: u.Line}
	for _, a := range u.With {
		switch a.Value.Kind {
		case fact.String, fact.Format, fact.Number, fact.Bool, fact.Name, fact.Other:
			if a.Name != "" && a.Value.Text != "" {
				c.with = append(c.with, a.Name+"="+a.Value.Text)
			}
		}
	}
	g.calls = append(g.calls, c)
}

// linkCalls leads from the steps to what they take in. Filling in one may show
// that it takes in others.
func (g *Graph) linkCalls() {
	for i := 0; i < len(g.calls); i++ {
		c := g.calls[i]
		g.link(c.from, Edge{To: g.filled(c.file, c.with), Line: c.line})
	}
	g.calls = nil
}

// input is a reference to an input of the file it stands in.
var input = regexp.MustCompile(`\$\{\{\s*(?:inputs|parameters)\.([\w-]+)\s*\}\}`)

// filled is a CI file under inputs, itself where nothing in it asks for one.
func (g *Graph) filled(file string, with []string) ID {
	whole := g.workflow(file)
	if len(with) == 0 || g.made >= maxInstances || !g.asksForInput(file, with) {
		return whole
	}
	slices.Sort(with)
	under := "\x00" + strings.Join(with, "\x00")
	if id, ok := g.find(Job, file, under); ok {
		return id
	}
	g.made++
	id := g.add(key{Job, under, 0}, Node{Kind: Job, Path: file, Line: 1})
	copies := map[ID]ID{}
	for _, e := range slices.Clone(g.out[whole]) {
		if job := g.Nodes[e.To]; job.Kind == Job {
			copied := g.add(key{Job, job.Name + under, 0}, job)
			copies[e.To] = copied
			g.fill(copied, e.To, with, under)
			e.To = copied
		}
		g.link(id, e)
	}
	for _, w := range g.wires {
		from, to := copies[w.From], copies[w.To]
		if from != 0 && to != 0 {
			g.wires = append(g.wires, Wire{From: from, To: to})
		}
	}
	return id
}

// fill gives a copied job the steps of the job it was copied from.
func (g *Graph) fill(copied, job ID, with []string, under string) {
	for _, e := range slices.Clone(g.out[job]) {
		n := g.Nodes[e.To]
		switch {
		case n.Kind == Command && n.Cmd != nil:
			for _, c := range filledCommands(*n.Cmd, with) {
				e.To = g.command(n.Path, c)
				g.link(copied, e)
			}
			continue
		case n.Kind == Step && n.Step != nil && strings.HasPrefix(n.Step.Ref, ".") || n.Kind == Step && n.Step != nil && n.Step.Kind == "template":
			u := *n.Step
			u.With = slices.Clone(u.With)
			for i, a := range u.With {
				u.With[i].Value.Text = withInputs(a.Value.Text, with)
			}
			e.To = g.add(key{Step, u.Ref + under, u.Line}, Node{Kind: Step, Path: n.Path, Line: n.Line, Name: u.Ref, What: n.What, Step: &u})
			g.takeIn(n.Path, e.To, u)
		}
		g.link(copied, e)
	}
}

// asksForInput says whether a command or step of a file uses one of the inputs.
func (g *Graph) asksForInput(file string, with []string) bool {
	asks := func(text string) bool {
		return strings.Contains(text, "${{") && withInputs(text, with) != text
	}
	for c := range fact.In[fact.Command](g.set, file) {
		if slices.ContainsFunc(c.Argv, asks) || asks(c.Dir) {
			return true
		}
	}
	for u := range fact.In[fact.Uses](g.set, file) {
		if slices.ContainsFunc(u.With, func(a fact.Arg) bool { return asks(a.Value.Text) }) {
			return true
		}
	}
	return false
}

// withInputs fills the inputs into a text.
func withInputs(text string, with []string) string {
	if !strings.Contains(text, "${{") {
		return text
	}
	return input.ReplaceAllStringFunc(text, func(ref string) string {
		name := input.FindStringSubmatch(ref)[1]
		for _, w := range with {
			if k, v, _ := strings.Cut(w, "="); strings.EqualFold(k, name) {
				return v
			}
		}
		return ref
	})
}

// filledCommands is a command with the inputs filled in; it is several where an
// input is a command line itself.
func filledCommands(c fact.Command, with []string) []fact.Command {
	argv := make([]string, len(c.Argv))
	for i, a := range c.Argv {
		argv[i] = withInputs(a, with)
	}
	if len(argv) > 0 && argv[0] != c.Argv[0] && strings.ContainsAny(argv[0], " \n") {
		lines, err := shell.Parse(context.Background(), strings.Join(argv, " "), shell.Options{Line: c.Line, Dialect: "bash"})
		if err == nil && len(lines) > 0 {
			for i := range lines {
				lines[i].Line, lines[i].Job, lines[i].Step, lines[i].Masked, lines[i].Cond = c.Line, c.Job, c.Step, c.Masked || lines[i].Masked, c.Cond
				if lines[i].Dir == "" {
					lines[i].Dir = withInputs(c.Dir, with)
				}
			}
			return lines
		}
	}
	c.Argv, c.Dir, c.Stdin = argv, withInputs(c.Dir, with), withInputs(c.Stdin, with)
	c.Guessed = strings.Contains(strings.Join(argv, " ")+c.Dir, "${")
	return []fact.Command{c}
}
