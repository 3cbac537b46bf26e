package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// clouds are the systems whose documents declare infrastructure.
var clouds = map[string]string{
	"terraform": "Terraform", "cloudformation": "CloudFormation", "bicep": "Bicep", "arm": "ARM template", "pulumi": "Pulumi",
	"serverless": "Serverless Framework", "bundle": "Databricks bundle", "dbx": "dbx", "sam": "SAM",
}

// supporting are the Kubernetes kinds that run nothing by themselves.
var supporting = map[string]bool{"ConfigMap": true, "Secret": true, "Namespace": true, "ServiceAccount": true, "Role": true, "RoleBinding": true, "ClusterRole": true, "ClusterRoleBinding": true, "PersistentVolumeClaim": true, "PersistentVolume": true, "": true}

// applicationFiles are the platforms' own files that name one application.
var applicationFiles = map[string]bool{"app.json": true, "fly.toml": true, "render.yaml": true, "render.yml": true, "Procfile": true, "heroku.yml": true, "railway.json": true, "railway.toml": true, "vercel.json": true, "app.yaml": true, "now.json": true, "nixpacks.toml": true}

// Infrastructure returns where the infrastructure of serving or training is
// declared: clouds' templates, Kubernetes workloads, platforms' endpoints and
// clusters.
func (v *View) Infrastructure() []report.Evidence {
	return Once(v, "deployment/infrastructure", func() []report.Evidence {
		var out []report.Evidence
		for p, r := range fact.All[fact.Resource](v.Facts) {
			if what, ok := declaresInfrastructure(r); ok && place.Of(p) == place.Live && !strings.Contains(p, "/.terraform/") {
				out = append(out, v.resourceEvidence(p, max(r.Line, 1), what))
			}
		}
		for _, u := range v.Live(catalog.RoleInfra) {
			if _, resource := u.Fact.(fact.Resource); resource {
				continue
			}
			if c, ok := u.Fact.(fact.Command); ok && !v.appliesHere(c) {
				continue
			}
			out = append(out, v.Show(u))
		}
		return out
	})
}

// appliesHere says whether a command that applies infrastructure can find a
// definition in the repository, which then speaks for itself, or creates a
// stack from code.
func (v *View) appliesHere(c fact.Command) bool {
	line := strings.Join(c.Argv, " ")
	return strings.Contains(line, "cdk") || strings.Contains(line, "pulumi") || strings.Contains(line, "azd ")
}

func (v *View) resourceEvidence(p string, line int, what string) report.Evidence {
	for i := range v.Graph.Nodes {
		if n := &v.Graph.Nodes[i]; n.Kind == graph.Resource && n.Path == p && n.Line == line {
			if _, ok := v.Graph.Reached(graph.ID(i), graph.Triggered...); ok {
				e := v.ShowNode(graph.ID(i), graph.Triggered...)
				return e
			}
		}
	}
	return At(p, line, what)
}

// declaresInfrastructure says whether a document declares infrastructure that runs, trains
// or serves something, rather than where files or secrets are kept.
func declaresInfrastructure(r fact.Resource) (string, bool) {
	if name, ok := clouds[r.System]; ok {
		kind := strings.ToLower(r.Kind)
		switch {
		case r.System == "terraform" && (kind == "variable" || kind == "output" || kind == "provider" || kind == "terraform" || kind == "locals" || strings.HasPrefix(kind, "data.")):
			return "", false
		case storageOnly(kind):
			return "", false
		}
		return name + ": " + strings.TrimSpace(r.Kind+" "+r.Name), true
	}
	switch r.System {
	case "kubernetes":
		if !supporting[r.Kind] {
			return strings.TrimSpace(r.Kind + " " + r.Name), true
		}
	case "helm":
		return "Helm chart " + r.Name, r.Kind == "chart"
	case "azureml":
		low := strings.ToLower(r.Kind)
		return r.Kind + " " + r.Name, strings.Contains(low, "endpoint") || strings.Contains(low, "deployment") || strings.Contains(low, "compute") || low == "workspace"
	case "yaml":
		for _, a := range r.Attrs {
			switch head, _, _ := strings.Cut(a.Key, "."); head {
			case "head_node_type", "worker_node_types", "available_node_types", "worker_nodes", "head_node":
				return "a cluster's definition", true
			}
		}
	}
	return "", false
}

func storageOnly(kind string) bool {
	for _, w := range []string{"s3_bucket", "storage_bucket", "dynamodb", "iam", "permissions", "secret", "keyvault", "git_credential", "::s3::", "::iam::", "random_", "null_resource", "billing", "service_account", "mlflow_experiment", "resource_group", "microsoft.storage", "project_service", "account"} {
		if strings.Contains(kind, w) {
			return true
		}
	}
	return false
}

// WeakInfrastructure returns what declares less: compose files, an
// application's file of a platform, storage alone.
func (v *View) WeakInfrastructure() []report.Evidence {
	var out []report.Evidence
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		switch {
		case r.System == "compose":
			out = append(out, At(p, max(r.Line, 1), "compose service "+r.Name))
		case clouds[r.System] != "" && storageOnly(strings.ToLower(r.Kind)):
			out = append(out, At(p, max(r.Line, 1), r.Kind+" "+r.Name))
		}
	}
	for _, f := range v.Tree.Files() {
		if applicationFiles[path.Base(f.Path)] && place.Of(f.Path) == place.Live {
			out = append(out, At(f.Path, 1, "a platform's application file"))
		}
	}
	return Unique(out)
}
