package graph

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// cfnRuns are the kinds of CloudFormation resources that something else starts.
var cfnRuns = map[string]bool{
	"AWS::Lambda::Function": true, "AWS::Serverless::Function": true, "AWS::CodeBuild::Project": true, "AWS::StepFunctions::StateMachine": true,
	"AWS::Serverless::StateMachine": true, "AWS::SageMaker::Pipeline": true, "AWS::CodePipeline::Pipeline": true,
}

// cfnStarts are the kinds that start others.
var cfnStarts = map[string]bool{
	"AWS::CodePipeline::Pipeline": true, "AWS::Events::Rule": true, "AWS::Scheduler::Schedule": true, "AWS::StepFunctions::StateMachine": true, "AWS::Serverless::StateMachine": true,
}

// wanted are the kinds that a target of a program stands for, by words of the
// class that makes the target or of the value that it is given.
var wanted = []struct {
	words *regexp.Regexp
	kind  string
}{
	{regexp.MustCompile(`(?i)sagemaker(.{0,80})pipeline`), "AWS::SageMaker::Pipeline"},
	{regexp.MustCompile(`(?i)sfn_?state_?machine|state_?machine|:states:|step_?functions?(start|invoke)`), "AWS::StepFunctions::StateMachine"},
	{regexp.MustCompile(`(?i)lambda`), "AWS::Lambda::Function"},
	{regexp.MustCompile(`(?i)code_?pipeline`), "AWS::CodePipeline::Pipeline"},
	{regexp.MustCompile(`(?i)code_?build`), "AWS::CodeBuild::Project"},
}

// template is the resources of CloudFormation that one file declares.
type template struct {
	file  string
	all   []fact.Resource
	named map[string]ID // logical or physical name -> what something else starts
}

// linkCloudFormation follows the templates: a pipeline's stages and a rule's
// targets to the functions they invoke.
func (g *Graph) linkCloudFormation() {
	var templates []*template
	of := map[string]*template{}
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System != "cloudformation" || silent(p) || written(p, r) && g.appOf(p, r) == nil {
			continue
		}
		if of[p] == nil {
			of[p] = &template{file: p, named: map[string]ID{}}
			templates = append(templates, of[p])
		}
		of[p].all = append(of[p].all, r)
	}
	for _, t := range templates {
		for _, r := range t.all {
			g.nameResource(t, r)
		}
	}
	for _, t := range templates {
		for _, r := range t.all {
			switch {
			case r.Kind == "AWS::CodePipeline::Pipeline":
				g.linkCodePipeline(t, r)
			case cfnStarts[r.Kind]:
				g.linkStarter(t, r)
			}
			g.linkBuildProject(t, r)
		}
	}
}

// nameResource notes the names under which others start a resource.
func (g *Graph) nameResource(t *template, r fact.Resource) {
	id := g.resource(t.file, resourceName(r), r.Line)
	if written(t.file, r) {
		app := g.appOf(t.file, r)
		app.resources = append(app.resources, id)
		scope, _ := attr(r, "Metadata.Scope")
		if v, ok := attr(r, "Metadata.Variable"); ok && cfnRuns[r.Kind] {
			if strings.HasPrefix(v, "self.") {
				scope, _, _ = strings.Cut(scope, ".")
			}
			g.variables[t.file+"\x00"+scope+"\x00"+v] = id
		}
		switch r.Kind {
		case "AWS::Lambda::Function":
			g.linkAsset(t.file, id, r, app)
		case "AWS::SageMaker::Pipeline":
			for _, p := range app.program { // which puts its steps together
				g.link(id, Edge{To: p.id, Guessed: true})
			}
		case "AWS::StepFunctions::StateMachine": // whose tasks are made beside it
			g.link(id, Edge{To: g.scopeNode(t.file, scope), Line: r.Line})
		}
		if cfnRuns[r.Kind] {
			g.declared[r.Kind] = append(g.declared[r.Kind], id)
		}
		return
	}
	if !cfnRuns[r.Kind] {
		return
	}
	t.named[r.Name] = id
	g.declared[r.Kind] = append(g.declared[r.Kind], id)
	for _, a := range r.Attrs {
		if strings.HasPrefix(a.Key, "Properties.FunctionName") && len(a.Value) > 5 && strings.Contains(a.Value, "-") {
			t.named[a.Value] = id
		}
	}
}

// meant returns what an attribute of a resource names.
func (g *Graph) meant(t *template, r fact.Resource, a fact.Attr) (ID, bool) {
	if strings.HasPrefix(a.Key, "DependsOn") || strings.HasPrefix(a.Key, "Metadata.") {
		return 0, false
	}
	if written(t.file, r) {
		scope, _ := attr(r, "Metadata.Scope")
		return g.construct(t.file, scope, a.Value)
	}
	id, ok := t.named[strings.TrimSpace(a.Value)]
	return id, ok
}

