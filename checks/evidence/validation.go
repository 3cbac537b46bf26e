package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Validation is how the content of data is checked.
type Validation struct {
	Called  []report.Evidence // in a pipeline or job, or on the way to training or scoring
	Idle    []report.Evidence // called, but what they find stops nothing
	Defined []report.Evidence // nothing but a person, or a test, runs it
}

// Validation reads the checks of data: those of a tool, and those written by
// hand that stop the run on types, ranges, nulls, duplicates or a schema.
func (v *View) Validation() Validation {
	return Once(v, "validation", func() Validation {
		var out Validation
		uses := v.Live(catalog.RoleDataValidate)
		uses = merge(uses, v.handValidation())
		uses = merge(uses, v.recordModels())
		uses = merge(uses, v.schemaCalls())
		on := v.onTheWay()
		for _, u := range uses {
			_, triggered := v.Graph.Reached(u.Node, graph.Triggered...)
			called := triggered || on[u.Node] || v.Trains(u)
			if d, ok := u.Fact.(fact.Define); ok && d.Class && !called {
				for _, m := range v.methodsOf(u.Path, d.Name) {
					called = called || on[m]
				}
			}
			switch {
			case !called || v.onlyServed(u):
				out.Defined = append(out.Defined, v.Show(u))
			case v.onlyReports(u):
				out.Idle = append(out.Idle, v.Show(u))
			default:
				out.Called = append(out.Called, v.Show(u))
			}
		}
		for _, u := range v.Uses([]catalog.Role{catalog.RoleDataValidate}, Called, Not(Live)) {
			out.Defined = append(out.Defined, At(u.Path, u.Line, u.What))
		}
		out.Called, out.Idle, out.Defined = Unique(out.Called), Unique(out.Idle), Unique(out.Defined)
		return out
	})
}

// onTheWay returns the nodes that pipeline definitions run, and those that run
// together with training or batch scoring.
func (v *View) onTheWay() map[graph.ID]bool {
	return Once(v, "on-the-way", func() map[graph.ID]bool {
		var from []graph.ID
		for _, d := range v.Definitions() {
			from = append(from, d.from...)
		}
		fits := v.leads("training and scoring", func() []graph.Use { return slices.Concat(v.Training(), v.Live(catalog.RoleBatchScore)) })
		for _, start := range v.starts() {
			if k := v.Graph.Node(start).Kind; (k == graph.Run || k == graph.Stage) && fits.Any(start) {
				from = append(from, start)
			}
		}
		return v.Graph.Forward(from...)
	})
}

var (
	// validating is how people name what checks data.
	validating = pattern.MustCompile(`(?i)(validat|verify|sanity|data_?quality|quality_?check|check_?(data|schema|quality|null|missing|dup|range|type|valid)|schema_?check|data_?check|assert_?(valid|schema|no_|data))`)
	// notData are other things that get validated.
	notData = pattern.MustCompile(`(?i)(validation_?(step|loss|epoch|set|split|data$|loader|dataset|metrics|end|score)|valid_?(loss|step|loader)|cross_?valid|config|settings|request|token|auth|model|arg|param|env|url|email|user|path|payload|response|train_valid|credential|upload)`)
	// quality is work on the content of data: types, ranges, nulls, duplicates.
	quality = pattern.MustCompile(`(?i)(isnull|isna\b|\.isna|notnull|notna|isnan|is_null|duplicated|\bdtypes?\b|is_numeric_dtype|is_unique|is_monotonic|\.between|isfinite|isinf|anyna|is\.na\b|\.nunique|null_?count|allowed_values)`)
	// innards are what a check of training itself looks at.
	innards = pattern.MustCompile(`(?i)(loss|grad|logit|pred|score|metric|weight|param)`)
	// ranges is a test of the range of values.
	ranges = pattern.MustCompile(`(?i)\.(min|max)\(\)\s*[<>]=?\s*-?[\d.]`)
)

