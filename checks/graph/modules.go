package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// modules finds the file of a first-party module by its dotted name, seen from
// the file that imports it. Nothing is installed here, so the search path is
// what Python's would plausibly be: the importer's own folder, the folders
// above it, the usual source roots, and last a place that is the only one.
type modules struct {
	tree   repo.Tree
	suffix map[string][]string // dotted suffix -> files
	roots  map[string]bool     // folders that settings put on the search path
}

const maxModuleDepth = 8

func newModules(tree repo.Tree) *modules {
	m := &modules{tree: tree, suffix: map[string][]string{}, roots: map[string]bool{}}
	for _, f := range tree.Files() {
		if !strings.HasSuffix(f.Path, ".py") || place.Ignored(f.Path) {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(f.Path, ".py"), "/__init__"), "/")
		for i := max(0, len(parts)-maxModuleDepth); i < len(parts); i++ {
			dotted := strings.Join(parts[i:], ".")
			m.suffix[dotted] = append(m.suffix[dotted], f.Path)
		}
	}
	return m
}

// find returns the file of a dotted module; guessed when only its being the
// one place speaks for it.
func (m *modules) find(from, dotted string) (file string, guessed, ok bool) {
	candidates := m.suffix[dotted]
	if len(candidates) == 0 {
		return "", false, false
	}
	dir := path.Dir(from)
	best, bestLen := "", -1
	for _, c := range candidates {
		root := moduleRoot(c, dotted)
		if root == "." || root == "" {
			root = ""
		}
		if root == "" || root == dir || strings.HasPrefix(dir+"/", root+"/") {
			if len(root) > bestLen {
				best, bestLen = c, len(root)
			}
		}
	}
	if best != "" {
		return best, false, true
	}
	if c, ok := m.declared(candidates, dotted); ok {
		return c, false, true
	}
	for _, c := range candidates {
		switch path.Base(moduleRoot(c, dotted)) {
		case "src", "lib", "python", "code", "app", "source", "packages":
			if len(candidates) == 1 {
				return c, false, true
			}
		}
	}
	if len(candidates) == 1 && (strings.Contains(dotted, ".") || place.Of(candidates[0]) == place.Live) {
		return candidates[0], true, true
	}
	return "", false, false
}

// moduleRoot is the folder that would have to be on the search path.
func moduleRoot(file, dotted string) string {
	trimmed := strings.TrimSuffix(strings.TrimSuffix(file, ".py"), "/__init__")
	root := strings.TrimSuffix(trimmed, strings.ReplaceAll(dotted, ".", "/"))
	return strings.TrimSuffix(root, "/")
}

// Dangles says whether an import names a module of a first-party package that
// is not there.
func (g *Graph) Dangles(from string, v fact.Import) bool {
	if v.Level > 0 || !strings.Contains(v.Module, ".") {
		return false
	}
	file, rest, _, ok := g.modules.split(from, v.Module)
	return ok && rest != "" && strings.HasSuffix(file, "__init__.py")
}

// relative resolves a name with leading dots to a folder and the rest.
func (m *modules) relative(from, dotted string) (file, rest string, ok bool) {
	trimmed := strings.TrimLeft(dotted, ".")
	dir := path.Dir(from)
	for range len(dotted) - len(trimmed) - 1 {
		dir = path.Dir(dir)
	}
	if dir == "." {
		dir = ""
	}
	parts := strings.Split(trimmed, ".")
	if trimmed == "" {
		parts = nil
	}
	for n := len(parts); n >= 0; n-- {
		base := path.Join(append([]string{dir}, parts[:n]...)...)
		for _, c := range []string{base + ".py", path.Join(base, "__init__.py")} {
			if _, ok := m.tree.File(c); ok {
				return c, strings.Join(parts[n:], "."), true
			}
		}
	}
	return "", "", false
}

// split finds the longest prefix of a dotted name that is a first-party
// module, and what is left of the name.
func (m *modules) split(from, dotted string) (file, rest string, guessed, ok bool) {
	if strings.HasPrefix(dotted, ".") {
		file, rest, ok = m.relative(from, dotted)
		return file, rest, false, ok
	}
	for end := len(dotted); end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		if f, g, ok := m.find(from, dotted[:end]); ok && f != from {
			return f, strings.TrimPrefix(dotted[end:], "."), g, true
		}
	}
	return "", "", false, false
}
