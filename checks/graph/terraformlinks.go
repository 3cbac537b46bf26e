package graph

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// tfStarts are the kinds of Terraform resources that start what they refer to.
var tfStarts = map[string]bool{
	"aws_cloudwatch_event_target": true, "aws_scheduler_schedule": true, "aws_sfn_state_machine": true, "aws_s3_bucket_notification": true,
	"google_cloud_scheduler_job": true, "google_eventarc_trigger": true, "google_workflows_workflow": true,
}

// tfRuns are the kinds that others start.
var tfRuns = map[string]bool{
	"aws_lambda_function": true, "aws_batch_job_definition": true, "aws_ecs_task_definition": true, "aws_sfn_state_machine": true,
	"aws_sagemaker_pipeline": true, "aws_codebuild_project": true, "aws_codepipeline": true, "aws_glue_job": true,
	"google_cloud_run_v2_job": true, "google_cloud_run_v2_service": true, "google_cloudfunctions_function": true,
	"google_cloudfunctions2_function": true, "google_workflows_workflow": true,
}

var tfReference = regexp.MustCompile(`\b((?:data\.)?[a-z]+_\w+)\.([\w-]+)`)

// linkTerraform follows the references between the resources of a folder: a
// schedule or a rule to what it starts.
func (g *Graph) linkTerraform() {
	folders := map[string]map[string]placedResource{} // folder -> "kind.name"
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System != "terraform" || silent(p) {
			continue
		}
		dir := dirOf(p)
		if folders[dir] == nil {
			folders[dir] = map[string]placedResource{}
		}
		folders[dir][r.Kind+"."+r.Name] = placedResource{p, r}
	}
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System != "terraform" || silent(p) {
			continue
		}
		named := folders[dirOf(p)]
		id := g.resource(p, resourceName(r), r.Line)
		if r.Kind == "aws_cloudwatch_event_rule" && !idle(r) {
			for _, a := range r.Attrs {
				if a.Key == "event_pattern" || strings.HasPrefix(a.Key, "event_pattern.source") {
					g.link(g.trigger(p, a.Line, Chained, "event: "+shorten(a.Value)), Edge{To: id, Line: a.Line})
					break
				}
			}
		}
		if !tfStarts[r.Kind] {
			continue
		}
		for _, a := range r.Attrs {
			for _, m := range tfReference.FindAllStringSubmatch(a.Value, 16) {
				other, ok := named[m[1]+"."+m[2]]
				if !ok {
					continue
				}
				to := g.resource(other.path, resourceName(other.Resource), other.Line)
				switch {
				case m[1] == "aws_cloudwatch_event_rule" && a.Key == "rule":
					g.link(to, Edge{To: id, Line: r.Line})
				case tfRuns[m[1]]:
					g.link(id, Edge{To: to, Line: a.Line})
				}
			}
		}
	}
}

type placedResource struct {
	path string
	fact.Resource
}

// idle says whether a schedule or rule is switched off where it is declared.
func idle(r fact.Resource) bool {
	for _, a := range r.Attrs {
		switch a.Key {
		case "state":
			return a.Value == "DISABLED"
		case "is_enabled", "enabled":
			return a.Value == "false"
		case "paused":
			return a.Value == "true"
		}
	}
	return false
}
