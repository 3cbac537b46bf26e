package checks

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// vendoredDirs returns the folders that are somebody else's project, copied in
// whole: below the root, with a licence of their own that differs from the
// root's, and a README. R packages carry such files by custom and are left out,
// and so is a folder that holds most of the repository.
func vendoredDirs(tree repo.Tree) []string {
	licence := func(p string) bool {
		base := strings.ToUpper(path.Base(p))
		return base == "LICENSE" || base == "LICENSE.MD" || base == "LICENSE.TXT" || base == "COPYING" || base == "LICENCE"
	}
	root := ""
	for _, f := range tree.Files() {
		if !strings.Contains(f.Path, "/") && licence(f.Path) {
			root = f.Blob
		}
	}
	if root == "" {
		return nil
	}
	var out []string
	for _, f := range tree.Files() {
		dir := path.Dir(f.Path)
		if dir == "." || !licence(f.Path) || f.Blob == root {
			continue
		}
		readme, own := false, false
		for _, g := range tree.Under(dir) {
			if path.Dir(g.Path) != dir {
				continue
			}
			base := strings.ToUpper(path.Base(g.Path))
			readme = readme || strings.HasPrefix(base, "README")
			own = own || base == "DESCRIPTION"
		}
		if readme && !own && 2*len(tree.Under(dir)) < tree.Len() {
			out = append(out, dir+"/")
		}
	}
	return out
}
