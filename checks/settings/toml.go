package settings

import (
	"bytes"
	"errors"
	"fmt"
	"sort"

	"github.com/pelletier/go-toml/v2/unstable"
)

// TOML reads one document. What stands before a syntax error is returned with
// the error.
func TOML(src []byte) (*Node, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	t := tomlTree{
		parser: &unstable.Parser{},
		index:  map[*Node]map[string]*Node{},
		root:   &Node{Kind: Map, Line: 1, Value: 1},
	}
	for i, b := range src {
		if b == '\n' {
			t.newlines = append(t.newlines, uint32(i))
		}
	}
	t.parser.Reset(src)
	table := t.root
	for t.parser.NextExpression() {
		e := t.parser.Expression()
		switch e.Kind {
		case unstable.Table:
			table = t.descend(t.root, e.Key(), false)
		case unstable.ArrayTable:
			table = t.descend(t.root, e.Key(), true)
		case unstable.KeyValue:
			t.keyValue(table, e, 0)
		}
	}
	if err := t.parser.Error(); err != nil {
		return t.root, t.explain(err)
	}
	return t.root, nil
}

type tomlTree struct {
	parser   *unstable.Parser
	newlines []uint32
	index    map[*Node]map[string]*Node
	root     *Node
	made     int
	line     int // of the last node that has a position
}

func (t *tomlTree) explain(err error) error {
	var pe *unstable.ParserError
	if errors.As(err, &pe) {
		return fmt.Errorf("is not valid TOML: %s", pe.Message)
	}
	return errors.New("is not valid TOML")
}

func (t *tomlTree) lineOf(n *unstable.Node) int {
	if n.Raw.Length > 0 {
		at := n.Raw.Offset
		t.line = 1 + sort.Search(len(t.newlines), func(i int) bool { return t.newlines[i] >= at })
	}
	return t.line
}

// child returns the entry of a map, made as a map when it is not there. A
// list stands for its last element, as in the headers of TOML.
func (t *tomlTree) child(parent *Node, key string, line int) *Node {
	if n := t.index[parent][key]; n != nil {
		if n.Kind == List && len(n.Items) > 0 {
			return n.Items[len(n.Items)-1]
		}
		return n
	}
	return t.add(parent, &Node{Kind: Map, Key: key, Line: line, Value: line})
}

// add puts n under parent, unless the bound is reached: then n leads nowhere.
func (t *tomlTree) add(parent, n *Node) *Node {
	if parent.Kind == Scalar || t.made >= MaxNodes {
		return n
	}
	t.made++
	if parent.Kind == Map {
		if t.index[parent] == nil {
			t.index[parent] = map[string]*Node{}
		}
		if t.index[parent][n.Key] != nil {
			return n
		}
		t.index[parent][n.Key] = n
	}
	parent.Items = append(parent.Items, n)
	return n
}

func (t *tomlTree) descend(n *Node, keys unstable.Iterator, array bool) *Node {
	for depth := 0; keys.Next(); depth++ {
		k := keys.Node()
		key, line := string(k.Data), t.lineOf(k)
		if depth > MaxDepth {
			return &Node{Kind: Map}
		}
		if array && keys.IsLast() {
			list := t.index[n][key]
			if list == nil || list.Kind != List {
				list = t.add(n, &Node{Kind: List, Key: key, Line: line, Value: line})
			}
			return t.add(list, &Node{Kind: Map, Line: line, Value: line})
		}
		n = t.child(n, key, line)
	}
	return n
}

func (t *tomlTree) keyValue(table *Node, e *unstable.Node, depth int) {
	keys := e.Key()
	for d := 0; keys.Next(); d++ {
		k := keys.Node()
		key, line := string(k.Data), t.lineOf(k)
		if !keys.IsLast() {
			if d < MaxDepth {
				table = t.child(table, key, line)
			}
			continue
		}
		v := &Node{Key: key, Line: line, Value: line}
		t.add(table, v)
		t.value(v, e.Value(), depth+1)
	}
}

func (t *tomlTree) value(n *Node, v *unstable.Node, depth int) {
	n.Value = t.lineOf(v)
	switch v.Kind {
	case unstable.Array:
		n.Kind = List
		if depth > MaxDepth {
			return
		}
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			item := &Node{Line: t.lineOf(it.Node())}
			t.add(n, item)
			t.value(item, it.Node(), depth+1)
		}
	case unstable.InlineTable:
		n.Kind = Map
		if depth > MaxDepth {
			return
		}
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				t.keyValue(n, it.Node(), depth)
			}
		}
	case unstable.Bool:
		n.Text, n.Type = string(v.Data), Bool
	case unstable.Integer, unstable.Float:
		n.Text, n.Type = string(v.Data), Number
	default:
		n.Text = string(v.Data)
	}
}