// handValidation returns functions of live code that check the content of
// data and stop the run.
func (v *View) handValidation() []graph.Use {
	var out []graph.Use
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		named := validating.MatchString(path.Base(f.Path)) && !notData.MatchString(path.Base(f.Path))
		stops, works, math := map[string]int{}, map[string]int{}, false
		for i := range fact.In[fact.Import](v.Facts, f.Path) {
			math = math || i.Module == "math"
		}
		add := func(scope string, line int, what string) {
			out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleDataValidate, Strength: catalog.Used, Path: f.Path, Line: line,
				What: what, Scope: scope}, Node: v.Graph.ScopeNode(f.Path, scope), Place: place.Live})
		}
		for _, x := range f.Facts {
			switch c := x.(type) {
			case fact.Check:
				switch {
				case c.Kind == fact.Compare || c.Trivial:
				case c.Scope == "__main__" || innards.MatchString(c.Text+c.Guard) || ofOneNumber(c, math):
				case c.Kind == fact.Assert && (quality.MatchString(c.Text) || ranges.MatchString(c.Text)), c.Kind == fact.Raise && quality.MatchString(c.Guard) && strings.Contains(c.Guard, "("):
					add(c.Scope, c.Line, shorten(c.Text))
				case c.Kind == fact.Raise:
					stops[c.Scope] = c.Line
				}
			case fact.Call:
				if c.Magic {
					continue
				}
				if c.Name == "sys.exit" && len(c.Args) > 0 && c.Args[0].Value.Text != "0" {
					stops[c.Scope] = c.Line
				}
				if quality.MatchString(lastSegment(c.Name)) || lastSegment(c.Name) == "sum" && strings.Contains(c.Recv, "<") {
					works[c.Scope] = c.Line
				}
			}
		}
		for scope, line := range works {
			own := validating.MatchString(lastSegment(scope)) && !notData.MatchString(lastSegment(scope))
			switch {
			case own && stops[scope] > 0:
				add(scope, line, lastSegment(scope))
			case named && own && len(stops) > 0:
				add(scope, line, lastSegment(scope))
			}
		}
	}
	sortUses(out)
	return out
}

// ofOneNumber says whether a condition asks one number, such as a setting,
// whether it is finite: math has no functions of columns.
func ofOneNumber(c fact.Check, math bool) bool {
	text := c.Text + " " + c.Guard
	return math && (strings.Contains(text, " isfinite(") || strings.Contains(text, " isnan(") || strings.Contains(text, "math.is"))
}

// schemaCalls returns the calls of methods of the project's own schemas:
// classes derived from those of a validation tool.
func (v *View) schemaCalls() []graph.Use {
	schemas := map[string]bool{}
	for _, u := range v.Live(catalog.RoleDataValidate) {
		if d, ok := u.Fact.(fact.Define); ok && d.Class {
			schemas[d.Name] = true
		}
	}
	if len(schemas) == 0 {
		return nil
	}
	for _, d := range fact.All[fact.Define](v.Facts) {
		for _, b := range d.Bases {
			if d.Class && schemas[lastSegment(b)] {
				schemas[d.Name] = true
			}
		}
	}
	return v.calls(Live, func(c fact.Call, _ bool) (catalog.Role, bool) {
		i := strings.LastIndexByte(c.Name, '.')
		return catalog.RoleDataValidate, i > 0 && schemas[lastSegment(c.Name[:i])]
	})
}

// recordModels returns the places where data code turns each record into a
// typed model, which raises on a bad one.
func (v *View) recordModels() []graph.Use {
	models := map[string]bool{}
	for _, d := range fact.All[fact.Define](v.Facts) {
		if d.Class && !strings.Contains(strings.ToLower(d.Name), "config") && !strings.Contains(strings.ToLower(d.Name), "setting") && !strings.Contains(strings.ToLower(d.Name), "response") {
			for _, b := range d.Bases {
				if b == "pydantic.BaseModel" || models[lastSegment(b)] || strings.HasSuffix(b, "DataModel") {
					models[d.Name] = true
				}
			}
		}
	}
	var out []graph.Use
	for p, c := range fact.All[fact.Call](v.Facts) {
		low := strings.ToLower(p)
		if place.Of(p) != place.Live || !models[lastSegment(c.Name)] || c.Magic ||
			!strings.Contains(low, "data") && !strings.Contains(low, "ingest") && !strings.Contains(low, "feature") && !strings.Contains(low, "validat") {
			continue
		}
		for _, a := range c.Args {
			if a.Name == "**" {
				out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleDataValidate, Strength: catalog.Used, Path: p, Line: c.Line,
					What: c.Name + " of each record", Fact: c, Scope: c.Scope}, Node: v.Graph.ScopeNode(p, c.Scope), Place: place.Live})
				break
			}
		}
	}
	return out
}
