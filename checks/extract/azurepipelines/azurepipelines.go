// Package azurepipelines reads Azure Pipelines: pipelines and the templates
// they are put together from. A pipeline can lie anywhere, so that the path
// only says where one is likely, and the keys at the top whether it is one.
//
// A template's steps, jobs or stages are read like a pipeline's. What starts it
// is its caller, so that it gets the trigger workflow_call, and its parameters
// stay "${{ parameters.x }}".
package azurepipelines

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// The dialects. A file in a templates folder starts nothing by itself.
const (
	pipelineDialect = "azure"
	templateDialect = "azure-template"
)

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "azurepipelines" }

var folders = map[string]bool{
	".azure": true, ".azuredevops": true, ".azure-devops": true, "azuredevops": true, "azure-devops": true, ".azure-pipelines": true,
	"azure-pipelines": true, "azure_pipelines": true, ".azurepipelines": true, "azurepipelines": true, "azdo_pipelines": true, "azdo": true,
	"azdo-pipelines": true, "devops-pipelines": true, "devops_pipelines": true, ".devops": true, "devops": true, "ado": true, ".ado": true,
	"pipelines": true, ".pipelines": true, "pipeline": true, ".pipeline": true, "mlops": true, "cicd": true, "ci-cd": true, "ci": true, ".ci": true,
	"build": true, ".build": true, "cd": true, "infra": true, "infrastructure": true, "deploy": true, "deployment": true,
}

// Route takes files named after the system, and YAML below folders pipelines
// are usually kept in.
func (extractor) Route(p string) (string, bool) {
	base := strings.ToLower(path.Base(p))
	if !strings.HasSuffix(base, ".yml") && !strings.HasSuffix(base, ".yaml") || strings.HasPrefix(p, ".github/") || strings.HasPrefix(p, ".circleci/") {
		return "", false
	}
	found := strings.HasPrefix(base, "azure-pipeline") || strings.HasPrefix(base, "azure_pipeline") || strings.HasPrefix(base, "azurepipeline") ||
		strings.HasSuffix(base, ".azure-pipelines.yml") || strings.HasPrefix(base, ".azure-pipelines") || strings.HasPrefix(base, ".vsts-ci")
	template := strings.Contains(base, "template")
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		name := strings.ToLower(path.Base(dir))
		found = found || folders[name]
		template = template || name == "templates" || name == "template"
	}
	switch {
	case !found:
		return "", false
	case template:
		return templateDialect, true
	}
	return pipelineDialect, true
}

// Limits lets brackets nest: YAML and scripts are bounded by their packages.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: 1000}
}

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	docs, err := settings.YAML(src)
	if len(docs) == 0 || !isPipeline(docs[0]) {
		return nil, nil // any other YAML, even broken, is not this reader's affair
	}
	r := &reader{File: ci.NewFile(ctx, src), root: docs[0], known: map[string]string{}}
	r.template = dialect == templateDialect || docs[0].Get("parameters") != nil && !r.starts()
	r.read()
	facts, scriptErr := r.Facts()
	if err == nil {
		err = scriptErr
	}
	return facts, err
}

// isPipeline looks for what only Azure Pipelines has at the top.
func isPipeline(n *settings.Node) bool {
	if !n.IsMap() || n.Get("on") != nil || n.Get("apiVersion") != nil || n.Get("$schema") != nil {
		return false
	}
	if n.Get("extends").Str("template") != "" {
		return true
	}
	known := map[string][]string{
		"steps":  {"script", "bash", "pwsh", "powershell", "task", "template", "checkout", "download", "publish"},
		"jobs":   {"job", "deployment", "template"},
		"stages": {"stage", "template"},
	}
	for _, key := range []string{"steps", "jobs", "stages"} {
		for _, item := range items(n.Get(key)) {
			for _, k := range known[key] {
				if item.Get(k) != nil {
					return true
				}
			}
		}
	}
	return false
}

// items lists the entries of a list, those under ${{ if }}, ${{ else }} and
// ${{ each }} among them.
func items(n *settings.Node) []*settings.Node { return appendItems(nil, n, 0) }

func appendItems(out []*settings.Node, n *settings.Node, depth int) []*settings.Node {
	if depth > 16 {
		return out
	}
	for _, item := range n.Each() {
		switch {
		case n.IsMap() && !conditional(item):
			continue
		case conditional(item):
			out = appendItems(out, item, depth+1)
		case item.IsMap() && len(item.Items) > 0 && conditional(item.Items[0]):
			out = appendItems(out, item, depth+1)
		default:
			out = append(out, item)
		}
	}
	return out
}

func conditional(n *settings.Node) bool { return strings.HasPrefix(n.Key, "${{") }

// reader walks one file.
type reader struct {
	*ci.File
	root     *settings.Node
	template bool
	known    map[string]string // values of parameters and variables
	jobs     int
}

// starts says whether the file says itself when it runs.
func (r *reader) starts() bool {
	for _, key := range []string{"trigger", "pr", "schedules", "resources", "pool", "name"} {
		if r.root.Get(key) != nil {
			return true
		}
	}
	return false
}

func (r *reader) read() {
	r.parameters(r.root.Get("parameters"))
	r.variables(r.root.Get("variables"), "")
	r.triggers()
	if t := r.root.Get("extends"); t != nil {
		r.use(t, "")
	}
	s := scope{pool: r.root.Get("pool"), env: r.environment(r.root.Get("variables"))}
	switch {
	case r.root.Get("stages") != nil:
		r.stages(r.root.Get("stages"), s)
	case r.root.Get("jobs") != nil:
		r.jobList(r.root.Get("jobs"), s)
	case r.root.Get("steps") != nil:
		r.job(r.root, "steps", s, nil, r.Lines())
	}
}

// parameters makes a pipeline's defaults known; a template's are its caller's.
func (r *reader) parameters(n *settings.Node) {
	if r.template {
		return
	}
	for _, p := range n.Each() {
		name, def := p.Str("name"), p.Get("default")
		if n.IsMap() {
			name, def = p.Key, p
		}
		if def.IsScalar() {
			r.known["parameters."+name] = def.Text
		}
	}
}

// variables makes constant variables known and names templates and groups.
func (r *reader) variables(n *settings.Node, job string) {
	for _, e := range r.environment(n) {
		name, text, _ := strings.Cut(e, "=")
		r.known["variables."+name] = text
	}
	if n.IsList() {
		for _, v := range items(n) {
			if t := v.Get("template"); t.IsScalar() {
				r.Add(fact.Uses{Pos: fact.Pos{Line: t.Line}, Kind: "template", Ref: t.Text, Job: job})
			}
		}
	}
}

// environment lists variables as NAME=value, known ones filled in.
func (r *reader) environment(n *settings.Node) []string {
	var out []string
	add := func(name string, v *settings.Node) {
		if name != "" && v.IsScalar() && len(out) < 64 {
			out = append(out, name+"="+r.fill(settings.Cut(v.Text, 1024)))
		}
	}
	if n.IsMap() {
		for _, v := range n.Items {
			if !conditional(v) {
				add(v.Key, v)
			}
		}
		return out
	}
	for _, v := range items(n) {
		add(v.Str("name"), v.Get("value"))
	}
	return out
}
