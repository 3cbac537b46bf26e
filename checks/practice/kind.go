package practice

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
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
	training, notebooks := v.Training(), v.TrainingInNotebooks()
	predictions := v.Predictions()
	llm := v.Live(catalog.RoleLLM, catalog.RoleRetrieval, catalog.RolePrompt)
	tuned := v.Live(catalog.RoleFineTune)
	if len(training)+len(notebooks)+len(v.Serving())+len(llm)+len(tuned) == 0 && len(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad, catalog.RoleLearner)) == 0 {
		return Verdict{report.NotML, "no code here trains, loads or asks a model", nil}
	}
	if pkg, ok := published(v); ok && !ownModel(v) {
		return Verdict{report.MLLibrary, "it is a package for others to do machine learning with, and keeps no model of its own", []report.Evidence{pkg}}
	}
	if len(llm)+len(tuned) > 0 && len(llm)+len(tuned) >= len(training)-len(tuned) {
		return Verdict{report.LLMApplication, "it is built around a language model", v.ShowAll(append(llm, tuned...))}
	}
	switch {
	case len(training) > 0:
		return Verdict{report.MLProject, "it trains its own model", v.ShowAll(training)}
	case len(v.Serving()) > 0:
		return Verdict{report.MLProject, "it serves a model", v.ShowAll(v.Serving())}
	case len(notebooks) > 0:
		return Verdict{report.MLProject, "it trains a model in notebooks", v.ShowAll(notebooks)}
	case len(predictions) > 0:
		return Verdict{report.MLProject, "it asks its own model for predictions", v.ShowAll(predictions)}
	}
	return Verdict{report.NotML, "no code here trains, loads or asks a model", nil}
}

// published finds the package definition of a project that is made for others
// to install: a published package, or an R package.
func published(v *evidence.View) (report.Evidence, bool) {
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.Kind == "pyproject" && !strings.Contains(p, "/") {
			for _, a := range r.Attrs {
				if strings.Contains(a.Key, "classifiers") || strings.HasSuffix(a.Key, ".keywords.0") {
					return evidence.At(p, a.Line, "package "+r.Name), true
				}
			}
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) == place.Live && strings.HasSuffix(c.Name, "setup") && strings.HasSuffix(p, "setup.py") && !strings.Contains(p, "/") {
			return evidence.At(p, c.Line, "setup()"), true
		}
	}
	if _, ok := v.Tree.File("DESCRIPTION"); ok {
		return evidence.At("DESCRIPTION", 1, "R package"), true
	}
	return report.Evidence{}, false
}

// ownModel says whether the repository keeps a model of its own: one that is
// trained by a job, served, tracked or registered here.
func ownModel(v *evidence.View) bool {
	if len(v.Serving()) > 0 || len(v.Tracked(evidence.ModelFile)) > 0 || len(v.LargeFiles(evidence.ModelFile)) > 0 {
		return true
	}
	if _, _, ok := v.Reached(v.Training(), graph.Triggered...); ok {
		return true
	}
	return len(v.Tracked(evidence.DataFile)) > 0
}
