package combine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// A program of the AWS CDK writes a CloudFormation template. What its
// constructs declare is added to its file as the resources of that template,
// with the values that stand in the program; package graph finds out which
// application declares them.

// Bounds of what is read of one program.
const (
	maxConstructs     = 500
	maxConstructAttrs = 400
	maxConstructDepth = 6
)

// constructs are the classes of the CDK that stand for a resource and are not
// called as CloudFormation calls it.
var constructs = map[string]string{
	"aws_lambda.Function": "AWS::Lambda::Function", "aws_lambda.DockerImageFunction": "AWS::Lambda::Function", "aws_lambda.SingletonFunction": "AWS::Lambda::Function",
	"aws_lambda_python.PythonFunction": "AWS::Lambda::Function", "aws_lambda_python_alpha.PythonFunction": "AWS::Lambda::Function",
	"aws_codebuild.Project": "AWS::CodeBuild::Project", "aws_codebuild.PipelineProject": "AWS::CodeBuild::Project",
	"aws_codepipeline.Pipeline": "AWS::CodePipeline::Pipeline", "pipelines.CodePipeline": "AWS::CodePipeline::Pipeline",
	"aws_events.Rule": "AWS::Events::Rule", "aws_scheduler.Schedule": "AWS::Scheduler::Schedule", "aws_scheduler_alpha.Schedule": "AWS::Scheduler::Schedule",
	"aws_stepfunctions.StateMachine": "AWS::StepFunctions::StateMachine", "aws_cloudwatch.Alarm": "AWS::CloudWatch::Alarm",
	"aws_sagemaker_alpha.Endpoint": "AWS::SageMaker::Endpoint", "aws_sagemaker_alpha.EndpointConfig": "AWS::SageMaker::EndpointConfig", "aws_sagemaker_alpha.Model": "AWS::SageMaker::Model",
}

// services are the services of AWS as CloudFormation spells them.
var services = map[string]string{
	"lambda": "Lambda", "codebuild": "CodeBuild", "codepipeline": "CodePipeline", "events": "Events", "scheduler": "Scheduler", "stepfunctions": "StepFunctions",
	"sagemaker": "SageMaker", "cloudwatch": "CloudWatch", "batch": "Batch", "ecs": "ECS", "glue": "Glue", "apprunner": "AppRunner", "bedrock": "Bedrock",
}

// constructKind is the kind of resource that a call of the CDK declares.
func constructKind(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "aws_cdk.")
	if !ok {
		return "", false
	}
	if kind, ok := constructs[rest]; ok {
		return kind, true
	}
	module, class, _ := strings.Cut(rest, ".")
	if kind, ok := strings.CutPrefix(class, "Cfn"); ok && kind != "" && !strings.Contains(kind, ".") {
		if service := services[strings.TrimPrefix(module, "aws_")]; service != "" {
			return "AWS::" + service + "::" + kind, true
		}
	}
	if last := class[strings.LastIndexByte(class, '.')+1:]; strings.HasPrefix(last, "on_") && strings.Contains(class, ".") {
		return "AWS::Events::Rule", true // pipeline.on_state_change(…), bucket.on_cloud_trail_put_object(…)
	}
	return "", false
}

// cdk adds the resources that programs of the CDK declare.
func (c *commit) cdk() {
	for _, f := range c.files {
		if !strings.HasSuffix(f.Path, ".py") || !slices.ContainsFunc(f.Facts, usesCDK) {
			continue
		}
		var found []fact.Fact
		for _, r := range declared(f.Facts) {
			found = append(found, r)
		}
		c.add(f, found)
	}
}

func usesCDK(f fact.Fact) bool {
	i, ok := f.(fact.Import)
	return ok && i.Level == 0 && (i.Module == "aws_cdk" || strings.HasPrefix(i.Module, "aws_cdk."))
}

