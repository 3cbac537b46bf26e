package evidence

import (
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// RegistryUses returns the live calls that register, load or move a model by
// its name in a registry.
func (v *View) RegistryUses() []graph.Use {
	return merge(v.Live(catalog.RoleRegister, catalog.RoleRegistryLoad, catalog.RoleRegistryTransfer), v.namedArtifacts())
}

// ofRun is the address of an artifact of a tracker's run; its last part names
// the artifact.
var ofRun = pattern.MustCompile(`runs:/[^/]*/([A-Za-z0-9_.-]+)$`)

// RegistersNothing says whether what is registered is an artifact that no run
// logs under that name, so that the version holds no model (clarification 96).
// It answers only where every name is written out.
func (v *View) RegistersNothing() (graph.Use, bool) {
	var at graph.Use
	wanted := map[string]bool{}
	note := func(p string, line int, text string) {
		if m := ofRun.FindStringSubmatch(text); m != nil && place.Of(p) == place.Live {
			wanted[m[1]] = true
			if at.Path == "" {
				at = graph.Use{Use: catalog.Use{Path: p, Line: line, What: shorten(text)}, Node: -1}
			}
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		for _, a := range c.Args {
			note(p, c.Line, a.Value.Text)
		}
	}
	for p, a := range fact.All[fact.Assign](v.Facts) {
		note(p, a.Line, a.Value.Text)
	}
	if len(wanted) == 0 {
		return at, false
	}
	logged := 0
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) != place.Live || c.Magic {
			continue
		}
		switch lastSegment(c.Name) {
		case "autolog":
			return at, false
		case "log_model", "save_model":
		default:
			continue
		}
		name, known := artifactName(c)
		if !known {
			if v.isParameter(p, c.Scope, name) {
				continue // a helper that is told the name by its callers
			}
			return at, false
		}
		if wanted[name] {
			return at, false
		}
		logged++
	}
	return at, logged > 0
}

// artifactName returns the name a call logs a model under.
func artifactName(c fact.Call) (string, bool) {
	for i, a := range c.Args {
		if a.Name == "artifact_path" || a.Name == "name" || a.Name == "" && i == 1 {
			return a.Value.Text, a.Value.Kind == fact.String
		}
	}
	return "model", true
}

func (v *View) isParameter(file, scope, name string) bool {
	for d := range fact.In[fact.Define](v.Facts, file) {
		if d.Name != scope {
			continue
		}
		for _, p := range d.Params {
			if p.Name == name {
				return true
			}
		}
	}
	return false
}
