package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// LanguageModels returns the live uses that prompt, retrieve for or fine-tune
// a language model.
func (v *View) LanguageModels() []graph.Use {
	return Once(v, "language", func() []graph.Use {
		return merge(v.Live(catalog.RolePrompt, catalog.RoleFineTune, catalog.RoleLLMEval), v.Completions())
	})
}

// ClassicTraining is Training without the fine-tuning of language models.
func (v *View) ClassicTraining() []graph.Use {
	tuned := map[string]bool{}
	for _, u := range v.Live(catalog.RoleFineTune) {
		tuned[u.Path] = true
	}
	var out []graph.Use
	for _, u := range v.Training() {
		if u.Role != catalog.RoleFineTune && !tuned[u.Path] && u.Role != catalog.RoleTrainingJob {
			out = append(out, u)
		}
	}
	return out
}

// UsesFramework says whether live code imports a machine learning framework.
func (v *View) UsesFramework() bool {
	return Once(v, "framework", func() bool {
		for p := range fact.All[fact.Import](v.Facts) {
			if place.Of(p) == place.Live && v.importsFramework(p) {
				return true
			}
		}
		for p, d := range fact.All[fact.Dependency](v.Facts) {
			if path.Base(p) == "DESCRIPTION" && frameworks[d.Name] {
				return true
			}
		}
		return false
	})
}

// PackageNames returns the names under which the repository's root defines
// packages, lower case.
func (v *View) PackageNames() map[string]bool {
	return Once(v, "packages", func() map[string]bool {
		names := map[string]bool{}
		add := func(n string) {
			if n = strings.ToLower(strings.TrimSpace(n)); n != "" && !strings.ContainsAny(n, " {}$") {
				names[n] = true
				names[strings.ReplaceAll(n, "_", "-")] = true
				names[strings.ReplaceAll(n, "-", "_")] = true
			}
		}
		for p, r := range fact.All[fact.Resource](v.Facts) {
			if strings.Contains(p, "/") {
				continue
			}
			switch {
			case r.Kind == "pyproject", path.Base(p) == "setup.cfg":
				add(r.Name)
				for _, a := range r.Attrs {
					if a.Key == "project.name" || a.Key == "tool.poetry.name" || a.Key == "metadata.name" || a.Key == "name" {
						add(a.Value)
					}
				}
			}
		}
		for p, c := range fact.All[fact.Call](v.Facts) {
			if p == "setup.py" && strings.HasSuffix(c.Name, "setup") {
				for _, a := range c.Args {
					if a.Name == "name" && a.Value.Kind == fact.String {
						add(a.Value.Text)
					}
					if a.Name == "name" && a.Value.Kind == fact.Name {
						for s := range fact.In[fact.Assign](v.Facts, p) {
							if s.Name == a.Value.Text && s.Value.Kind == fact.String {
								add(s.Value.Text)
							}
						}
					}
				}
			}
		}
		if _, ok := v.Tree.File("setup.py"); ok || len(names) > 0 {
			for _, f := range v.Tree.Files() {
				dir, base := path.Split(strings.TrimPrefix(f.Path, "src/"))
				if base == "__init__.py" && strings.Count(dir, "/") == 1 && place.Of(f.Path) == place.Live {
					add(strings.TrimSuffix(dir, "/"))
				}
			}
		}
		if _, ok := v.Tree.File("DESCRIPTION"); ok {
			for r := range fact.In[fact.Resource](v.Facts, "DESCRIPTION") {
				add(r.Name)
			}
			if len(names) == 0 {
				names["description"] = true
			}
		}
		return names
	})
}

// NamesOwnModel says whether live code or settings name a place where the
// project publishes its own model: a hub repository or bucket path that holds
// the package's name.
func (v *View) NamesOwnModel() bool {
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		for _, a := range c.Args {
			if v.ownModelName(a.Value.Text) {
				return true
			}
		}
	}
	for p, t := range fact.All[fact.Text](v.Facts) {
		if strings.Count(p, "/") <= 1 && v.ownModelName(t.Text) {
			return true
		}
	}
	// hubconf.py is how a repository offers its trained models to torch.hub.
	_, hub := v.Tree.File("hubconf.py")
	return hub
}

func (v *View) ownModelName(text string) bool {
	low := strings.ToLower(text)
	for _, hub := range []string{"hf_hub:", "huggingface.co/", "s3://"} {
		i := strings.Index(low, hub)
		if i < 0 {
			continue
		}
		rest := low[i+len(hub):]
		if j := strings.IndexAny(rest, " )\"'>"); j >= 0 {
			rest = rest[:j]
		}
		if strings.Contains(rest, "dataset") || strings.Contains(rest, "docs/") {
			continue
		}
		for n := range v.PackageNames() {
			if strings.Contains(rest, n) {
				return true
			}
		}
	}
	return false
}
