package practice

import (
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
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
	pkg, isPackage := published(v)
	if isPackage {
		if verdict, ok := library(v, pkg); ok {
			return verdict
		}
	}
	if e, ok := course(v); ok {
		return Verdict{report.NotML, "it teaches machine learning with exercises; nothing it trains is run or kept", []report.Evidence{e}}
	}
	if e, ok := guide(v); ok {
		return Verdict{report.NotML, "it is a text to learn from; its programs are content that no automation runs", []report.Evidence{e}}
	}
	training, notebooks := v.Training(), v.TrainingInNotebooks()
	if e, ok := book(v); ok && len(training) == 0 && len(v.Serving()) == 0 {
		return Verdict{report.NotML, "it is a text that teaches machine learning, not a system", []report.Evidence{e}}
	}
	language := v.LanguageModels()
	if len(notebooks) == 0 && len(v.Classic()) == 0 && aside(v, language) {
		return Verdict{report.NotML, "a few of its many files ask a language model; it is not built around one", v.ShowAll(language)}
	}
	if len(language) > 0 && files(language) > 2*files(v.Classic()) {
		return Verdict{report.LLMApplication, "it is built around a language model", v.ShowAll(language)}
	}
	switch {
	case len(training) > 0:
		return Verdict{report.MLProject, "it trains its own model", v.ShowAll(training)}
	case len(v.Serving()) > 0 && len(notebooks) > 0:
		return Verdict{report.MLProject, "it serves a model and trains one in notebooks", v.ShowAll(v.Serving())}
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
	if isPackage && v.NamesOwnModel() && len(v.Live(catalog.RoleModelLoad)) > 0 {
		return Verdict{report.MLProject, "it publishes a model of its own", v.ShowAll(v.Live(catalog.RoleModelLoad))}
	}
	if e, ok := product(v); ok {
		return Verdict{report.MLLibrary, "it is a product that others install to do machine learning with", []report.Evidence{e}}
	}
	if language := v.UnreadLanguage(); language != "" {
		return Verdict{report.NotML, "no code that is read here trains, loads or asks a model; most of it is " + language + ", which is not read", nil}
	}
	return Verdict{report.NotML, "no code here trains, loads or asks a model", nil}
}

// aside says whether a program that speaks of something else asks a language
// model in few of its many files: a help to its users, not what it is built
// around.
func aside(v *evidence.View, language []graph.Use) bool {
	_, programs := v.PagesAndPrograms()
	if len(language) == 0 || files(language)*2*incidental >= programs {
		return false
	}
	_, speaks := speaksWithin(v, languageWords, introduction)
	return !speaks
}

func files(uses []graph.Use) int {
	seen := map[string]bool{}
	for _, u := range uses {
		seen[u.Path] = true
	}
	return len(seen)
}
