package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// YAML reads up to MaxDocs documents. Documents before a syntax error are
// returned with the error. Empty documents are left out.
func YAML(src []byte) ([]*Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(withoutVersion(src)))
	var docs []*Node
	left := MaxNodes
	for range MaxDocs {
		var y yaml.Node
		err := dec.Decode(&y)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return docs, fmt.Errorf("is not valid YAML: %w", err)
		}
		if len(y.Content) == 0 {
			continue
		}
		c := yamlTree{left: left}
		if n := c.node(y.Content[0], 0); n != nil && !(n.Kind == Scalar && n.Type == Null) {
			docs = append(docs, n)
		}
		left = c.left
	}
	return docs, nil
}

// withoutVersion turns a "%YAML 1.2" directive into a comment: the library
// refuses every version but 1.1 and reads both alike.
func withoutVersion(src []byte) []byte {
	if !bytes.HasPrefix(src, []byte("%YAML")) && !bytes.Contains(src, []byte("\n%YAML")) {
		return src
	}
	src = bytes.Clone(src)
	start := true
	for i, b := range src {
		if start && b == '%' && bytes.HasPrefix(src[i:], []byte("%YAML")) {
			src[i] = '#'
		}
		start = b == '\n'
	}
	return src
}

// yamlTree converts nodes of the library and counts down what may still be made.
type yamlTree struct{ left int }

func (c *yamlTree) node(y *yaml.Node, depth int) *Node {
	if depth > MaxDepth || c.left <= 0 {
		return nil
	}
	c.left--
	n := &Node{Line: y.Line, Value: y.Line}
	switch y.Kind {
	case yaml.AliasNode:
		return c.alias(y, depth)
	case yaml.MappingNode:
		n.Kind = Map
		c.fill(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = List
		for _, item := range y.Content {
			if child := c.node(item, depth+1); child != nil {
				n.Items = append(n.Items, child)
			}
		}
	default:
		n.Text, n.Type = y.Value, yamlType(y)
		n.Block = y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	}
	return n
}

// alias copies what the anchor holds, at the anchor's lines.
func (c *yamlTree) alias(y *yaml.Node, depth int) *Node {
	if y.Alias == nil {
		return nil
	}
	n := c.node(y.Alias, depth+1)
	if n != nil {
		n.Line = y.Line
	}
	return n
}

func (c *yamlTree) fill(n *Node, y *yaml.Node, depth int) {
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		child := c.node(value, depth+1)
		if child == nil {
			continue
		}
		if key.Value == "<<" {
			merged = append(merged, mergeSources(child)...)
			continue
		}
		child.Key, child.Line = key.Value, key.Line
		n.Items = append(n.Items, child)
	}
	if len(merged) == 0 {
		return
	}
	own := make(map[string]bool, len(n.Items))
	for _, item := range n.Items {
		own[item.Key] = true
	}
	for _, m := range merged {
		if !own[m.Key] {
			own[m.Key] = true
			n.Items = append(n.Items, m)
		}
	}
}

// mergeSources lists the entries a "<<" key brings in.
func mergeSources(n *Node) []*Node {
	if n.Kind == Map {
		return n.Items
	}
	var out []*Node
	for _, item := range n.Items {
		if item.Kind == Map {
			out = append(out, item.Items...)
		}
	}
	return out
}

func yamlType(y *yaml.Node) Type {
	switch y.ShortTag() {
	case "!!int", "!!float":
		return Number
	case "!!bool":
		return Bool
	case "!!null":
		return Null
	}
	return String
}
