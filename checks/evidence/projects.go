package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// ProjectDirs returns the folders of the separate ML projects of a repository
// that holds several: folders with requirements and training code of their
// own, none within another, and no training outside them. A repository with
// one project gives none.
func (v *View) ProjectDirs() []string {
	manifests := map[string]bool{}
	for _, m := range v.Manifests() {
		if place.Of(m.Path) == place.Live {
			manifests[dirOf(m.Path)] = true
		}
	}
	var dirs []string
	for _, u := range v.Training() {
		dir := dirOf(u.Path)
		for dir != "" && !manifests[dir] {
			dir = dirOf(dir)
		}
		if dir == "" {
			return nil
		}
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	// A folder within another belongs to it.
	dirs = slices.DeleteFunc(slices.Clone(dirs), func(d string) bool {
		return slices.ContainsFunc(dirs, func(outer string) bool { return outer != d && strings.HasPrefix(d, outer+"/") })
	})
	if len(dirs) < 2 {
		return nil
	}
	return dirs
}

func dirOf(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}
