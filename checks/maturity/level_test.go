package maturity

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

type statuses = map[string]report.Status

var every = []report.Status{report.Met, report.Partial, report.Missing, report.NotApplicable, report.Unknown, report.Waived, report.Attested}

// testdata/scores.json holds random statuses with the levels that the rubric's
// own scorer, a separate program, gives them.
func TestLevelsAgreeWithTheRubricsScorer(t *testing.T) {
	data, err := os.ReadFile("testdata/scores.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Status     statuses
		Overall    int
		Dimensions map[string]*int
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	seen := make(map[int]bool)
	for i, c := range cases {
		level, _ := Microsoft().Overall(c.Status)
		if level != c.Overall {
			t.Errorf("case %d: level %d, want %d", i, level, c.Overall)
		}
		seen[level] = true
		for _, d := range Microsoft().Dimensions(c.Status) {
			want, ok := c.Dimensions[d.ID]
			if !ok || show(d.Level) != show(want) {
				t.Errorf("case %d: %s is at %s, want %s", i, d.ID, show(d.Level), show(want))
			}
		}
	}
	if len(cases) < 100 || len(seen) != 5 {
		t.Errorf("%d cases reach the levels %v: too few to say anything", len(cases), seen)
	}
}

func TestOverall(t *testing.T) {
	met := func(m *Model, upTo int, but statuses) statuses {
		s := statuses{}
		for _, r := range m.Rows() {
			if r.Level <= upTo {
				s[r.ID] = report.Met
			}
		}
		for id, v := range but {
			s[id] = v
		}
		return s
	}
	ms, gg := Microsoft(), Google()
	for name, c := range map[string]struct {
		model   *Model
		status  statuses
		level   int
		atLeast bool
	}{
		"nothing":                        {ms, nil, 0, false},
		"all of level 2":                 {ms, met(ms, 2, nil), 2, false},
		"one gate of level 1 gone":       {ms, met(ms, 4, statuses{"application.ci": report.Partial}), 0, false},
		"one gate proven is no level":    {ms, met(ms, 1, statuses{"application.ci": report.Waived}), 0, false},
		"passed through on the way up":   {ms, met(ms, 2, statuses{"application.ci": report.Waived}), 2, false},
		"unknown in the way":             {ms, met(ms, 2, statuses{"training.automated": report.Unknown}), 1, true},
		"unknown, and missing as well":   {ms, met(ms, 2, statuses{"training.automated": report.Unknown, "model.versioning": report.Missing}), 1, false},
		"unknown that only supports":     {ms, met(ms, 2, statuses{"training.parameters": report.Unknown}), 2, false},
		"serving tests gate level 3":     {ms, met(ms, 3, statuses{"deployment.serving-tests": report.Missing}), 2, false},
		"google: all of level 1":         {gg, met(gg, 1, nil), 1, false},
		"google: schedule alone will do": {gg, met(gg, 1, statuses{"retraining.triggered": report.Missing}), 1, false},
		"google: trigger alone will do":  {gg, met(gg, 1, statuses{"retraining.scheduled": report.Missing}), 1, false},
		"google: neither":                {gg, met(gg, 2, statuses{"retraining.scheduled": report.Missing, "retraining.triggered": report.NotApplicable}), 0, false},
		"google: neither applies":        {gg, met(gg, 1, statuses{"retraining.scheduled": report.NotApplicable, "retraining.triggered": report.NotApplicable}), 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			level, atLeast := c.model.Overall(c.status)
			if level != c.level || atLeast != c.atLeast {
				t.Errorf("level %d, at least %t; want %d, %t", level, atLeast, c.level, c.atLeast)
			}
		})
	}
}

