package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// watchers are the settings of services that scan a repository from outside:
// the file is all it takes to switch them on.
var watchers = map[string]string{
	"renovate.json": "Renovate", "renovate.json5": "Renovate", ".renovaterc": "Renovate", ".renovaterc.json": "Renovate", ".renovaterc.json5": "Renovate",
	".github/renovate.json": "Renovate", ".github/renovate.json5": "Renovate", ".gitlab/renovate.json": "Renovate",
	".pyup.yml": "PyUp", ".whitesource": "Mend", ".deepsource.toml": "DeepSource", ".lgtm.yml": "LGTM", "lgtm.yml": "LGTM", ".snyk": "Snyk",
}

// weakScans look for one kind of file or licence only, or sign rather than
// scan.
var weakScans = []string{"detect-private-key", "detect-aws-credentials", "pip-licenses", "liccheck", "cosign", "attest-build", "fetch-metadata"}

// Scans returns what scans dependencies, code, images or secrets: settings of
// services that watch the repository, commit hooks, and commands and steps
// that a trigger reaches.
func (v *View) Scans() []graph.Use {
	return Once(v, "scans", func() []graph.Use {
		var out []graph.Use
		for _, f := range v.Tree.Files() {
			if name, ok := watchers[f.Path]; ok {
				out = append(out, watcher(f.Path, 1, "settings of "+name))
			}
		}
		for p, r := range fact.All[fact.Resource](v.Facts) {
			if r.System == "dependabot" && strings.HasPrefix(p, ".github/dependabot.y") && updates(r) {
				out = append(out, watcher(p, max(r.Line, 1), "settings of Dependabot"))
			}
		}
		var uses []graph.Use
		for _, u := range v.Uses([]catalog.Role{catalog.RoleSecurity}, Configured, Live) {
			if c, ok := u.Fact.(fact.Uses); !weakScan(u.What) && !(ok && weakScan(hookName(c))) {
				uses = append(uses, u)
			}
		}
		for _, u := range uses {
			_, reached := v.Graph.Reached(u.Node, graph.Triggered...)
			if c, ok := u.Fact.(fact.Uses); reached && Called(u) || ok && c.Kind == "include" {
				out = append(out, u) // an included template of GitLab brings jobs of its own
			}
		}
		return append(out, v.Hooked(uses)...)
	})
}

func watcher(p string, line int, what string) graph.Use {
	return graph.Use{Use: catalog.Use{Role: catalog.RoleSecurity, Strength: catalog.Configured, Path: p, Line: line, What: what}, Node: -1, Place: place.Live}
}

func weakScan(what string) bool {
	for _, w := range weakScans {
		if strings.Contains(what, w) {
			return true
		}
	}
	return false
}

// updates says whether Dependabot settings name an ecosystem.
func updates(r fact.Resource) bool {
	for _, a := range r.Attrs {
		if strings.HasSuffix(a.Key, "package-ecosystem") && strings.TrimSpace(a.Value) != "" {
			return true
		}
	}
	return false
}

// EmptyUpdates returns Dependabot settings that name no ecosystem.
func (v *View) EmptyUpdates() []report.Evidence {
	var out []report.Evidence
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.System == "dependabot" && path.Dir(p) == ".github" && !updates(r) {
			out = append(out, At(p, max(r.Line, 1), "names no package ecosystem"))
		}
	}
	return out
}
