package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Comparison is a place where a new model is compared with the current one.
type Comparison struct {
	report.Evidence
	Decides  bool // a promotion, registration or roll-out hangs on it
	SameWork bool // both are measured on the same data
	Followed bool // something served or packaged here takes the winner
}

var (
	// orderedBy matches the comparisons that can tell better from worse.
	orderedBy = pattern.MustCompile(`(.*?[^<>=!-])(<=|>=|<|>)([^<>=].*)`)
	// incumbentName is how people call the model in use.
	incumbentName = pattern.MustCompile(`(?i)(champion|current|prod(uction)?_|_prod\b|_prod_|baseline|best|previous|prev_|_prev\b|\bold_|_old\b|existing|incumbent|deployed|latest|registered|reference_model)`)
	// measureName is how people call what models are compared by.
	measureName = pattern.MustCompile(`(?i)(metric|score|acc(uracy)?\b|accuracy|rmse|\bmae|_mae|auc|f1|r2|loss|error|mse|mape|precision|recall|perf(ormance)?|logloss)`)
	bareNumber  = pattern.MustCompile(`^\W*-?\d+(\.\d+)?\W*$`)
	limitName   = pattern.MustCompile(`(?i)(threshold|minimum|min_|_min\b|max_|limit|required|tolerance)`)
	// loopName marks improvements within one training run.
	loopName = pattern.MustCompile(`(?i)(best_(val_)?(loss|acc)|epoch|patience|best_val|early)`)
)

// inUse is the registry's address of the model in use.
var inUse = pattern.MustCompile(`^models:/[^@/]+(@\w+|/(Production|production|latest))$`)

// registryReaders are the methods that ask a registry or tracker for what is there.
var registryReaders = map[string]bool{"search_runs": true, "get_run": true, "get_latest_versions": true, "get_model_version_by_alias": true, "search_model_versions": true, "get_model_version": true,
	"get_registered_model": true, "search_registered_models": true, "get_metric_history": true, "list_models": true, "use_artifact": true, "get_by_alias": true, "head_object": true, "describe_model_package": true, "list_model_packages": true}

// Comparisons returns where live code compares a new model with the current
// one, in path order.
func (v *View) Comparisons() []Comparison {
	return Once(v, "deployment/comparisons", func() []Comparison {
		out := v.blessedChanges()
		for _, g := range v.verdictGates() {
			if g.Champion && v.asksChampion(g.Node) {
				out = append(out, Comparison{Evidence: v.ShowGate(g), Decides: g.Promotes, SameWork: true, Followed: v.servesWhatIsCompared(g.Node)})
			}
		}
		reads := v.currentReads()
		if len(reads) == 0 {
			return out
		}
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live {
				continue
			}
			for _, x := range f.Facts {
				scope, text := "", ""
				switch c := x.(type) {
				case fact.Check:
					if c.Kind == fact.Compare || c.Kind == fact.Raise {
						scope, text = c.Scope, c.Text+" "+c.Guard
					}
				case fact.Assign:
					if c.Value.Kind == fact.Other {
						scope, text = c.Scope, c.Value.Text
					}
				}
				if text == "" || !comparesModels(text) {
					continue
				}
				if c, ok := v.comparison(f.Path, scope, x.At(), text, reads); ok {
					out = append(out, c)
				}
			}
		}
		return out
	})
}

// blessedChanges are the gates of TFX that bless a model only if it is no worse
// than the one blessed before, both measured on the examples of one run. What
// the Pusher takes is what goes on.
func (v *View) blessedChanges() []Comparison {
	var out []Comparison
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		for c := range fact.In[fact.Call](v.Facts, f.Path) {
			if g, ok := v.blessing(f, c); ok && g.Champion {
				out = append(out, Comparison{Evidence: v.ShowGate(g), Decides: true, SameWork: true, Followed: true})
			}
		}
	}
	return out
}

// comparesModels says whether a condition orders the measures of two models.
func comparesModels(text string) bool {
	m := orderedBy.FindStringSubmatch(text)
	if m == nil || bareNumber.MatchString(m[1]) || bareNumber.MatchString(m[3]) || limitName.MatchString(m[3]) || loopName.MatchString(text) {
		return false
	}
	return measureName.MatchString(text) && incumbentName.MatchString(text)
}

