package data

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Validation judges data.validation: a check of the data's content runs in a
// pipeline or before training or scoring (rubric; clarifications 42, 61, 81,
// 89, 93, 98, 101).
var Validation = capability.Check{
	ID: "data.validation",
	Doc: capability.Doc{
		Title:         "Data validation",
		Why:           "A column that changed its unit or lost half its values trains a bad model without any error. A check that stops the run turns that into a message.",
		Counts:        "A schema or quality check of types, ranges, nulls, duplicates or allowed values that a pipeline, a job or the training itself runs and that stops it: Great Expectations, pandera, TFDV, Deequ, Soda, a typed model per record, or own assertions.",
		Partial:       "A check that only tests or a person run, or whose result stops nothing; row counts and the presence of columns alone.",
		Not:           "Validation of an HTTP request; filters that drop bad rows in silence; a drift test; a guard of a function's own arguments.",
		NotApplicable: "The repository only serves an existing model.",
		How: []capability.Way{
			{Tool: "great-expectations", Title: "Run the checkpoint before training and stop on failure", Steps: []string{
				"Call the checkpoint in the preparing step and raise unless result.success.",
				"Make that step a dependency of training."}},
			{Tool: "dvc", Title: "Add a validate stage between prepare and train", Steps: []string{
				"Create src/validate.py that loads the prepared data, checks it with a pandera schema and exits with 1 on failure.",
				"Run dvc stage add -n validate -d data/prepared -o data/validated.ok python src/validate.py and make data/validated.ok a dep of train."}},
			{Title: "Check the training data with a pandera schema", Steps: []string{
				"Write schema = pa.DataFrameSchema({\"age\": pa.Column(int, pa.Check.in_range(0, 120)), …}) in src/schema.py.",
				"Call schema.validate(df) right after loading, in training and in batch scoring: it raises on bad data."}},
		},
		Effort:     "days",
		References: []string{"https://pandera.readthedocs.io/", "https://docs.greatexpectations.io/docs/"},
	},
	Run: onlyIfTrained(validation),
}

func validation(v *evidence.View) report.Finding {
	d := v.Validation()
	switch {
	case len(d.Called) > 0:
		return capability.Met("a check of the data's content runs before training or scoring", d.Called...)
	case len(d.Idle) > 0:
		return capability.Partial("a check of data runs, but what it finds stops nothing", d.Idle...)
	case len(d.Defined) > 0:
		return capability.Partial("a check of data is defined, but no pipeline runs it", d.Defined...)
	}
	return capability.Missing("nothing checks the data's content")
}
