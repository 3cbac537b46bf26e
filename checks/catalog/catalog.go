// Package catalog knows tools: which call, command, action, image, resource
// or file means that a repository uses MLflow, and what for. The knowledge is
// data, one YAML file per tool below tools/, embedded and parsed once. The Go
// here only reads those files, strictly, and matches facts against them.
//
// A file says what a line does (its role) and how much that proves (its
// strength); whether automation reaches the line is the graph's business, and
// what it means for a capability is the checks'. Patterns are exact names or
// globs. There are no regular expressions, conditions or orderings on purpose:
// what needs an "if" belongs in a check (docs/decisions/0002).
package catalog

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed tools/*.yml
var embedded embed.FS

// Catalog is a set of tools with an index over their matchers. It does not
// change after it is built and may be used from many goroutines.
type Catalog struct {
	tools []*Tool
	byID  map[string]*Tool
	index index
}

// Default returns the catalogue of the embedded tools. It panics if one of
// them is invalid, which a test of this package rules out.
func Default() *Catalog { return defaultCatalog() }

var defaultCatalog = sync.OnceValue(func() *Catalog {
	tools, err := load(embedded)
	if err == nil {
		var c *Catalog
		if c, err = new(Catalog).With(tools...); err == nil {
			return c
		}
	}
	panic(fmt.Sprintf("embedded catalogue: %v", err))
})

// load parses every tools/*.yml of a file system in name order.
func load(fsys fs.FS) ([]*Tool, error) {
	names, err := fs.Glob(fsys, "tools/*.yml")
	if err != nil {
		return nil, err
	}
	tools := make([]*Tool, 0, len(names))
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		t, err := Parse(name, data)
		if err != nil {
			return nil, err
		}
		tools = append(tools, t)
	}
	return tools, nil
}

// With returns a catalogue that also holds the given tools. An id that is
// taken, or a matcher that another tool already states for the same role, is
// an error; the error names all of them. The receiver stays as it is.
func (c *Catalog) With(tools ...*Tool) (*Catalog, error) {
	n := &Catalog{tools: slices.Concat(c.tools, tools), byID: map[string]*Tool{}}
	slices.SortStableFunc(n.tools, func(a, b *Tool) int { return strings.Compare(a.ID, b.ID) })
	stated := map[matcherKey]*Tool{}
	var errs []error
	for _, t := range n.tools {
		if n.byID[t.ID] != nil {
			errs = append(errs, fmt.Errorf("tool %q is defined twice", t.ID))
			continue
		}
		n.byID[t.ID] = t
		for i := range t.Match {
			k := t.Match[i].key()
			if other := stated[k]; other != nil {
				errs = append(errs, fmt.Errorf("tools %q and %q both state %s for role %s", other.ID, t.ID, &t.Match[i], k.Role))
			}
			stated[k] = t
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	n.index = buildIndex(n.tools)
	return n, nil
}

// Tools returns all tools in order of their ids. The slice must not be changed.
func (c *Catalog) Tools() []*Tool { return c.tools }

// Tool returns the tool of that id, or nil.
func (c *Catalog) Tool(id string) *Tool { return c.byID[id] }
