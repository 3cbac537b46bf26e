package report

// Diff is what a change does to the judgement of one project.
type Diff struct {
	KindFrom, KindTo   Kind
	LevelFrom, LevelTo int
	Dimensions         []DimensionChange
	Gained             []Change // became met, attested or waived
	Lost               []Change // was met, attested or waived and holds no longer
	Moved              []Change // any other change of status
}

// Change is one capability before and after.
type Change struct {
	Before, After Capability
}

// DimensionChange is a dimension whose level moved; nil is no level.
type DimensionChange struct {
	ID, Title string
	From, To  *int
}

// Empty says whether nothing moved.
func (d Diff) Empty() bool {
	return d.KindFrom == d.KindTo && d.LevelFrom == d.LevelTo && len(d.Dimensions) == 0 &&
		len(d.Gained) == 0 && len(d.Lost) == 0 && len(d.Moved) == 0
}

// Worse says whether the level, a dimension's level or a held capability was lost.
func (d Diff) Worse() bool {
	if d.LevelTo < d.LevelFrom || len(d.Lost) > 0 {
		return true
	}
	for _, c := range d.Dimensions {
		if c.From != nil && c.To != nil && *c.To < *c.From {
			return true
		}
	}
	return false
}

// Compare returns what changed from base to head. Capabilities keep the order
// of head.
func Compare(base, head *Project) Diff {
	d := Diff{KindFrom: base.Kind, KindTo: head.Kind, LevelFrom: base.Level, LevelTo: head.Level}
	before := make(map[string]Capability, len(base.Capabilities))
	for _, c := range base.Capabilities {
		before[c.ID] = c
	}
	for _, after := range head.Capabilities {
		was, ok := before[after.ID]
		if !ok || was.Status == after.Status {
			continue
		}
		c := Change{Before: was, After: after}
		switch {
		case good(after.Status) && !good(was.Status):
			d.Gained = append(d.Gained, c)
		case good(was.Status) && (after.Status == Missing || after.Status == Partial):
			d.Lost = append(d.Lost, c)
		default:
			d.Moved = append(d.Moved, c)
		}
	}
	dims := make(map[string]Dimension, len(base.Dimensions))
	for _, x := range base.Dimensions {
		dims[x.ID] = x
	}
	for _, x := range head.Dimensions {
		was, ok := dims[x.ID]
		if ok && !same(was.Level, x.Level) {
			d.Dimensions = append(d.Dimensions, DimensionChange{ID: x.ID, Title: x.Title, From: was.Level, To: x.Level})
		}
	}
	return d
}

func good(s Status) bool { return s == Met || s == Attested || s == Waived }

func same(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
