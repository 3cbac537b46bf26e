package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// vendoredDirs returns the folders that are somebody else's project, copied in
// whole: below the root, with a licence of their own that differs from the
// root's, and a README. Where the root has no licence, such a folder must also
// say how to cite it or how to contribute to it, as a part of a larger project
// does not. R packages carry such files by custom and are left out, and so is a
// folder that holds most of the repository.
//
// The time is linear in the tree, however many folders claim to be such.
func vendoredDirs(tree repo.Tree) map[string]bool {
	type folder struct{ foreign, readme, published, own bool }
	folders, root := map[string]folder{}, repo.File{}
	for _, f := range tree.Files() {
		if !strings.Contains(f.Path, "/") && licence(f.Path) {
			root = f
		}
	}
	for _, f := range tree.Files() {
		dir, base := path.Dir(f.Path), strings.ToUpper(path.Base(f.Path))
		foreign, readme, own := licence(f.Path) && !same(f, root), strings.HasPrefix(base, "README"), base == "DESCRIPTION"
		published := strings.HasPrefix(base, "CITATION.") || strings.HasPrefix(base, "CONTRIBUTING")
		if dir == "." || !foreign && !readme && !published && !own {
			continue
		}
		x := folders[dir]
		folders[dir] = folder{x.foreign || foreign, x.readme || readme, x.published || published, x.own || own}
	}
	out := map[string]bool{}
	for dir, x := range folders {
		if x.foreign && x.readme && !x.own && (root.Path != "" || x.published) && 2*below(tree.Files(), dir) < tree.Len() {
			out[dir] = true
		}
	}
	return out
}

// same says whether two licences are one text. A folder on disk that is no
// repository has no ids for files that no reader wants: there the size tells.
func same(a, b repo.File) bool { return b.Path != "" && (a.Blob == b.Blob || a.Size == b.Size) }

func licence(p string) bool {
	base := strings.ToUpper(path.Base(p))
	return base == "LICENSE" || base == "LICENSE.MD" || base == "LICENSE.TXT" || base == "COPYING" || base == "LICENCE"
}

// below counts the files in and under a folder.
func below(files []repo.File, dir string) int {
	at := func(bound string) int {
		i, _ := slices.BinarySearchFunc(files, bound, func(f repo.File, b string) int { return strings.Compare(f.Path, b) })
		return i
	}
	return at(dir+"0") - at(dir+"/") // "0" is what follows "/"
}
