package graph

import (
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

// linkCloudFormation follows a template: a pipeline's stages and a rule's
// targets to the functions they invoke.
func (g *Graph) linkCloudFormation() {
	var files []string
	byFile := map[string][]fact.Resource{}
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System == "cloudformation" && !silent(p) {
			if byFile[p] == nil {
				files = append(files, p)
			}
			byFile[p] = append(byFile[p], r)
		}
	}
	for _, p := range files {
		all := byFile[p]
		named := map[string]ID{} // logical or physical name
		for _, r := range all {
			if !cfnRuns[r.Kind] {
				continue
			}
			id := g.resource(p, resourceName(r), r.Line)
			named[r.Name] = id
			for _, a := range r.Attrs {
				if strings.HasPrefix(a.Key, "Properties.FunctionName") && len(a.Value) > 5 && strings.Contains(a.Value, "-") {
					named[a.Value] = id
				}
			}
		}
		for _, r := range all {
			if !cfnStarts[r.Kind] {
				continue
			}
			id := g.resource(p, resourceName(r), r.Line)
			for _, a := range r.Attrs {
				if to, ok := named[strings.TrimSpace(a.Value)]; ok && !strings.HasPrefix(a.Key, "DependsOn") {
					g.link(id, Edge{To: to, Line: a.Line})
				}
				if r.Kind == "AWS::CodePipeline::Pipeline" && strings.HasSuffix(a.Key, "ActionTypeId.Category") && a.Value == "Source" {
					g.link(g.trigger(p, a.Line, Push, "source stage"), Edge{To: id, Line: a.Line})
				}
			}
		}
	}
}
