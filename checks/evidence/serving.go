package evidence

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// Predictions returns the live uses that ask a model for predictions.
func (v *View) Predictions() []graph.Use {
	return Once(v, "predictions", func() []graph.Use {
		return merge(v.Live(catalog.RolePredict, catalog.RoleBatchScore), v.calls(Live, predictCall))
	})
}

// PredictionsInNotebooks is Predictions for notebooks.
func (v *View) PredictionsInNotebooks() []graph.Use {
	return merge(v.Notebook(catalog.RolePredict, catalog.RoleBatchScore), v.calls(InNotebook, predictCall))
}

func predictCall(c fact.Call, _ bool) (catalog.Role, bool) {
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	switch method {
	case "predict", "predict_proba", "predict_one", "predict_proba_one", "predict_on_batch", "decision_function", "forecast", "score_one":
		return catalog.RolePredict, c.Recv != ""
	case "generate":
		return catalog.RolePredict, c.Unresolved && (strings.Contains(c.Recv, "model") || strings.Contains(c.Recv, "llm"))
	case "invoke_endpoint":
		return catalog.RolePredict, true
	}
	// Calling the model itself: model(x), self.model(x), session.run(…).
	last := strings.ToLower(c.Name)
	if c.Unresolved && (last == "model" || strings.HasSuffix(last, ".model") || last == "net" || last == "self.net") && len(c.Args) > 0 {
		return catalog.RolePredict, true
	}
	if method == "run" && c.Unresolved && (strings.Contains(last, "session") || strings.Contains(last, "sess.")) && len(c.Args) >= 2 {
		return catalog.RolePredict, true
	}
	return "", false
}

// Serving returns the live uses that declare a service and whose code reaches
// a model: an API route, a UI app, a model server, a batch scoring job.
// Declaring a web application that asks no model for anything is no serving.
func (v *View) Serving() []graph.Use {
	return Once(v, "serving", func() []graph.Use {
		model := map[graph.ID]bool{}
		for _, u := range v.Predictions() {
			model[u.Node] = true
		}
		for _, u := range v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad, catalog.RoleLLM, catalog.RoleRetrieval, catalog.RoleHub) {
			model[u.Node] = true
		}
		var out []graph.Use
		byFile := map[string]bool{}
		for _, u := range v.Live(catalog.RoleServe, catalog.RoleServeRun, catalog.RoleBatchScore) {
			if !Code(u) {
				// A model server's own command or manifest needs no code here.
				if u.Role == catalog.RoleServe || u.Role == catalog.RoleBatchScore {
					out = append(out, u)
				}
				continue
			}
			asks, known := byFile[u.Path]
			if !known {
				run, ok := v.Graph.RunNode(u.Path)
				if ok {
					for n := range v.Graph.Forward(append(v.Graph.ScopesOf(u.Path), run)...) {
						if model[n] {
							asks = true
							break
						}
					}
				}
				byFile[u.Path] = asks
			}
			if asks {
				out = append(out, u)
			}
		}
		return out
	})
}
