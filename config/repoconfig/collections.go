package repoconfig

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// list is a sequence without repetition, of at most so many.
type list struct {
	of   kind
	most int
	// How the lists of two layers become one: the later replaces the earlier,
	// unless the entries with equal key are merged, or both are kept.
	key  string
	both bool
	// unique are the keys that together may not be the same in two entries;
	// none: no entry may be the same as another.
	unique []string
}

func (k list) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if n.Kind != yaml.SequenceNode {
		hint := ""
		if n.Kind == yaml.ScalarNode {
			hint = ": write [" + describe(n) + "]"
		}
		return value{}, p.fail(n, key, "%s takes a list, not %s%s", key, describe(n), hint)
	}
	if len(n.Content) > k.most {
		return value{}, p.fail(n, key, "%s takes at most %d entries, not %d", key, k.most, len(n.Content))
	}
	out, ok := make([]value, 0, len(n.Content)), true
	for i, item := range n.Content {
		if p.full() {
			return value{}, false
		}
		name := fmt.Sprintf("%s[%d]", key, i)
		v, good := k.of.read(p, item, name)
		if good {
			if j := slices.IndexFunc(out, func(o value) bool { return k.equal(o, v) }); j >= 0 {
				good = p.fail(item, name, "%s", k.repeats(name, fmt.Sprintf("%s[%d]", key, j), item))
			}
		}
		ok = ok && good
		out = append(out, v)
	}
	return p.value(n, out), ok
}

func (k list) equal(a, b value) bool {
	if len(k.unique) == 0 {
		return same(a, b)
	}
	for _, key := range k.unique {
		x, _ := a.get(key)
		y, _ := b.get(key)
		if !same(x, y) {
			return false
		}
	}
	return true
}

func (k list) repeats(name, earlier string, item *yaml.Node) string {
	if len(k.unique) == 0 {
		return fmt.Sprintf("%s repeats %s", name, describe(item))
	}
	return fmt.Sprintf("%s repeats %s: both have the same %s", name, earlier, strings.Join(k.unique, " and "))
}

func (k list) schema() map[string]any {
	return map[string]any{"type": "array", "items": k.of.schema(), "maxItems": k.most, "uniqueItems": true}
}

func (k list) takes() string { return "a list: " + k.of.takes() + " each" }

// mapping has keys of its own, in a table like the file's.
type mapping struct {
	fields []field
	anyOf  []string // of these keys one at least must be there
}

func (k mapping) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if n.Kind != yaml.MappingNode {
		return p.wrong(n, key, k, "")
	}
	names := make([]string, 0, len(k.fields))
	for _, f := range k.fields {
		names = append(names, f.key)
	}
	out, seen, ok := make(map[string]value), make(map[string]int), true
	for i := 0; i+1 < len(n.Content) && !p.full(); i += 2 {
		at := slices.Index(names, n.Content[i].Value)
		if !p.key(n.Content[i], key, at >= 0, seen, names, "key") {
			ok = false
			continue
		}
		f := k.fields[at]
		if f.organization && p.source.Origin != OrganizationFile {
			ok = p.fail(n.Content[i], f.key, "%s is read in the owner's .github repository only: move it to %s there", f.key, Paths[0])
			continue
		}
		v, good := f.kind.read(p, n.Content[i+1], join(key, f.key))
		ok = ok && good
		if good {
			out[f.key] = v
		}
	}
	for _, f := range k.fields {
		if f.required && seen[f.key] == 0 {
			name := join(key, f.key)
			quote := `"`
			if strings.Contains(f.example, quote) {
				quote = "'"
			}
			ok = p.fail(n, name, "%s is missing: add %s%s: %s%s", name, quote, f.key, f.example, quote)
		}
	}
	if len(k.anyOf) > 0 && !slices.ContainsFunc(k.anyOf, func(name string) bool { return seen[name] > 0 }) {
		ok = p.fail(n, key, "%s has no %s: add one", key, enumerate(k.anyOf))
	}
	return p.value(n, out), ok
}

func (k mapping) schema() map[string]any {
	properties, required := make(map[string]any), []string{}
	for _, f := range k.fields {
		s := f.kind.schema()
		s["description"] = f.doc
		properties[f.key] = s
		if f.required {
			required = append(required, f.key)
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	if len(k.anyOf) > 0 {
		var either []map[string]any
		for _, name := range k.anyOf {
			either = append(either, map[string]any{"required": []string{name}})
		}
		out["anyOf"] = either
	}
	return out
}

func (k mapping) takes() string {
	var names []string
	for _, f := range k.fields {
		names = append(names, f.key)
	}
	return "a mapping with the keys " + strings.Join(names, ", ")
}

// named is a mapping from known names to values of one kind.
type named struct {
	what  string // what a name is called: "dimension"
	names []string
	of    kind
}

func (k named) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if n.Kind != yaml.MappingNode {
		return p.wrong(n, key, k, "")
	}
	out, seen, ok := make(map[string]value), make(map[string]int), true
	for i := 0; i+1 < len(n.Content) && !p.full(); i += 2 {
		name := n.Content[i].Value
		if !p.key(n.Content[i], key, slices.Contains(k.names, name), seen, k.names, k.what) {
			ok = false
			continue
		}
		v, good := k.of.read(p, n.Content[i+1], join(key, name))
		ok = ok && good
		out[name] = v
	}
	return p.value(n, out), ok
}

func (k named) schema() map[string]any {
	properties := make(map[string]any)
	for _, name := range k.names {
		properties[name] = k.of.schema()
	}
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func (k named) takes() string {
	return "a mapping from " + enumerate(k.names) + " to " + k.of.takes()
}

// key checks one key of a mapping and counts it in seen.
func (p *parser) key(n *yaml.Node, parent string, known bool, seen map[string]int, names []string, what string) bool {
	in := ""
	if parent != "" {
		in = " in " + parent
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		return p.fail(n, parent, "a key is a word, not %s", describe(n))
	case !known:
		return p.fail(n, join(parent, cut(n.Value)), "unknown %s %s%s%s", what, quote(n.Value), in, orList(guess(n.Value, names), names, what))
	case seen[n.Value] > 0:
		return p.fail(n, join(parent, n.Value), "%s is there twice, first on line %d", join(parent, n.Value), seen[n.Value])
	}
	seen[n.Value] = n.Line
	return true
}

// join is the name of a key in its parent.
func join(parent, key string) string {
	if parent == "" {
		return key
	}
	return parent + "." + key
}
