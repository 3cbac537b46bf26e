package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxSourced bounds how many files one R file is taken to source.
const maxSourced = 64

// isR says whether a path is an R script.
func isR(p string) bool {
	ext := path.Ext(p)
	return ext == ".R" || ext == ".r"
}

// sourcedBy lists the R files that an import of an R file names: a script, or
// every script of a folder, as tar_source() takes them.
func (g *Graph) sourcedBy(from string, i fact.Import) []string {
	if isR(i.Module) {
		if file, _, ok := g.lookup(from, i.Module, dirOf(from), ""); ok {
			return []string{file}
		}
		return nil
	}
	if !isR(from) || i.Name != "" || i.As != "" {
		return nil
	}
	dir, ok := g.lookupDir(i.Module, dirOf(from), "")
	if !ok || dir == "" {
		return nil
	}
	var out []string
	for _, f := range g.set.Files() {
		if isR(f.Path) && path.Dir(f.Path) == dir && len(out) < maxSourced {
			out = append(out, f.Path)
		}
	}
	return out
}

// sourced adds to what a star import of an R file brings in: R gives a script
// every name of the scripts it sources, and a package's scripts see each other.
func (g *Graph) sourced(file string) []string {
	if !isR(file) {
		return nil
	}
	var out []string
	for i := range fact.In[fact.Import](g.set, file) {
		out = append(out, g.sourcedBy(file, i)...)
	}
	if dir := path.Dir(file); path.Base(dir) == "R" {
		if _, ok := g.tree.File(path.Join(path.Dir(dir), "DESCRIPTION")); ok {
			out = append(out, g.sourcedBy(file, fact.Import{Module: dir})...)
		}
	}
	return out
}

// linkTargets leads from a call of tar_make() to the pipeline it makes.
func (g *Graph) linkTargets(file string, from ID, c fact.Call) {
	if !isR(file) || !strings.HasPrefix(lastName(strings.ReplaceAll(c.Name, "::", ".")), "tar_make") {
		return
	}
	if p, guessed, ok := g.lookup(file, "_targets.R", dirOf(file), ""); ok {
		g.link(from, Edge{To: g.run(p), Line: c.Line, Guessed: guessed})
	}
}

// attached returns a file's facts and, for an R script, the packages that other
// scripts attach for it: those it sources, and those that source it before they
// load what the functions in it use. The added imports have line -1.
func (g *Graph) attached(f fact.File) fact.File {
	if !isR(f.Path) {
		return f
	}
	g.linkSources()
	out := f
	add := func(links map[string][]string) {
		seen := map[string]bool{f.Path: true}
		for todo := links[f.Path]; len(todo) > 0 && len(seen) < maxSourced; todo = todo[1:] {
			by := todo[0]
			if seen[by] {
				continue
			}
			seen[by] = true
			for i := range fact.In[fact.Import](g.set, by) {
				if i.Name == "*" {
					out.Facts = append(out.Facts[:len(out.Facts):len(out.Facts)], attachedBy(i))
				}
			}
			todo = append(todo[:len(todo):len(todo)], links[by]...)
		}
	}
	add(g.sourcing)
	add(g.sources)
	return g.described(out)
}

func attachedBy(i fact.Import) fact.Import {
	i.Line = -1
	return i
}

// linkSources notes, once, which R scripts source which.
func (g *Graph) linkSources() {
	if g.sourcing != nil {
		return
	}
	g.sourcing, g.sources = map[string][]string{}, map[string][]string{}
	for _, x := range g.set.Files() {
		if !isR(x.Path) {
			continue
		}
		for i := range fact.In[fact.Import](g.set, x.Path) {
			for _, to := range g.sourcedBy(x.Path, i) {
				g.sourcing[to] = append(g.sourcing[to], x.Path)
				g.sources[x.Path] = append(g.sources[x.Path], to)
			}
		}
	}
}

// described puts the packages that a DESCRIPTION lists in the place of an
// import of all it lists.
func (g *Graph) described(f fact.File) fact.File {
	for _, x := range f.Facts {
		if i, ok := x.(fact.Import); !ok || i.Module != "DESCRIPTION" || i.Name != "*" {
			continue
		}
		at, _, ok := g.lookup(f.Path, "DESCRIPTION", dirOf(f.Path), "")
		if !ok {
			return f
		}
		f.Facts = f.Facts[:len(f.Facts):len(f.Facts)]
		for d := range fact.In[fact.Dependency](g.set, at) {
			f.Facts = append(f.Facts, fact.Import{Pos: fact.Pos{Line: -1}, Module: d.Name, Name: "*"})
		}
		return f
	}
	return f
}
