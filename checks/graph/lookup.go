package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

func dirOf(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}

// workspace prefixes stand for the root of the checkout.
var workspace = []string{
	"${REPO_ROOT}/",
	"${{ github.workspace }}/", "${{github.workspace}}/", "${GITHUB_WORKSPACE}/", "$GITHUB_WORKSPACE/",
	"${CI_PROJECT_DIR}/", "${WORKSPACE}/", "${PWD}/", "$PWD/", "$(Build.SourcesDirectory)/",
	"$(System.DefaultWorkingDirectory)/", "${Build.SourcesDirectory}/", "$(pwd)/", "${pwd}/", "/github/workspace/",
	"${System.DefaultWorkingDirectory}/", "~/", "${HOME}/", "${workspaceFolder}/",
}

// lookup finds the file a command names, seen from a file and its possible
// working directories. guessed: the place rests on a variable, or on the file
// being the only one of that name.
func (g *Graph) lookup(from, target string, dirs ...string) (file string, guessed, ok bool) {
	return g.search(target, dirs, func(p string) bool { _, ok := g.tree.File(p); return ok })
}

// lookupDir is lookup for a folder.
func (g *Graph) lookupDir(target string, dirs ...string) (dir string, ok bool) {
	for _, d := range dirs {
		if strings.HasPrefix(d, "/") && strings.HasPrefix(target, "../") {
			// From a folder of the image below the one that holds the project.
			if p := path.Clean(strings.TrimLeft(target, "./")); g.tree.HasDir(p) {
				return p, true
			}
		}
		p := path.Join(d, target)
		if p == "." || p == "" {
			return "", true
		}
		if g.tree.HasDir(p) {
			return p, true
		}
	}
	return "", false
}

func (g *Graph) search(target string, dirs []string, exists func(string) bool) (string, bool, bool) {
	target = strings.Trim(target, `"'`)
	for _, w := range workspace {
		if strings.HasPrefix(target, w) {
			target, dirs = target[len(w):], append([]string{""}, dirs...)
			break
		}
	}
	target = strings.ReplaceAll(target, `\`, "/")
	variable := strings.Contains(target, "${") || strings.Contains(target, "$(") || strings.Contains(target, "{")
	if !variable && !strings.HasPrefix(target, "/") {
		for _, d := range dirs {
			if strings.Contains(d, "$") || strings.HasPrefix(d, "/") {
				continue
			}
			if p := path.Join(d, target); exists(p) {
				return p, false, true
			}
		}
	}
	suffix := target
	if variable {
		i := strings.LastIndexAny(target, "})")
		suffix = target[i+1:]
		if !strings.HasPrefix(suffix, "/") {
			return "", false, false
		}
	}
	suffix = strings.TrimPrefix(path.Clean("/"+suffix), "/")
	if suffix == "" {
		return "", false, false
	}
	// In a container or below a variable: the longest tail of the path that
	// names one file.
	container := strings.HasPrefix(target, "/") || variable
	for _, d := range dirs {
		container = container || strings.HasPrefix(d, "/") || strings.Contains(d, "$")
	}
	if !container {
		return "", false, false
	}
	for s := suffix; s != ""; {
		if p, n := g.bySuffix(s); n == 1 {
			return p, !strings.HasPrefix(target, "/") || s != suffix, true
		} else if n > 1 && exists(s) {
			return s, true, true
		}
		_, rest, more := strings.Cut(s, "/")
		if !more {
			break
		}
		s = rest
	}
	return "", false, false
}

// bySuffix counts the live files whose path ends in the segments of suffix and
// returns the first.
func (g *Graph) bySuffix(suffix string) (string, int) {
	if g.tails == nil {
		g.tails = map[string][]string{}
		for _, f := range g.tree.Files() {
			if !place.Ignored(f.Path) {
				base := path.Base(f.Path)
				g.tails[base] = append(g.tails[base], f.Path)
			}
		}
	}
	found, n := "", 0
	for _, p := range g.tails[path.Base(suffix)] {
		if p == suffix || strings.HasSuffix(p, "/"+suffix) {
			if n++; n == 1 {
				found = p
			}
		}
	}
	return found, n
}
