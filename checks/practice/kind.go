package practice

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Verdict is what kind of repository it is, and why.
type Verdict struct {
	Kind     report.Kind
	Reason   string
	Evidence []report.Evidence
}

// Kind tells ML projects, language model applications, libraries and the rest
// apart (rubric, "Kind of repository"; clarifications 35, 36, 56, 85).
func Kind(v *evidence.View) Verdict {
	if pkg, ok := published(v); ok && machineLearning(v) && !ownModel(v) {
		return Verdict{report.MLLibrary, "it is a package for others to do machine learning with, and keeps no model of its own", []report.Evidence{pkg}}
	}
	training, notebooks := v.Training(), v.TrainingInNotebooks()
	if e, ok := book(v); ok && len(training) == 0 && len(v.Serving()) == 0 {
		return Verdict{report.NotML, "it is a text that teaches machine learning, not a system", []report.Evidence{e}}
	}
	language := v.LanguageModels()
	classic := v.ClassicTraining()
	if len(language) > 0 && files(language) > 2*files(classic) {
		return Verdict{report.LLMApplication, "it is built around a language model", v.ShowAll(language)}
	}
	switch {
	case len(training) > 0:
		return Verdict{report.MLProject, "it trains its own model", v.ShowAll(training)}
	case len(v.Serving()) > 0:
		return Verdict{report.MLProject, "it serves a model", v.ShowAll(v.Serving())}
	case len(language) > 0:
		return Verdict{report.LLMApplication, "it is built around a language model", v.ShowAll(language)}
	case len(notebooks) > 0 && tutorial(v):
		return Verdict{report.NotML, "its notebooks teach; they save, serve and publish nothing", v.ShowAll(notebooks)}
	case len(notebooks) > 0:
		return Verdict{report.MLProject, "it trains a model in notebooks", v.ShowAll(notebooks)}
	case len(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad)) > 0 && len(v.Predictions()) > 0:
		return Verdict{report.MLProject, "it loads a model and predicts", v.ShowAll(v.Predictions())}
	}
	if e, ok := platform(v); ok {
		return Verdict{report.MLLibrary, "it is a product that others install to do machine learning with", []report.Evidence{e}}
	}
	return Verdict{report.NotML, "no code here trains, loads or asks a model", nil}
}

func files(uses []graph.Use) int {
	seen := map[string]bool{}
	for _, u := range uses {
		seen[u.Path] = true
	}
	return len(seen)
}

// machineLearning says whether live code uses a machine learning framework.
func machineLearning(v *evidence.View) bool {
	return len(v.Training()) > 0 || len(v.Predictions()) > 0 || v.UsesFramework()
}

// ownModel says whether the repository keeps a model of its own: it serves
// one, tracks or publishes one, or a job trains one.
func ownModel(v *evidence.View) bool {
	if _, _, started := v.Reached(v.Serving(), evidence.Anyhow...); started || len(v.Tracked(evidence.ModelFile)) > 0 || len(v.LargeFiles(evidence.ModelFile)) > 0 {
		return true
	}
	if _, _, ok := v.Reached(v.Training(), graph.Triggered...); ok {
		return true
	}
	return len(v.Tracked(evidence.DataFile)) > 0 || v.NamesOwnModel() || trainsItsOwn(v)
}

// trainsItsOwn says whether a program here fits a model and saves it under a
// name of its own, where a library would leave both to its user.
func trainsItsOwn(v *evidence.View) bool {
	trains := map[string]bool{}
	for _, u := range v.Training() {
		trains[u.Path] = true
	}
	for _, u := range v.Live(catalog.RoleModelSave) {
		c, ok := u.Fact.(fact.Call)
		if !ok || !trains[u.Path] {
			continue
		}
		for _, a := range c.Args {
			if a.Value.Kind == fact.String && strings.Contains(a.Value.Text, "/") {
				if _, _, reached := v.Reached([]graph.Use{u}, evidence.Anyhow...); reached {
					return true
				}
			}
		}
	}
	return false
}

