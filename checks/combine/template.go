package combine

import (
	"bytes"
	"errors"
	"sort"
	"strings"
	"text/template/parse"
)

// Bounds of one template.
const (
	maxTemplate = 128 << 10
	maxActions  = 2000
	maxOutput   = 256 << 10
	maxTurns    = 2000 // of all its ranges
)

var errTemplate = errors.New("is too large a template")

// writer fills one template in. It is no engine of templates: what it does not
// know stays "${expression}" in the text, where YAML can have it, and of a
// condition that it cannot decide it keeps the first branch.
type writer struct {
	chart  *chart
	starts []int // offsets of the template's lines
	out    bytes.Buffer
	lines  []int // template's line of each line of out
	vars   []variable
	turns  int
	blank  bool // nothing but blanks in the current line of out
}

type variable struct {
	name  string
	value value
}

// render fills a template in and tells for each line of the text, from 1, the
// line of the template it comes of.
func render(text string, ch *chart) (plain []byte, lines []int, err error) {
	if len(text) > maxTemplate || strings.Count(text, "{{") > maxActions {
		return nil, nil, errTemplate
	}
	tree := parse.New("template")
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(text, "{{", "}}", map[string]*parse.Tree{}); err != nil {
		return nil, nil, err
	}
	w := &writer{chart: ch, starts: []int{0}, lines: []int{1}, blank: true}
	for i := range len(text) {
		if text[i] == '\n' {
			w.starts = append(w.starts, i+1)
		}
	}
	w.vars = []variable{{"$", value{kind: root}}}
	if tree.Root != nil {
		w.list(tree.Root, value{kind: root})
	}
	if w.out.Len() > maxOutput || *ch.left < 0 {
		return nil, nil, errTemplate
	}
	return w.out.Bytes(), w.lines, nil
}

// line is the template's line of an offset.
func (w *writer) line(p parse.Pos) int { return sort.SearchInts(w.starts, int(p)+1) }

// write appends text that stands at a line of the template, and goes on below
// it when moving.
func (w *writer) write(s string, line int, moving bool) {
	if w.out.Len() > maxOutput {
		return
	}
	for i := range len(s) {
		switch b := s[i]; {
		case b == '\n':
			if moving {
				line++
			}
			w.lines = append(w.lines, line)
			w.blank = true
		case w.blank && b != ' ':
			w.lines[len(w.lines)-1] = line
			w.blank = false
		}
	}
	w.out.WriteString(s)
}

func (w *writer) list(l *parse.ListNode, dot value) {
	if l == nil {
		return
	}
	for i, n := range l.Nodes {
		if *w.chart.left -= 16; *w.chart.left < 0 {
			return
		}
		switch x := n.(type) {
		case *parse.TextNode:
			w.write(string(x.Text), w.line(x.Pos), true)
		case *parse.ActionNode:
			v := w.pipe(x.Pipe, dot)
			if len(x.Pipe.Decl) > 0 {
				w.declare(x.Pipe, v)
				continue
			}
			var next parse.Node
			if i+1 < len(l.Nodes) {
				next = l.Nodes[i+1]
			}
			w.action(x, v, next)
		case *parse.IfNode:
			w.branch(&x.BranchNode, dot, false)
		case *parse.WithNode:
			w.branch(&x.BranchNode, dot, true)
		case *parse.RangeNode:
			w.over(x, dot)
		}
	}
}

// action writes a value, or what stands for one that is not known: nothing
// where it would be whole lines, else its expression.
func (w *writer) action(x *parse.ActionNode, v value, next parse.Node) {
	line := w.line(x.Pos)
	if v.kind != unknown && v.kind != absent && v.kind != root {
		w.write(v.text(), line, false)
		return
	}
	text, ok := next.(*parse.TextNode)
	ends := next == nil || ok && strings.HasPrefix(strings.TrimLeft(string(text.Text), " \r"), "\n")
	source := x.Pipe.String()
	if w.blank && ends || strings.Contains(source, "indent ") || strings.Contains(source, "toYaml ") {
		return
	}
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"'{}:#\\\n\r", r) {
			return -1
		}
		return r
	}, source)
	w.write("${"+name+"}", line, false)
}

func (w *writer) declare(p *parse.PipeNode, v value) {
	name := p.Decl[0].Ident[0]
	if p.IsAssign {
		for i := len(w.vars) - 1; i > 0; i-- {
			if w.vars[i].name == name {
				w.vars[i].value = v
				return
			}
		}
	}
	w.vars = append(w.vars, variable{name, v})
}

func (w *writer) branch(b *parse.BranchNode, dot value, with bool) {
	depth := len(w.vars)
	v := w.pipe(b.Pipe, dot)
	if len(b.Pipe.Decl) > 0 {
		w.declare(b.Pipe, v)
	}
	inner := dot
	if with {
		inner = v
	}
	if v.kind == unknown || v.true() {
		w.list(b.List, inner)
	} else {
		w.list(b.ElseList, dot)
	}
	w.vars = w.vars[:min(depth, len(w.vars))]
}

// over writes a range once for each item, once for items that nobody knows.
func (w *writer) over(x *parse.RangeNode, dot value) {
	depth := len(w.vars)
	v := w.pipe(x.Pipe, dot)
	items := w.items(v)
	if v.kind == unknown {
		items = []item{{value: value{kind: unknown}}}
	}
	for _, it := range items {
		if w.turns++; w.turns > maxTurns {
			break
		}
		w.vars = w.vars[:min(depth, len(w.vars))]
		switch d := x.Pipe.Decl; len(d) {
		case 1:
			w.vars = append(w.vars, variable{d[0].Ident[0], it.value})
		case 2:
			key := value{kind: text, str: it.key}
			if v.kind == unknown {
				key = value{kind: unknown}
			}
			w.vars = append(w.vars, variable{d[0].Ident[0], key}, variable{d[1].Ident[0], it.value})
		}
		w.list(x.List, it.value)
	}
	if len(items) == 0 {
		w.list(x.ElseList, dot)
	}
	w.vars = w.vars[:min(depth, len(w.vars))]
}
