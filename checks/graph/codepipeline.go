package graph

import (
	"strings"
	"unicode"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// A pipeline of CodePipeline is a chain of stages, each of which is a job: it
// starts when the one before it has ended well.

// codeStage is one stage.
type codeStage struct {
	key, name string
	line      int
	attrs     []fact.Attr
}

// stagesOf returns the stages of a pipeline in order.
func stagesOf(r fact.Resource) []codeStage {
	var out []codeStage
	for _, a := range r.Attrs {
		rest, ok := strings.CutPrefix(a.Key, "Properties.Stages.")
		if !ok {
			continue
		}
		n, rest, _ := strings.Cut(rest, ".")
		if len(out) == 0 || out[len(out)-1].key != n {
			out = append(out, codeStage{key: n, line: a.Line})
		}
		s := &out[len(out)-1]
		if rest == "Name" || rest == "StageName" || rest == "0.1" { // a stage of CDK Pipelines has its name where a construct has its id
			s.name = spaced(a.Value)
		}
		s.attrs = append(s.attrs, fact.Attr{Line: a.Line, Key: rest, Value: a.Value})
	}
	return out
}

// spaced puts blanks between the words of a name: "DeployProd" is "Deploy Prod".
func spaced(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && unicode.IsUpper(c) && unicode.IsLower(rune(name[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// linkCodePipeline leads from a pipeline to its stages and from these to what
// they invoke, and notes what they roll out.
func (g *Graph) linkCodePipeline(t *template, r fact.Resource) {
	id := g.resource(t.file, resourceName(r), r.Line)
	stages := stagesOf(r)
	var before []ID
	for i, s := range stages {
		name := s.name
		if _, taken := g.find(Job, t.file, name); taken || name == "" {
			name = r.Name + " " + name + s.key
		}
		job := g.job(t.file, name, s.line, "stage "+name)
		g.link(id, Edge{To: job, Line: s.line})
		if i > 0 {
			g.wires = append(g.wires, Wire{From: before[i-1], To: job})
		}
		before = append(before, job)
		g.linkStage(t, r, id, job, s)
	}
	for _, a := range r.Attrs {
		if to, ok := g.meant(t, r, a); ok && !strings.HasPrefix(a.Key, "Properties.Stages.") {
			g.link(id, Edge{To: to, Line: a.Line})
		}
		switch {
		case strings.HasPrefix(a.Key, "Properties.Synth.") && strings.Contains(a.Key, ".Commands."):
			at := Node{Path: t.file, Line: a.Line, Cmd: &fact.Command{}}
			for _, cmd := range g.script(&at, a.Value) {
				g.link(id, Edge{To: cmd.id, Line: a.Line})
			}
		case strings.HasPrefix(a.Key, "Properties.Synth.") && strings.Contains(a.Value, "pipelines.CodePipelineSource."):
			g.link(g.trigger(t.file, a.Line, Push, "source of the pipeline"), Edge{To: id, Line: a.Line})
		}
	}
}

// linkStage follows the actions of one stage.
func (g *Graph) linkStage(t *template, r fact.Resource, pipeline, job ID, s codeStage) {
	for _, a := range s.attrs {
		if to, ok := g.meant(t, r, fact.Attr{Line: a.Line, Key: "Properties.Stages." + a.Key, Value: a.Value}); ok && to != pipeline {
			g.link(job, Edge{To: to, Line: a.Line})
		}
		switch {
		case strings.HasSuffix(a.Key, "ActionTypeId.Category") && a.Value == "Source":
			g.link(g.trigger(t.file, a.Line, Push, "source stage"), Edge{To: pipeline, Line: a.Line})
		case strings.HasSuffix(a.Key, "ActionTypeId.Provider") && rollsOut[a.Value]:
			g.rollOut(t.file, job, a.Line, "CodePipeline deploys with "+a.Value)
			if a.Value == "CloudFormation" && written(t.file, r) {
				g.linkSynthesized(job, a.Line)
			}
		case a.Key == "0.1" && written(t.file, r):
			g.rollOut(t.file, job, a.Line, "CDK Pipelines deploys "+a.Value)
			for _, to := range g.appOf(t.file, r).resources {
				if to != pipeline {
					g.link(job, Edge{To: to, Line: a.Line, Guessed: true})
				}
			}
		}
	}
}

// rollsOut are the providers of deploying actions that put something in place.
// S3 copies files.
var rollsOut = map[string]bool{
	"CloudFormation": true, "CloudFormationStackSet": true, "CloudFormationStackInstances": true, "CodeDeploy": true, "CodeDeployServer": true, "CodeDeployEcs": true, "CodeDeployToECS": true,
	"ECS": true, "Ecs": true, "ElasticBeanstalk": true, "EKS": true, "Eks": true, "ServiceCatalog": true, "AppConfig": true,
}

func (g *Graph) rollOut(file string, job ID, line int, what string) {
	g.Uses = append(g.Uses, Use{Use: catalog.Use{Role: catalog.RoleDeploy, Strength: catalog.Used, Path: file, Line: line, What: what,
		Fact: fact.Uses{Pos: fact.Pos{Line: line}, Kind: "task", Ref: what, Job: g.Nodes[job].Name}}, Node: job, Place: place.Of(file)})
}

// linkSynthesized leads to what the applications declare whose templates a
// build of the repository makes: an action that creates a stack is given one.
func (g *Graph) linkSynthesized(job ID, line int) {
	for _, app := range g.apps {
		built := false
		for c := range fact.In[fact.Command](g.set, strings.TrimPrefix(app.dir+"/buildspec.yml", "/")) {
			built = built || strings.Contains(strings.Join(c.Argv, " "), "cdk")
		}
		for _, to := range app.resources {
			if built {
				g.link(job, Edge{To: to, Line: line, Guessed: true})
			}
		}
	}
}
