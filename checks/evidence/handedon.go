package evidence

import (
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// handedOn lists the comparisons of live code whose outcome goes on under a
// name: a flag that their branch sets, and the answer of the function in which
// they stand, as the one who asks for it calls it.
func (v *View) handedOn() []verdict {
	var out []verdict
	decides := map[string][]verdict{} // by the function's last name
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		last := map[string]fact.Check{} // the comparison before, by scope
		for _, x := range f.Facts {
			switch y := x.(type) {
			case fact.Check:
				if y.Kind != fact.Compare || y.Trivial || !modelMetric.MatchString(y.Text) {
					continue
				}
				last[y.Scope] = y
				if name := lastSegment(y.Scope); name != "" {
					decides[name] = append(decides[name], verdict{"", f.Path, y.Pos, y.Scope, y.Text, true})
				}
			case fact.Assign:
				if c, ok := last[y.Scope]; ok && isSet(y.Value) && verdictName.MatchString(lastSegment(y.Name)) && y.Line > c.Line && y.Line <= c.Line+branchSets {
					out = append(out, verdict{lastSegment(y.Name), f.Path, c.Pos, c.Scope, c.Text, true})
				}
			}
		}
	}
	if len(decides) == 0 {
		return out
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if c.Target == "" || !verdictName.MatchString(c.Target) || place.Of(p) != place.Live {
			continue
		}
		for _, d := range decides[lastSegment(c.Name)] {
			d.name = lastSegment(c.Target)
			out = append(out, d)
		}
	}
	return out
}

// isSet says whether a value is that of a flag which is up.
func isSet(x fact.Value) bool {
	return x.Kind == fact.Bool && x.Text == "True" || x.Kind == fact.Number && x.Text == "1"
}
