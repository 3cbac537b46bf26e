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
)

// LanguageModels returns the live uses that prompt, retrieve for or fine-tune
// a language model.
func (v *View) LanguageModels() []graph.Use {
	return Once(v, "language", func() []graph.Use {
		asked := merge(v.Live(catalog.RoleFineTune), v.Completions())
		if len(asked) == 0 {
			return nil // a store of prompts is not yet an application of them
		}
		return merge(asked, v.Live(catalog.RolePrompt, catalog.RoleLLMEval))
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

// Classic returns the live uses that train, make, serve or load a model that is
// no language model: a language model application also unpickles, downloads from a
// hub, and loads models to embed and rank what it retrieves.
func (v *View) Classic() []graph.Use {
	retrieves := map[string]bool{}
	for _, u := range slices.Concat(v.LanguageModels(), v.Live(catalog.RoleEmbed, catalog.RoleRetrieval)) {
		retrieves[u.Path] = true
	}
	loads := slices.DeleteFunc(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad), func(u graph.Use) bool {
		return retrieves[u.Path] || u.Tool == nil || u.Tool.ID == "pickle" || u.Tool.ID == "huggingface-hub"
	})
	return slices.Concat(v.classicModels(), loads)
}

// LearningFiles counts the live files of code that import a machine learning
// framework, train or predict, those of them where a framework says so and not
// only the name of a method, and all live files of code.
func (v *View) LearningFiles() (learn, sure, all int) {
	known := map[string]bool{} // whether by the catalogue
	for _, u := range slices.Concat(v.Training(), v.Predictions(), v.LanguageModels()) {
		known[u.Path] = known[u.Path] || u.Tool != nil
	}
	for _, f := range v.Facts.Files() {
		switch path.Ext(f.Path) {
		case ".py", ".R", ".r", ".jl", ".scala":
		default:
			continue
		}
		if place.Of(f.Path) != place.Live {
			continue
		}
		all++
		byTool, found := known[f.Path]
		if byTool = byTool || v.importsFramework(f.Path); byTool {
			sure++
		}
		if byTool || found {
			learn++
		}
	}
	for p, d := range fact.All[fact.Dependency](v.Facts) {
		if path.Base(p) == "DESCRIPTION" && frameworks[d.Name] {
			return max(learn, all), max(sure, all), all // R names its packages once for all files
		}
	}
	return learn, sure, all
}

// packageDepth is how deep below the root a package of its own may lie:
// api/python/NAME/pyproject.toml.
const packageDepth = 3

// NestedPackages returns the names of the packages that live code defines at or
// below the root, lower case.
func (v *View) NestedPackages() map[string]bool {
	return Once(v, "nested-packages", func() map[string]bool {
		names := v.definedPackages(func(p string) bool { return strings.Count(p, "/") <= packageDepth && place.Of(p) == place.Live })
		for n := range v.PackageNames() {
			names[n] = true
		}
		return names
	})
}

// addPackage adds a package's name with either kind of dash.
func addPackage(names map[string]bool, n string) {
	if n = strings.ToLower(strings.TrimSpace(n)); n != "" && !strings.ContainsAny(n, " {}$") {
		names[n] = true
		names[strings.ReplaceAll(n, "_", "-")] = true
		names[strings.ReplaceAll(n, "-", "_")] = true
	}
}

// definedPackages returns the names that pyproject.toml, setup.cfg and
// setup.py give, in the places that where lets in.
func (v *View) definedPackages(where func(path string) bool) map[string]bool {
	names := map[string]bool{}
	add := func(n string) { addPackage(names, n) }
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.Kind != "pyproject" && r.Kind != "julia-project" && path.Base(p) != "setup.cfg" || !where(p) {
			continue
		}
		add(r.Name)
		for _, a := range r.Attrs {
			if a.Key == "project.name" || a.Key == "tool.poetry.name" || a.Key == "metadata.name" || a.Key == "name" {
				add(a.Value)
			}
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if path.Base(p) != "setup.py" || !strings.HasSuffix(c.Name, "setup") || !where(p) {
			continue
		}
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
	return names
}

// PackageNames returns the names under which the repository's root defines
// packages, lower case.
func (v *View) PackageNames() map[string]bool {
	return Once(v, "packages", func() map[string]bool {
		names := v.definedPackages(func(p string) bool { return !strings.Contains(p, "/") })
		add := func(n string) { addPackage(names, n) }
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

// TrainingOutsidePackage is Training without what stands in the packages that
// the repository defines: a library's learners are its users' to train.
func (v *View) TrainingOutsidePackage() []graph.Use {
	names := v.PackageNames()
	return slices.DeleteFunc(slices.Clone(v.Training()), func(u graph.Use) bool {
		dir, rest, _ := strings.Cut(strings.ToLower(u.Path), "/")
		if dir == "src" {
			dir, rest, _ = strings.Cut(rest, "/")
		}
		return rest != "" && names[dir]
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
	for p, a := range fact.All[fact.Assign](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		if v.ownWeights(a.Value) {
			return true
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
		if strings.Contains(rest, "dataset") || strings.Contains(rest, "docs/") || strings.Contains(rest, "?") {
			continue
		}
		if hub == "huggingface.co/" && !strings.Contains(strings.Trim(rest, "/"), "/") {
			continue // the owner's page, which names no model
		}
		for n := range v.PackageNames() {
			if strings.Contains(rest, n) {
				return true
			}
		}
	}
	return false
}

// ownWeights says whether a value, or an item of it, is the address of a file
// of weights whose path holds the package's name.
func (v *View) ownWeights(val fact.Value) bool {
	if m := weights.FindStringSubmatch(strings.ToLower(val.Text)); m != nil {
		for n := range v.PackageNames() {
			if strings.Contains(m[1], n) {
				return true
			}
		}
	}
	return slices.ContainsFunc(val.Items, v.ownWeights)
}

// weights is the address of a model's weights; its group is the path.
var weights = pattern.MustCompile(`^["']?(?:https?|s3|gs)://[^/]+(/\S+)\.(?:pt|pth|ckpt|safetensors|onnx|h5|keras|pb|tflite|gguf|pkl|joblib)["']?$`)
