package practice

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// library tells a package for others to do machine learning with from one that
// borrows a learner for something else, a clustering of its grid or an
// interpolation: there the files that learn are few, or only look like it by
// the names of their methods, and the package does not speak of learning.
func library(v *evidence.View, pkg report.Evidence) (Verdict, bool) {
	if ownModel(v) {
		return Verdict{}, false
	}
	learn, sure, all := v.LearningFiles()
	switch {
	case learn == 0:
		return Verdict{}, false
	case sure*incidental < all:
		if _, ok := speaksOf(v, learningWords); ok {
			break
		}
		if sure == 0 {
			return Verdict{report.NotML, "it is a package that fits and predicts without machine learning: it uses no framework for it and does not speak of it", []report.Evidence{pkg}}, true
		}
		return Verdict{report.NotML, "it is a package in which machine learning is incidental", []report.Evidence{pkg}}, true
	}
	return Verdict{report.MLLibrary, "it is a package for others to do machine learning with, and keeps no model of its own", []report.Evidence{pkg}}, true
}

// incidental is how many times as many files a package has as files that
// learn, above which learning is not what it is for.
const incidental = 25

// ownModel says whether the repository keeps a model of its own: it serves
// one, tracks or publishes one, or a job trains one. A product that serves what
// others train serves no model of its own (clarification 85).
func ownModel(v *evidence.View) bool {
	if _, others := speaksOf(v, modelsOfOthers); !others {
		if _, _, started := v.Reached(servers(v), evidence.Anyhow...); started {
			return true
		}
	}
	if len(v.Tracked(evidence.ModelFile)) > 0 || len(v.LargeFiles(evidence.ModelFile)) > 0 {
		return true
	}
	if _, _, ok := v.Reached(v.TrainingOutsidePackage(), graph.Triggered...); ok {
		return true
	}
	return len(v.Tracked(evidence.DataFile)) > 0 || v.NamesOwnModel() || comesTrained(v) || trainsItsOwn(v)
}

// servers are the uses that serve, without the scripts that only score.
func servers(v *evidence.View) []graph.Use {
	return slices.DeleteFunc(slices.Clone(v.Serving()), func(u graph.Use) bool {
		return u.Tool == nil && (u.Role == catalog.RoleBatchScore || u.Role == catalog.RolePredict)
	})
}

// comesTrained says whether the package is offered with models that were
// trained with what is in it, and loads them.
func comesTrained(v *evidence.View) bool {
	if len(v.Training()) == 0 || len(v.Live(catalog.RoleModelLoad)) == 0 {
		return false
	}
	_, ok := speaksOf(v, trainedModels)
	return ok
}

var trainedModels = pattern.MustCompile(`(?i)\b(?:with|includes|including|ships?|our|provides|providing) (?:\S+ ){0,3}pre-?trained (?:\S+ )?models?\b`)

// trainsItsOwn says whether a program here fits a model and keeps it: under a
// name of its own, in a registry or on a tracker, where a library would leave
// that to its user.
func trainsItsOwn(v *evidence.View) bool {
	trains := map[string]bool{}
	for _, u := range v.Training() {
		trains[u.Path] = true
	}
	if len(trains) == 0 {
		return false
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
	_, _, kept := v.Reached(v.Live(catalog.RoleRegister, catalog.RoleTrackModel), graph.Triggered...)
	return kept
}

// published finds what shows that the project is a package others install: a
// job or target that uploads it to an index, or instructions to install it by
// its own name.
func published(v *evidence.View) (report.Evidence, bool) {
	names := v.NestedPackages()
	if len(names) == 0 {
		return report.Evidence{}, false
	}
	for _, u := range v.Live(catalog.RolePublish) {
		if len(v.PackageNames()) == 0 {
			break // parts of a project may have an index of their own
		}
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
				"cran.r-project.org/package=" + n, "uv add " + n, "poetry add " + n, "pypi/v/" + n, "pkg.add(\"" + n, "pkg> add " + n} {
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
