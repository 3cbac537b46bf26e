package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// InfrastructureAsCode judges deployment.infrastructure-as-code: what serving
// or training runs on is declared in files (rubric; clarifications 50, 67, 83,
// 96).
var InfrastructureAsCode = capability.Check{
	ID: "deployment.infrastructure-as-code",
	Doc: capability.Doc{
		Title:         "Infrastructure as code",
		Why:           "An environment that somebody clicked together cannot be reviewed, copied for a test, or rebuilt after a mistake.",
		Counts:        "Terraform, Bicep, CloudFormation or CDK, Pulumi, Helm, Kubernetes workloads, Databricks bundles, or a platform's endpoint and cluster definitions.",
		Partial:       "Compose files only; a platform's application file alone; storage and its policies alone.",
		Not:           "Scripts that create resources one command at a time.",
		NotApplicable: "Nothing is served or deployed here, and no training infrastructure is declared.",
		How: []capability.Way{
			{Tool: "azure-ml", Title: "Declare endpoint and compute in YAML or Bicep", Steps: []string{
				"Write infra/endpoint.yml and infra/deployment.yml with the Azure ML schemas, or infra/main.bicep with the workspace.",
				"Apply them from the deployment job: az ml online-deployment create --file infra/deployment.yml."}},
			{Tool: "kubectl", Title: "Keep the manifests in the repository", Steps: []string{
				"Write k8s/deployment.yaml and k8s/service.yaml for the service's image.",
				"Apply them from the deployment job: kubectl apply -k k8s/."}},
			{Title: "Declare the service in Terraform", Steps: []string{
				"Create infra/main.tf with the service (for example google_cloud_run_v2_service or aws_ecs_service) and a remote backend.",
				"Run terraform plan on pull requests and terraform apply from the main branch."}},
		},
		Effort:     "days",
		References: []string{"https://developer.hashicorp.com/terraform/tutorials", "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"},
	},
	Run: infrastructure,
}

func infrastructure(v *evidence.View) report.Finding {
	if e := v.Infrastructure(); len(e) > 0 {
		return capability.Met("the infrastructure is declared in files", evidence.Unique(e)...)
	}
	if e := v.WeakInfrastructure(); len(e) > 0 {
		return capability.Partial("only compose files, an application's file or storage are declared", evidence.Unique(e)...)
	}
	if a := v.DeploymentApplies(); !a.Yes {
		return capability.NotApplicable(a.Why + ", and no training infrastructure is declared")
	}
	return capability.Missing("no infrastructure is declared")
}
