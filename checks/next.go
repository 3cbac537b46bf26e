package checks

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// How many steps a team is shown: more is a wish list, one is no plan.
const (
	minNext = 2
	maxNext = 5
)

// The standings of a step, best first.
const (
	opensLevel  = iota // a gate of the next level
	liftsDemand        // brings a dimension, or the whole, to what the configuration demands
	unlocks            // another of the steps stands on it
	fillsUp            // shown only where the others are too few
)

// candidate is a capability that could be moved, and how much that is worth.
type candidate struct {
	id       string
	standing int
	level    int // of its dimension: of what lifts one, the lower comes first
	partial  bool
	effort   int
	opens    int // how many other capabilities that do not hold stand on it
	place    int // in the model, which lists what comes first first
}

// nextSteps orders what a project should do next: the gates of the next level;
// then what brings a dimension to its demanded level, and what these stand on.
// Within a standing what is half there comes first, then what is less work, then
// what opens the way for more. What was waived or vouched for is not suggested.
func nextSteps(p *report.Project, model *maturity.Model) []string {
	status := map[string]report.Status{}
	for _, c := range p.Capabilities {
		status[c.ID] = c.Status
	}
	standing := standings(p, model, status)
	var steps []candidate
	for i, row := range model.Rows() {
		c, ok := p.Capability(row.ID)
		if !ok || c.Next == nil || c.Status != report.Partial && c.Status != report.Missing {
			continue
		}
		s := candidate{id: row.ID, partial: c.Status == report.Partial, effort: efforts[c.Next.Effort], place: i}
		if s.standing, ok = standing[row.ID]; !ok {
			if row.Role == maturity.Supporting || row.Level > p.Level+1 {
				continue
			}
			s.standing = fillsUp
		}
		if s.standing == liftsDemand {
			s.level = row.DimensionLevel
		}
		for _, other := range maturity.Microsoft().Rows() {
			if slices.Contains(other.After, row.ID) && !status[other.ID].Holds() {
				s.opens++
			}
		}
		steps = append(steps, s)
	}
	slices.SortFunc(steps, compare)
	next := []string{}
	for _, s := range steps {
		if len(next) == maxNext || s.standing == fillsUp && len(next) >= minNext {
			break
		}
		next = append(next, s.id)
	}
	return next
}

// standings says what makes a capability worth a step.
func standings(p *report.Project, model *maturity.Model, status map[string]report.Status) map[string]int {
	out := map[string]int{}
	better := func(ids []string, standing int) {
		for _, id := range ids {
			if was, ok := out[id]; !ok || standing < was {
				out[id] = standing
			}
		}
	}
	better(model.Blocking(status, p.Level), opensLevel)
	for _, b := range p.Bounds {
		want := b.Minimum
		if b.Against(want) == report.Holds {
			want = b.Target
		}
		if b.Dimension != "" && b.Against(want) != report.Holds {
			better(model.BlockingDimension(status, b.Dimension, *want), liftsDemand)
		}
	}
	for _, id := range slices.Collect(maps.Keys(out)) {
		row, _ := maturity.Microsoft().Row(id) // what stands on what is the same in every model
		better(row.After, unlocks)
	}
	return out
}

var efforts = map[string]int{"hours": 1, "days": 2, "weeks": 3}

func compare(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.standing, b.standing), cmp.Compare(a.level, b.level), -compareBool(a.partial, b.partial),
		cmp.Compare(a.effort, b.effort), -cmp.Compare(a.opens, b.opens), cmp.Compare(a.place, b.place))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
