package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// ErrLarge says that a tree goes beyond MaxNodes or MaxDepth, aliases counted
// where they stand, and that the rest of it was left out.
var ErrLarge = errors.New("holds more values, or deeper ones, than are read")

// YAML reads up to MaxDocs documents. Documents before a syntax error are
// returned with the error, and so is what fits into the bounds with ErrLarge.
// Empty documents are left out.
func YAML(src []byte) ([]*Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(withoutVersion(src)))
	var docs []*Node
	c := yamlTree{left: MaxNodes, lines: oddLines(src)}
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
		if n := c.node(y.Content[0], 0); n != nil && !(n.Kind == Scalar && n.Type == Null) {
			docs = append(docs, n)
		}
	}
	if c.cut {
		return docs, ErrLarge
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
type yamlTree struct {
	left  int
	cut   bool  // something was left out
	lines []int // the file's line of each of YAML's lines, nil where they are the same
}

// oddLines tells YAML's lines, which end at more characters than a file's do:
// at a carriage return alone and at the separators of Unicode.
func oddLines(src []byte) []int {
	if bytes.IndexByte(src, '\r') < 0 && !bytes.Contains(src, []byte("\u0085")) && !bytes.Contains(src, []byte("\u2028")) && !bytes.Contains(src, []byte("\u2029")) {
		return nil // as nearly all are, and four searches for letters cost nothing
	}
	if !oddBreak.Match(src) {
		return nil
	}
	lines, line := []int{1}, 1
	for _, at := range anyBreak.FindAllIndex(src, -1) {
		if src[at[1]-1] == '\n' {
			line++
		}
		lines = append(lines, line)
	}
	return lines
}

var (
	oddBreak = regexp.MustCompile(`\r(?:[^\n]|$)|[\x{85}\x{2028}\x{2029}]`)
	anyBreak = regexp.MustCompile(`\r\n?|[\n\x{85}\x{2028}\x{2029}]`)
)

// line is the file's line of one of YAML's.
func (c *yamlTree) line(y *yaml.Node) int {
	if c.lines == nil {
		return y.Line
	}
	return c.lines[min(max(y.Line, 1), len(c.lines))-1]
}

func (c *yamlTree) node(y *yaml.Node, depth int) *Node {
	if depth > MaxDepth || c.left <= 0 {
		c.cut = true
		return nil
	}
	c.left--
	n := &Node{Line: c.line(y), Value: c.line(y)}
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
		n.Line = c.line(y)
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
		child.Key, child.Line = key.Value, c.line(key)
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
