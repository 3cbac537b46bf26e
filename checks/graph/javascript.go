package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

func isJavaScript(p string) bool {
	switch path.Ext(p) {
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx":
		return true
	}
	return false
}

// linkModules follows what a file of JavaScript or TypeScript imports of the
// project itself. Its calls begin at packages, and lead nowhere here.
func (g *Graph) linkModules(f fact.File) {
	for _, x := range f.Facts {
		v, ok := x.(fact.Import)
		if !ok {
			continue
		}
		for _, base := range moduleBases(f.Path, v.Module) {
			if file, ok := g.moduleFile(base); ok && file != f.Path {
				g.link(g.module(f.Path), Edge{To: g.module(file), Line: v.Line})
				break
			}
		}
	}
}

// moduleBases lists the paths that a module of the project may mean: beside the
// file that imports it or, for the usual alias of the source folder, in src or
// the root of the nearest folders.
func moduleBases(from, module string) []string {
	if rest, ok := strings.CutPrefix(module, "@/"); ok {
		out := []string{path.Join("src", rest), rest}
		dir := path.Dir(from)
		for range maxAlias {
			if dir == "." {
				break
			}
			out = append(out, path.Join(dir, rest), path.Join(dir, "src", rest))
			dir = path.Dir(dir)
		}
		return out
	}
	if !strings.HasPrefix(module, ".") {
		return nil
	}
	return []string{path.Join(path.Dir(from), module)}
}

// maxAlias is how many folders above a file are tried for an alias.
const maxAlias = 8

// moduleFile finds the file of a module, which is imported without its suffix,
// with that of what it becomes, or by its folder.
func (g *Graph) moduleFile(base string) (string, bool) {
	if strings.HasPrefix(base, "..") {
		return "", false
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(base, ".js"), ".mjs")
	for _, p := range []string{base, base + ".ts", base + ".tsx", base + ".js", base + ".jsx", base + ".mjs", stem + ".ts", stem + ".tsx",
		base + "/index.ts", base + "/index.tsx", base + "/index.js"} {
		if isJavaScript(p) {
			if _, ok := g.tree.File(p); ok {
				return p, true
			}
		}
	}
	return "", false
}
