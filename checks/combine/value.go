package combine

import (
	"encoding/json"
	"strconv"
	"strings"
	"text/template/parse"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

type valueKind uint8

const (
	unknown valueKind = iota // nobody here can say
	absent                   // nothing says anything: nil
	text                     // str
	node                     // of a settings tree, without a place among the values
	values                   // what the values say at str, a dotted path
	root                     // what a template is given
)

// value is what an expression of a template gives.
type value struct {
	kind valueKind
	str  string
	node *settings.Node
}

// true is the template's idea of it.
func (v value) true() bool {
	switch v.kind {
	case text:
		return v.str != "" && v.str != "false" && v.str != "0"
	case node, values:
		return says(v.node)
	}
	return v.kind == root
}

// says whether a node is more than empty, off or zero.
func says(n *settings.Node) bool {
	if n == nil {
		return false
	}
	if n.Kind != settings.Scalar {
		return len(n.Items) > 0
	}
	switch n.Text {
	case "", "false", "False", "null", "~", "0", "[]", "{}":
		return false
	}
	return true
}

// text is how a template prints it.
func (v value) text() string {
	switch v.kind {
	case text:
		return v.str
	case node, values:
		if v.node.IsScalar() {
			return v.node.Text
		}
		return flow(v.node, 0)
	}
	return ""
}

// at looks the values up: the first file that says something counts, then the
// first that has the key at all. What a command sets is not known.
func (w *writer) at(p string) value {
	var found *settings.Node
	for _, tree := range w.chart.values {
		n := tree
		for rest := p; rest != "" && n != nil; {
			var key string
			key, rest, _ = strings.Cut(rest, ".")
			*w.chart.left -= 1 + len(n.Items)
			n = n.Get(key)
		}
		if says(n) {
			return value{kind: values, str: p, node: n}
		}
		if found == nil {
			found = n
		}
	}
	switch {
	case w.chart.set[p]:
		return value{kind: unknown}
	case found == nil:
		return value{kind: absent, str: p}
	}
	return value{kind: values, str: p, node: found}
}

// field follows names below a value.
func (w *writer) field(v value, names []string) value {
	for _, name := range names {
		switch v.kind {
		case root:
			switch name {
			case "Values":
				v = w.at("")
			case "Chart":
				v = value{kind: node, node: w.chart.about}
			default:
				return value{kind: unknown}
			}
		case values:
			p := name
			if v.str != "" {
				p = v.str + "." + name
			}
			v = w.at(p)
		case node:
			key := name
			if v.node == w.chart.about && key != "" {
				key = strings.ToLower(key[:1]) + key[1:]
			}
			n := v.node.Get(key)
			if n == nil {
				return value{kind: absent}
			}
			v = value{kind: node, node: n}
		case absent:
			if v.str != "" {
				v = w.at(v.str + "." + name)
			}
		default:
			return value{kind: unknown}
		}
	}
	return v
}

type item struct {
	key   string
	value value
}

// items lists what a range runs over.
func (w *writer) items(v value) []item {
	if v.kind != node && v.kind != values {
		return nil
	}
	var out []item
	for _, c := range v.node.Each() {
		x := value{kind: node, node: c}
		if v.kind == values {
			x = value{kind: values, str: strings.TrimPrefix(v.str+"."+c.Key, "."), node: c}
		}
		out = append(out, item{c.Key, x})
	}
	return out
}

// isList says whether the keys of a rebuilt map are those of a list.
func isList(n *settings.Node) bool {
	for i, c := range n.Items {
		if c.Key != strconv.Itoa(i) {
			return false
		}
	}
	return len(n.Items) > 0
}

// flow writes a tree on one line.
func flow(n *settings.Node, depth int) string {
	switch {
	case n == nil:
		return "null"
	case n.Kind == settings.Scalar:
		quoted, _ := json.Marshal(n.Text)
		return string(quoted)
	case depth > settings.MaxDepth:
		return "null"
	}
	list := isList(n)
	var parts []string
	for _, c := range n.Items {
		s := flow(c, depth+1)
		if !list {
			key, _ := json.Marshal(c.Key)
			s = string(key) + ": " + s
		}
		parts = append(parts, s)
	}
	if list {
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// block writes a tree as lines, what is below the first level as flow.
func block(n *settings.Node) string {
	if n == nil || n.Kind == settings.Scalar || len(n.Items) == 0 {
		return flow(n, 0)
	}
	list := isList(n)
	var lines []string
	for _, c := range n.Items {
		if list {
			lines = append(lines, "- "+flow(c, 1))
			continue
		}
		key, _ := json.Marshal(c.Key)
		lines = append(lines, string(key)+": "+flow(c, 1))
	}
	return strings.Join(lines, "\n")
}

// pipe evaluates a pipeline: each command is given the result of the one before.
func (w *writer) pipe(p *parse.PipeNode, dot value) value {
	if p == nil {
		return value{}
	}
	v := value{}
	for i, c := range p.Cmds {
		var last *value
		if i > 0 {
			last = &v
		}
		v = w.command(c, dot, last)
	}
	return v
}

func (w *writer) command(c *parse.CommandNode, dot value, last *value) value {
	if len(c.Args) == 0 {
		return value{}
	}
	id, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok {
		return w.operand(c.Args[0], dot)
	}
	var args []value
	for _, a := range c.Args[1:] {
		args = append(args, w.operand(a, dot))
	}
	if last != nil {
		args = append(args, *last)
	}
	return w.call(id.Ident, args)
}

func (w *writer) operand(n parse.Node, dot value) value {
	switch x := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.NilNode:
		return value{kind: absent}
	case *parse.FieldNode:
		return w.field(dot, x.Ident)
	case *parse.VariableNode:
		for i := len(w.vars) - 1; i >= 0; i-- {
			if w.vars[i].name == x.Ident[0] {
				return w.field(w.vars[i].value, x.Ident[1:])
			}
		}
	case *parse.ChainNode:
		return w.field(w.operand(x.Node, dot), x.Field)
	case *parse.PipeNode:
		return w.pipe(x, dot)
	case *parse.IdentifierNode:
		return w.call(x.Ident, nil)
	case *parse.BoolNode:
		return value{kind: text, str: strconv.FormatBool(x.True)}
	case *parse.NumberNode:
		return value{kind: text, str: x.Text}
	case *parse.StringNode:
		return value{kind: text, str: x.Text}
	}
	return value{}
}
