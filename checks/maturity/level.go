package maturity

import "github.com/mlops-maturity/mlops-maturity/checks/report"

// Overall returns the highest level that the repository rests on: all gates of
// it and of the levels below hold, and at least two of its own are proven.
// atLeast says that the level could be higher: nothing but unknowns stands
// between it and a higher one.
func (m *Model) Overall(status map[string]report.Status) (level int, atLeast bool) {
	level = m.overall(status)
	return level, m.overall(knowing(status)) > level
}

// Possible returns the level that would be reached if everything unknown turned
// out to be met: the level that the repository is at most at.
func (m *Model) Possible(status map[string]report.Status) int { return m.overall(knowing(status)) }

func (m *Model) overall(status map[string]report.Status) int {
	reached := 0
	for n := 1; n <= m.Highest(); n++ {
		proven := 0
		for _, g := range gates(m.rows, func(r Row) bool { return r.Role == Gate && r.Level == n }) {
			s := g.status(status)
			if !s.Holds() {
				return reached
			}
			if s.Proven() {
				proven++
			}
		}
		if proven >= rest {
			reached = n
		}
	}
	return reached
}

// Dimensions returns the profile: one row per dimension, in the model's order.
// A dimension without gates, or none of whose gates applies, has no level. Met
// counts what is proven, Of what applies, supporting rows included.
func (m *Model) Dimensions(status map[string]report.Status) []report.Dimension {
	out := make([]report.Dimension, 0, len(m.dimensions))
	for _, d := range m.dimensions {
		row := report.Dimension{ID: d.id, Title: d.title, Level: m.dimensionLevel(d, status)}
		for _, r := range d.rows {
			s := of(status, r.ID)
			if s.Proven() {
				row.Met++
			}
			if s != report.NotApplicable {
				row.Of++
			}
		}
		out = append(out, row)
	}
	return out
}

func (m *Model) dimensionLevel(d dimension, status map[string]report.Status) *int {
	demanded := gates(d.rows, func(r Row) bool { return r.Role != Supporting })
	applies, proven, level := false, false, m.Highest()
	for _, g := range demanded {
		s := g.status(status)
		applies = applies || s != report.NotApplicable
		proven = proven || s.Proven()
		if !s.Holds() {
			level = min(level, g[0].DimensionLevel-1)
		}
	}
	if !applies {
		return nil
	}
	if !proven {
		level = 0
	}
	return &level
}

// Bounds puts demands beside what is there, in their order.
func (m *Model) Bounds(status map[string]report.Status, demands []report.Demand) []report.Bound {
	if len(demands) == 0 {
		return nil
	}
	known, most := m.profile(status), m.profile(knowing(status))
	out := make([]report.Bound, 0, len(demands))
	for _, d := range demands {
		out = append(out, report.Bound{Demand: d, Level: known[d.Dimension], AtMost: most[d.Dimension]})
	}
	return out
}

// profile is the level of each dimension by id, and under "" the overall one.
func (m *Model) profile(status map[string]report.Status) map[string]*int {
	overall := m.overall(status)
	out := map[string]*int{"": &overall}
	for _, d := range m.dimensions {
		out[d.id] = m.dimensionLevel(d, status)
	}
	return out
}

// Blocking returns the gates that keep a repository at this level from a higher
// one: those of the lowest level above that do not hold, in the model's order.
// Of rows that are one gate, the first is named.
func (m *Model) Blocking(status map[string]report.Status, level int) []string {
	for n := max(level, 0) + 1; n <= m.Highest(); n++ {
		var ids []string
		for _, g := range gates(m.rows, func(r Row) bool { return r.Role == Gate && r.Level == n }) {
			if !g.status(status).Holds() {
				ids = append(ids, g[0].ID)
			}
		}
		if len(ids) > 0 {
			return ids
		}
	}
	return nil
}

// BlockingDimension returns what keeps a dimension from a level: the gates and
// dimension rows up to it that do not hold, in the model's order.
func (m *Model) BlockingDimension(status map[string]report.Status, dimension string, level int) []string {
	var ids []string
	for _, d := range m.dimensions {
		if d.id != dimension {
			continue
		}
		for _, g := range gates(d.rows, func(r Row) bool { return r.Role != Supporting && r.DimensionLevel <= level }) {
			if !g.status(status).Holds() {
				ids = append(ids, g[0].ID)
			}
		}
	}
	return ids
}

// gate is a demand: one row, or several of which any will do.
type gate []Row

// gates collects the rows that want is true for, joined where they are one gate.
func gates(rows []Row, want func(Row) bool) []gate {
	var out []gate
	at := make(map[string]int)
	for _, r := range rows {
		if !want(r) {
			continue
		}
		if i, ok := at[r.AnyOf]; ok && r.AnyOf != "" {
			out[i] = append(out[i], r)
			continue
		}
		at[r.AnyOf] = len(out)
		out = append(out, gate{r})
	}
	return out
}

// status is the best verdict among the gate's rows. A row that does not apply
// opens nothing for one that does.
func (g gate) status(status map[string]report.Status) report.Status {
	best := of(status, g[0].ID)
	for _, r := range g[1:] {
		if s := of(status, r.ID); rank(s) > rank(best) {
			best = s
		}
	}
	return best
}

func rank(s report.Status) int {
	switch s {
	case report.Met, report.Attested:
		return 5
	case report.Waived:
		return 4
	case report.Unknown:
		return 3
	case report.Partial:
		return 2
	case report.NotApplicable:
		return 0
	default:
		return 1
	}
}

func of(status map[string]report.Status, id string) report.Status {
	if s, ok := status[id]; ok {
		return s
	}
	return report.Missing
}

// knowing is the kindest reading: what is unknown is met.
func knowing(status map[string]report.Status) map[string]report.Status {
	kind := make(map[string]report.Status, len(status))
	for id, s := range status {
		if s == report.Unknown {
			s = report.Met
		}
		kind[id] = s
	}
	return kind
}
