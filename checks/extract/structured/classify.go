package structured

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// kind is one sort of document: how to recognise it and how to read it. The
// first that recognises a document reads it.
type kind struct {
	is   func(r *reader, n *settings.Node) bool
	read func(r *reader, n *settings.Node)
}

var kinds = []kind{
	{isKubernetes, (*reader).kubernetes},
	{isCompose, (*reader).compose},
	{isAzureML, (*reader).azureML},
	{isARM, (*reader).arm},
	{isCloudFormation, (*reader).cloudFormation},
	{isServerless, (*reader).serverless},
	{isBundle, (*reader).bundle},
	{isDbx, (*reader).dbx},
	{isConda, func(*reader, *settings.Node) {}},
	{has("deployments", "prefect-version"), (*reader).prefect},
	{named("prefect.yaml"), (*reader).prefect},
	{has("flow_name", "entrypoint"), whole("prefect", "deployment")}, // what "prefect deployment build" writes
	{isRules, (*reader).rules},
	{has("scrape_configs"), whole("prometheus", "config")},
	{has("route", "receivers"), whole("prometheus", "config")},
	{isDashboard, (*reader).dashboard},
	{isPipelineSpec, (*reader).pipelineSpec},
	{has("containerDefinitions"), (*reader).taskDefinition},
	{named("Chart.yaml"), whole("helm", "chart")},
	{isValues, whole("helm", "values")},
	{named("kustomization.yaml", "kustomization.yml"), whole("kubernetes", "Kustomization")},
	{named("MLmodel"), whole("mlflow", "model")},
	{named("bentofile.yaml", "bentofile.yml"), whole("bentoml", "bentofile")},
	{isAppEngine, (*reader).appEngine},
	{named("render.yaml"), (*reader).render},
	{named("fly.toml"), (*reader).fly},
	{named("supervisord.conf"), (*reader).supervisor},
}

// document reads one document by what it is. A document of no known kind is
// kept under its file's name; a JSON list is data.
func (r *reader) document(n *settings.Node) {
	if n.IsMap() {
		for _, k := range kinds {
			if k.is(r, n) {
				k.read(r, n)
				return
			}
		}
	}
	if n.Kind == settings.Scalar || n.IsList() && r.format == "json" || len(n.Items) == 0 {
		return
	}
	r.withAttrs(r.format, "", r.base, n.At(), settings.Flatten(n))
}

// has recognises a document by top-level keys.
func has(keys ...string) func(*reader, *settings.Node) bool {
	return func(_ *reader, n *settings.Node) bool {
		for _, k := range keys {
			if n.Get(k) == nil {
				return false
			}
		}
		return true
	}
}

// named recognises a document by the file's base name.
func named(bases ...string) func(*reader, *settings.Node) bool {
	return func(r *reader, _ *settings.Node) bool {
		for _, b := range bases {
			if r.base == b {
				return true
			}
		}
		return false
	}
}

// whole keeps a document as one resource named after itself or its file.
func whole(system, kind string) func(*reader, *settings.Node) {
	return func(r *reader, n *settings.Node) {
		name := n.Str("name")
		if name == "" {
			name = r.base
		}
		r.resource(system, kind, name, n)
	}
}

func isValues(r *reader, _ *settings.Node) bool {
	return r.format == "yaml" && (strings.HasPrefix(r.stem, "values") || strings.HasSuffix(r.stem, "-values") || strings.HasSuffix(r.stem, ".values"))
}

// isConda recognises conda's environment files, which the manifest reader has.
func isConda(r *reader, n *settings.Node) bool {
	return r.format == "yaml" && n.Get("dependencies").IsList() && (n.Get("channels") != nil || strings.Contains(r.stem, "env"))
}
