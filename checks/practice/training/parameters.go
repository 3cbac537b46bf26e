package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Parameters judges training.parameters: hyper-parameters live in a settings
// file or in options (rubric; clarification 18).
var Parameters = capability.Check{
	ID: "training.parameters",
	Doc: capability.Doc{
		Title:         "Hyper-parameters outside the code",
		Why:           "A run that can be described by a file of settings can be repeated, compared and searched over. Numbers within the code can only be edited.",
		Counts:        "Hyper-parameters of the learner in a YAML, TOML, JSON or INI file that training reads, or as command-line options.",
		Partial:       "A named block of constants; options for the split, the seed or the kind of model only; one option among literals.",
		Not:           "Numbers within a function or a constructor call; options for paths.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "dvc", Title: "Move the hyper-parameters to params.yaml", Steps: []string{
				"Create params.yaml with a section train: holding each number the script passes to the learner.",
				"Read it with dvc.api.params_show() and add params: [train] to the stage in dvc.yaml; try others with dvc exp run -S train.max_depth=8."}},
			{Tool: "hydra", Title: "Move the hyper-parameters to the Hydra configuration", Steps: []string{
				"Create configs/train/default.yaml with the numbers, and read them from cfg.train in the function under @hydra.main."}},
			{Title: "Read the hyper-parameters from a file", Steps: []string{
				"Create config/train.yaml with the numbers, and load it with yaml.safe_load at the start of the training script.",
				"Add an option --config (argparse), so that a job can name another file."}},
		},
		Effort:     "hours",
		References: []string{"https://dvc.org/doc/start/data-pipelines/metrics-parameters-plots", "https://hydra.cc/docs/intro/"},
	},
	Run: onlyIfTrained(parameters),
}

// enoughOptions tells a configurable learner from one with a single knob.
const enoughOptions = 2

func parameters(v *evidence.View) report.Finding {
	h := v.HyperParameters()
	switch {
	case len(h.Files) > 0:
		return capability.Met("hyper-parameters are read from a settings file", evidence.Unique(h.Files)...)
	case len(h.Whole) > 0:
		return capability.Met("hyper-parameters are handed to the program together", evidence.Unique(h.Whole)...)
	case len(h.Options) >= enoughOptions:
		return capability.Met("hyper-parameters are options or typed settings", evidence.Unique(h.Options)...)
	case len(h.Options) > 0:
		return capability.Partial("one hyper-parameter is an option, the others are literals", evidence.Unique(h.Options)...)
	case len(h.Constants) > 0:
		return capability.Partial("hyper-parameters are a block of constants in the code", evidence.Unique(h.Constants)...)
	case len(h.Around) > 0:
		return capability.Partial("only what stands around the learner can be set", evidence.Unique(h.Around)...)
	}
	return capability.Missing("hyper-parameters are literals in the code")
}
