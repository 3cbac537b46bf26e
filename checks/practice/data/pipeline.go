package data

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Pipeline judges data.pipeline: acquiring or preparing the data is code
// outside notebooks (rubric; clarification 15).
var Pipeline = capability.Check{
	ID: "data.pipeline",
	Doc: capability.Doc{
		Title:         "Data preparation as code",
		Why:           "Data that was clicked together cannot be made again. Code that fetches and prepares it can be reviewed, tested and repeated.",
		Counts:        "Scripts or modules that download, query, clean, join or derive features.",
		Partial:       "The same in notebooks only.",
		Not:           "A README that says where to click; a committed CSV that is only read; a data set that ships inside a library.",
		NotApplicable: "The repository only serves an existing model.",
		How: []capability.Way{
			{Title: "Move data preparation out of the notebook into a module", Steps: []string{
				"Create src/data.py with functions that fetch the raw data and return the prepared table.",
				"Import them in the notebook and in the training script."}},
		},
		Effort:     "days",
		References: []string{"https://cookiecutter-data-science.drivendata.org/opinions/"},
	},
	Run: onlyIfTrained(pipeline),
}

func pipeline(v *evidence.View) report.Finding {
	if uses := v.Wrangling(); len(uses) > 0 {
		return capability.Met("data is acquired or prepared by code", v.ShowAll(uses)...)
	}
	if uses := v.Notebook(catalog.RoleDataAcquire, catalog.RoleDataTransform, catalog.RoleDataSplit); len(uses) > 0 {
		return capability.Partial("data is prepared in notebooks only", v.ShowAll(uses)...)
	}
	return capability.Missing("no code acquires or prepares data")
}
