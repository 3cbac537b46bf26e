package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Scripted judges training.scripted: training runs from a script, module or
// job (rubric).
var Scripted = capability.Check{
	ID: "training.scripted",
	Doc: capability.Doc{
		Title:         "Scripted training",
		Why:           "A notebook runs in whatever order somebody clicked. A script runs the same way for everyone, and for a machine.",
		Counts:        "Code that fits the model in a script, module, pipeline step or job.",
		Partial:       "Fitting in notebooks only.",
		Not:           "Fitting inside a unit test.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Title: "Move the training cells of the notebook into a script", Steps: []string{
				"Create src/train.py with a main() that loads the data, fits the model and saves it.",
				"Take paths and hyper-parameters from command-line options.",
				"Let the notebook import from it."}},
		},
		Effort:     "days",
		References: []string{"https://docs.python.org/3/library/argparse.html"},
	},
	Run: onlyIfTrained(scripted),
}

func scripted(v *evidence.View) report.Finding {
	if uses := v.Training(); len(uses) > 0 {
		return capability.Met("training runs from code outside notebooks", v.ShowAll(uses)...)
	}
	if uses := v.TrainingInNotebooks(); len(uses) > 0 {
		return capability.Partial("models are fitted in notebooks only", v.ShowAll(uses)...)
	}
	return capability.Missing("no code that fits a model was found")
}
