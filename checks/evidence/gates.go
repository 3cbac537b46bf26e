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

// Gate is a comparison of a model's metric that something depends on.
type Gate struct {
	Node     graph.ID
	Path     string
	Line     int
	What     string
	Stops    bool // it raises or exits
	Beside   bool // a model is promoted after it, whatever it says
	Promotes bool // registering, promoting or rolling out hangs on it
	Champion bool // the other side is the current model, not a fixed limit
	Runs     bool // a pipeline, or a trigger, runs it
	Kept     bool // its result is kept, and other code acts on it
}

var (
	modelMetric = pattern.MustCompile(`(?i)(accuracy|\bacc\b|_acc\b|\bf1|f1_|\bauc\b|_auc\b|roc_auc|rmse|\bmae\b|_mae\b|mape|\bmse\b|_mse\b|\br2\b|_r2\b|r_squared|score\b|scores\b|precision|recall|metric|pass_rate|\bwer\b|bleu|rouge|performance|error_rate|\bloss\b|_loss\b)`)
	// fixed are limits, current what stands for the model in use.
	fixed   = pattern.MustCompile(`(?i)(threshold|min_|max_|_min\b|_max\b|limit|target|required|floor|needed|minimum|gate|[<>]=?\s*-?[0-9]*\.?[0-9]+)`)
	current = pattern.MustCompile(`(?i)(champion|baseline|prod|current|previous|\bold_|existing|latest|deployed|registered|reference|second_best|best_registered|staging|incumbent)`)
	// otherThings are comparisons about something else than a model's worth.
	otherThings = pattern.MustCompile(`(?i)(drift|p_?val|psi\b|len\(|count|\.size|\.shape|elapsed|latency|time|sim_score|similarity|temperature|status_code|confidence|prob|den\b|total|\bnum_|\bn_|step|epoch|patience|lr\b|flag|retr(y|ies)|window)`)
	compares    = pattern.MustCompile(`[<>]=?`)
	// withinFit are functions in which a best value is only kept for early
	// stopping or a checkpoint.
	withinFit = pattern.MustCompile(`(?i)(on_.*epoch|on_train|early_?stop|checkpoint|callback|plot|print|objective|tune|search|predict|recommend|search)`)
)

// promotions are the roles that put a model forward.
var promotions = []catalog.Role{catalog.RoleRegister, catalog.RoleRegistryTransfer, catalog.RoleHub, catalog.RoleDeploy, catalog.RolePublish}

// Gates returns the comparisons of live code, those that count most first.
func (v *View) Gates() []Gate {
	return Once(v, "gates", func() []Gate {
		promoting := v.leads("promotions", func() []graph.Use { return v.Live(promotions...) })
		at := nodes(promoting.uses)
		on := v.onTheWay()
		var out []Gate
		runs := func(n graph.ID) bool {
			_, triggered := v.Graph.Reached(n, graph.Triggered...)
			return triggered || on[n]
		}
		for _, g := range v.verdictGates() {
			g.Runs = runs(g.Node)
			out = append(out, g)
		}
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live {
				continue
			}
			for _, g := range v.comparisons(f) {
				g.Promotes = g.Promotes || promoting.Any(g.Node)
				g.Stops = g.Stops || v.cancelsRun(g.Node) || v.branched(g.Node)
				asked := v.callers()[g.Node]
				for _, caller := range asked {
					_, direct := at[caller]
					g.Promotes = g.Promotes || direct || v.hangsOn(caller, g.Node, promoting)
					g.Stops = g.Stops || v.haltsRun(caller)
				}
				g.Runs = runs(g.Node)
				if !g.Promotes && (g.Stops || g.Champion) {
					beside := v.followed(g.Node, promoting)
					g.Promotes, g.Beside = g.Stops && beside, beside
				}
				out = append(out, g)
			}
		}
		return out
	})
}

