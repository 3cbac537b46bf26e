package structured

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

func isCloudFormation(_ *reader, n *settings.Node) bool {
	if !n.Get("Resources").IsMap() {
		return false
	}
	if n.Get("AWSTemplateFormatVersion") != nil || n.Get("Transform") != nil {
		return true
	}
	for _, res := range n.Get("Resources").Each() {
		return strings.HasPrefix(res.Str("Type"), "AWS::")
	}
	return false
}

// cloudFormation reads the resources of a template, SAM's among them.
func (r *reader) cloudFormation(n *settings.Node) {
	for _, res := range n.Get("Resources").Each() {
		if t := res.Str("Type"); t != "" {
			r.resource("cloudformation", t, res.Key, res)
		}
	}
}

func isServerless(_ *reader, n *settings.Node) bool {
	return n.Get("service") != nil && n.Get("provider") != nil && (n.Get("functions") != nil || n.Get("resources") != nil)
}

// serverless reads the functions and, as CloudFormation, the resources.
func (r *reader) serverless(n *settings.Node) {
	r.resource("serverless", "provider", n.Str("provider", "name"), n.Get("provider"))
	for _, f := range n.Get("functions").Each() {
		r.resource("serverless", "function", f.Key, f)
	}
	r.cloudFormation(n.Get("resources"))
}

var bundleKinds = map[string]bool{
	"jobs": true, "pipelines": true, "models": true, "experiments": true, "model_serving_endpoints": true,
	"registered_models": true, "schemas": true, "volumes": true, "quality_monitors": true, "clusters": true, "apps": true, "dashboards": true,
}

func isBundle(_ *reader, n *settings.Node) bool {
	if n.Get("bundle").IsMap() {
		return true
	}
	for _, scope := range append(n.Get("targets").Each(), n) {
		for _, k := range scope.Get("resources").Each() {
			if bundleKinds[k.Key] && k.IsMap() {
				return true
			}
		}
	}
	return false
}

// bundle reads a Databricks asset bundle or a file it includes.
func (r *reader) bundle(n *settings.Node) {
	if b := n.Get("bundle"); b != nil {
		r.resource("bundle", "bundle", b.Str("name"), b)
	}
	if v := n.Get("variables"); v.IsMap() {
		r.resource("bundle", "variables", "", v)
	}
	for _, a := range n.Get("artifacts").Each() {
		r.resource("bundle", "artifact", a.Key, a)
	}
	r.bundleResources(n.Get("resources"))
	for _, target := range n.Get("targets").Each() {
		r.resource("bundle", "target", target.Key, target)
		r.bundleResources(target.Get("resources"))
	}
}

func (r *reader) bundleResources(n *settings.Node) {
	for _, kind := range n.Each() {
		for _, res := range kind.Each() {
			r.resource("bundle", strings.TrimSuffix(kind.Key, "s"), res.Key, res)
		}
	}
}

// isDbx recognises the deployment file of dbx: jobs or workflows under the
// name of an environment, each a job of Databricks.
func isDbx(_ *reader, n *settings.Node) bool {
	for _, e := range dbxEnvironments(n) {
		for _, j := range dbxJobs(e) {
			if j.Str("name") != "" && (j.Get("tasks").IsList() || j.Get("spark_python_task") != nil || j.Get("notebook_task") != nil || j.Get("python_wheel_task") != nil || j.Get("spark_jar_task") != nil || j.Get("spark_submit_task") != nil) {
				return true
			}
		}
	}
	return false
}

// dbx reads each job of a deployment file, under its name.
func (r *reader) dbx(n *settings.Node) {
	for _, e := range dbxEnvironments(n) {
		for _, j := range dbxJobs(e) {
			r.resource("dbx", "job", j.Str("name"), j)
		}
	}
}

// dbxEnvironments are listed at the top in the oldest files.
func dbxEnvironments(n *settings.Node) []*settings.Node {
	if e := n.Get("environments"); e.IsMap() {
		return e.Each()
	}
	return n.Each()
}

func dbxJobs(environment *settings.Node) []*settings.Node {
	return append(environment.Get("jobs").Each(), environment.Get("workflows").Each()...)
}