// add puts facts among those of a file.
func (c *commit) add(f fact.File, found []fact.Fact) {
	if len(found) == 0 {
		return
	}
	list := c.now[f.Path]
	if list == nil {
		list = slices.Clone(f.Facts)
	}
	list = append(list, found...)
	slices.SortStableFunc(list, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	c.now[f.Path] = list
}

// program is the calls of one program, in the order in which they are written:
// those within the arguments of a call come after it.
type program struct {
	calls []fact.Call
	taken []bool // whether a call was found to be an argument of another
	out   []*construct
}

// construct is a resource with where it is made and the variable that holds it.
type construct struct {
	fact.Resource
	scope, variable string
	parts           int // stages and targets that were added to it
}

// declared returns the resources of a program.
func declared(facts []fact.Fact) []fact.Resource {
	var p program
	for _, f := range facts {
		if call, ok := f.(fact.Call); ok && !call.Magic {
			p.calls = append(p.calls, call)
		}
	}
	p.taken = make([]bool, len(p.calls))
	for i, call := range p.calls {
		if kind, ok := constructKind(call.Name); ok && len(p.out) < maxConstructs {
			p.declare(i, kind)
			continue
		}
		if of, field := p.owner(call.Scope, call.Target); of != nil {
			p.nested(of, i, "Properties."+title(field), 1)
			continue
		}
		dot := strings.LastIndexByte(call.Name, '.')
		if dot < 0 || call.Recv == "" {
			continue
		}
		owner, method := p.owner(call.Scope, call.Recv+call.Name[dot:])
		switch {
		case owner == nil:
		case method == "add_target":
			p.arguments(owner, i, "Properties.Targets."+strconv.Itoa(owner.parts), 0)
			owner.parts++
		case method == "add_stage":
			p.arguments(owner, i, "Properties.Stages."+strconv.Itoa(owner.parts), 0)
			owner.parts++
		}
	}
	out := make([]fact.Resource, 0, len(p.out))
	for _, r := range p.out {
		out = append(out, r.Resource)
	}
	return out
}

// declare adds the resource that call i declares.
func (p *program) declare(i int, kind string) {
	call := p.calls[i]
	r := &construct{Resource: fact.Resource{Pos: call.Pos, System: "cloudformation", Kind: kind, Name: constructName(call)}, scope: call.Scope, variable: call.Target}
	p.out = append(p.out, r)
	p.note(r, call.Line, "Metadata.Scope", call.Scope)
	p.note(r, call.Line, "Metadata.Variable", call.Target)
	p.arguments(r, i, "Properties", 0)
	if kind == "AWS::StepFunctions::StateMachine" {
		// The states are made beside it, and chained in ways of their own.
		for j, task := range p.calls {
			if task.Scope == call.Scope && strings.HasPrefix(task.Name, "aws_cdk.aws_stepfunctions_tasks.") {
				key := "Properties.Definition." + constructName(task)
				p.note(r, task.Line, key+".Type", strings.TrimPrefix(task.Name, "aws_cdk."))
				p.arguments(r, j, key, 1)
			}
		}
	}
}

// constructName is the name that a construct is given: its second argument,
// after the scope it is made in.
func constructName(c fact.Call) string {
	n := 0
	for _, a := range c.Args {
		if a.Name == "id" || a.Name == "construct_id" || a.Name == "" && n == 1 {
			if a.Value.Kind == fact.String || a.Value.Kind == fact.Format {
				return a.Value.Text
			}
		}
		if a.Name == "" {
			n++
		}
	}
	return c.Target
}

// owner is the resource that "variable.field" of a scope is a method or a field
// of, and which.
func (p *program) owner(scope, name string) (*construct, string) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return nil, ""
	}
	for k := len(p.out) - 1; k >= 0; k-- {
		if r := p.out[k]; r.variable == name[:i] && (r.scope == scope || strings.HasPrefix(r.variable, "self.")) {
			return r, name[i+1:]
		}
	}
	return nil, ""
}

func (p *program) note(r *construct, line int, key, value string) {
	if value != "" && len(r.Attrs) < maxConstructAttrs {
		r.Attrs = append(r.Attrs, fact.Attr{Line: line, Key: key, Value: value[:min(len(value), 1024)]})
	}
}

// arguments notes what call i is given under a key, as a template would say it.
func (p *program) arguments(r *construct, i int, key string, depth int) {
	call := p.calls[i]
	position := 0
	for _, a := range call.Args {
		name := title(a.Name)
		if a.Name == "" {
			name = strconv.Itoa(position)
			if position++; depth == 0 && position <= 2 && key == "Properties" {
				continue // the scope and the id
			}
		}
		p.value(r, call.Line, key+"."+name, a.Value, i, depth)
	}
}

