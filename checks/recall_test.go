package checks_test

import (
	"encoding/json"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

func judged(t *testing.T, snap *repo.Snapshot, o checks.Options) *report.Report {
	t.Helper()
	plan, err := checks.NewPlan(t.Context(), snap.Tree, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Assess(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(t *testing.T, r *report.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A report is the same however its facts were come by, and each time.
func TestColdWarmAndRecalledAreTheSame(t *testing.T) {
	snap, _ := sample(200)
	o := checks.Options{Repository: "o/r", Commit: "c", Cache: &memory{}}
	cold := judged(t, snap, o)
	if _, ok := checks.Recall(t.Context(), snap, o); ok {
		t.Fatal("a report was recalled that nobody kept")
	}
	if err := checks.Remember(t.Context(), snap, o, cold); err != nil {
		t.Fatal(err)
	}
	recalled, ok := checks.Recall(t.Context(), snap, o)
	if !ok {
		t.Fatal("the report is forgotten")
	}
	warm, uncached := judged(t, snap, o), judged(t, snap, checks.Options{Repository: "o/r", Commit: "c"})
	want := text(t, cold)
	for name, r := range map[string]*report.Report{"recalled": recalled, "from cached facts": warm, "without a cache": uncached} {
		if text(t, r) != want {
			t.Errorf("the report %s differs from the first", name)
		}
	}
}

func TestRecallTellsApartWhatDiffers(t *testing.T) {
	snap, _ := sample(20)
	o := checks.Options{Repository: "o/r", Commit: "c", Cache: &memory{}, Version: "v"}
	r := judged(t, snap, o)
	if err := checks.Remember(t.Context(), snap, o, r); err != nil {
		t.Fatal(err)
	}
	files := snap.Tree.Files()
	other := map[string]struct {
		snap   *repo.Snapshot
		change func(*checks.Options)
	}{
		"version":    {snap, func(o *checks.Options) { o.Version = "w" }},
		"repository": {snap, func(o *checks.Options) { o.Repository = "p/r" }},
		"commit":     {snap, func(o *checks.Options) { o.Commit = "d" }},
		"model":      {snap, func(o *checks.Options) { o.Model = "google" }},
		"exclude":    {snap, func(o *checks.Options) { o.Exclude = []string{"docs/**"} }},
		"file":       {repo.NewSnapshot("", repo.NewTree(files[1:]), nil, nil), func(*checks.Options) {}},
		"gap":        {repo.NewSnapshot("", snap.Tree, nil, []repo.Gap{{Path: "a", Reason: "b"}}), func(*checks.Options) {}},
		"history":    {snap.WithHistory(repo.History{Known: true, Span: 3}), func(*checks.Options) {}},
	}
	for name, x := range other {
		changed := o
		x.change(&changed)
		if _, ok := checks.Recall(t.Context(), x.snap, changed); ok {
			t.Errorf("another %s recalls the same report", name)
		}
	}
}

func TestAGapMadeByABusyMachineIsNotKept(t *testing.T) {
	snap, _ := sample(5)
	o := checks.Options{Cache: &memory{}}
	r := judged(t, snap, o)
	r.Gaps = append(r.Gaps, repo.Gap{Path: "a.py", Reason: extract.ErrTimeout.Error()})
	if err := checks.Remember(t.Context(), snap, o, r); err != nil {
		t.Fatal(err)
	}
	if _, ok := checks.Recall(t.Context(), snap, o); ok {
		t.Error("it was kept")
	}
}
