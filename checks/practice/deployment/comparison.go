package deployment

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ModelComparison judges deployment.model-comparison: at release the new model
// is compared with the current one on the same work and the outcome decides
// (rubric; clarifications 39, 84, 94).
var ModelComparison = capability.Check{
	ID: "deployment.model-comparison",
	Doc: capability.Doc{
		Title:         "Comparison with the current model",
		Why:           "A new model that passes a threshold may still be worse than the one it replaces; only measuring both on the same work tells.",
		Counts:        "A champion and challenger evaluation before promotion, an A/B test, a canary with analysis or a shadow deployment, whose outcome decides.",
		Partial:       "Traffic that can be split while nothing compares; a comparison that no release waits for, or of metrics from different data; an absolute threshold only.",
		Not:           "Two endpoints without a split; a comparison in a notebook; a rolling update; ranking new candidates among themselves.",
		NotApplicable: "Nothing is deployed here.",
		How: []capability.Way{
			{Tool: "mlflow", Title: "Evaluate champion and challenger on the same data before moving the alias", Steps: []string{
				"Create src/promote.py: load models:/<name>@champion and the new version, score both on one held-out file.",
				"Call set_registered_model_alias(\"<name>\", \"champion\", version) only when the new score is better, else exit with 1.",
				"Run it as a step between training and deployment."}},
			{Tool: "argo-rollouts", Title: "Give the canary an analysis", Steps: []string{
				"Write an AnalysisTemplate that queries the service's error and quality metrics.",
				"Name it under spec.strategy.canary.analysis of the Rollout, so that a worse version is taken back."}},
			{Title: "Compare before you replace", Steps: []string{
				"Create src/compare.py that loads the model in use and the new one, and scores both on the same held-out data.",
				"End with exit code 1 when the new one is worse, and make the deployment job need this step."}},
		},
		Effort:     "days",
		References: []string{"https://mlflow.org/docs/latest/ml/model-registry/", "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/"},
	},
	Run: onlyIfDeployed(modelComparison),
}

func modelComparison(v *evidence.View) report.Finding {
	split, analysed := v.Splits()
	if len(analysed) > 0 {
		return capability.Met("a canary's analysis decides whether the new version stays", evidence.Unique(analysed)...)
	}
	var some, apart []report.Evidence
	for _, c := range v.Comparisons() {
		switch {
		case c.Decides && c.SameWork && c.Followed:
			return capability.Met("the new model is promoted only if it is better than the current one", c.Evidence)
		case c.Decides && !c.SameWork:
			apart = append(apart, c.Evidence)
		default:
			some = append(some, c.Evidence)
		}
	}
	switch {
	case len(apart) > 0:
		return capability.Partial("the new model is compared with the current one by recorded metrics, while the data they come from moves", evidence.Unique(apart)...)
	case len(some) > 0:
		return capability.Partial("models are compared, but no release hangs on it", evidence.Unique(some)...)
	case len(split) > 0:
		return capability.Partial("traffic can be split, but nothing compares the versions", evidence.Unique(split)...)
	}
	if ranked := v.Rankings(); len(ranked) > 0 {
		return capability.Partial("the best recorded run is taken, each measured on data of its own", evidence.Unique(ranked)...)
	}
	return capability.Missing("nothing compares a new model with the current one")
}
