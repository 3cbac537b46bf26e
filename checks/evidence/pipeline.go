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

// Pipeline is one definition that runs training together with what belongs
// before and after it.
type Pipeline struct {
	Start     graph.ID
	Prepares  bool
	Evaluates bool
	Evidence  []report.Evidence
}

// TrainingJobs returns the uses that submit or declare training on a platform.
func (v *View) TrainingJobs() []graph.Use {
	return v.Live(catalog.RoleTrainingJob)
}

// Preparation returns the live uses that prepare data: acquiring, cleaning,
// deriving, splitting.
func (v *View) Preparation() []graph.Use {
	return Once(v, "preparation", func() []graph.Use {
		known := slices.DeleteFunc(v.Live(catalog.RoleDataTransform, catalog.RoleDataSplit, catalog.RoleDataAcquire), v.fetchesOther)
		return merge(merge(known, v.calls(Live, prepareCall)), v.namedPreparation())
	})
}

// Wrangling is Preparation without what every fit needs and nothing more.
func (v *View) Wrangling() []graph.Use {
	return slices.DeleteFunc(slices.Clone(v.Preparation()), v.merelySplits)
}

// merelySplits says whether a use does what every fit needs and nothing more:
// splitting, and setting the target column aside (clarification 49), or is a
// function that only does so, whatever it is called.
func (v *View) merelySplits(u graph.Use) bool {
	if u.Role == catalog.RoleDataSplit || splitting[lastSegment(u.What)] {
		return true
	}
	d, named := u.Fact.(fact.Define)
	if !named || d.Class {
		return false
	}
	splits := false
	for a := range fact.In[fact.Assign](v.Facts, u.Path) {
		if a.Scope == d.Name && strings.Contains(a.Name, "[") {
			return false // derives a column
		}
	}
	for c := range fact.In[fact.Call](v.Facts, u.Path) {
		if c.Scope != d.Name {
			continue
		}
		switch m := lastSegment(c.Name); {
		case splitting[m]:
			splits = true
		case !incidental[m] && !readsData(c.Name):
			return false
		}
	}
	return splits
}

// splitting are the methods that split rows or set columns aside.
var splitting = map[string]bool{"drop": true, "train_test_split": true, "random_split": true, "astype": true, "to_numpy": true, "sample": true}

// incidental are calls that change no data.
var incidental = map[string]bool{"info": true, "debug": true, "warning": true, "print": true, "len": true, "str": true, "int": true, "get": true, "value_counts": true, "head": true}

// preparing is how people name what prepares data.
var preparing = pattern.MustCompile(`(?i)(data_?process|pre_?process|clean_?(data|text|df|up_data)|feature_?eng|build_?features|make_?dataset|prepare_?(data|features|dataset)|\betl\b|ingest|download_?data|data_?prep|transform_?data|load_?raw|generate_?features|extract_?features|engineer_?features|create_?features|fetch_?data)`)

// namedPreparation returns functions and classes of live code that say of
// themselves that they prepare data, for code that does it without a library.
func (v *View) namedPreparation() []graph.Use {
	var out []graph.Use
	for p, d := range fact.All[fact.Define](v.Facts) {
		if place.Of(p) != place.Live || !preparing.MatchString(lastSegment(d.Name)) {
			continue
		}
		out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleDataTransform, Strength: catalog.Used, Path: p, Line: d.Line,
			What: d.Name, Fact: d}, Node: v.Graph.ScopeNode(p, d.Name), Place: place.Live})
	}
	return out
}

// prepareCall recognises work on data where nothing tells the receiver's type.
func prepareCall(c fact.Call, _ bool) (catalog.Role, bool) {
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	switch method {
	case "dropna", "fillna", "merge", "groupby", "get_dummies", "drop_duplicates", "astype", "pivot_table", "fit_transform", "train_test_split", "random_split", "tokenize", "resample", "withColumn", "sort_values", "to_datetime", "pct_change", "rolling":
		return catalog.RoleDataTransform, true
	case "map", "apply", "filter", "shuffle", "select", "transform":
		recv := strings.ToLower(c.Recv)
		return catalog.RoleDataTransform, c.Unresolved && (strings.Contains(recv, "df") || strings.Contains(recv, "data") || strings.Contains(recv, "frame") || strings.Contains(recv, "scaler") || strings.Contains(recv, "encoder"))
	}
	return "", false
}

// Evaluation returns the live uses that compute a metric or score a model.
func (v *View) Evaluation() []graph.Use {
	return Once(v, "evaluation", func() []graph.Use {
		return merge(v.Live(catalog.RoleMetric, catalog.RoleLLMEval), v.calls(Live, evaluateCall))
	})
}

// ownValidation is how a training loop's own function that measures the model
// on held-out data is called (clarification 101).
var ownValidation = pattern.MustCompile(`^(run_)?(validate|validation)(_model|_epoch|_one_epoch|_loop)?$|^(val|valid|eval|test)_(one_)?epoch$`)

func evaluateCall(c fact.Call, _ bool) (catalog.Role, bool) {
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	recv := strings.ToLower(c.Recv)
	switch {
	case c.Recv == "":
		// a function of the project's own: its name says it, below
	case method == "evaluate", method == "score":
		return catalog.RoleMetric, c.Recv != "" && (c.Unresolved || modelName(recv)) && !strings.Contains(recv, "search")
	case method == "test", method == "validate":
		return catalog.RoleMetric, strings.Contains(recv, "trainer")
	}
	low := strings.ToLower(method)
	if c.Recv == "" && (ownValidation.MatchString(low) || strings.HasPrefix(low, "evaluate") || strings.HasPrefix(low, "compute_metrics") || strings.HasPrefix(low, "eval_model") || strings.HasPrefix(low, "test_model") || strings.HasPrefix(low, "evaluation")) {
		return catalog.RoleMetric, true
	}
	return "", false
}

