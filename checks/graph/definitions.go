package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const maxReexports = 5

// definition finds the node of a dotted name: in the file itself, or in the
// first-party module it is imported from, through re-exports.
func (g *Graph) definition(path, name string, depth int) (ID, bool, bool) {
	if depth > maxReexports || name == "" {
		return 0, false, false
	}
	if !strings.HasPrefix(name, ".") {
		if id, ok := g.local(path, name); ok {
			return id, false, true
		}
	}
	file, rest, guessed, ok := g.modules.split(path, name)
	if !ok || file == path {
		return g.starred(path, name)
	}
	if rest == "" {
		return g.module(file), guessed, true
	}
	if id, ok := g.local(file, rest); ok {
		return id, guessed, true
	}
	head, tail, _ := strings.Cut(rest, ".")
	for imp := range fact.In[fact.Import](g.set, file) {
		bound := imp.As
		if bound == "" {
			bound = imp.Name
		}
		target := strings.Repeat(".", imp.Level) + imp.Module
		switch {
		case bound == head && imp.Name != "*":
			target = join(target, imp.Name)
			if tail != "" {
				target = join(target, tail)
			}
		case imp.Name == "*":
			target = join(target, rest)
		default:
			continue
		}
		if id, g2, ok := g.definition(file, target, depth+1); ok && g.Nodes[id].Kind == Scope {
			return id, guessed || g2, true
		}
	}
	if strings.HasSuffix(file, "/__init__.py") && strings.Contains(rest, ".") {
		return 0, false, false // a module of the package that is not there
	}
	return g.module(file), guessed, true
}

// starred finds a name among what "from module import *" brings in.
func (g *Graph) starred(path, name string) (ID, bool, bool) {
	if strings.HasPrefix(name, ".") {
		return 0, false, false
	}
	for _, s := range g.starsOf(path) {
		if id, ok := g.local(s.file, name); ok {
			return id, s.guessed, true
		}
	}
	return 0, false, false
}

// star is a file whose names a star import brings in.
type star struct {
	file    string
	guessed bool
}

// maxStars bounds how many files one file's star imports lead to.
const maxStars = 64

// starsOf lists the files that the star imports of a file bring in, each
// followed by those its own bring in, each once: such imports may go round.
func (g *Graph) starsOf(path string) []star {
	if out, ok := g.stars[path]; ok {
		return out
	}
	var out []star
	seen := map[string]bool{path: true}
	var follow func(from star, depth int)
	follow = func(from star, depth int) {
		if depth > maxReexports {
			return
		}
		for imp := range fact.In[fact.Import](g.set, from.file) {
			if imp.Name != "*" || len(out) >= maxStars {
				continue
			}
			file, _, guessed, ok := g.modules.split(from.file, strings.Repeat(".", imp.Level)+imp.Module)
			if !ok || seen[file] {
				continue
			}
			seen[file] = true
			next := star{file, from.guessed || guessed}
			out = append(out, next)
			follow(next, depth+1)
		}
	}
	follow(star{file: path}, 0)
	for i := -1; i < len(out) && len(out) < maxStars; i++ {
		from := path
		if i >= 0 {
			from = out[i].file
		}
		for _, file := range g.sourced(from) {
			if !seen[file] {
				seen[file] = true
				out = append(out, star{file: file})
			}
		}
	}
	g.stars[path] = out
	return out
}

// local finds a name among a file's own definitions, methods of bases within
// the file included.
func (g *Graph) local(path, name string) (ID, bool) {
	if id, ok := g.find(Scope, path, name); ok {
		return id, true
	}
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return 0, false
	}
	class, method := name[:i], name[i+1:]
	d, ok := g.defined(path, class)
	if !ok || !d.Class {
		return 0, false
	}
	for _, b := range d.Bases {
		if id, ok := g.find(Scope, path, b+"."+method); ok {
			return id, true
		}
	}
	return g.find(Scope, path, class)
}
