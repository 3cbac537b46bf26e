package practice

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// library tells a package for others to do machine learning with from one that
// borrows a learner for something else, a clustering of its grid or an
// interpolation: there the files that learn are few.
func library(v *evidence.View, pkg report.Evidence) (Verdict, bool) {
	if ownModel(v) {
		return Verdict{}, false
	}
	learn, all := v.LearningFiles()
	switch {
	case learn == 0:
		return Verdict{}, false
	case learn*incidental < all:
		return Verdict{report.NotML, "it is a package in which machine learning is incidental", []report.Evidence{pkg}}, true
	}
	return Verdict{report.MLLibrary, "it is a package for others to do machine learning with, and keeps no model of its own", []report.Evidence{pkg}}, true
}

// incidental is how many times as many files a package has as files that
// learn, above which learning is not what it is for.
const incidental = 25

// ownModel says whether the repository keeps a model of its own: it serves
// one, tracks or publishes one, or a job trains one.
func ownModel(v *evidence.View) bool {
	if _, _, started := v.Reached(v.Serving(), evidence.Anyhow...); started || len(v.Tracked(evidence.ModelFile)) > 0 || len(v.LargeFiles(evidence.ModelFile)) > 0 {
		return true
	}
	if _, _, ok := v.Reached(v.TrainingOutsidePackage(), graph.Triggered...); ok {
		return true
	}
	return len(v.Tracked(evidence.DataFile)) > 0 || v.NamesOwnModel() || trainsItsOwn(v)
}

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

// product finds what others install or generate from to do machine learning,
// without learning itself (clarifications 35 and 85): a published package, a
// project generator, or a server with code of its own in another language,
// whose README opens by speaking of it.
func product(v *evidence.View) (report.Evidence, bool) {
	if _, ok := published(v); !ok && !generator(v) && !server(v) {
		return report.Evidence{}, false
	}
	n := 0
	for _, name := range []string{"README.md", "README.rst"} {
		for t := range fact.In[fact.Text](v.Facts, name) {
			if n++; n > 25 {
				break
			}
			low := strings.ToLower(t.Text)
			for _, w := range []string{"machine learning", "machine-learning", "data science", "model serving", "model deployment", "ml model", "ml experiment", "mlops", "mlflow", "models on kubernetes"} {
				if strings.Contains(low, w) {
					return evidence.At(name, t.Line, "presents itself as a product for "+w), true
				}
			}
		}
	}
	return report.Evidence{}, false
}

// generator says whether the repository is a template from which a tool makes
// projects.
func generator(v *evidence.View) bool {
	for _, name := range []string{"cookiecutter.json", "copier.yml", "copier.yaml"} {
		if _, ok := v.Tree.File(name); ok {
			return true
		}
	}
	return false
}

// server says whether there is much code in a language of servers.
func server(v *evidence.View) bool {
	source := 0
	for _, f := range v.Tree.Files() {
		switch f.Path[strings.LastIndexByte(f.Path, '.')+1:] {
		case "go", "java", "scala", "rs", "kt", "cpp":
			source++
		}
	}
	return source >= 20
}
