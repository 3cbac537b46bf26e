package evidence

import (
	"path"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// classicModels is ClassicTraining with where the models that it trains are
// made, and with the model servers of other models than language models. It
// tells a project of many models, some of them language models, from an
// application built around one.
func (v *View) classicModels() []graph.Use {
	return Once(v, "classic-models", func() []graph.Use {
		language, folders := map[string]bool{}, map[string]bool{}
		for _, u := range append(v.LanguageModels(), v.Live(catalog.RoleFineTune)...) {
			language[u.Path] = true
			folders[path.Dir(u.Path)] = true
		}
		if len(language) > 0 {
			for _, u := range v.Live(catalog.RoleEmbed) { // what retrieval asks is part of the application
				folders[path.Dir(u.Path)] = true
			}
		}
		embeds := map[string]bool{}
		for _, u := range v.Live(catalog.RoleEmbed) {
			embeds[u.Path] = true
		}
		out := v.ClassicTraining()
		if len(out) > 0 {
			for _, u := range v.Live(catalog.RoleLearner) {
				if !language[u.Path] {
					out = append(out, u)
				}
			}
		}
		for _, u := range v.Live(catalog.RoleServe) {
			// A server beside a prompt serves the model that is prompted, one that
			// embeds serves retrieval.
			if u.Tool != nil && modelServers[u.Tool.ID] && Code(u) && !folders[path.Dir(u.Path)] && !embeds[u.Path] {
				out = append(out, u)
			}
		}
		return out
	})
}
