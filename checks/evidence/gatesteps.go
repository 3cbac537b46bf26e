package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// conditionStep recognises a managed pipeline's condition on a metric: the
// steps it guards are built only if the condition holds.
func (v *View) conditionStep(f fact.File, c fact.Call) (Gate, bool) {
	if lastSegment(c.Name) != "ConditionStep" || !slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Name == "if_steps" && len(a.Value.Items) > 0 }) {
		return Gate{}, false
	}
	measured, what := false, ""
	for x := range fact.In[fact.Call](v.Facts, f.Path) {
		if x.Scope != c.Scope {
			continue
		}
		word := lastSegment(x.Name)
		if strings.HasPrefix(word, "Condition") && word != "ConditionStep" {
			what = word
		}
		if word == "JsonGet" {
			measured = measured || slices.ContainsFunc(x.Args, func(a fact.Arg) bool { return modelMetric.MatchString(a.Value.Text) })
		}
	}
	return Gate{Node: v.Graph.ScopeNode(f.Path, c.Scope), Path: f.Path, Line: c.Line, What: what, Stops: true}, measured && what != ""
}

// blessing recognises TFX's gate: the Pusher takes the model only if the
// Evaluator blessed it by the thresholds of its configuration. A threshold on
// the change against a baseline model makes it a comparison with the one in use.
func (v *View) blessing(f fact.File, c fact.Call) (Gate, bool) {
	if lastSegment(c.Name) != "Pusher" || !keyword(c, "model_blessing") {
		return Gate{}, false
	}
	limit, change, baseline := false, false, false
	for x := range fact.In[fact.Call](v.Facts, f.Path) {
		switch lastSegment(x.Name) {
		case "GenericValueThreshold":
			limit = true
		case "GenericChangeThreshold":
			change = true
		case "Evaluator":
			baseline = baseline || keyword(x, "baseline_model")
		}
	}
	return Gate{Node: v.Graph.ScopeNode(f.Path, c.Scope), Path: f.Path, Line: c.Line, What: "Pusher waits for the Evaluator's blessing",
		Stops: true, Champion: change && baseline}, limit || change && baseline
}

// keyword says whether a call has a keyword with a value.
func keyword(c fact.Call, name string) bool {
	return slices.ContainsFunc(c.Args, func(a fact.Arg) bool {
		return a.Name == name && a.Value.Kind != fact.None && a.Value.Kind != fact.NoValue
	})
}

// cancelsRun says whether the code of a node cancels the pipeline's run, as a
// step of a managed pipeline stops those after it.
func (v *View) cancelsRun(n graph.ID) bool {
	x := v.Graph.Node(n)
	for c := range fact.In[fact.Call](v.Facts, x.Path) {
		if lastSegment(c.Name) == "cancel" && strings.Contains(strings.ToLower(c.Recv), "run") && v.Graph.ScopeNode(x.Path, c.Scope) == n {
			return true
		}
	}
	return false
}

// branched says whether a pipeline that runs a node takes one of several ways
// by what a task of its own reported.
func (v *View) branched(n graph.ID) bool {
	return Once(v, "behind branches", func() map[graph.ID]bool {
		files := v.filesThatBranch()
		var branching []graph.ID
		for _, s := range v.starts() {
			if files[v.Graph.Node(s).Path] {
				branching = append(branching, s)
			}
		}
		return v.Graph.Forward(branching...)
	})[n]
}

// filesThatBranch are the files of tasks that hold a branching task and a
// reading of what another task handed on.
func (v *View) filesThatBranch() map[string]bool {
	branch, both := map[string]bool{}, map[string]bool{}
	reads := map[string]bool{}
	for p, c := range fact.All[fact.Call](v.Facts) {
		switch lastSegment(c.Name) {
		case "BranchPythonOperator", "ShortCircuitOperator", "BranchOperator":
			branch[p] = true
		case "xcom_pull":
			reads[p] = true
		}
		if branch[p] && reads[p] {
			both[p] = true
		}
	}
	return both
}

// How far after a comparison its branch reaches, in lines.
const (
	branchSets  = 3 // a flag that it sets
	branchSaves = 6 // a model that it saves
)

// replacesFile says whether a comparison with the current model, which the same
// function loads from its file, decides whether a model is saved: in its branch
// or under the flag that the branch sets.
func (v *View) replacesFile(file, scope string, line int) bool {
	same := func(u graph.Use) bool { return u.Path == file && u.Scope == scope }
	if !slices.ContainsFunc(v.Live(catalog.RoleModelLoad), same) {
		return false
	}
	flags := map[string]bool{}
	for a := range fact.In[fact.Assign](v.Facts, file) {
		if a.Scope == scope && a.Value.Kind == fact.Bool && a.Value.Text == "True" && a.Line > line && a.Line <= line+branchSets {
			flags[a.Name] = true
		}
	}
	return slices.ContainsFunc(v.Live(catalog.RoleModelSave), func(u graph.Use) bool {
		c, ok := u.Fact.(fact.Call)
		if !ok || !same(u) {
			return false
		}
		return c.Line > line && c.Line <= line+branchSaves || slices.ContainsFunc(strings.Fields(c.Flags), func(f string) bool { return flags[f] })
	})
}
