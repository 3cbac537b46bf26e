package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// returning is how people name going back to what ran before.
var returning = pattern.MustCompile(`(?i)(roll[\s_-]?(ed|ing)?[\s_-]?back|revert (to|the) (previous|older|last|prior)|previous (model )?version|(restore|redeploy) .{0,20}(previous|last|older))`)

// acting is a command that changes what runs or which model is served.
var acting = pattern.MustCompile(`(?i)^\W*(sudo )?(kubectl|helm|docker|gcloud|aws|az|mlflow|dvc checkout|git checkout|python3? |make |anyscale|heroku|fly|oc |argocd|databricks|bentoml|kustomize|terraform apply|\./|bash |gh workflow run|curl )`)

// Rollbacks returns what goes back to the version before: commands of live
// scripts and documents that do nothing else, automation that is named so, and
// commands a document gives under a heading about it.
func (v *View) Rollbacks() []report.Evidence {
	return Once(v, "deployment/rollbacks", func() []report.Evidence {
		var out []report.Evidence
		for _, u := range v.Uses([]catalog.Role{catalog.RoleRollback}, Called) {
			if (u.Place == place.Live || u.Place == place.Document) && !strings.Contains(u.What, "--atomic") && !strings.Contains(u.What, "--auto-rollback-enabled") {
				out = append(out, v.Show(u))
			}
		}
		for _, e := range v.namedRollbacks() {
			if e.takes {
				out = append(out, e.Evidence)
			}
		}
		out = append(out, v.anyVersion()...)
		return append(out, v.documentedRollbacks()...)
	})
}

// HalfRollbacks returns automation that moves registry stages back although
// nothing served here reads them.
func (v *View) HalfRollbacks() []report.Evidence {
	var out []report.Evidence
	for _, e := range v.namedRollbacks() {
		if !e.takes {
			out = append(out, e.Evidence)
		}
	}
	return out
}

type namedRollback struct {
	report.Evidence
	takes bool // what is served follows it
}

// namedRollbacks returns live functions, jobs, targets and programs that say
// they roll back and lead to a deployment or a move in the registry.
func (v *View) namedRollbacks() []namedRollback {
	return Once(v, "deployment/named-rollbacks", func() []namedRollback {
		moves, deploys := nodes(v.Live(catalog.RoleRegistryTransfer)), nodes(v.Rollouts())
		read := v.servesFromRegistry()
		var out []namedRollback
		for i := range v.Graph.Nodes {
			n := &v.Graph.Nodes[i]
			switch n.Kind {
			case graph.Scope, graph.Job, graph.Stage, graph.Run:
			default:
				continue
			}
			name := n.Name
			if n.Kind == graph.Run {
				name = path.Base(n.Path)
			}
			if n.Place != place.Live || !strings.Contains(strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name)), "rollback") {
				continue
			}
			if _, ok := v.Graph.Reached(graph.ID(i), Anyhow...); !ok {
				continue
			}
			for m := range v.Graph.Forward(graph.ID(i)) {
				if _, ok := deploys[m]; ok {
					out = append(out, namedRollback{v.ShowNode(graph.ID(i), Anyhow...), true})
					break
				}
				if _, ok := moves[m]; ok {
					out = append(out, namedRollback{v.ShowNode(graph.ID(i), Anyhow...), read})
					break
				}
			}
		}
		return out
	})
}

// servesFromRegistry says whether serving code loads its model from a registry.
func (v *View) servesFromRegistry() bool {
	return Once(v, "deployment/serves-from-registry", func() bool {
		loads := nodes(v.Live(catalog.RoleRegistryLoad))
		for n := range v.Graph.Forward(v.nodesOfServices()...) {
			if _, ok := loads[n]; ok {
				return true
			}
		}
		return false
	})
}

// nodesOfServices returns the nodes of all code of serving files.
func (v *View) nodesOfServices() []graph.ID {
	return Once(v, "deployment/nodes-of-services", func() []graph.ID {
		var out []graph.ID
		seen := map[string]bool{}
		for _, u := range v.Services() {
			if u.Node >= 0 {
				out = append(out, u.Node)
			}
			if seen[u.Path] || !Code(u) {
				continue
			}
			seen[u.Path] = true
			out = append(out, v.Graph.ScopesOf(u.Path)...)
			if run, ok := v.Graph.RunNode(u.Path); ok {
				out = append(out, run)
			}
		}
		return out
	})
}

// chosen are the inputs of a dispatch that name a version to deploy.
var chosen = pattern.MustCompile(`(?i)^(image[_-]?)?(tag|version|revision|release|artifact[_-]?(version|path|name)?|model[_-]?version|model[_-]?artifact\w*|image|digest)$`)

// anyVersion returns dispatched jobs that deploy whatever version a person
// names (clarification 83).
func (v *View) anyVersion() []report.Evidence {
	var out []report.Evidence
	deploys := nodes(v.Rollouts())
	for p, t := range fact.All[fact.Trigger](v.Facts) {
		if t.Off || t.Event != "dispatch" && t.Event != "workflow_dispatch" || place.Of(p) != place.Live || !slices.ContainsFunc(t.Inputs, chosen.MatchString) {
			continue
		}
		for i := range v.Graph.Nodes {
			n := &v.Graph.Nodes[i]
			if n.Kind != graph.Trigger || n.Path != p || n.Line != t.Line {
				continue
			}
			for _, m := range ordered(v.Graph.Forward(graph.ID(i))) {
				if u, ok := deploys[m]; ok {
					out = append(out, v.ShowFrom(u, graph.Dispatch))
					break
				}
			}
		}
	}
	return out
}

// documentedRollbacks returns the commands that documents give under a heading
// about going back, or in a comment beside it.
func (v *View) documentedRollbacks() []report.Evidence {
	var out []report.Evidence
	for _, f := range v.Facts.Files() {
		if c := place.Of(f.Path); c != place.Document && c != place.Live || !strings.HasSuffix(strings.ToLower(f.Path), ".md") && !strings.HasSuffix(strings.ToLower(f.Path), ".rst") {
			continue
		}
		level, under, comment := 0, false, false
		for _, x := range f.Facts {
			t, ok := x.(fact.Text)
			if !ok {
				continue
			}
			switch t.Kind {
			case "heading":
				if returning.MatchString(t.Text) {
					level, under = t.Level, true
				} else if t.Level <= level {
					under = false
				}
				comment = false
			case "code":
				if strings.HasPrefix(strings.TrimSpace(t.Text), "#") {
					comment = returning.MatchString(t.Text)
					continue
				}
				if (under || comment) && acting.MatchString(t.Text) && !strings.Contains(t.Text, "git revert") {
					out = append(out, At(f.Path, t.Line, shorten(strings.TrimSpace(t.Text))))
					comment = false
				}
			}
		}
	}
	return out
}
