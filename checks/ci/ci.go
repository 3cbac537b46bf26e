// Package ci is what the readers of CI systems share: scripts that stand in
// YAML values with their exact lines, expressions that are filled in with what
// the same file says, and the list the facts are gathered in.
//
// The systems differ in their words, not in their shape: triggers start jobs,
// jobs take things in and run scripts. Each reader walks a tree of package
// settings and writes down those four kinds.
package ci

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// maxFacts bounds the facts of one file.
const maxFacts = 20_000

var errTooMany = errors.New("holds more jobs and commands than are read")

// File gathers the facts of one file.
type File struct {
	ctx   context.Context
	lines []string
	facts []fact.Fact
	err   error // nothing more is read
	part  error // something was left out
}

// NewFile begins a file with its source.
func NewFile(ctx context.Context, src []byte) *File {
	return &File{ctx: ctx, lines: strings.Split(string(src), "\n")}
}

// Add appends facts.
func (f *File) Add(facts ...fact.Fact) {
	if len(f.facts) >= maxFacts {
		f.part = errTooMany
		return
	}
	f.facts = append(f.facts, facts...)
}

// Facts returns everything gathered in line order, with the first error met.
// What the legs of a matrix have in common is there once.
func (f *File) Facts() ([]fact.Fact, error) {
	slices.SortStableFunc(f.facts, func(a, b fact.Fact) int { return a.At() - b.At() })
	var out []fact.Fact
	for _, x := range f.facts {
		again := false
		for i := len(out) - 1; i >= max(0, len(out)-8) && !again && out[i].At() == x.At(); i-- {
			again = reflect.DeepEqual(out[i], x)
		}
		if !again {
			out = append(out, x)
		}
	}
	return out, cmp.Or(f.err, f.part)
}

// Lines is the number of lines of the file.
func (f *File) Lines() int { return len(f.lines) }

// Script adds the commands of the script n holds: text, or a list of texts that
// one shell runs in order. fill replaces expressions before the script is
// parsed, nil for none; cond is the condition the whole script hangs on.
func (f *File) Script(n *settings.Node, o shell.Options, cond string, fill func(string) string) {
	f.Scripts([]*settings.Node{n}, o, cond, fill)
}

// Scripts adds the commands of several scripts that one shell runs in order, so
// that a cd in one counts for the next.
func (f *File) Scripts(nodes []*settings.Node, o shell.Options, cond string, fill func(string) string) {
	var text strings.Builder
	var at []int // the file line of each line of text
	for _, n := range leaves(nil, nodes, 0) {
		part, exact := f.source(n)
		if fill != nil {
			part = fill(part)
		}
		part = strings.TrimSuffix(part, "\n")
		for i := range strings.Count(part, "\n") + 1 {
			line := n.Value
			if exact {
				line = n.ScriptLine() + i
			}
			at = append(at, min(line, len(f.lines)))
		}
		text.WriteString(part + "\n")
	}
	if len(at) == 0 || f.err != nil || len(f.facts) >= maxFacts {
		return
	}
	o.Line = 1
	commands, err := shell.Parse(f.ctx, text.String(), o)
	f.Failed(err)
	for _, c := range commands {
		c.Line = at[min(c.Line, len(at))-1]
		c.Cond = And(cond, c.Cond)
		f.Add(c)
	}
}

// Failed takes note of an error of package shell, nil for none, and says whether
// it ends the reading: a command that nobody can read costs itself alone.
func (f *File) Failed(err error) bool {
	switch {
	case errors.Is(err, shell.ErrDeep):
		f.part = err
	case err != nil:
		f.err = err
	}
	return f.err != nil
}

// leaves lists the texts of nested lists.
func leaves(out, nodes []*settings.Node, depth int) []*settings.Node {
	for _, n := range nodes {
		switch {
		case n.IsScalar():
			out = append(out, n)
		case n.IsList() && depth < 8 && len(out) < 10_000:
			out = leaves(out, n.Items, depth+1)
		}
	}
	return out
}

// And joins two conditions, either of which may be empty.
func And(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " && " + b
}

var folded = regexp.MustCompile(`>[-+0-9]*\s*(#.*)?$`)

