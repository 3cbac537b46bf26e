package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Rollback judges deployment.rollback: automation or a documented command
// returns to the previous model version (rubric; clarification 83).
var Rollback = capability.Check{
	ID: "deployment.rollback",
	Doc: capability.Doc{
		Title:         "Rollback",
		Why:           "When a new model misbehaves at night, going back must be one known command and not an investigation.",
		Counts:        "A script, job or documented command that puts the previous model or service version back; a deployment job that takes any version a person names.",
		Partial:       "Automation that moves a registry stage back although what is served does not read it.",
		Not:           "git revert in prose; an old version that is merely kept.",
		NotApplicable: "Nothing is deployed here.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Script the return to the previous champion", Steps: []string{
				"Create scripts/rollback.py that calls MlflowClient().set_registered_model_alias(name, \"champion\", previous_version) and restarts the service.",
				"Run it from a workflow with a version input, and name that workflow in the README."}},
			{Tool: "kubectl", Title: "Write down the command that goes back", Steps: []string{
				"Add docs/rollback.md with kubectl rollout undo deployment/<service> and how to check the result.",
				"Or add a make rollback target that runs it."}},
			{Title: "Let the deployment job take a version", Steps: []string{
				"Add workflow_dispatch with an input version to the deployment workflow, and deploy that image or model version.",
				"Write in the README: to go back, run it with the version before."}},
		},
		Effort:     "hours",
		References: []string{"https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_undo/"},
	},
	Run: onlyIfDeployed(rollback),
}

func rollback(v *evidence.View) report.Finding {
	if e := v.Rollbacks(); len(e) > 0 {
		return capability.Met("automation or a documented command returns to the version before", evidence.Unique(e)...)
	}
	if e := v.HalfRollbacks(); len(e) > 0 {
		return capability.Partial("automation moves the registry back, but nothing served here reads it", evidence.Unique(e)...)
	}
	return capability.Missing("nothing returns to the model version before")
}
