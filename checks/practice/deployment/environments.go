package deployment

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Environments judges deployment.environments: at least two environments with
// a promotion path in automation (rubric; clarifications 30, 83).
var Environments = capability.Check{
	ID: "deployment.environments",
	Doc: capability.Doc{
		Title:         "Separate environments",
		Why:           "What breaks on staging hurts nobody. Without a second environment every release is an experiment on users.",
		Counts:        "Jobs that roll the model or service out to two or more environments, such as staging and production.",
		Partial:       "Environments that only settings or compose files name; two stages of a registry.",
		Not:           "A debug switch; two alternatives of which one is chosen.",
		NotApplicable: "Nothing is deployed here.",
		How: []capability.Way{
			{Tool: "terraform", Title: "Apply the same module to staging and then to production", Steps: []string{
				"Create infra/staging and infra/production that call one module with their own variables.",
				"In the deployment workflow apply staging, then production in a job with needs: staging and environment: production."}},
			{Tool: "databricks", Title: "Give the bundle two targets", Steps: []string{
				"Add targets: staging and prod to databricks.yml.",
				"Run databricks bundle deploy -t staging on main, and -t prod in a job that needs it."}},
			{Title: "Deploy to staging before production", Steps: []string{
				"Add a job deploy-staging with environment: staging to the deployment workflow.",
				"Add deploy-production with needs: deploy-staging and environment: production, and require an approval for it in the repository's settings."}},
		},
		Effort:     "days",
		References: []string{"https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments"},
	},
	Run: onlyIfDeployed(environments),
}

func environments(v *evidence.View) report.Finding {
	var shown []report.Evidence
	var all []string
	jobs, atOnce := map[graph.ID]bool{}, true
	for _, d := range v.Deliveries() {
		if len(d.Envs) > 0 {
			jobs[d.Job] = true
			atOnce = atOnce && d.Matrix
		}
		for _, e := range d.Envs {
			if !slices.Contains(all, e) {
				all = append(all, e)
				shown = append(shown, v.ShowNode(d.Job, graph.Triggered...))
			}
		}
	}
	slices.Sort(all)
	if len(all) >= 2 && len(jobs) == 1 && atOnce {
		return capability.Partial("one job rolls out to "+strings.Join(all, " and ")+" at the same time, so nothing is promoted from one to the next", evidence.Unique(shown)...)
	}
	if len(all) >= 2 {
		return capability.Met("jobs roll out to "+strings.Join(all, " and "), evidence.Unique(shown)...)
	}
	if named := v.NamedEnvironments(); len(named) > 0 {
		return capability.Partial("more than one environment is named, but no automation promotes from one to the next", named...)
	}
	if moves := v.Live(catalog.RoleRegistryTransfer); len(moves) > 1 {
		return capability.Partial("the registry has stages, but the service runs in one place", v.ShowAll(moves)...)
	}
	return capability.Missing("there is one environment at most", shown...)
}