// currentReads returns the nodes that read the current model or its measures
// from a registry or tracker.
func (v *View) currentReads() map[graph.ID]bool {
	return Once(v, "deployment/current-reads", func() map[graph.ID]bool {
		out := map[graph.ID]bool{}
		for _, u := range v.Live(catalog.RoleRegistryLoad) {
			out[u.Node] = true
		}
		for p, c := range fact.All[fact.Call](v.Facts) {
			if place.Of(p) != place.Live || c.Magic {
				continue
			}
			named := false // an address in the registry, handed on to what loads it
			for _, a := range c.Args {
				named = named || inUse.MatchString(a.Value.Text)
			}
			if named || registryReaders[lastSegment(c.Name)] {
				out[v.Graph.ScopeNode(p, c.Scope)] = true
			}
		}
		return out
	})
}

func (v *View) comparison(file, scope string, line int, text string, reads map[graph.ID]bool) (Comparison, bool) {
	at := v.Graph.ScopeNode(file, scope)
	whole := v.fileForward(file)
	read, predicts := false, 0
	asks := Once(v, "what is asked or evaluated", func() map[graph.ID]graph.Use { return nodes(slices.Concat(v.Predictions(), v.Evaluation())) })
	loads := Once(v, "what loads", func() map[graph.ID]graph.Use { return nodes(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad)) })
	loaded := false
	for n := range whole {
		read = read || reads[n]
		if _, ok := asks[n]; ok {
			predicts++
		}
		if u, ok := loads[n]; ok && strings.Contains(u.What, "load") {
			loaded = true
		}
	}
	if !read {
		return Comparison{}, false
	}
	e := v.ShowNode(at, Anyhow...)
	proof := report.Hop{Path: file, Line: line, What: shorten(text)}
	hops := append([]report.Hop{{Path: e.Path, Line: e.Line, What: e.What}}, e.Via...)
	if len(e.Via) == 0 && e.Path == file {
		hops = nil
	}
	c := Comparison{Evidence: chain(hops, proof)}
	c.Decides = v.promotionAround(file, at, whole)
	_, _, moving := v.Reached(v.Training(), graph.Schedule, graph.Chained)
	c.SameWork = loaded && predicts > 0 || !moving
	c.Followed = v.servesFromRegistry() || v.packagesFromRegistry(file)
	return c, true
}

// fileForward is what all code of a file leads to.
func (v *View) fileForward(file string) map[graph.ID]bool {
	return Once(v, "forward/"+file, func() map[graph.ID]bool { return v.Graph.Forward(v.programOf(file)...) })
}

// promotionAround says whether code of the file promotes, or code that
// promotes leads to the comparison.
func (v *View) promotionAround(file string, at graph.ID, whole map[graph.ID]bool) bool {
	promotions := Once(v, "promotions and roll-outs", func() []graph.Use {
		return slices.Concat(v.Live(catalog.RoleRegistryTransfer, catalog.RoleRegister, catalog.RoleHub), v.Rollouts())
	})
	for _, u := range promotions {
		if whole[u.Node] || u.Path == file {
			return true
		}
		if Code(u) && v.fileForward(u.Path)[at] {
			return true
		}
	}
	return false
}

// packagesFromRegistry says whether other code than that of the comparison
// loads a model from the registry, to build or start what serves it.
func (v *View) packagesFromRegistry(file string) bool {
	for _, u := range v.Live(catalog.RoleRegistryLoad) {
		if u.Path != file {
			return true
		}
	}
	return false
}

// Splits returns where traffic is divided between versions, and whether an
// analysis decides how it goes on.
func (v *View) Splits() (split, analysed []report.Evidence) {
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.System != "kubernetes" || place.Of(p) != place.Live {
			continue
		}
		canary, analysis := false, false
		for _, a := range r.Attrs {
			canary = canary || strings.Contains(strings.ToLower(a.Key), "canary")
			analysis = analysis || strings.Contains(strings.ToLower(a.Key), "analysis")
		}
		switch {
		case (r.Kind == "Rollout" || r.Kind == "Canary") && canary && analysis, r.Kind == "Canary" && analysis:
			analysed = append(analysed, At(p, max(r.Line, 1), r.Kind+" "+r.Name+" with analysis"))
		case canary:
			split = append(split, At(p, max(r.Line, 1), r.Kind+" "+r.Name))
		}
	}
	for _, u := range v.Live(catalog.RoleTraffic) {
		split = append(split, v.Show(u))
	}
	return split, analysed
}

// Rankings returns where live code takes the best of the recorded runs and
// promotes or serves it.
func (v *View) Rankings() []report.Evidence {
	var out []report.Evidence
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) != place.Live || c.Magic || lastSegment(c.Name) != "search_runs" {
			continue
		}
		for _, a := range c.Args {
			if a.Name == "order_by" {
				out = append(out, At(p, c.Line, "takes the best recorded run"))
			}
		}
	}
	return out
}
