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

// attached returns a file's facts and, for an R script that others source, the
// packages these attach before they do: what a pipeline or an entry script
// loads, the functions it sources may use. The added imports have line -1.
func (g *Graph) attached(f fact.File) fact.File {
	if !isR(f.Path) {
		return f
	}
	if g.sourcing == nil {
		g.sourcing = map[string][]string{}
		for _, x := range g.set.Files() {
			if !isR(x.Path) {
				continue
			}
			for i := range fact.In[fact.Import](g.set, x.Path) {
				for _, to := range g.sourcedBy(x.Path, i) {
					g.sourcing[to] = append(g.sourcing[to], x.Path)
				}
			}
		}
	}
	out := f
	seen := map[string]bool{f.Path: true}
	for todo := g.sourcing[f.Path]; len(todo) > 0 && len(seen) < maxSourced; todo = todo[1:] {
		if by := todo[0]; !seen[by] {
			seen[by] = true
			for i := range fact.In[fact.Import](g.set, by) {
				if i.Name == "*" {
					i.Line = -1
					out.Facts = append(out.Facts[:len(out.Facts):len(out.Facts)], i)
				}
			}
			todo = append(todo[:len(todo):len(todo)], g.sourcing[by]...)
		}
	}
	return out
}
