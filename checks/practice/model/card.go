package model

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ModelCard judges model.card: a model card or an equivalent section tells
// intended use, data, metrics and limits (rubric; clarifications 50, 56).
var ModelCard = capability.Check{
	ID: "model.card",
	Doc: capability.Doc{
		Title:   "Model card",
		Why:     "Whoever uses a model must know what it was made for, from which data, how good it is, and where it fails.",
		Counts:  "A model card, or sections of the README, with intended use, data, metrics and limits.",
		Partial: "Metrics only; some of the four; a link to a card published elsewhere.",
		Not:     "An empty template; a description of a data set or a method.",
		How: []capability.Way{
			{Tool: "huggingface-hub", Title: "Write the card and push it with the model", Steps: []string{
				"Create MODEL_CARD.md with the sections Intended use, Training data, Evaluation and Limitations.",
				"Push it with the model: ModelCard.load(\"MODEL_CARD.md\").push_to_hub(repo_id)."}},
			{Title: "Write MODEL_CARD.md", Steps: []string{
				"Create MODEL_CARD.md with the sections Intended use, Training data, Metrics and Limitations.",
				"Say for whom the model is made and for what it must not be used; give the held-out metrics and the data they come from.",
				"Link it from the README."}},
		},
		Effort:     "hours",
		References: []string{"https://huggingface.co/docs/hub/model-cards", "https://arxiv.org/abs/1810.03993"},
	},
	Run: modelCard,
}

func modelCard(v *evidence.View) report.Finding {
	var some []report.Evidence
	for _, c := range v.Cards() {
		switch {
		case c.Empty:
		case c.Named && c.Aspects() >= 3 && c.Data && c.Metrics, c.Aspects() == 4, c.Data && c.Metrics && c.Limits:
			return capability.Met("a model card tells use, data, metrics and limits", append([]report.Evidence{evidence.At(c.Path, c.Line, "model card")}, c.Lines...)...)
		case c.Named || c.Metrics && c.Aspects() >= 2:
			some = append(some, c.Lines...)
		}
	}
	if some = append(some, v.CardLinks()...); len(some) > 0 {
		return capability.Partial("the model is described in part", evidence.Unique(some)...)
	}
	return capability.Missing("nothing describes the model to its users")
}
