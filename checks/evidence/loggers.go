package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ConfiguredLoggers returns the trackers that configuration files name as
// classes to be made, and that a shipped configuration selects or a documented
// or shipped command turns on (clarifications 20 and 70). Only configuration
// that code instantiates counts.
func (v *View) ConfiguredLoggers() []report.Evidence {
	return Once(v, "configured-loggers", v.configuredLoggers)
}

func (v *View) configuredLoggers() (on []report.Evidence) {
	made := false
	for p, c := range fact.All[fact.Call](v.Facts) {
		made = made || place.Of(p) == place.Live && strings.HasPrefix(c.Name, "hydra.utils.instantiate")
	}
	if !made {
		return nil
	}
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		for _, a := range r.Attrs {
			if !strings.HasSuffix(a.Key, "_target_") || !loggers[lastSegment(a.Value)] {
				continue
			}
			if v.selected(path.Base(path.Dir(p)), strings.TrimSuffix(path.Base(p), path.Ext(p))) {
				on = append(on, At(p, a.Line, a.Value))
			}
		}
	}
	return on
}

// loggers are the classes through which a trainer writes to a tracker.
var loggers = map[string]bool{"WandbLogger": true, "MLFlowLogger": true, "NeptuneLogger": true, "CometLogger": true, "AimLogger": true, "ClearMLLogger": true, "TrackioLogger": true}

// selected says whether an option of a group of configuration files is chosen:
// in the defaults of a file, or by a word of a command, shipped or documented.
func (v *View) selected(group, option string) bool {
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		for _, a := range r.Attrs {
			key := a.Key[strings.LastIndexAny(a.Key, "./ ")+1:]
			if key == group && strings.TrimSuffix(a.Value, ".yaml") == option {
				return true
			}
		}
	}
	word := group + "=" + option
	for p, c := range fact.All[fact.Command](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		for _, a := range c.Argv {
			if strings.TrimPrefix(a, "+") == word {
				return true
			}
		}
	}
	for _, t := range fact.All[fact.Text](v.Facts) {
		if t.Kind == "code" && strings.Contains(t.Text+" ", word+" ") {
			return true
		}
	}
	return false
}
