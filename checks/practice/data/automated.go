package data

import (
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Automated judges data.automated: the code that acquires or prepares the data
// is a step of a runnable pipeline (rubric; clarifications 15, 70, 80).
var Automated = capability.Check{
	ID: "data.automated",
	Doc: capability.Doc{
		Title:         "Automated data preparation",
		Why:           "Preparation that a person must remember to run is forgotten, or run twice, or run with last month's file. As a step of a pipeline it runs the same way each time.",
		Counts:        "Preparation or acquisition as a DVC stage, an orchestrator's task, a step of a make or shell chain that goes on to train, a component of a cloud pipeline, or inside a script that a triggered job runs.",
		Partial:       "A script or function that a person runs by hand; a job that only downloads ready-made data although preparation code exists.",
		Not:           "A pipeline tool that is set up while none of its steps works on data; preparation that only tests reach.",
		NotApplicable: "The repository only serves an existing model.",
		How: []capability.Way{
			{Tool: "dvc", Title: "Make preparation a DVC stage in front of training", Steps: []string{
				"Run dvc stage add -n prepare -d src/prepare.py -d data/raw -o data/prepared python src/prepare.py.",
				"Add data/prepared to the deps of the train stage, then dvc repro runs both in order."}},
			{Tool: "airflow", Title: "Make preparation a task in front of the training task", Steps: []string{
				"Wrap the preparing function in @task and call it in the DAG.",
				"Pass its result to the training task, so that Airflow keeps the order."}},
			{Tool: "prefect", Title: "Make preparation a task of the training flow", Steps: []string{
				"Put @task on the preparing function and call it first in the @flow that trains."}},
			{Title: "Chain preparation and training in the Makefile", Steps: []string{
				"Add a target data: that runs the preparing script.",
				"Declare train: data, so that make train prepares first; run make train in the training job."}},
		},
		Effort:     "days",
		References: []string{"https://dvc.org/doc/start/data-pipelines/data-pipelines", "https://cloud.google.com/architecture/mlops-continuous-delivery-and-automation-pipelines-in-machine-learning"},
	},
	Run: onlyIfTrained(automated),
}

func automated(v *evidence.View) report.Finding {
	work := v.DataWork()
	if e, ok := v.InDefinition(slices.DeleteFunc(slices.Clone(work), pulled)); ok {
		return capability.Met("data work is a step of a pipeline", e)
	}
	if e, ok := v.InDefinition(work); ok {
		derived := v.DerivedData()
		if _, _, too := v.ReachedWithData(derived, graph.Triggered...); len(derived) == 0 || too {
			return capability.Met("data work is a step of a pipeline", e)
		}
		return capability.Partial("a pipeline fetches prepared data, and the code that prepares it runs by hand", e)
	}
	if u, way, ok := v.ReachedWithData(work, graph.Triggered...); ok {
		if u.Role == catalog.RoleDataAcquire && !v.Trains(u) && len(v.DerivedData()) > 0 {
			if _, _, too := v.ReachedWithData(v.DerivedData(), graph.Triggered...); !too {
				return capability.Partial("a job fetches data, but the code that prepares it runs by hand", v.ShowFrom(u, graph.Triggered...))
			}
		}
		return capability.Met("a trigger ("+way.Event.String()+") reaches data work", v.ShowFrom(u, graph.Triggered...))
	}
	if len(work) == 0 {
		work = v.Wrangling()
	}
	if len(work) > 0 {
		return capability.Partial("data is prepared by code that a person runs", v.ShowAll(work)...)
	}
	if len(v.Preparation()) > 0 {
		return capability.Missing("data is only read and split")
	}
	return capability.Missing("no code outside notebooks acquires or prepares data")
}

// pulled says whether a use is a command that brings data as it was stored.
func pulled(u graph.Use) bool {
	_, command := u.Fact.(fact.Command)
	return command && u.Role == catalog.RoleDataAcquire
}
