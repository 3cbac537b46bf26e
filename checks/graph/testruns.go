package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// tests links to the test files below the named places, or to all.
func (g *Graph) tests(args, dirs []string) []target {
	var out []target
	seen := map[string]bool{}
	add := func(p string) {
		if place.TestFile(path.Base(p)) && !seen[p] && !place.Ignored(p) {
			seen[p] = true
			out = append(out, target{id: g.run(p), test: true})
		}
	}
	named := false
	for _, a := range positional(args, "-k", "-m", "-n", "-c", "-p", "-o", "--cov", "--timeout", "--ignore", "--rootdir", "--junitxml", "-s", "--maxfail", "-e", "--session", "--cov-report", "--log-level", "--config-file", "-W", "--tb", "--durations") {
		a, _, _ = strings.Cut(a, "::")
		if f, _, ok := g.lookup("", a, dirs...); ok {
			named = true
			if !seen[f] {
				seen[f] = true
				out = append(out, target{id: g.run(f), test: true})
			}
		} else if d, ok := g.lookupDir(a, dirs...); ok {
			named = true
			for _, f := range g.tree.Under(d) {
				add(f.Path)
			}
		} else if strings.Contains(a, "/") || strings.HasSuffix(a, ".py") {
			named = true
			if !strings.ContainsAny(a, "$*") {
				out = append(out, target{broken: a + " is not in the repository"})
			}
		}
	}
	if named {
		return out
	}
	for _, f := range g.tree.Under(strings.TrimPrefix(dirs[0], "/")) {
		add(f.Path)
	}
	return out
}
