package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
)

// fetchesOther says whether what looks like a download of data fetches
// something else: a program to install, the state of a service, or a model.
func (v *View) fetchesOther(u graph.Use) bool {
	return u.Role == catalog.RoleDataAcquire && (fetchesProgram(u) || v.asksService(u) || v.fetchesModel(u))
}

// trainedName is how people name a trained model, its parts and their addresses.
var trainedName = pattern.MustCompile(`(?i)(^|[^a-z])(model|clf|classifier|regressor|estimator|scaler|encoder|vectori[sz]er|tokenizer|weights|checkpoint|ckpt)s?([^a-z]|$)`)

// fetchesModel says whether a request brings a trained model: what it brings
// is loaded as one on the spot, or has a model's name.
func (v *View) fetchesModel(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if !ok || u.Tool == nil || u.Tool.ID != "http-download" {
		return false
	}
	for _, a := range c.Args {
		if a.Name == "" && (a.Value.Kind != fact.Name && ModelFile(a.Value.Text) || a.Value.Kind == fact.Name && trainedName.MatchString(strings.ReplaceAll(a.Value.Text, "_", " "))) {
			return true
		}
	}
	return slices.ContainsFunc(v.Live(catalog.RoleModelLoad), func(l graph.Use) bool {
		load, ok := l.Fact.(fact.Call)
		return ok && l.Path == u.Path && l.Line == u.Line && (l.Tool == nil || l.Tool.ID != "pickle" || trainedName.MatchString(strings.ReplaceAll(load.Target, "_", " ")))
	})
}

// How functions and addresses of questions to a service look: is it there, what
// does it serve, what does a tracker hold.
var (
	askingName  = pattern.MustCompile(`(?i)(health|ping|heartbeat|wait_for|is_(up|ready|alive|running)|check_(api|service|server|backend|status|connection)|(service|server|api|backend)_(status|ready|up)|smoke|model_?(info|status|version))`)
	askingPlace = pattern.MustCompile(`(?i)(://(localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)\b|/(health|healthz|health_?check|ready|readyz|livez?|status|ping|metrics|docs|openapi\.json|version|model[-_/]info|info|about)/?$|/api/2\.[01]/(preview/)?mlflow)`)
)

// asksService says whether an HTTP request asks a service of the project's own
// how it does, or a tracker for what it holds.
func (v *View) asksService(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if !ok || u.Tool == nil || u.Tool.ID != "http-download" && u.Tool.ID != "r-modelling" {
		return false
	}
	if askingName.MatchString(lastSegment(u.Scope)) {
		return true
	}
	// The address may be put together on the same line or in a variable.
	variable := ""
	for _, a := range c.Args {
		if a.Name == "" && a.Value.Kind == fact.Name {
			variable = a.Value.Text
			break
		}
	}
	for d := range fact.In[fact.Call](v.Facts, u.Path) {
		if d.Scope == c.Scope && (d.Line == c.Line || variable != "" && d.Target == variable) && slices.ContainsFunc(d.Args, func(a fact.Arg) bool {
			return a.Name == "" && askingPlace.MatchString(v.filled(u.Path, a.Value))
		}) {
			return true
		}
	}
	for a := range fact.In[fact.Assign](v.Facts, u.Path) {
		if variable != "" && a.Name == variable && a.Scope == c.Scope && askingPlace.MatchString(v.filled(u.Path, a.Value)) {
			return true
		}
	}
	return false
}

// programFile is how archives of programs are called, and their addresses:
// by the machine they are for, or by their being installed.
var programFile = pattern.MustCompile(`(?i)(linux|darwin|windows|amd64|x86_64|aarch64|arm64)[-_.\d]|\binstall|awscli|[-/_.](cli|sdk|bin|driver)[-_./\d]|\.(deb|rpm|whl|jar|sh|ps1)\b`)

// fetchesProgram says whether a command downloads a program to install, which
// looks like a download of data but is none.
func fetchesProgram(u graph.Use) bool {
	c, ok := u.Fact.(fact.Command)
	if !ok || u.Role != catalog.RoleDataAcquire || u.Tool == nil || u.Tool.ID != "http-download" {
		return false
	}
	return slices.ContainsFunc(c.Argv, func(a string) bool { return strings.Contains(a, "://") && programFile.MatchString(a) })
}