// maxMeant bounds how many resources a target that is not named may stand for.
const maxMeant = 3

// linkStarter leads from a rule, a schedule or a state machine to what it
// starts, and to it from the event that it waits for.
func (g *Graph) linkStarter(t *template, r fact.Resource) {
	id := g.resource(t.file, resourceName(r), r.Line)
	found := false
	for _, a := range r.Attrs {
		if to, ok := g.meant(t, r, a); ok && to != id {
			g.link(id, Edge{To: to, Line: a.Line})
			found = true
		}
	}
	if !found && written(t.file, r) {
		g.linkUnnamed(t.file, id, r)
	}
	if state, _ := attr(r, "Properties.State"); r.Kind == "AWS::Events::Rule" && state != "DISABLED" {
		g.linkEvent(t.file, id, r)
	}
}

// linkUnnamed leads from what starts something that is made elsewhere in the
// program, and handed on, to all that it can be: the target says the kind, or
// the words of what a function is given together with the rule.
func (g *Graph) linkUnnamed(file string, id ID, r fact.Resource) {
	var words strings.Builder
	for _, a := range r.Attrs {
		if strings.Contains(a.Key, ".Targets.") || strings.Contains(a.Key, ".Target.") || strings.HasPrefix(a.Key, "Properties.Definition.") {
			words.WriteString(a.Value + " ")
		}
	}
	scope, _ := attr(r, "Metadata.Scope")
	if v, _ := attr(r, "Metadata.Variable"); words.Len() == 0 && v != "" {
		for c := range fact.In[fact.Call](g.set, file) {
			given := c.Scope == scope && slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Value.Text == v && a.Value.Kind == fact.Name })
			for _, a := range c.Args {
				if given {
					words.WriteString(a.Name + " " + a.Value.Text + " ")
				}
			}
		}
	}
	for _, w := range wanted {
		if !w.words.MatchString(words.String()) {
			continue
		}
		candidates := g.declared[w.kind]
		for _, to := range candidates {
			if len(candidates) <= maxMeant {
				g.link(id, Edge{To: to, Line: r.Line, Guessed: true})
			}
		}
		return
	}
}

// linkEvent leads to a rule from the event that its pattern names.
func (g *Graph) linkEvent(file string, id ID, r fact.Resource) {
	event, line, words := Chained, 0, []string{}
	for _, a := range r.Attrs {
		rest, ok := strings.CutPrefix(a.Key, "Properties.EventPattern.")
		if !ok {
			continue
		}
		line = max(line, a.Line)
		switch key, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(rest, "-", "")), "."); key {
		case "source":
			if a.Value == "aws.codecommit" {
				event = Push
			}
			words = append(words, a.Value)
		case "detailtype":
			words = append(words, a.Value)
		}
	}
	if line == 0 {
		return
	}
	what := "event for " + r.Name + ": " + strings.Join(first(words, 3), ", ")
	g.link(g.trigger(file, line, event, shorten(what)), Edge{To: id, Line: line})
}

// linkBuildProject leads from a project of CodeBuild to its commands, which
// stand in a file of the source or, by default, in its buildspec.yml.
func (g *Graph) linkBuildProject(t *template, r fact.Resource) {
	if r.Kind != "AWS::CodeBuild::Project" {
		return
	}
	id := g.resource(t.file, resourceName(r), r.Line)
	name := "buildspec.yml"
	at := Node{Path: t.file, Line: r.Line, Cmd: &fact.Command{}}
	for _, a := range r.Attrs {
		switch {
		case strings.Contains(a.Key, "BuildSpec") && strings.Contains(a.Key, ".commands."):
			for _, cmd := range g.script(&at, a.Value) {
				g.link(id, Edge{To: cmd.id, Line: a.Line})
			}
			name = ""
		case strings.HasSuffix(a.Key, "BuildSpec") && len(a.Value) < 200:
			name = a.Value
		}
	}
	if name == "" {
		return
	}
	for _, f := range g.buildspecs(name) {
		g.link(id, Edge{To: g.workflow(f), Line: r.Line, Guessed: f != name})
	}
}

// buildspecs returns the files that a project's build specification may be:
// the source of a project is this repository or a folder of it.
func (g *Graph) buildspecs(name string) []string {
	if g.has(name) {
		return []string{name}
	}
	var out []string
	for p := range fact.All[fact.Job](g.set) {
		if strings.HasSuffix(p, "/"+name) && !silent(p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) > maxMeant {
		return nil
	}
	return out
}
