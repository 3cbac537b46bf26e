package terraform

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// readJSON reads Terraform's other syntax: blocks by type, labels as keys.
func readJSON(src []byte) ([]fact.Fact, error) {
	root, err := settings.JSON(src)
	if err != nil {
		return nil, err
	}
	var facts []fact.Fact
	add := func(kind, name string, n *settings.Node) {
		for _, body := range bodies(n) {
			if len(facts) < maxResources {
				facts = append(facts, fact.Resource{Pos: fact.Pos{Line: n.At()}, System: "terraform", Kind: kind, Name: name, Attrs: leaves(body)})
			}
		}
	}
	for _, block := range root.Each() {
		for _, body := range bodies(block) {
			switch block.Key {
			case "resource", "data":
				prefix := ""
				if block.Key == "data" {
					prefix = "data."
				}
				for _, kind := range body.Each() {
					for _, name := range kind.Each() {
						add(prefix+kind.Key, name.Key, name)
					}
				}
			case "variable", "output", "module", "provider", "check":
				for _, name := range body.Each() {
					add(block.Key, name.Key, name)
				}
			case "locals", "terraform", "moved", "import", "removed":
				add(block.Key, "", body)
			}
		}
	}
	slices.SortStableFunc(facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return facts, nil
}

// readValuesJSON reads a file of values.
func readValuesJSON(src []byte) ([]fact.Fact, error) {
	root, err := settings.JSON(src)
	if err != nil || !root.IsMap() || len(root.Items) == 0 {
		return nil, err
	}
	return []fact.Fact{fact.Resource{Pos: fact.Pos{Line: 1}, System: "terraform", Kind: Values, Attrs: leaves(root)}}, nil
}

// bodies are the blocks of one name: one map, or a list of maps.
func bodies(n *settings.Node) []*settings.Node {
	if n.IsList() {
		return slices.DeleteFunc(slices.Clone(n.Items), func(c *settings.Node) bool { return !c.IsMap() })
	}
	if n.IsMap() {
		return []*settings.Node{n}
	}
	return nil
}

// leaves are the attributes below a block. A list of maps is blocks that
// repeat, which give the same keys again, as they do in HCL.
func leaves(n *settings.Node) []fact.Attr {
	w := attrWriter{}
	w.tree(n, "")
	return w.attrs
}

func (w *attrWriter) tree(n *settings.Node, key string) {
	prefix := key
	if key != "" {
		prefix += "."
	}
	blocks := n.IsList() && len(n.Items) > 0 && len(bodies(n)) == len(n.Items)
	for i, c := range n.Each() {
		switch {
		case c.Key == "//" || len(w.attrs) >= settings.MaxAttrs:
		case blocks:
			w.tree(c, key)
		default:
			name := c.Key
			if n.IsList() {
				name = strconv.Itoa(i)
			}
			if at := settings.Cut(prefix+name, 1024); len(c.Items) > 0 {
				w.tree(c, at)
			} else {
				w.add(c.Line, at, c.Text)
			}
		}
	}
}