// comparisons returns the comparisons of a model's metric in a file.
func (v *View) comparisons(f fact.File) []Gate {
	var out []Gate
	add := func(line int, scope, text string, stops bool) {
		if scope == "" && !strings.HasSuffix(f.Path, ".py") && !strings.HasSuffix(f.Path, ".sql") {
			return
		}
		low := strings.ReplaceAll(text, "(", " (")
		if !compares.MatchString(text) || !modelMetric.MatchString(text) || otherThings.MatchString(low) || withinFit.MatchString(lastSegment(scope)) {
			return
		}
		champion := current.MatchString(text)
		if !champion && !fixed.MatchString(text) {
			return
		}
		out = append(out, Gate{Node: v.Graph.ScopeNode(f.Path, scope), Path: f.Path, Line: line, What: shorten(text), Stops: stops, Champion: champion,
			Promotes: champion && v.replacesFile(f.Path, scope, line)})
	}
	for _, x := range f.Facts {
		switch c := x.(type) {
		case fact.Check:
			switch c.Kind {
			case fact.Compare:
				add(c.Line, c.Scope, c.Text, false)
			case fact.Raise:
				add(c.Line, c.Scope, c.Guard, true)
			case fact.Assert:
				if !c.Trivial {
					add(c.Line, c.Scope, c.Text, true)
				}
			}
		case fact.Call:
			if g, ok := v.bestOfAll(f, c); ok {
				out = append(out, g)
			}
			if g, ok := v.conditionStep(f, c); ok {
				out = append(out, g)
			}
			if g, ok := v.blessing(f, c); ok {
				out = append(out, g)
			}
		}
	}
	return out
}

// bestOfAll recognises the search for the best of all runs of an experiment,
// the current one included. Where every training opens an experiment of its
// own, only new candidates are ranked.
func (v *View) bestOfAll(f fact.File, c fact.Call) (Gate, bool) {
	if lastSegment(c.Name) != "search_runs" || c.Magic {
		return Gate{}, false
	}
	ordered := false
	for _, a := range c.Args {
		for _, i := range append(a.Value.Items, a.Value) {
			ordered = ordered || a.Name == "order_by" && strings.Contains(i.Text, "metrics.")
		}
	}
	if !ordered {
		return Gate{}, false
	}
	for a := range fact.In[fact.Assign](v.Facts, f.Path) {
		if strings.Contains(strings.ToLower(a.Name), "experiment") && a.Value.Kind == fact.Format && versionWord.MatchString(a.Value.Text) {
			return Gate{}, false
		}
	}
	return Gate{Node: v.Graph.ScopeNode(f.Path, c.Scope), Path: f.Path, Line: c.Line, What: "best of all runs", Champion: true}, true
}

// PromptGates are the gates of an application of a language model: those that
// stand where prompts or retrieval are measured. A limit that an answer must
// pass while a request is served is none.
func (v *View) PromptGates() []Gate {
	measured := v.leads("prompt evaluations", v.PromptEvaluations)
	return slices.DeleteFunc(slices.Clone(v.Gates()), func(g Gate) bool {
		return v.serviceNodes()[g.Node] || !measured.Any(g.Node) && !measured.Any(v.callers()[g.Node]...)
	})
}

// haltsRun says whether the function of a node raises or exits.
func (v *View) haltsRun(n graph.ID) bool {
	x := v.Graph.Node(n)
	if x.Kind != graph.Scope && x.Kind != graph.Module {
		return false
	}
	for c := range fact.In[fact.Call](v.Facts, x.Path) {
		if c.Scope == x.Name && c.Name == "sys.exit" && len(c.Args) > 0 && c.Args[0].Value.Text != "0" {
			return true
		}
	}
	for c := range fact.In[fact.Check](v.Facts, x.Path) {
		if c.Scope == x.Name && c.Kind == fact.Raise {
			return true
		}
	}
	return false
}

// followed says whether one start runs both a gate and a promotion.
func (v *View) followed(gate graph.ID, promoting *Leads) bool {
	to := v.Graph.First([]graph.ID{gate})
	return slices.ContainsFunc(v.starts(), func(start graph.ID) bool { return to[start] >= 0 && promoting.Any(start) })
}

// ShowGate is the evidence of a gate, from what runs it.
func (v *View) ShowGate(g Gate) report.Evidence {
	u := graph.Use{Use: catalog.Use{Path: g.Path, Line: g.Line, What: g.What}, Node: g.Node}
	return v.Show(u)
}
