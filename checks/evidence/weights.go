package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// weightsSetting is how a setting is called that says where a model lies.
var weightsSetting = pattern.MustCompile(`(?i)(model|weights|checkpoint)`)

// PinnedWeights returns where settings or code of what serves name a file of
// weights by a path that holds its version or date (clarification 75). A name
// without a folder is a public model's.
func (v *View) PinnedWeights() []report.Evidence {
	var out []report.Evidence
	note := func(p string, line int, name, text string) {
		dir, base := path.Split(text)
		if len(text) > 300 || dir == "" || !ModelFile(base) || !weightsSetting.MatchString(name) {
			return
		}
		if stem := strings.TrimSuffix(text, path.Ext(base)); versionInPath.MatchString(stem) {
			out = append(out, At(p, line, shorten(text)))
		}
	}
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live || !settingsSystems[r.System] {
			continue
		}
		for _, a := range r.Attrs {
			note(p, a.Line, a.Key, strings.Trim(a.Value, `"'`))
		}
	}
	for p, a := range fact.All[fact.Assign](v.Facts) {
		if place.Of(p) == place.Live && a.Value.Kind == fact.String {
			note(p, a.Line, a.Name, a.Value.Text)
		}
	}
	return out
}
