package model

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Versioning judges model.versioning: trained models are kept by version
// (rubric; clarifications 25, 36, 41, 55, 75, 98).
var Versioning = capability.Check{
	ID: "model.versioning",
	Doc: capability.Doc{
		Title:         "Model versioning",
		Why:           "Going back to the model of last week is only possible when last week's model still exists under a name of its own.",
		Counts:        "A model registry, DVC or Git LFS, a tracker's run, or a path that holds a version, run or commit, written by code.",
		Partial:       "Model files committed to plain git, or saved under one fixed path.",
		Not:           "A local file that git ignores.",
		NotApplicable: "The repository trains nothing and loads no model file by version.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Register the model when the run ends", Steps: []string{
				"Pass registered_model_name to mlflow.<flavour>.log_model.",
				"Load it with models:/name@champion where it is served."}},
			{Tool: "dvc", Title: "Make the model an output of the training stage", Steps: []string{
				"Add models/model.pkl to the outs of the train stage in dvc.yaml.",
				"Run dvc repro, commit dvc.lock, dvc push."}},
			{Title: "Save every model under a version of its own", Steps: []string{
				"Log the model to a tracker such as MLflow (mlflow.<flavour>.log_model with registered_model_name).",
				"Or write it to object storage under the run or commit id, never over the last one."}},
		},
		Effort:     "hours",
		References: []string{"https://mlflow.org/docs/latest/ml/model-registry/"},
	},
	Run: versioning,
}

func versioning(v *evidence.View) report.Finding {
	if v.Kind == report.LLMApplication && !v.TrainingApplies().Yes {
		return hosted(v)
	}
	if uses := v.Live(catalog.RoleRegister, catalog.RoleRegistryLoad); len(uses) > 0 {
		return capability.Met("models are kept in a registry", v.ShowAll(uses)...)
	}
	if uses := v.Uses([]catalog.Role{catalog.RoleTrackModel}, evidence.Called, evidence.Live, evidence.LogsModel); len(uses) > 0 {
		return capability.Met("each run keeps its model", v.ShowAll(uses)...)
	}
	if tracked := v.Tracked(evidence.ModelFile); len(tracked) > 0 {
		return capability.Met("DVC tracks the model", evidence.Unique(tracked)...)
	}
	if lfs := v.LargeFiles(evidence.ModelFile); len(lfs) > 0 {
		return capability.Met("Git LFS tracks the model", evidence.Unique(lfs)...)
	}
	if saved := v.VersionedSaves(); len(saved) > 0 {
		return capability.Met("models are saved under a version of their own", evidence.Unique(saved)...)
	}
	applies := v.TrainingApplies()
	if uses := v.Live(catalog.RoleHub); len(uses) > 0 {
		for _, u := range uses {
			if evidence.PinsRevision(u) {
				return capability.Met("the model is loaded by revision", v.Show(u))
			}
		}
		return capability.Partial("models come from or go to a hub without naming a revision", v.ShowAll(uses)...)
	}
	if !applies.Yes {
		if pinned := v.PinnedWeights(); len(pinned) > 0 {
			return capability.Met("what is served names the version of the model it loads", evidence.Unique(pinned)...)
		}
		return capability.NotApplicable(applies.Why + ", and loads it by no version")
	}
	if files := v.Committed(evidence.ModelFile); len(files) > 0 {
		return capability.Partial(fmt.Sprintf("%d model files are committed to plain git", len(files)), evidence.Unique(files)...)
	}
	if uses := v.Live(catalog.RoleModelSave); len(uses) > 0 {
		if v.SavesIgnored(uses) {
			return capability.Missing("models are saved to one local path that git ignores", v.ShowAll(uses)...)
		}
		return capability.Partial("models are saved under one fixed path", v.ShowAll(uses)...)
	}
	return capability.Missing("nothing keeps trained models by version")
}

// hosted judges an application around a hosted language model: the model must
// be pinned to a dated version and prompts kept in git (clarification 36).
func hosted(v *evidence.View) report.Finding {
	pinned, floating := v.HostedModels()
	switch {
	case len(pinned) > 0:
		return capability.Met("the hosted model is pinned to a dated version, and prompts live in git", evidence.Unique(pinned)...)
	case len(floating) > 0:
		return capability.Partial("prompts live in git, but the hosted model is named without a dated version", evidence.Unique(floating)...)
	case len(v.Completions()) > 0:
		return capability.Partial("prompts live in git; which model answers is not pinned", v.ShowAll(v.Completions())...)
	}
	return capability.Missing("nothing says which model answers")
}
