package model

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Registry judges model.registry: a model registry is called to register or
// load by version, stage or alias (rubric; clarifications 8, 9, 25, 36, 43,
// 55, 72, 90, 96).
var Registry = capability.Check{
	ID: "model.registry",
	Doc: capability.Doc{
		Title:         "Model registry",
		Why:           "A registry answers which model is in use and which was before, without anybody searching through buckets.",
		Counts:        "Code that registers a model by name, or loads or moves one by version, stage or alias: MLflow, SageMaker, Azure ML, Vertex, W&B's registry, BentoML, pins, Hugging Face Hub with a revision.",
		Partial:       "A hub without a revision; models pushed to object storage under a version; a registered version whose source holds no model.",
		Not:           "log_model without a registered name; an artifact named per run.",
		NotApplicable: "The repository only serves and loads its model by a pinned version, or uses a hosted model.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Register the model under a name", Steps: []string{
				"Pass registered_model_name=\"<name>\" to mlflow.<flavour>.log_model.",
				"Set the alias: MlflowClient().set_registered_model_alias(\"<name>\", \"champion\", version).",
				"Load models:/<name>@champion where it is served."}},
			{Tool: "azure-ml", Title: "Register the model in the workspace", Steps: []string{
				"Run az ml model create --name <name> --path azureml://jobs/$RUN_ID/outputs/artifacts/paths/model/ --type mlflow_model after training."}},
			{Tool: "wandb", Title: "Link the model to a registered collection", Steps: []string{
				"Call run.link_artifact(artifact, \"wandb-registry-model/<name>\", aliases=[\"staging\"]) at the end of training.",
				"Load it with use_artifact(\"wandb-registry-model/<name>:production\")."}},
			{Tool: "huggingface-hub", Title: "Load from the hub by revision", Steps: []string{
				"Tag a release: HfApi().create_tag(repo_id, tag=\"v1\").",
				"Pass revision=\"v1\" to from_pretrained or hf_hub_download."}},
			{Title: "Start a registry with MLflow", Steps: []string{
				"Run mlflow server with a database as backend store and a bucket for artifacts.",
				"Register in the training script with mlflow.register_model(f\"runs:/{run_id}/model\", \"<name>\").",
				"Load models:/<name>/<version> where it is served."}},
		},
		Effort:     "days",
		References: []string{"https://mlflow.org/docs/latest/ml/model-registry/"},
	},
	Run: registry,
}

func registry(v *evidence.View) report.Finding {
	trains := v.TrainingApplies()
	uses := v.RegistryUses()
	if !trains.Yes && len(uses) > 0 && !slices.ContainsFunc(uses, func(u graph.Use) bool { return !evidence.PinsRevision(u) }) {
		return capability.NotApplicable("the repository only serves a model that it loads by a pinned version")
	}
	if len(uses) > 0 {
		if u, empty := v.RegistersNothing(); empty {
			return capability.Partial("what is registered is an artifact that no run logs under that name", v.Show(u))
		}
		return capability.Met("models are registered, loaded or moved by name in a registry", v.ShowAll(uses)...)
	}
	hub := v.Live(catalog.RoleHub)
	pinned := 0
	for _, u := range hub {
		if !evidence.PinsRevision(u) {
			continue
		}
		if pinned++; trains.Yes {
			return capability.Met("models come from a hub by revision", v.Show(u))
		}
	}
	if pinned > 0 && pinned == len(hub) {
		return capability.NotApplicable("the repository only serves a model that it loads by a pinned version")
	}
	if v.Kind == report.LLMApplication && !trains.Yes {
		return capability.NotApplicable("the model is hosted by somebody else")
	}
	if len(hub) > 0 {
		return capability.Partial("models come from or go to a hub without naming a revision", v.ShowAll(hub)...)
	}
	if saved := v.VersionedSaves(); len(saved) > 0 {
		return capability.Partial("models are kept under a version of their own, but in no registry", evidence.Unique(saved)...)
	}
	if declared := declaredArtifacts(v); len(declared) > 0 {
		return capability.Partial("models are declared as artifacts that nothing registers or loads", declared...)
	}
	if !trains.Yes {
		return capability.NotApplicable(trains.Why)
	}
	return capability.Missing("no model registry is called")
}

// declaredArtifacts returns the artifacts section of dvc.yaml.
func declaredArtifacts(v *evidence.View) []report.Evidence {
	var out []report.Evidence
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if !strings.HasSuffix(p, "dvc.yaml") {
			continue
		}
		for _, a := range r.Attrs {
			if strings.HasPrefix(a.Key, "artifacts.") && strings.HasSuffix(a.Key, ".path") {
				out = append(out, evidence.At(p, a.Line, "artifact "+a.Value))
			}
		}
	}
	return evidence.Unique(out)
}