func (p *program) value(r *construct, line int, key string, v fact.Value, from, depth int) {
	if depth > maxConstructDepth {
		return
	}
	switch v.Kind {
	case fact.String, fact.Format, fact.Number, fact.Name, fact.Bool:
		switch {
		case key == "Properties.Enabled" && v.Text == "False":
			p.note(r, line, "Properties.State", "DISABLED")
		case strings.HasSuffix(key, "ScheduleExpression") && v.Kind == fact.Name:
			p.note(r, line, key, "as "+v.Text+" says")
		default:
			p.note(r, line, key, v.Text)
		}
	case fact.List:
		for n, item := range v.Items {
			p.value(r, line, key+"."+strconv.Itoa(n), item, from, depth+1)
		}
	case fact.Dict:
		for n := 0; n+1 < len(v.Items); n += 2 {
			p.value(r, line, key+"."+v.Items[n].Text, v.Items[n+1], from, depth+1)
		}
	case fact.CallOf:
		if j, ok := p.inner(v.Text, from); ok {
			p.nested(r, j, key, depth+1)
		} else {
			p.note(r, line, key, v.Text)
		}
	}
}

// inner finds the call of a name that stands in the arguments of call i.
func (p *program) inner(name string, i int) (int, bool) {
	for j := i + 1; j < min(i+200, len(p.calls)) && p.calls[j].Scope == p.calls[i].Scope; j++ {
		if p.calls[j].Name == name && !p.taken[j] && p.calls[j].Target == "" {
			p.taken[j] = true
			return j, true
		}
	}
	return 0, false
}

// nested notes a call that is an argument: a schedule, code in a folder, an
// action of a pipeline, a target of a rule.
func (p *program) nested(r *construct, j int, key string, depth int) {
	call := p.calls[j]
	rest := strings.TrimPrefix(call.Name, "aws_cdk.")
	last := rest[strings.LastIndexByte(rest, '.')+1:]
	switch {
	case strings.Contains(rest, ".Schedule.") || strings.Contains(rest, ".ScheduleExpression."):
		p.note(r, call.Line, strings.TrimSuffix(key, ".Schedule")+".ScheduleExpression", timetable(last, call.Args))
	case last == "from_asset" || last == "from_image_asset" || last == "from_source_filename" || last == "join" || last == "DockerImageAsset":
		if file, ok := p.pathOf(j); ok {
			p.note(r, call.Line, key, file)
		}
	case strings.HasPrefix(rest, "aws_codepipeline_actions."):
		category, provider := action(last)
		p.note(r, call.Line, key+".ActionTypeId.Category", category)
		p.note(r, call.Line, key+".ActionTypeId.Provider", provider)
		p.arguments(r, j, key+".Configuration", depth)
	default:
		p.note(r, call.Line, key+".Type", rest)
		p.arguments(r, j, key, depth)
	}
}

// timetable is a schedule as text: "cron(minute=0, hour=4)".
func timetable(method string, args []fact.Arg) string {
	var words []string
	for _, a := range args {
		word := strings.TrimPrefix(a.Value.Text, "aws_cdk.")
		if a.Name != "" {
			word = a.Name + "=" + word
		}
		words = append(words, word)
	}
	if method == "expression" && len(words) == 1 {
		return words[0]
	}
	return method + "(" + strings.Join(words, ", ") + ")"
}

// pathOf is the file or folder that a call is given, with the parts that the
// program computes left out.
func (p *program) pathOf(j int) (string, bool) {
	var parts []string
	for _, a := range p.calls[j].Args {
		if a.Name != "" && a.Name != "path" && a.Name != "directory" && a.Name != "filename" {
			continue
		}
		switch a.Value.Kind {
		case fact.String:
			parts = append(parts, a.Value.Text)
		case fact.Format:
			parts = append(parts, a.Value.Text[strings.LastIndexByte(a.Value.Text, '}')+1:])
		case fact.CallOf:
			if k, ok := p.inner(a.Value.Text, j); ok {
				if inner, ok := p.pathOf(k); ok {
					parts = append(parts, inner)
				}
			}
		}
	}
	out := strings.TrimPrefix(strings.Join(parts, "/"), "/")
	return out, out != ""
}

// action is the category and the provider of an action of CodePipeline.
func action(class string) (category, provider string) {
	provider = strings.TrimSuffix(class, "Action")
	switch {
	case strings.HasSuffix(provider, "Source"):
		return "Source", strings.TrimSuffix(provider, "Source")
	case provider == "ManualApproval":
		return "Approval", "Manual"
	case strings.HasPrefix(provider, "CloudFormation"):
		return "Deploy", "CloudFormation"
	case strings.HasSuffix(provider, "Deploy"):
		return "Deploy", strings.TrimSuffix(provider, "Deploy")
	case provider == "CodeBuild" || provider == "Jenkins":
		return "Build", provider
	}
	return "Invoke", strings.TrimSuffix(provider, "Invoke")
}

// title is a parameter of Python as CloudFormation writes it: "stage_name" is
// "StageName".
func title(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
