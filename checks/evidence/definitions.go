package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Definition is a part of a runnable pipeline that the repository defines: a
// task or flow of an orchestrator, a stage of DVC, a component of a platform's
// pipeline, a chain of commands that goes on to train.
type Definition struct {
	Path string
	Line int
	What string
	from []graph.ID
}

// stageSystems are the tools whose stages are steps of a pipeline by nature.
var stageSystems = []string{"dvc", "snakemake", "targets"}

// dataflows construct a pipeline of a streaming or batch framework.
var dataflows = map[string]bool{"Dataflow": true, "Pipeline": true, "StreamExecutionEnvironment": true, "Job": true}

// Definitions returns the pipeline definitions of live code, in path order.
func (v *View) Definitions() []Definition {
	return Once(v, "definitions", func() []Definition {
		var out []Definition
		for _, u := range v.Live(catalog.RolePipeline, catalog.RoleStep) {
			if s, ok := u.Fact.(fact.Stage); ok && !slices.Contains(stageSystems, s.System) {
				continue
			}
			d := Definition{Path: u.Path, Line: u.Line, What: u.What, from: []graph.ID{u.Node}}
			if c, ok := u.Fact.(fact.Define); ok && c.Class {
				d.from = append(d.from, v.methodsOf(u.Path, c.Name)...)
			}
			if c, ok := u.Fact.(fact.Define); ok && !c.Class {
				// A pipeline within a function takes the steps made around it.
				if i := strings.LastIndexByte(c.Name, '.'); i >= 0 {
					d.from = append(d.from, v.Graph.ScopeNode(u.Path, c.Name[:i]))
				}
			}
			out = append(out, d)
		}
		for _, u := range v.Live(catalog.RoleDataTransform) {
			if c, ok := u.Fact.(fact.Call); ok && dataflows[lastSegment(c.Name)] && u.Tool != nil && u.Tool.ID == "beam" {
				out = append(out, Definition{Path: u.Path, Line: u.Line, What: u.What, from: []graph.ID{u.Node}})
			}
		}
		for i := range v.Graph.Nodes {
			if d, ok := v.chainDefinition(graph.ID(i)); ok {
				out = append(out, d)
			}
		}
		return out
	})
}

// methodsOf returns the nodes of a class's methods.
func (v *View) methodsOf(file, class string) []graph.ID {
	var out []graph.ID
	for d := range fact.In[fact.Define](v.Facts, file) {
		if strings.HasPrefix(d.Name, class+".") {
			out = append(out, v.Graph.ScopeNode(file, d.Name))
		}
	}
	return out
}

// chainDefinition recognises a make target, task or shell script of several
// steps of which a later one trains (clarification 80) or, for an application of
// a language model, builds the index (36).
func (v *View) chainDefinition(n graph.ID) (Definition, bool) {
	x := v.Graph.Node(n)
	if x.Place != place.Live {
		return Definition{}, false
	}
	switch {
	case x.Kind == graph.Stage:
	case x.Kind == graph.Run && path.Ext(x.Path) == ".sh":
	default:
		return Definition{}, false
	}
	d := Definition{Path: x.Path, Line: x.Line, What: x.What}
	trains := false
	for _, e := range v.Graph.Out(n) {
		if e.Test {
			continue
		}
		switch k := v.Graph.Node(e.To).Kind; {
		case k == graph.Module && v.Graph.Node(e.To).Path == x.Path: // a script's own body
			for _, inner := range v.Graph.Out(e.To) {
				if !inner.Test && v.leadsToProduct(inner.To) {
					trains = true
				} else if !inner.Test {
					d.from = append(d.from, inner.To)
				}
			}
		case v.leadsToProduct(e.To):
			trains = true
		default:
			d.from = append(d.from, e.To)
		}
	}
	return d, trains && len(d.from) > 0
}

// leadsToProduct says whether what the data is for is made from a node on: a
// model, or the index of an application of a language model. What starts the
// service embeds questions.
func (v *View) leadsToProduct(n graph.ID) bool {
	if v.leadsToTraining(n) {
		return true
	}
	if v.Kind != report.LLMApplication || !v.leads("index", func() []graph.Use { return v.Live(catalog.RoleEmbed) }).Any(n) {
		return false
	}
	for to := range v.Graph.Forward(n) {
		if v.startsServing(to) {
			return false
		}
	}
	return true
}

// startsServing says whether a node is a service or starts one.
func (v *View) startsServing(n graph.ID) bool {
	starts := Once(v, "serving-starts", func() map[graph.ID]graph.Use {
		return nodes(v.Live(catalog.RoleServeRun))
	})
	_, runs := starts[n]
	return runs || v.Graph.Node(n).Kind == graph.Service
}

// leadsToTraining says whether training is reached from a node.
func (v *View) leadsToTraining(n graph.ID) bool {
	return v.leads("training", v.Training).Any(n)
}

// InDefinition finds the first of the uses that a step of a pipeline
// definition leads to, and shows both.
func (v *View) InDefinition(uses []graph.Use) (report.Evidence, bool) {
	at := nodes(uses)
	for _, d := range v.Definitions() {
		var best graph.Use
		for n := range v.Graph.Forward(d.from...) {
			if u, ok := at[n]; ok && better(u, best) {
				best = u
			}
		}
		if best.Path != "" {
			return chain([]report.Hop{{Path: d.Path, Line: d.Line, What: d.What}}, report.Hop{Path: best.Path, Line: best.Line, What: best.What}), true
		}
	}
	return report.Evidence{}, false
}
