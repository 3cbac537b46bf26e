package evidence

import (
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Applies says whether a part of the rubric applies, and why not.
type Applies struct {
	Yes bool
	Why string
}

// TrainingApplies: the rubric judges data.*, training.* and retraining.* of a
// repository that trains, in scripts or notebooks. One that only serves a
// model trained elsewhere, or a language model application without
// fine-tuning, has nothing to show (clarification 36).
func (v *View) TrainingApplies() Applies {
	return Once(v, "training-applies", func() Applies {
		if len(v.Training()) > 0 || len(v.TrainingInNotebooks()) > 0 {
			return Applies{Yes: true}
		}
		if v.brokenTraining() {
			return Applies{Yes: true}
		}
		if v.Kind == report.LLMApplication {
			return Applies{Why: "the application uses a language model and trains none"}
		}
		if len(v.Serving()) > 0 || len(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad)) > 0 || len(v.Predictions()) > 0 {
			return Applies{Why: "the repository only serves a model trained elsewhere"}
		}
		return Applies{Yes: true}
	})
}

// brokenTraining says whether a job or stage means to train with a program
// that is not there.
func (v *View) brokenTraining() bool {
	for i := range v.Graph.Nodes {
		if n := &v.Graph.Nodes[i]; n.Kind == graph.Broken && trainingWord.MatchString(n.What) && n.Place == place.Live {
			return true
		}
	}
	return false
}

// ServingApplies: something here answers with predictions, or is deployed.
func (v *View) ServingApplies() Applies {
	return Once(v, "serving-applies", func() Applies {
		if len(v.Serving()) > 0 {
			return Applies{Yes: true}
		}
		return Applies{Why: "nothing is served here"}
	})
}

// DataApplies is TrainingApplies for the data dimension: an application that
// builds an index from documents has data to judge (clarification 36).
func (v *View) DataApplies() Applies {
	return Once(v, "data-applies", func() Applies {
		if v.Kind == report.LLMApplication && len(v.Live(catalog.RoleEmbed, catalog.RoleRetrieval)) > 0 {
			return Applies{Yes: true}
		}
		return v.TrainingApplies()
	})
}
