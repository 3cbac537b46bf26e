package data

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Versioning judges data.versioning: training data is versioned or immutable
// by reference (rubric; clarifications 16, 55, 71, 81).
var Versioning = capability.Check{
	ID: "data.versioning",
	Doc: capability.Doc{
		Title:         "Data versioning",
		Why:           "Which data made this model? Only a recorded version of the data can answer, months later, when it matters.",
		Counts:        "Data tracked by DVC or Git LFS with a remote, lakeFS, a Delta version, a registered data asset with a version, or dated or hashed snapshots that the code names.",
		Partial:       "Data files committed to plain git; DVC without a shared remote; an asset read at its latest version.",
		Not:           "An initialised .dvc folder that tracks nothing.",
		NotApplicable: "The repository only serves an existing model.",
		How: []capability.Way{
			{Tool: "dvc", Title: "Give DVC a shared remote and track the raw data", Steps: []string{
				"Run dvc remote add -d storage s3://your-bucket/dvc and commit .dvc/config.",
				"Run dvc add data/raw, git add data/raw.dvc, dvc push."}},
			{Title: "Track the training data with DVC", Steps: []string{
				"Run dvc init and dvc remote add -d storage s3://your-bucket/dvc.",
				"Run dvc add data/raw, commit data/raw.dvc, and dvc push.",
				"Run dvc pull in the training job."}},
		},
		Effort:     "days",
		References: []string{"https://dvc.org/doc/start/data-management/data-versioning"},
	},
	Run: onlyIfTrained(versioning),
}

func versioning(v *evidence.View) report.Finding {
	tracked := v.Tracked(evidence.DataFile)
	if len(tracked) > 0 {
		remote, local := v.Remote()
		switch {
		case remote.Path != "":
			return capability.Met("training data is tracked and its remote is committed", evidence.Unique(append(tracked, remote))...)
		case local.Path != "":
			return capability.Partial("training data is tracked by DVC, but its remote is a folder of one machine", evidence.Unique(append(tracked, local))...)
		default:
			return capability.Partial("training data is tracked by DVC, but no remote is committed", evidence.Unique(tracked)...)
		}
	}
	if lfs := v.LargeFiles(evidence.DataFile); len(lfs) > 0 {
		return capability.Met("training data is tracked by Git LFS", lfs...)
	}
	uses := storing(v)
	if others := v.UnregisteredInputs(uses); len(others) > 0 {
		return capability.Partial("a registered data asset is read at its latest version, and nothing here registers it", others...)
	}
	if kept := slices.DeleteFunc(slices.Clone(uses), latest); len(kept) > 0 {
		return capability.Met("the code reads or writes versioned data", v.ShowAll(uses)...)
	}
	if e, n := v.DatedSnapshot(); n > 0 {
		return capability.Met("the code names dated, immutable snapshots of the data", e)
	}
	if len(uses) > 0 {
		return capability.Partial("a registered data asset is read at its latest version, and nothing here registers it", v.ShowAll(uses)...)
	}
	if files := v.Committed(evidence.DataFile); len(files) > 0 {
		return capability.Partial(fmt.Sprintf("%d data files are committed to plain git", len(files)), evidence.Unique(files)...)
	}
	if e, ok := v.HashedInput(); ok {
		return capability.Partial("dvc.lock records the hash of the data, but its content is stored nowhere DVC knows", e)
	}
	return capability.Missing("nothing records which version of the data a model was trained on")
}

// outcome is how an artifact is called that holds what came out of a run.
var outcome = pattern.MustCompile(`(?i)(result|predict|eval|metric|report|submission)`)

// latest says whether a use reads a registered asset without naming its version
// (clarification 81).
func latest(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	return ok && strings.HasSuffix(c.Name, "Dataset.get_by_name") && !slices.ContainsFunc(c.Args, func(a fact.Arg) bool {
		return a.Name == "version" && a.Value.Kind != fact.None && a.Value.Text != "latest"
	}) && len(c.Args) < 3
}

// storing returns the uses that read or write versioned data. DVC's own
// commands say nothing where DVC tracks no file, and an artifact of results is
// not what a model is trained on. Git LFS that holds models alone brings none.
func storing(v *evidence.View) []graph.Use {
	onlyModels := len(v.LargeFiles(func(p string) bool { return !evidence.ModelFile(p) })) == 0 && len(v.LargeFiles(evidence.ModelFile)) > 0
	uses := slices.DeleteFunc(v.Live(catalog.RoleDataVersion), func(u graph.Use) bool {
		if onlyModels && u.Tool != nil && u.Tool.ID == "git-lfs" {
			return true
		}
		c, ok := u.Fact.(fact.Call)
		return ok && len(c.Args) > 0 && outcome.MatchString(c.Args[0].Value.Text)
	})
	if v.TracksFiles() {
		return uses
	}
	return slices.DeleteFunc(uses, func(u graph.Use) bool {
		_, command := u.Fact.(fact.Command)
		return command && u.Tool != nil && u.Tool.ID == "dvc"
	})
}