func TestBlocking(t *testing.T) {
	status := statuses{"application.tests": report.Met, "application.ci": report.Met, "training.scripted": report.Met,
		"training.environment": report.Partial, "training.experiment-tracking": report.NotApplicable,
		"training.automated": report.Unknown, "retraining.triggered": report.Partial}
	for name, c := range map[string]struct {
		model *Model
		level int
		want  []string
	}{
		"next level":                   {Microsoft(), 1, []string{"training.environment", "training.automated", "model.versioning"}},
		"a level that holds is passed": {Microsoft(), 0, []string{"training.environment", "training.automated", "model.versioning"}},
		"top":                          {Microsoft(), 4, nil},
		"one demand, one name":         {Google(), 0, []string{"data.automated", "data.validation", "training.pipeline", "training.automated", "training.quality-gate", "model.lineage", "retraining.scheduled", "deployment.automated"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.model.Blocking(status, c.level); !slices.Equal(got, c.want) {
				t.Errorf("blocking:\n got %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestDimensionsCountWhatApplies(t *testing.T) {
	rows := Microsoft().Dimensions(statuses{"data.pipeline": report.Met, "data.automated": report.Attested,
		"data.versioning": report.Waived, "data.feature-store": report.NotApplicable})
	if got := fmt.Sprintf("%s %s %d/%d", rows[1].ID, show(rows[1].Level), rows[1].Met, rows[1].Of); got != "data 4 2/4" {
		t.Errorf("data is %s, want data 4 2/4", got)
	}
	if rows[0].ID != "people" || rows[0].Level != nil || rows[0].Of != 4 {
		t.Errorf("people has no gates and so no level: %+v", rows[0])
	}
}

// A better verdict never costs a level, a level never depends on anything but
// the statuses, and "at most" is never below "at least".
func TestLevelsAreMonotone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	better := map[report.Status][]report.Status{
		report.Missing: {report.Partial, report.Unknown, report.Waived, report.Attested, report.Met},
		report.Partial: {report.Waived, report.Attested, report.Met},
		report.Unknown: {report.Waived, report.Attested, report.Met},
		report.Waived:  {report.Attested, report.Met}, report.NotApplicable: {report.Met, report.Attested},
		report.Attested: {report.Met}, report.Met: {report.Attested},
	}
	moved := 0
	for range 4000 {
		m := All()[random.IntN(2)]
		status := arbitrary(random, m)
		level, _ := m.Overall(status)
		if possible := m.Possible(status); possible < level {
			t.Fatalf("%s: possible level %d is below %d for %v", m.ID, possible, level, status)
		}
		before := m.Dimensions(status)
		id := m.rows[random.IntN(len(m.rows))].ID
		was := status[id]
		status[id] = better[was][random.IntN(len(better[was]))]
		after, _ := m.Overall(status)
		if after < level {
			t.Fatalf("%s: %s from %s to %s takes the level from %d to %d: %v", m.ID, id, was, status[id], level, after, status)
		}
		if after > level {
			moved++
		}
		for i, d := range m.Dimensions(status) {
			if before[i].Level != nil && (d.Level == nil || *d.Level < *before[i].Level) {
				t.Fatalf("%s: %s from %s to %s takes %s from %s to %s", m.ID, id, was, status[id], d.ID, show(before[i].Level), show(d.Level))
			}
		}
	}
	if moved == 0 {
		t.Error("no step raised a level: the statuses drawn prove nothing")
	}
}

// The order in which rows are listed or judged changes no level.
func TestLevelsAreOrderFree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		m := *All()[random.IntN(2)]
		status := arbitrary(random, &m)
		want, _ := m.Overall(status)
		blocking := m.Blocking(status, want)
		m.rows = slices.Clone(m.rows)
		random.Shuffle(len(m.rows), func(i, j int) { m.rows[i], m.rows[j] = m.rows[j], m.rows[i] })
		if got, _ := m.Overall(status); got != want {
			t.Fatalf("%s: level %d in another order, %d before", m.ID, got, want)
		}
		if got := m.Blocking(status, want); len(got) != len(blocking) {
			t.Fatalf("%s: %v blocks in another order, %v before", m.ID, got, blocking)
		}
	}
}

// arbitrary draws statuses that reach high levels often enough to be of use.
func arbitrary(random *rand.Rand, m *Model) statuses {
	s, good := statuses{}, random.Float64()
	for _, r := range m.rows {
		s[r.ID] = every[random.IntN(len(every))]
		if random.Float64() < good {
			s[r.ID] = report.Met
		}
	}
	return s
}

func show(level *int) string {
	if level == nil {
		return "-"
	}
	return fmt.Sprint(*level)
}
