// Package settings reads YAML, JSON, TOML and INI into one kind of tree, in
// which every value knows its line. Manifests, pipeline definitions and
// deployment documents are all such trees, so their readers differ only in
// what they look for.
//
// Nothing is ever decoded into a Go map: that is quadratic for YAML, loses the
// order and loses the lines. Aliases are expanded in place within MaxNodes, so
// that a document that refers to itself stays small.
package settings

// Kind is the shape of a node.
type Kind uint8

// The shapes.
const (
	Scalar Kind = iota
	Map
	List
)

// Type is what a scalar is.
type Type uint8

// The scalar types.
const (
	String Type = iota
	Number
	Bool
	Null
)

// Bounds of one tree. What goes beyond is left out.
const (
	MaxNodes = 50_000
	MaxDepth = 64
	MaxDocs  = 64
)

// Node is one value. The methods accept a nil receiver and answer as for an
// absent value, so that paths can be asked for without checks in between.
type Node struct {
	Kind  Kind
	Type  Type   // of a scalar
	Key   string // its name in the map above it
	Line  int    // of its key, or of the value itself in a list
	Value int    // line the value starts at
	Block bool   // a YAML block scalar: its text starts one line below Value
	Text  string // of a scalar
	Items []*Node
}

// Get follows keys through maps and returns nil when one is absent.
func (n *Node) Get(keys ...string) *Node {
	for _, k := range keys {
		if n == nil || n.Kind != Map {
			return nil
		}
		var next *Node
		for _, c := range n.Items {
			if c.Key == k {
				next = c
				break
			}
		}
		n = next
	}
	return n
}

// Str returns the text of the scalar at keys, or "".
func (n *Node) Str(keys ...string) string {
	n = n.Get(keys...)
	if n == nil || n.Kind != Scalar || n.Type == Null {
		return ""
	}
	return n.Text
}

// At returns the line, 0 for an absent node.
func (n *Node) At() int {
	if n == nil {
		return 0
	}
	return n.Line
}

// Each returns the entries of a map or list, none for anything else.
func (n *Node) Each() []*Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// IsMap says whether n is there and is a map.
func (n *Node) IsMap() bool { return n != nil && n.Kind == Map }

// IsList says whether n is there and is a list.
func (n *Node) IsList() bool { return n != nil && n.Kind == List }

// IsScalar says whether n is there and is a scalar other than null.
func (n *Node) IsScalar() bool { return n != nil && n.Kind == Scalar && n.Type != Null }

// Strings returns the scalars of a list, or a lone scalar, or the keys of a map.
func (n *Node) Strings() []string {
	if n.IsScalar() {
		return []string{n.Text}
	}
	var out []string
	for _, c := range n.Each() {
		switch {
		case n.Kind == Map:
			out = append(out, c.Key)
		case c.IsScalar():
			out = append(out, c.Text)
		}
	}
	return out
}

// ScriptLine is the line on which the text of a scalar begins.
func (n *Node) ScriptLine() int {
	if n.Block {
		return n.Value + 1
	}
	return n.Value
}