// source returns a scalar's text such that line n of it stands n lines below
// its beginning, and whether that holds. A folded block is read again with its
// line ends kept as continued lines, which mean the same to a shell.
func (f *File) source(n *settings.Node) (text string, exact bool) {
	if !n.Block || strings.TrimSpace(n.Text) == "" {
		return n.Text, !strings.Contains(n.Text, "\n")
	}
	if n.Value < 1 || n.Value > len(f.lines) || !folded.MatchString(strings.TrimRight(f.lines[n.Value-1], "\r")) {
		return n.Text, true
	}
	var out []string
	indent := -1
	before := false // the line before is text that folds
	for _, line := range f.lines[n.Value:] {
		line = strings.TrimRight(line, "\r")
		bare := strings.TrimLeft(line, " ")
		if bare == "" {
			out = append(out, "")
			before = false
			continue
		}
		at := len(line) - len(bare)
		if indent < 0 {
			indent = at
		}
		if at < indent {
			break
		}
		folds := at == indent && bare[0] != '\t'
		if before && folds {
			out[len(out)-1] += ` \`
		}
		out = append(out, line[indent:])
		before = folds
	}
	return strings.Join(out, "\n"), true
}

// Args turns the entries of a map into named arguments.
func Args(n *settings.Node, fill func(string) string) []fact.Arg {
	var out []fact.Arg
	for _, e := range n.Each() {
		if len(out) == 128 {
			break
		}
		out = append(out, fact.Arg{Name: e.Key, Value: value(e, fill, 0)})
	}
	return out
}

func value(n *settings.Node, fill func(string) string, depth int) fact.Value {
	v := fact.Value{Kind: fact.String, Text: settings.Cut(n.Text, 4096)}
	switch {
	case n.Kind != settings.Scalar && depth > 4:
		return fact.Value{Kind: fact.Other}
	case n.Kind != settings.Scalar:
		v = fact.Value{Kind: fact.List}
		if n.Kind == settings.Map {
			v.Kind = fact.Dict
		}
		for _, c := range n.Items {
			if len(v.Items) >= 63 {
				break
			}
			if n.Kind == settings.Map {
				v.Items = append(v.Items, fact.Value{Kind: fact.String, Text: c.Key})
			}
			v.Items = append(v.Items, value(c, fill, depth+1))
		}
	case n.Type == settings.Null:
		v = fact.Value{Kind: fact.None}
	case fill != nil:
		v.Text = settings.Cut(fill(v.Text), 4096)
	}
	return v
}

// Env turns a map of variables into NAME=value, expressions filled in.
func Env(n *settings.Node, fill func(string) string) []string {
	var out []string
	for _, e := range n.Each() {
		if e.Kind == settings.Scalar && len(out) < 64 {
			text := e.Text
			if e.Type == settings.Null {
				text = ""
			}
			if fill != nil {
				text = fill(text)
			}
			out = append(out, e.Key+"="+settings.Cut(text, 1024))
		}
	}
	return out
}

// True says whether a scalar is a written-out true.
func True(n *settings.Node) bool {
	return n.IsScalar() && (strings.EqualFold(n.Text, "true") || n.Text == "yes")
}

// False says whether a condition can never hold.
func False(cond string) bool {
	cond = strings.TrimSpace(cond)
	if rest, ok := strings.CutPrefix(cond, "${{"); ok {
		cond = strings.TrimSpace(strings.TrimSuffix(rest, "}}"))
	}
	cond = strings.TrimSuffix(strings.TrimPrefix(cond, "("), ")")
	return strings.EqualFold(cond, "false") || strings.HasPrefix(cond, "false &&")
}

// Scalars turns constant scalars of a map into NAME=value for the variables of
// a script; a map with a "value" counts as that value.
func Scalars(n *settings.Node) []string {
	var out []string
	for _, e := range n.Each() {
		v := e
		if e.IsMap() {
			v = e.Get("value")
		}
		if v.IsScalar() && len(out) < 256 {
			out = append(out, e.Key+"="+settings.Cut(v.Text, 1024))
		}
	}
	return out
}

// Implied is the trigger of a system whose triggers are set up outside of the
// file.
func Implied(line int, job string) fact.Trigger {
	return fact.Trigger{Pos: fact.Pos{Line: line}, Event: "push", Job: job, Types: []string{"implied"}}
}