// prefect reads the deployments of a Prefect project.
func (r *reader) prefect(n *settings.Node) {
	for _, d := range n.Get("deployments").Each() {
		if d.IsMap() {
			r.resource("prefect", "deployment", d.Str("name"), d)
		}
	}
}

func isRules(_ *reader, n *settings.Node) bool {
	groups := n.Get("groups")
	return groups.IsList() && len(groups.Items) > 0 && groups.Items[0].Get("rules").IsList()
}

// rules reads alerting and recording rules.
func (r *reader) rules(n *settings.Node) {
	for _, group := range n.Get("groups").Each() {
		for _, rule := range group.Get("rules").Each() {
			r.resource("prometheus", "rule", rule.Str("alert")+rule.Str("record"), rule)
		}
	}
}

func isDashboard(r *reader, n *settings.Node) bool {
	if d := n.Get("dashboard"); d.IsMap() {
		n = d
	}
	return r.format == "json" && n.Get("panels").IsList() && (n.Get("schemaVersion") != nil || n.Get("templating") != nil || n.Get("title") != nil)
}

const maxPanels = 100

// dashboard keeps what a Grafana dashboard shows: titles and queries.
func (r *reader) dashboard(n *settings.Node) {
	if d := n.Get("dashboard"); d.IsMap() {
		n = d
	}
	var attrs []fact.Attr
	for _, a := range settings.Flatten(n) {
		last := a.Key[strings.LastIndexByte(a.Key, '.')+1:]
		if strings.HasPrefix(a.Key, "panels.") && (last == "title" || last == "expr" || last == "rawSql" || last == "query") && len(attrs) < maxPanels {
			attrs = append(attrs, a)
		}
	}
	r.withAttrs("grafana", "dashboard", n.Str("title"), n.At(), attrs)
}

func isPipelineSpec(_ *reader, n *settings.Node) bool {
	return n.Get("pipelineSpec", "pipelineInfo") != nil || n.Get("pipelineInfo") != nil && n.Get("root") != nil
}

// pipelineSpec reads a compiled Kubeflow or Vertex AI pipeline.
func (r *reader) pipelineSpec(n *settings.Node) {
	spec := n
	if n.Get("pipelineSpec").IsMap() {
		spec = n.Get("pipelineSpec")
	}
	r.resource("vertex", "pipeline", spec.Str("pipelineInfo", "name"), n)
}

func isAppEngine(r *reader, n *settings.Node) bool {
	return (r.base == "app.yaml" || r.base == "app.yml") && n.Str("runtime") != ""
}

func (r *reader) appEngine(n *settings.Node) {
	service := n.Str("service")
	if service == "" {
		service = "default"
	}
	r.resource("appengine", "service", service, n)
	if e := n.Get("entrypoint"); e.IsScalar() {
		r.script(e.Text, e.ScriptLine(), service, "")
	}
}

// render reads the services and jobs of a Render blueprint.
func (r *reader) render(n *settings.Node) {
	for _, s := range n.Get("services").Each() {
		name := s.Str("name")
		r.resource("render", "service", name, s)
		for _, key := range []string{"buildCommand", "preDeployCommand", "startCommand", "dockerCommand"} {
			if c := s.Get(key); c.IsScalar() {
				r.script(c.Text, c.ScriptLine(), name, s.Str("rootDir"))
			}
		}
	}
}

// fly reads the application and processes of fly.toml.
func (r *reader) fly(n *settings.Node) {
	r.resource("fly", "app", n.Str("app"), n)
	for _, p := range n.Get("processes").Each() {
		if p.IsScalar() {
			r.script(p.Text, p.At(), p.Key, "")
		}
	}
}

// supervisor reads the programs that supervisord keeps running.
func (r *reader) supervisor(n *settings.Node) {
	r.resource("ini", "supervisord", r.base, n)
	for _, s := range n.Each() {
		name, ok := strings.CutPrefix(s.Key, "program:")
		if c := s.Get("command"); ok && c.IsScalar() {
			r.script(c.Text, c.At(), name, s.Str("directory"))
		}
	}
}