// hooks are the methods that a trainer calls while it fits: a validation there
// is hidden inside fit and is no stage of its own (clarification 101). Where a
// trainer is told to test, that call is the stage.
var hooks = pattern.MustCompile(`\.(training|validation|test|predict)_step$|\.(training|validation|test)_epoch_end$|\.on_(train|validation|test|fit)\w*$|\._?(common|shared)_step$|(^|\.)compute_metrics$`)

// evaluationStages is Evaluation without what a trainer's fit does by itself.
func (v *View) evaluationStages() []graph.Use {
	driven := map[string]bool{} // file#class: the module that a trainer drives, its metrics included
	for p, d := range fact.All[fact.Define](v.Facts) {
		if d.Class && slices.ContainsFunc(d.Bases, func(b string) bool { return strings.HasSuffix(b, "LightningModule") }) {
			driven[p+"#"+d.Name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(v.Evaluation()), func(u graph.Use) bool {
		class, _, _ := strings.Cut(u.Scope, ".")
		return driven[u.Path+"#"+class] || hooks.MatchString(u.Scope)
	})
}

// Pipelines returns, for every place a person or trigger can start, what of
// preparation, training and evaluation runs from it; best first.
func (v *View) Pipeline() (Pipeline, bool) {
	type answer struct {
		p  Pipeline
		ok bool
	}
	a := Once(v, "pipeline", func() answer {
		p, ok := v.bestPipeline()
		return answer{p, ok}
	})
	return a.p, a.ok
}

func (v *View) bestPipeline() (Pipeline, bool) {
	training := v.Training()
	if len(training) == 0 {
		return Pipeline{}, false
	}
	fits, prepares, evaluates := v.leads("training", v.Training), v.leads("preparation", v.Preparation), v.leads("evaluation stages", v.evaluationStages)
	var best Pipeline
	bestScore, found := 0, false
	for _, start := range v.starts() {
		fit, trains := fits.From(start)
		if !trains {
			continue
		}
		p := Pipeline{Start: start}
		var prep, eval graph.Use
		prep, p.Prepares = prepares.From(start)
		eval, p.Evaluates = evaluates.From(start)
		score := 1
		if p.Prepares {
			score += 2
		}
		if p.Evaluates {
			score += 2
		}
		if score > bestScore {
			bestScore, found = score, score > 1
			p.Evidence = []report.Evidence{v.Show(fit)}
			if p.Prepares {
				p.Evidence = append(p.Evidence, At(prep.Path, prep.Line, prep.What))
			}
			if p.Evaluates {
				p.Evidence = append(p.Evidence, At(eval.Path, eval.Line, eval.What))
			}
			best = p
		}
	}
	return best, found
}

// better keeps the choice of what is shown independent of map order.
func better(u, than graph.Use) bool {
	return than.Path == "" || u.Path < than.Path || u.Path == than.Path && u.Line < than.Line
}

func nodes(uses []graph.Use) map[graph.ID]graph.Use {
	m := make(map[graph.ID]graph.Use, len(uses))
	for _, u := range uses {
		if old, ok := m[u.Node]; !ok || better(u, old) {
			m[u.Node] = u
		}
	}
	return m
}

// starts returns the nodes from which a chain may be one definition: programs,
// jobs, stages, scheduled or registered pipelines. Several DVC stages of one
// file are one definition.
func (v *View) starts() []graph.ID {
	var out []graph.ID
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Place != place.Live {
			continue
		}
		switch n.Kind {
		case graph.Run:
			if !strings.HasSuffix(n.Path, "/__init__.py") {
				out = append(out, graph.ID(i))
			}
		case graph.Trigger, graph.Job, graph.Resource, graph.Command:
			out = append(out, graph.ID(i))
		case graph.Stage, graph.Service:
			out = append(out, graph.ID(i))
		}
	}
	return out
}

// StagedTraining returns training that is a stage of a pipeline definition
// which joins it to other stages, whoever starts it.
func (v *View) StagedTraining() (graph.Use, bool) {
	fits := nodes(v.Training())
	for i := range v.Graph.Nodes {
		x := &v.Graph.Nodes[i]
		if x.Kind != graph.Stage || x.Place != place.Live {
			continue
		}
		stages := 0
		for s := range fact.In[fact.Stage](v.Facts, x.Path) {
			if s.System == "dvc" || s.System == "snakemake" || s.System == "targets" || s.System == "make" && len(s.Deps) > 0 {
				stages++
			}
		}
		if stages < 2 {
			continue
		}
		var found graph.Use
		for n := range v.Graph.Forward(graph.ID(i)) {
			if u, ok := fits[n]; ok && better(u, found) {
				found = u
			}
		}
		if found.Path != "" {
			return found, true
		}
	}
	uses := v.Live(catalog.RolePipeline, catalog.RoleStep)
	for _, u := range v.Training() {
		for _, s := range uses {
			if s.Path == u.Path && Code(s) {
				return u, true
			}
		}
	}
	return graph.Use{}, false
}

// HandPipeline is the definition that meets training.pipeline, for a person to
// start.
func (v *View) HandPipeline() (report.Evidence, bool) {
	p, ok := v.Pipeline()
	if !ok || !p.Prepares || !p.Evaluates || len(p.Evidence) == 0 {
		return report.Evidence{}, false
	}
	return p.Evidence[0], true
}
