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

// Services is Serving with the gateways in front of a model server, which ask
// no model of their own.
func (v *View) Services() []graph.Use {
	return Once(v, "deployment/services", func() []graph.Use {
		return merge(append([]graph.Use(nil), v.Serving()...), v.gateways())
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

// presented returns the documented commands that start a model's service. What
// compose brings up is in its files: a tracker or an orchestrator as well.
func (v *View) presented() []graph.Use {
	return v.Uses([]catalog.Role{catalog.RoleServeRun}, Called, func(u graph.Use) bool {
		_, command := u.Fact.(fact.Command)
		return command && u.Place == place.Document && !strings.Contains(u.What, "tensorboard") && !strings.Contains(u.What, "mlflow ui") && (u.Tool == nil || u.Tool.ID != "docker")
	})
}

// upstream is the address of a model server's own interface.
var upstream = pattern.MustCompile(`(/chat/completions|/completions|/v1/embeddings|/invocations|/api/(generate|chat)|/v2/models/.*|/v1/models/.*:predict)["']?$`)

// gateways returns the web routes of files that hand requests on to a model
// server.
func (v *View) gateways() []graph.Use {
	var out []graph.Use
	upstreams := map[string]bool{} // by file, for a program has many routes
	for _, u := range v.Live(catalog.RoleServe) {
		if !Code(u) {
			continue
		}
		named, known := upstreams[u.Path]
		for a := range fact.In[fact.Assign](v.Facts, u.Path) {
			if named = named || !known && upstream.MatchString(a.Value.Text); named || known {
				break
			}
		}
		if upstreams[u.Path] = named; named {
			out = append(out, u)
		}
	}
	return out
}

// ordered lists a set of nodes in their order, so that what is shown does not
// depend on the order of a map.
func ordered(set map[graph.ID]bool) []graph.ID {
	return slices.Sorted(maps.Keys(set))
}
