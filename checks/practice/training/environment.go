package training

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Environment judges training.environment: the environment that training uses
// is reproducible (rubric; clarifications 17, 57, 62, 74, 96, 101).
var Environment = capability.Check{
	ID: "training.environment",
	Doc: capability.Doc{
		Title:         "Reproducible training environment",
		Why:           "A model trained with other library versions is another model. Pinned versions make yesterday's run repeatable.",
		Counts:        "A lock file, or at least 90 % of the direct dependencies pinned to one version, or a pinned container or conda environment, that training uses.",
		Partial:       "Only some versions are bounded or pinned.",
		Not:           "A frozen list of an unrelated environment; requirements without versions; a Python version alone.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "poetry", Title: "Commit poetry.lock", Steps: []string{"Run poetry lock and commit the file; install with poetry install in the job."}},
			{Tool: "uv", Title: "Commit uv.lock", Steps: []string{"Run uv lock and commit the file; install with uv sync --locked in the job."}},
			{Title: "Lock the training requirements", Steps: []string{
				"Move the direct requirements to requirements.in and run uv pip compile requirements.in -o requirements.txt.",
				"Commit both and install from requirements.txt wherever training runs."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.astral.sh/uv/pip/compile/"},
	},
	Run: onlyIfTrained(environment),
}

// pinnedShare is the rubric's bar.
const pinnedShare = 0.9

func environment(v *evidence.View) report.Finding {
	var shown []report.Evidence
	direct, pinned, bound := 0, 0, 0
	for _, m := range v.TrainingManifests() {
		if m.Lock {
			return capability.Met("training installs from a lock file", evidence.At(m.Path, m.Line, "lock file"))
		}
		direct, pinned, bound = direct+m.Direct, pinned+m.Pinned, bound+m.Bound
		if m.Direct > 0 {
			shown = append(shown, evidence.At(m.Path, m.Line, fmt.Sprintf("%d of %d pinned", m.Pinned, m.Direct)))
		}
	}
	if e, ok := managedImage(v); ok {
		return capability.Met("training runs in an image of the platform named by its version", e)
	}
	switch {
	case direct > 0 && float64(pinned) >= pinnedShare*float64(direct):
		return capability.Met(fmt.Sprintf("%d of %d direct dependencies are pinned exactly", pinned, direct), evidence.Unique(shown)...)
	case bound > 0:
		return capability.Partial(fmt.Sprintf("%d of %d direct dependencies are pinned exactly, %d have a bound at all", pinned, direct, bound), evidence.Unique(shown)...)
	case direct > 0:
		return capability.Missing(fmt.Sprintf("none of the %d direct dependencies names a version", direct), evidence.Unique(shown)...)
	}
	return capability.Missing("no manifest says what training needs")
}

// curated says whether an environment is one the platform provides.
func curated(ref string) bool {
	return strings.HasPrefix(ref, "azureml://registries/azureml") || strings.HasPrefix(ref, "azureml:AzureML-") || strings.HasPrefix(ref, "AzureML-")
}

// managedImage finds a training component whose environment is a platform's
// image named by version (clarification 62).
func managedImage(v *evidence.View) (report.Evidence, bool) {
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.System != "azureml" {
			continue
		}
		for _, a := range r.Attrs {
			if !strings.HasSuffix(a.Key, "environment") || !curated(a.Value) || strings.Contains(a.Value, "@latest") {
				continue
			}
			if last := a.Value[strings.LastIndexAny(a.Value, ":/")+1:]; last != "" && last[0] >= '0' && last[0] <= '9' {
				return evidence.At(p, a.Line, a.Value), true
			}
		}
	}
	seen := map[string]bool{}
	for _, u := range v.Training() {
		if seen[u.Path] {
			continue
		}
		seen[u.Path] = true
		for c := range fact.In[fact.Call](v.Facts, u.Path) {
			if version, ok := platformVersion(c); ok {
				return evidence.At(u.Path, c.Line, version), true
			}
		}
	}
	return report.Evidence{}, false
}

// platformVersion returns the version of the platform's image that a call
// names for a training job, such as an estimator's framework version.
func platformVersion(c fact.Call) (string, bool) {
	if !strings.HasPrefix(c.Name, "sagemaker.") {
		return "", false
	}
	word := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	for _, a := range c.Args {
		switch {
		case a.Name == "version" && strings.HasSuffix(c.Name, "image_uris.retrieve"), a.Name == "framework_version" && !strings.Contains(word, "Processor") && !strings.Contains(word, "Model"):
			if full(a.Value) {
				return word + " " + a.Value.Text, true
			}
		}
	}
	return "", false
}

// full says whether a value is a version of at least two numbers: 1.7-1, 2.1.
func full(x fact.Value) bool {
	major, minor, ok := strings.Cut(x.Text, ".")
	return x.Kind == fact.String && ok && major != "" && minor != "" && strings.Trim(major, "0123456789") == "" && minor[0] >= '0' && minor[0] <= '9'
}
