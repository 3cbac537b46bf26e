package evidence

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// runScoped is how a tracker names an artifact of one run by itself: its id
// stands in the name, so that the name is new with each run.
var runScoped = pattern.MustCompile(`^(run|model)-[a-z0-9]{8}(-|$)`)

// namedArtifacts returns the calls that load a model of W&B by a name that
// stays the same from run to run, and a version or alias of it: such a named
// model is a registry, one named per run is not (clarification 25).
func (v *View) namedArtifacts() []graph.Use {
	var out []graph.Use
	for p, c := range fact.All[fact.Call](v.Facts) {
		if c.Magic || place.Of(p) != place.Live || !strings.HasPrefix(c.Name, "wandb.") {
			continue
		}
		if m := lastSegment(c.Name); m != "use_artifact" && m != "artifact" || len(c.Args) == 0 {
			continue
		}
		text, model := "", false
		for i, a := range c.Args {
			if i == 0 {
				text = v.filled(p, a.Value)
			}
			model = model || i > 0 && a.Value.Text == "model"
		}
		name, version, ok := strings.Cut(text[strings.LastIndexByte(text, '/')+1:], ":")
		if !ok || name == "" || version == "" || strings.ContainsAny(name, "{*") || runScoped.MatchString(name) {
			continue
		}
		if model || strings.Contains(strings.ToLower(name), "model") {
			out = append(out, v.useOf(catalog.RoleRegistryLoad, p, c.Line, c.Name, c.Scope, c))
		}
	}
	return out
}

// filled is the text of a string in which the file's constants stand for their
// names; what is no constant stays in its braces.
func (v *View) filled(file string, x fact.Value) string {
	switch x.Kind {
	case fact.String:
		return x.Text
	case fact.Name:
		return v.constant(file, x.Text)
	case fact.Format:
	default:
		return ""
	}
	text := x.Text
	for _, name := range braces(x.Text) {
		if value := v.constant(file, name); value != "" {
			text = strings.ReplaceAll(text, "{"+name+"}", value)
		}
	}
	return text
}
