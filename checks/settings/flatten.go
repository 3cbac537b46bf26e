package settings

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Bounds of what one resource may carry.
const (
	MaxAttrs = 2000
	maxValue = 1024
)

// Flatten lists the leaves below n in file order, at most MaxAttrs. An empty
// map or list is a leaf without a value.
func Flatten(n *Node) []fact.Attr {
	var out []fact.Attr
	if n != nil && n.Kind != Scalar {
		flatten(n, "", &out)
	}
	return slices.Clone(out) // facts are kept: no more than they need
}

func flatten(n *Node, prefix string, out *[]fact.Attr) {
	for i, c := range n.Items {
		if len(*out) >= MaxAttrs {
			return
		}
		key := c.Key
		if n.Kind == List {
			key = strconv.Itoa(i)
		}
		// A key may be as long as the file; with deep nesting the joined keys
		// would be much longer than it.
		key = Cut(prefix+key, maxValue)
		switch {
		case c.Kind == Scalar:
			*out = append(*out, fact.Attr{Line: c.Line, Key: key, Value: Cut(c.Text, maxValue)})
		case len(c.Items) == 0:
			*out = append(*out, fact.Attr{Line: c.Line, Key: key})
		default:
			flatten(c, key+".", out)
		}
	}
}

// Cut shortens s to at most limit bytes, at the border of a character.
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
