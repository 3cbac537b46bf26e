package render

import (
	"fmt"
	"strings"

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
	missed     []miss   // bounds that the conclusion rests on
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
		v.projects(in)
	}
	if !in.Head.Kind.Judged() {
		if v.conclusion == success {
			v.neutral("Levels are given to ML projects and LLM applications only.")
		}
		return v
	}
	v.bounds(in)
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
	lowest, _ := lowest(in.Head)
	possible := model(in.Head).Possible(statuses(lowest))
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

// projects concludes on a project that falls while the repository's level, that
// of its lowest project, stays.
func (v *verdict) projects(in Input) {
	if v.diff.LevelTo < v.diff.LevelFrom || !in.Head.Kind.Judged() {
		return
	}
	var fallen []projectMove
	known := false
	all, _, _ := moves(in)
	for _, m := range all {
		if m.was != nil && m.now.Level < m.was.Level {
			fallen = append(fallen, m)
			known = known || model(in.Head).Possible(statuses(&m.now.Project)) < m.was.Level
		}
	}
	if len(fallen) == 0 {
		return
	}
	what := fmt.Sprintf("This change lowers the project %s from level %d to %d.", fallen[0].name(), fallen[0].was.Level, fallen[0].now.Level)
	if n := len(fallen); n > 1 {
		what = fmt.Sprintf("This change lowers the level of %d projects.", n)
	}
	switch {
	case !known:
		v.neutral(what + " That rests on files that could not be read.")
	case in.Settings.Fails(repoconfig.FailRegression):
		v.fail(what + " `fail_on: [regression]` makes that a failure.")
	default:
		v.neutral(what)
	}
}

// bounds concludes on the demands of the configuration: a minimum fails, a
// target only where fail_on says so, and what rests on unknowns never does.
func (v *verdict) bounds(in Input) {
	sure, open, keys := map[string][]string{}, []string(nil), []string(nil)
	for _, m := range misses(in.Head) {
		key := m.fails(in.Settings)
		if key == "" {
			continue
		}
		v.missed = append(v.missed, m)
		if !m.sure {
			open = append(open, m.sentence(prose, code))
			continue
		}
		if sure[key] == nil {
			keys = append(keys, key)
		}
		sure[key] = append(sure[key], m.sentence(prose, code))
	}
	for _, key := range keys {
		v.fail(strings.Join(few(sure[key]), " ") + " " + code(key) + " makes that a failure.")
	}
	if len(open) > 0 {
		v.neutral(strings.Join(few(open), " ") + " That rests on what could not be judged.")
	}
}

// few keeps a list of sentences to what is read.
func few(sentences []string) []string {
	if n := len(sentences) - maxBlocking; n > 0 {
		return append(sentences[:maxBlocking:maxBlocking], fmt.Sprintf("So do %d more.", n))
	}
	return sentences
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
