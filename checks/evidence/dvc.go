package evidence

import (
	"path"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// TracksFiles says whether DVC tracks a file or folder that is no model.
func (v *View) TracksFiles() bool {
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if place.Of(p) != place.Live || s.System != "dvc-file" {
			continue
		}
		for _, o := range s.Outs {
			if !ModelFile(path.Join(path.Dir(p), o)) {
				return true
			}
		}
	}
	return false
}

// HashedInput returns data that a locked DVC stage only reads, so that its
// hash is recorded and its content is not (clarification 71).
func (v *View) HashedInput() (report.Evidence, bool) {
	var outs []string
	for _, s := range fact.All[fact.Stage](v.Facts) {
		if s.System == "dvc-lock" || s.System == "dvc-file" {
			outs = append(outs, s.Outs...)
		}
	}
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if place.Of(p) != place.Live || s.System != "dvc-lock" {
			continue
		}
		for _, d := range s.Deps {
			if DataFile(path.Join(path.Dir(p), d)) && !slices.Contains(outs, d) {
				return At(p, s.Line, "the hash of "+d), true
			}
		}
	}
	return report.Evidence{}, false
}
