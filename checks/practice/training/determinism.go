package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Determinism judges training.determinism: random seeds are set for the split
// and the learner (rubric; clarifications 19, 98).
var Determinism = capability.Check{
	ID: "training.determinism",
	Doc: capability.Doc{
		Title:         "Deterministic training",
		Why:           "Without fixed seeds two runs on the same data differ, and nobody can tell whether a change helped or luck did.",
		Counts:        "A seed that the learner takes (random_state, seed, a framework's global seed), and one for a random split. A learner without randomness needs none, nor does a split by date or one read from a file.",
		Partial:       "A seed for the split alone, or for the learner alone while the split is random.",
		Not:           "A seed that is only written to the log; seeds in notebooks, tests or the parameter search alone.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "pytorch-lightning", Title: "Call seed_everything before anything else", Steps: []string{
				"Call lightning.seed_everything(cfg.seed, workers=True) as the first line of the training function.",
				"Pass deterministic=True to the Trainer where speed allows."}},
			{Tool: "pytorch", Title: "Seed Python, NumPy and PyTorch before anything else", Steps: []string{
				"At the start of training call random.seed(seed), numpy.random.seed(seed) and torch.manual_seed(seed).",
				"Give random_split and the DataLoader a torch.Generator().manual_seed(seed)."}},
			{Tool: "tensorflow", Title: "Call set_random_seed before anything else", Steps: []string{
				"Call tf.keras.utils.set_random_seed(seed) as the first line of training."}},
			{Title: "Pass one seed to the split and to the learner", Steps: []string{
				"Keep SEED = 42 in the configuration.",
				"Pass it as random_state to train_test_split, to the estimator and to any search over parameters."}},
		},
		Effort:     "hours",
		References: []string{"https://scikit-learn.org/stable/common_pitfalls.html#controlling-randomness", "https://docs.pytorch.org/docs/stable/notes/randomness.html"},
	},
	Run: onlyIfTrained(determinism),
}

func determinism(v *evidence.View) report.Finding {
	s := v.Seeds()
	both := evidence.Unique(append(s.Learner, s.Split...))
	switch {
	case len(s.Learner) > 0 && !s.RandomSplit:
		return capability.Met("seeds fix the learner, and the split where it is random", both...)
	case len(s.Learner) > 0:
		return capability.Partial("a seed fixes the learner, but the split is random", both...)
	case len(s.Split) > 0 && s.Fixed:
		return capability.Met("the split is seeded, and the learner has no randomness", both...)
	case len(s.Split) > 0:
		return capability.Partial("only the split is seeded", both...)
	case s.Fixed && !s.RandomSplit:
		return capability.Met("neither the learner nor the split is random")
	}
	return capability.Missing("no seed is set where the model is trained")
}
