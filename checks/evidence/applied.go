package evidence

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// placesNothing says whether what looks like a roll-out puts nothing in place:
// it names only what the repository lacks, or applies Terraform in which
// nothing runs.
func (v *View) placesNothing(u graph.Use) bool {
	if u.Tool != nil && u.Tool.ID == "terraform" && v.onlyFoundations() {
		return true
	}
	if u.Node < 0 || v.Graph.Node(u.Node).Kind != graph.Command {
		return false
	}
	broken := false
	for _, e := range v.Graph.Out(u.Node) {
		if v.Graph.Node(e.To).Kind != graph.Broken {
			return false
		}
		broken = true
	}
	return broken
}

// runsIn matches the kinds of Terraform that run a service, a function, a job
// or a model, or start one by the clock or an event, and machines, on which
// anything may run.
var runsIn = pattern.MustCompile(`cloud_run|cloudfunctions|cloudwatch_event_target|scheduler_schedule|cloud_scheduler_job|lambda_function|function_app|ecs_service|ecs_task|apprunner|beanstalk|app_service|web_app|container_app|container_group|app_engine|lightsail_container|` +
	`kubernetes_(deployment|manifest|pod|job|cron_job|stateful_set|daemon)|kubectl_manifest|helm_release|argocd_application|sagemaker_(endpoint|model|pipeline)|vertex_ai_endpoint|vertex_ai_reasoning|online_endpoint|online_deployment|azapi|` +
	`databricks_(job|model_serving|pipeline|app)|batch_job|glue_job|dataflow|workflows_workflow|sfn_state_machine|cloudformation_stack|heroku_app|render_|fly_app|nomad_job|docker_(container|service)|null_resource|terraform_data|spaces|` +
	`^(aws|google_compute|azurerm_linux|azurerm_windows)_(spot_)?(instance|virtual_machine)|launch_template|instance_template|scale_set`)

// onlyFoundations says whether the repository's Terraform declares resources
// and none that runs anything: buckets, rights, networks, clusters.
func (v *View) onlyFoundations() bool {
	return Once(v, "terraform-foundations", func() bool {
		found := false
		for p, r := range fact.All[fact.Resource](v.Facts) {
			if r.System != "terraform" || place.Of(p) == place.Vendored {
				continue
			}
			switch kind := strings.ToLower(r.Kind); {
			case kind == "module":
				for _, a := range r.Attrs {
					if a.Key == "source" && !strings.HasPrefix(a.Value, ".") {
						return false // another's module: nobody here can say what is in it
					}
				}
			case strings.HasPrefix(kind, "data."), kind == "variable", kind == "output", kind == "provider", kind == "terraform", kind == "locals":
			case runsIn.MatchString(kind):
				return false
			default:
				found = true
			}
		}
		return found
	})
}
