package evidence

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Services is Serving with what serves without a service framework's call on
// a model: packaged scoring jobs and gateways in front of a model server.
func (v *View) Services() []graph.Use {
	return Once(v, "deployment/services", func() []graph.Use {
		return merge(merge(append([]graph.Use(nil), v.Serving()...), v.scoringJobs()), v.gateways())
	})
}

// DeploymentApplies says whether the deployment capabilities are judged: code
// here serves, a trigger rolls something out, or the documentation presents a
// service (clarifications 27, 28, 67).
func (v *View) DeploymentApplies() Applies {
	return Once(v, "deployment/deployment-applies", func() Applies {
		switch {
		case len(v.Services()) > 0:
			return Applies{Yes: true}
		case len(v.AllReached(v.Rollouts(), graph.Triggered...)) > 0:
			return Applies{Yes: true}
		case len(v.presented()) > 0:
			return Applies{Yes: true, Why: "the documentation presents a service that is not here"}
		}
		return Applies{Why: "nothing is served or deployed here"}
	})
}

// presented returns the documented commands that start a model's service.
func (v *View) presented() []graph.Use {
	return v.Uses([]catalog.Role{catalog.RoleServeRun}, Called, func(u graph.Use) bool {
		_, command := u.Fact.(fact.Command)
		return command && u.Place == place.Document && !strings.Contains(u.What, "tensorboard") && !strings.Contains(u.What, "mlflow ui")
	})
}

// byVersion marks an argument that names a model by its place in a registry.
var byVersion = pattern.MustCompile(`(?i)(models:/|alias|stage|version|model_uri|\buri\b|champion|production)`)

// scoringJobs returns scoring jobs that the graph cannot follow through a
// loader object: a file that does not train loads something called a model by
// alias, version or registry address, predicts and writes the output
// (clarification 51). Feature stores score by registry address themselves.
func (v *View) scoringJobs() []graph.Use {
	trains := map[string]bool{}
	for _, u := range v.Training() {
		trains[u.Path] = true
	}
	var out []graph.Use
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live || trains[f.Path] {
			continue
		}
		loaded, writes, sets := false, false, false
		predicts := fact.Call{}
		for _, x := range f.Facts {
			c, ok := x.(fact.Call)
			if !ok || c.Magic {
				continue
			}
			method := lastSegment(c.Name)
			switch {
			case method == "score_batch":
				predicts, sets = c, true
			case method == "predict" && c.Recv != "" && predicts.Line == 0:
				predicts = c
			case writers[method]:
				writes = true
			case strings.HasPrefix(method, "load") && strings.Contains(strings.ToLower(c.Target), "model") && loadsByVersion(c):
				loaded = true
			}
		}
		if predicts.Line == 0 || !sets && !(loaded && writes) {
			continue
		}
		u := graph.Use{Use: catalog.Use{Role: catalog.RoleBatchScore, Strength: catalog.Used, Path: f.Path, Line: predicts.Line,
			What: "scoring job: " + predicts.Name, Fact: predicts, Scope: predicts.Scope}, Node: v.Graph.ScopeNode(f.Path, predicts.Scope), Place: place.Live}
		out = append(out, u)
	}
	return out
}

func loadsByVersion(c fact.Call) bool {
	for _, a := range c.Args {
		if byVersion.MatchString(a.Name) || byVersion.MatchString(a.Value.Text) {
			return true
		}
	}
	return false
}

// upstream is the address of a model server's own interface.
var upstream = pattern.MustCompile(`(/chat/completions|/completions|/v1/embeddings|/invocations|/api/(generate|chat)|/v2/models/.*|/v1/models/.*:predict)["']?$`)

// gateways returns the web routes of files that hand requests on to a model
// server.
func (v *View) gateways() []graph.Use {
	var out []graph.Use
	for _, u := range v.Live(catalog.RoleServe) {
		if !Code(u) {
			continue
		}
		for a := range fact.In[fact.Assign](v.Facts, u.Path) {
			if upstream.MatchString(a.Value.Text) {
				out = append(out, u)
				break
			}
		}
	}
	return out
}

// ordered lists a set of nodes in their order, so that what is shown does not
// depend on the order of a map.
func ordered(set map[graph.ID]bool) []graph.ID {
	return slices.Sorted(maps.Keys(set))
}
