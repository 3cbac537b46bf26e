package application

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Release judges application.release: publishing is reached from a tag, a
// release, a push or a merge (rubric; clarification 5).
var Release = capability.Check{
	ID: "application.release",
	Doc: capability.Doc{
		Title:   "Automated release",
		Why:     "A release that a machine makes is the same every time and needs nobody's laptop.",
		Counts:  "Publishing to a package index, an image registry or a release page, or a deployment, reached from a tag, a release, a push or a merge.",
		Partial: "A publishing job that only a person starts.",
		Not:     "A version badge; publishing documentation only; a publish command nothing runs.",
		How: []capability.Way{
			{Tool: "docker", Title: "Push the image to a registry on every version tag", Steps: []string{
				"Create .github/workflows/release.yml with on: push: tags: ['v*'].",
				"Log in with docker/login-action and build and push with docker/build-push-action, tagged with the commit."}},
			{Title: "Publish on every version tag", Steps: []string{
				"Create .github/workflows/release.yml with on: push: tags: ['v*'].",
				"Build the package or image and publish it with the index's own action."}},
		},
		Effort:     "hours",
		References: []string{"https://docs.github.com/actions/use-cases-and-examples/publishing-packages"},
	},
	Run: release,
}

func release(v *evidence.View) report.Finding {
	// An image whose build names what is not there is never pushed (clarification 91).
	broken := map[graph.ID]bool{}
	for _, b := range v.Builds() {
		broken[b.Use.Node] = broken[b.Use.Node] || b.Broken && b.Use.Node >= 0
	}
	uses := slices.DeleteFunc(append(v.Live(catalog.RolePublish), v.Rollouts()...), func(u graph.Use) bool { return broken[u.Node] })
	if u, _, ok := v.Reached(uses, graph.Release, graph.Push, graph.Chained, graph.Schedule); ok {
		return capability.Met("a tag, release, push or merge reaches publishing",
			v.ShowFrom(u, graph.Release, graph.Push, graph.Chained, graph.Schedule))
	}
	if u, _, ok := v.Reached(uses, graph.Dispatch); ok {
		return capability.Partial("publishing is a job that only a person starts", v.ShowFrom(u, graph.Dispatch))
	}
	if len(uses) > 0 {
		return capability.Missing("something is published, but no trigger reaches it", v.ShowAll(uses)...)
	}
	return capability.Missing("nothing publishes the package, image or model")
}
