package render

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// The conclusions of a check run.
const (
	success = "success"
	neutral = "neutral"
	failure = "failure"
)

// verdict is what a check run concludes, and why.
type verdict struct {
	diff       *report.Diff // nil for a branch
	conclusion string
	reasons    []string // sentences, for anything but success
}

// judge concludes. Nothing fails that the team did not ask to fail, and nothing
// fails for what could not be read.
func judge(in Input) verdict {
	v := verdict{conclusion: success}
	if in.Base != nil {
		d := report.Compare(&in.Base.Project, &in.Head.Project)
		v.diff = &d
	}
	if len(in.ConfigErrors) > 0 {
		v.conclusion = neutral // what is wrong is said first of all
	}
	if !in.Settings.Enabled {
		v.neutral("The repository's configuration switches the judgement off.")
		return v
	}
	if v.diff != nil {
		v.regression(in)
	}
	if !in.Head.Kind.Judged() {
		if v.conclusion == success {
			v.neutral("Levels are given to ML projects and LLM applications only.")
		}
		return v
	}
	v.target(in)
	return v
}

func (v *verdict) regression(in Input) {
	d := v.diff
	unjudged := d.KindFrom.Judged() && !d.KindTo.Judged()
	if !d.Worse() && !unjudged {
		return
	}
	what := "This change lowers the maturity."
	switch {
	case unjudged:
		what = "With this change the repository is no longer judged as an " + kindName(d.KindFrom) + "."
	case d.LevelTo < d.LevelFrom:
		what = fmt.Sprintf("This change lowers the level from %d to %d.", d.LevelFrom, d.LevelTo)
	case len(d.Lost) > 0:
		what = fmt.Sprintf("This change loses %s.", count(len(d.Lost), "capability", "capabilities"))
	}
	possible := model(in.Head).Possible(statuses(&in.Head.Project))
	known := unjudged || len(d.Lost) > 0 || possible < d.LevelFrom
	for _, c := range d.Moved {
		known = known || c.After.Status == report.NotApplicable
	}
	if !known {
		v.neutral(what + " That rests on files that could not be read.")
		return
	}
	if in.Settings.Fails(repoconfig.FailRegression) {
		v.fail(what + " `fail_on: [regression]` makes that a failure.")
		return
	}
	v.neutral(what)
}

func (v *verdict) target(in Input) {
	target := in.Settings.TargetLevel
	if target == nil || in.Head.Level >= *target || !in.Settings.Fails(repoconfig.FailBelowTarget) {
		return
	}
	below := fmt.Sprintf("The level is below the target of %d.", *target)
	if model(in.Head).Possible(statuses(&in.Head.Project)) >= *target {
		v.neutral(below + " That rests on what could not be judged.")
		return
	}
	v.fail(below + " `fail_on: [below-target]` makes that a failure.")
}

func (v *verdict) neutral(reason string) {
	v.reasons = append(v.reasons, reason)
	if v.conclusion == success {
		v.conclusion = neutral
	}
}

func (v *verdict) fail(reason string) {
	v.reasons = append(v.reasons, reason)
	v.conclusion = failure
}