// published finds what shows that the project is a package others install: a
// job or target that uploads it to an index, or instructions to install it by
// its own name.
func published(v *evidence.View) (report.Evidence, bool) {
	names := v.PackageNames()
	if len(names) == 0 {
		return report.Evidence{}, false
	}
	for _, u := range v.Live(catalog.RolePublish) {
		if c, ok := u.Fact.(fact.Command); ok && len(c.Argv) > 0 && (strings.Contains(u.What, "docker") || strings.Contains(u.What, "podman")) {
			continue
		}
		if u.Tool != nil && packageIndex[u.Tool.ID] {
			return v.Show(u), true
		}
	}
	for p, t := range fact.All[fact.Text](v.Facts) {
		if strings.Count(p, "/") > 1 {
			continue
		}
		low := strings.ToLower(t.Text)
		for n := range names {
			for _, form := range []string{"pip install " + n, "pip3 install " + n, "pip install -u " + n, "pip install --upgrade " + n,
				"pypi.org/project/" + n, "pypi.python.org/pypi/" + n, "badge.fury.io/py/" + n, "install.packages(\"" + n, "conda install -c conda-forge " + n,
				"cran.r-project.org/package=" + n, "uv add " + n, "poetry add " + n, "pypi/v/" + n} {
				if i := strings.Index(low, form); i >= 0 && wordEnds(low[i+len(form):]) {
					return evidence.At(p, t.Line, "install instructions for "+n), true
				}
			}
		}
	}
	return report.Evidence{}, false
}

func wordEnds(rest string) bool {
	if rest == "" {
		return true
	}
	c := rest[0]
	return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')
}

// packageIndex names the tools that upload packages rather than images.
var packageIndex = map[string]bool{"package-publish": true}

// book finds the settings of a book or course made of notebooks.
func book(v *evidence.View) (report.Evidence, bool) {
	for _, f := range v.Tree.Files() {
		switch f.Path[strings.LastIndexByte(f.Path, '/')+1:] {
		case "_bookdown.yml", "_quarto.yml", "_toc.yml", "book.toml":
			return evidence.At(f.Path, 1, "book settings"), true
		}
	}
	return report.Evidence{}, false
}

// tutorial says whether a repository of notebooks is teaching material: its
// README says so, and nothing it trains is kept (clarification 85).
func tutorial(v *evidence.View) bool {
	if len(v.Notebook(catalog.RoleModelSave, catalog.RoleRegister, catalog.RoleTrackModel, catalog.RoleHub)) > 0 {
		return false
	}
	n := 0
	for _, name := range []string{"README.md", "README.rst", "readme.md"} {
		for t := range fact.In[fact.Text](v.Facts, name) {
			low := strings.ToLower(t.Text)
			for _, w := range []string{"tutorial", "course", "lecture", "workshop", "learn how", "exercise", "lesson", "this book", "chapter"} {
				if strings.Contains(low, w) {
					n++
				}
			}
		}
	}
	return n >= 2
}

// platform finds a server product for machine learning written in another
// language: code of its own, an image or chart to install, and a README that
// opens by speaking of models.
func platform(v *evidence.View) (report.Evidence, bool) {
	source := 0
	for _, f := range v.Tree.Files() {
		switch f.Path[strings.LastIndexByte(f.Path, '.')+1:] {
		case "go", "java", "scala", "rs", "kt", "cpp":
			source++
		}
	}
	if source < 20 {
		return report.Evidence{}, false
	}
	n := 0
	for t := range fact.In[fact.Text](v.Facts, "README.md") {
		if n++; n > 25 {
			break
		}
		low := strings.ToLower(t.Text)
		for _, w := range []string{"machine learning", "model serving", "model deployment", "ml model", "mlops", "models on kubernetes"} {
			if strings.Contains(low, w) {
				return evidence.At("README.md", t.Line, "presents itself as a product for "+w), true
			}
		}
	}
	return report.Evidence{}, false
}
