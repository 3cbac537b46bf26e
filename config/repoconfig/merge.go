package repoconfig

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Origin is whose word a file is, in the order in which files are merged: a
// later one has the last word.
type Origin int

// The origins.
const (
	OrganizationPreset Origin = iota // a file that the organisation's file extends
	RepositoryPreset                 // a file that the repository's file extends
	OrganizationFile                 // the file of the owner's .github repository
	RepositoryFile                   // the file of the repository
)

// ruled says whether the organisation's locks hold for it.
func (o Origin) ruled() bool { return o == RepositoryPreset || o == RepositoryFile }

// Source is where a file comes from.
type Source struct {
	Path   string // as messages show it; of another repository with OWNER/NAME: or OWNER/NAME@REF: in front
	Origin Origin
}

// Layer is one file that was read; the zero Layer says nothing.
type Layer struct {
	source *Source
	root   value
}

// Read reads one file, to be merged. Of a file with errors nothing counts:
// the layer is empty. Warnings are among the errors; Split parts them.
func Read(s Source, data []byte) (Layer, []Error) {
	p := &parser{source: &s}
	root := p.file(data)
	if len(p.errs) == 0 {
		p.errs = slices.Concat(contradictions(root), conflicts(root))
	}
	if len(p.errs) > 0 {
		return Layer{}, slices.Concat(p.errs, p.warnings)
	}
	return Layer{&s, root}, p.warnings
}

// Merge lays the later layers over the earlier ones, all over the defaults:
// mappings key by key, projects path by path; waivers, attestations and tools
// are collected, the organisation's first; any other list or value replaces
// the one below. A key that the organisation locks is left out of a
// repository's layers, with a warning. So is a contradiction between two
// layers warned of; one that the repository alone can mend is an error, and
// then its file counts for nothing.
func Merge(layers ...Layer) (Config, []Setting, []Error) {
	root, notes := merged(layers)
	if e, ok := idleTarget(root); ok {
		notes = append(notes, e)
		layers = slices.DeleteFunc(slices.Clone(layers), func(l Layer) bool { return l.source != nil && l.source.Origin == RepositoryFile })
		root, _ = merged(layers)
	}
	for _, e := range contradictions(root) {
		e.Warning = true
		notes = append(notes, e)
	}
	c, err := root.config()
	if err != nil { // a test holds the table against Config: cannot happen
		notes = append(notes, Error{Line: 1, Column: 1, Message: err.Error()})
	}
	return c, settings(root), notes
}

func merged(layers []Layer) (value, []Error) {
	var notes []Error
	locks := locksOf(layers)
	whole, all := mapping{fields: fields()}, value{data: map[string]value{}}
	for _, l := range layers {
		if l.source == nil || l.root.data == nil {
			continue
		}
		root := l.root
		if l.source.Origin.ruled() {
			for _, k := range locks {
				root = without(root, k, "", &notes)
			}
		}
		all = overlay(whole, all, root)
	}
	return withoutConflicts(all, &notes), notes
}

// locked is a key that an organisation locks, and where it says so.
type locked struct {
	key string
	at  position
}

func locksOf(layers []Layer) (out []locked) {
	for _, l := range layers {
		if keys, ok := l.root.get("organization.lock"); ok {
			for _, k := range keys.list() {
				out = append(out, locked{k.data.(string), k.at})
			}
		}
	}
	return out
}

// without is a layer's value without what a lock takes from it. A locked
// bound may not be set by way of a project either.
func without(v value, k locked, prefix string, notes *[]Error) value {
	v = drop(v, k, strings.Split(k.key, "."), prefix, notes)
	first, _, _ := strings.Cut(k.key, ".")
	list, ok := v.get("projects")
	if !ok || !slices.Contains([]string{targetKey, minimumKey, "dimensions"}, first) {
		return v
	}
	var kept []value
	for i, p := range list.list() {
		kept = append(kept, drop(p, k, strings.Split(k.key, "."), fmt.Sprintf("projects[%d]", i), notes))
	}
	return with(v, "projects", value{list.at, kept})
}

func drop(v value, k locked, path []string, prefix string, notes *[]Error) value {
	child, ok := v.keys()[path[0]]
	if !ok {
		return v
	}
	name := join(prefix, path[0])
	if len(path) > 1 {
		return with(v, path[0], drop(child, k, path[1:], name, notes))
	}
	*notes = append(*notes, child.at.error(name, fmt.Sprintf("%s is left out: %s locks %s", name, k.at, k.key), true))
	return with(v, path[0], value{})
}

// with is a mapping with one key changed, or taken away for no value.
func with(v value, key string, child value) value {
	out := make(map[string]value, len(v.keys()))
	for k, x := range v.keys() {
		out[k] = x
	}
	if out[key] = child; child.data == nil {
		delete(out, key)
	}
	return value{v.at, out}
}

func (p position) error(key, message string, warning bool) Error {
	return Error{Path: p.source.Path, Line: p.line, Column: p.column, Key: key, Message: message, Warning: warning}
}

// overlay lays a value over another of the same kind.
func overlay(k kind, below, above value) value {
	switch k := k.(type) {
	case mapping:
		return overlayKeys(below, above, func(key string) kind {
			return k.fields[slices.IndexFunc(k.fields, func(f field) bool { return f.key == key })].kind
		})
	case named:
		return overlayKeys(below, above, func(string) kind { return k.of })
	case list:
		switch {
		case k.both:
			all := slices.Concat(below.list(), above.list())
			slices.SortStableFunc(all, func(a, b value) int { return rank(a) - rank(b) })
			return value{above.at, all}
		case k.key != "":
			return value{above.at, overlayList(k, below.list(), above.list())}
		}
	}
	return above
}

// rank sorts what the organisation says before what the repository says.
func rank(v value) int {
	if v.at.source.Origin.ruled() {
		return 1
	}
	return 0
}

func overlayKeys(below, above value, of func(key string) kind) value {
	out := below
	for key, x := range above.keys() {
		if y, ok := below.keys()[key]; ok {
			x = overlay(of(key), y, x)
		}
		if x.data == nil {
			continue
		}
		out = with(out, key, x)
	}
	out.at = above.at
	return out
}

func overlayList(k list, below, above []value) []value {
	out := slices.Clone(below)
	for _, x := range above {
		i := slices.IndexFunc(out, func(y value) bool { return y.text(k.key) == x.text(k.key) })
		if i < 0 {
			out = append(out, x)
			continue
		}
		out[i] = overlay(k.of, out[i], x)
	}
	return out
}

// lock is a key that repositories cannot set.
type lock struct{}

func (k lock) read(p *parser, n *yaml.Node, key string) (value, bool) {
	return k.keys().read(p, n, key)
}

func (k lock) schema() map[string]any { return k.keys().schema() }
func (k lock) takes() string          { return k.keys().takes() }

func (lock) keys() known {
	var names []string
	var collect func(prefix string, k kind)
	collect = func(prefix string, k kind) {
		switch k := k.(type) {
		case mapping:
			for _, f := range k.fields {
				if !f.organization && join(prefix, f.key) != "version" {
					names = append(names, join(prefix, f.key))
					collect(join(prefix, f.key), f.kind)
				}
			}
		case named:
			for _, name := range k.names {
				names = append(names, join(prefix, name))
				collect(join(prefix, name), k.of)
			}
		}
	}
	collect("", mapping{fields: fields()})
	return known{"a key such as minimum_level or dimensions.training", names, "the keys are those of docs/configure.md"}
}
