package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Automated judges deployment.automated: a trigger reaches a roll-out of the
// serving code or model (rubric; clarifications 5, 27, 29, 53, 60, 84, 95).
var Automated = capability.Check{
	ID: "deployment.automated",
	Doc: capability.Doc{
		Title:         "Automated deployment",
		Why:           "A roll-out that a machine makes is repeatable, recorded, and can be undone the same way.",
		Counts:        "A push, tag, merge, schedule or event that leads through a job to a roll-out: kubectl, Helm, Argo CD, a cloud's deploy command, a serverless deploy, a Space; or that moves the alias by which a scoring job or each request loads the model.",
		Partial:       "Automation only builds or pushes an image, or moves an alias that nothing here reads anew; or a person starts the deployment job.",
		Not:           "Deployment of documentation; a job that names what is not there.",
		NotApplicable: "Nothing is served here.",
		How: []capability.Way{
			{Tool: "kubernetes", Title: "Roll out the new image from the release workflow", Steps: []string{
				"After the push, run kubectl set image deployment/NAME app=IMAGE:$GITHUB_SHA and kubectl rollout status."}},
			{Tool: "gcloud", Title: "Deploy to Cloud Run from the release workflow", Steps: []string{
				"Use google-github-actions/deploy-cloudrun with the image that the job just pushed."}},
			{Title: "Deploy from the workflow that builds the image", Steps: []string{
				"Add a job that needs the build job and rolls out the image it pushed, tagged with the commit.",
				"Give it an environment, so that GitHub records each deployment."}},
		},
		Effort:     "days",
		References: []string{"https://docs.github.com/actions/use-cases-and-examples/deploying"},
	},
	Run: automated,
}

func automated(v *evidence.View) report.Finding {
	uses := v.Rollouts()
	if a := v.DeploymentApplies(); !a.Yes {
		return capability.NotApplicable(a.Why)
	}
	auto := []graph.Event{graph.Push, graph.Release, graph.Chained, graph.Schedule, graph.PullRequest}
	if u, way, ok := v.Reached(uses, auto...); ok {
		return capability.Met("a "+way.Event.String()+" reaches the roll-out", v.ShowFrom(u, auto...))
	}
	moves := v.AliasMoves()
	if u, way, ok := v.Reached(moves.Served, auto...); ok {
		return capability.Met("a "+way.Event.String()+" moves the alias of the model that is served by it", append(v.ShowAll(moves.Read), v.ShowFrom(u, auto...))...)
	}
	if u, _, ok := v.Reached(uses, graph.Dispatch); ok {
		return capability.Partial("the deployment job is started by a person", v.ShowFrom(u, graph.Dispatch))
	}
	if u, _, ok := v.Reached(v.Live(catalog.RolePublish), append(auto, graph.Dispatch)...); ok {
		return capability.Partial("automation publishes, but nothing rolls it out", v.ShowFrom(u, append(auto, graph.Dispatch)...))
	}
	if u, _, ok := v.Reached(moves.Half, auto...); ok {
		return capability.Partial("automation moves the model's stage or alias, but what serves does not take it up by itself", v.ShowFrom(u, auto...))
	}
	if len(uses) > 0 {
		return capability.Missing("only a person's machine deploys", v.ShowAll(uses)...)
	}
	return capability.Missing("nothing deploys the service")
}
