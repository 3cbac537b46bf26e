package manifest

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// pyproject reads every table of pyproject.toml that declares a dependency, a
// script or an entry point, and keeps the whole file as a resource.
func (r *reader) pyproject(n *settings.Node) {
	name := n.Str("project", "name")
	if name == "" {
		name = n.Str("tool", "poetry", "name")
	}
	r.add(fact.Resource{Pos: fact.Pos{Line: 1}, System: "toml", Kind: "pyproject", Name: name, Attrs: settings.Flatten(n)})

	r.specList(n.Get("build-system", "requires"), "build")
	project := n.Get("project")
	r.specList(project.Get("dependencies"), "")
	for _, extra := range project.Get("optional-dependencies").Each() {
		r.specList(extra, normalize(extra.Key))
	}
	r.dependencyGroups(n.Get("dependency-groups"))
	r.entryPoints(project.Get("scripts"), "console_scripts")
	r.entryPoints(project.Get("gui-scripts"), "gui_scripts")
	for _, group := range project.Get("entry-points").Each() {
		r.entryPoints(group, group.Key)
	}

	tool := n.Get("tool")
	for _, dynamic := range tool.Get("setuptools", "dynamic").Each() {
		r.dynamicFiles(dynamic, "")
	}
	r.specList(tool.Get("uv", "dev-dependencies"), "dev")
	for _, group := range tool.Get("pdm", "dev-dependencies").Each() {
		r.specList(group, groupName(group.Key))
	}
	r.poetry(tool.Get("poetry"))
	r.pixi(tool.Get("pixi"))
	r.hatch(tool.Get("hatch"))
	r.scriptTable(tool.Get("pdm", "scripts"))
	r.scriptTable(tool.Get("rye", "scripts"))
	r.scriptTable(tool.Get("taskipy", "tasks"))
	r.scriptTable(tool.Get("poe", "tasks"))
	r.toxInTOML(tool.Get("tox"))
}

// specList reads a list of requirement specifiers.
func (r *reader) specList(list *settings.Node, group string) {
	for _, item := range list.Each() {
		if item.IsScalar() {
			r.spec(item.Text, item.At(), group)
		}
	}
}

func (r *reader) spec(text string, line int, group string) {
	if d, ok := anyRequirement(text); ok {
		d.Line, d.Group = line, group
		r.add(d)
	}
}

// dependencyGroups reads the groups of PEP 735. A group that includes another
// refers to it by name.
func (r *reader) dependencyGroups(groups *settings.Node) {
	for _, g := range groups.Each() {
		r.specList(g, groupName(g.Key))
	}
}

// groupName is the usual name of a group.
func groupName(key string) string {
	lower := strings.ToLower(key)
	if g := groupWords[lower]; g != "" {
		return g
	}
	return normalize(lower)
}

// dynamicFiles reads setuptools' references to requirement files.
func (r *reader) dynamicFiles(n *settings.Node, group string) {
	switch n.Key {
	case "dependencies":
	case "optional-dependencies":
		for _, extra := range n.Each() {
			r.fileRefs(extra.Get("file"), normalize(extra.Key))
		}
		return
	default:
		return
	}
	r.fileRefs(n.Get("file"), group)
}

func (r *reader) fileRefs(files *settings.Node, group string) {
	for _, f := range files.Strings() {
		r.add(fact.Dependency{Pos: fact.Pos{Line: files.At()}, Ecosystem: "pypi", Group: group, Via: "-r " + f})
	}
}

// entryPoints reads a table of "name = module:function".
func (r *reader) entryPoints(n *settings.Node, group string) {
	for _, e := range n.Each() {
		target := e.Str()
		if e.IsMap() { // poetry: {reference = "…", type = "…"} or {callable = "…"}
			target = e.Str("reference") + e.Str("callable")
		}
		r.entryPoint(e.Key, target, group, e.At())
	}
}

func (r *reader) entryPoint(name, target, group string, line int) {
	target, _, _ = strings.Cut(target, "[")
	target = strings.TrimSpace(target)
	if name == "" || target == "" {
		return
	}
	s := fact.Stage{Pos: fact.Pos{Line: line}, System: "entry-point", Name: name, Target: target}
	if group != "console_scripts" {
		s.Attrs = []fact.Arg{text("group", group)}
	}
	r.add(s)
}

func text(name, value string) fact.Arg {
	return fact.Arg{Name: name, Value: fact.Value{Kind: fact.String, Text: value}}
}

// hatch reads the environments of hatch: dependencies and scripts.
func (r *reader) hatch(n *settings.Node) {
	for _, env := range n.Get("envs").Each() {
		group := groupName(env.Key)
		if env.Key == "default" {
			group = "dev"
		}
		r.specList(env.Get("dependencies"), group)
		r.specList(env.Get("extra-dependencies"), group)
		prefix := env.Key + ":"
		if env.Key == "default" {
			prefix = ""
		}
		r.scripts(env.Get("scripts"), prefix, true)
	}
}
