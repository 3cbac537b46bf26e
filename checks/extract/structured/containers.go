package structured

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

func isKubernetes(_ *reader, n *settings.Node) bool {
	return n.Str("apiVersion") != "" && n.Str("kind") != "" && n.Get("kind").IsScalar()
}

// kubernetes reads an object or a list of them, and the images they run.
func (r *reader) kubernetes(n *settings.Node) {
	if strings.HasSuffix(n.Str("kind"), "List") && n.Get("items").IsList() {
		for _, item := range n.Get("items").Each() {
			if isKubernetes(r, item) && !strings.HasSuffix(item.Str("kind"), "List") {
				r.kubernetes(item)
			}
		}
		return
	}
	name := n.Str("metadata", "name")
	if name == "" {
		name = n.Str("metadata", "generateName")
	}
	attrs := settings.Flatten(n)
	r.withAttrs("kubernetes", n.Str("kind"), name, n.At(), attrs)
	seen := map[string]bool{}
	for _, a := range attrs {
		if strings.HasSuffix(a.Key, ".image") && a.Value != "" && !seen[a.Value] {
			seen[a.Value] = true
			r.add(fact.Image{Pos: fact.Pos{Line: a.Line}, Ref: a.Value, Role: "runs", Stage: name})
		}
	}
}

func isCompose(r *reader, n *settings.Node) bool {
	return strings.Contains(r.base, "compose") && n.Get("services").IsMap()
}

// compose reads the services: what they run, build and mount.
func (r *reader) compose(n *settings.Node) {
	for _, s := range n.Get("services").Each() {
		if !s.IsMap() {
			continue
		}
		r.resource("compose", "service", s.Key, s)
		build := s.Get("build")
		if build != nil {
			context, file := build.Str(), "Dockerfile"
			if build.IsMap() {
				context = build.Str("context")
				if f := build.Str("dockerfile"); f != "" {
					file = f
				}
			}
			at := s.Get("image")
			if at == nil {
				at = &settings.Node{Line: build.At()}
			}
			r.image(at, "builds", s.Key, path.Join(context, file))
		} else {
			r.image(s.Get("image"), "runs", s.Key, "")
		}
		r.run(s.Get("entrypoint"), s.Get("command"), s.Key, s.Str("working_dir"))
		for _, v := range s.Get("volumes").Each() {
			r.mount(v, s.Key)
		}
	}
}

// mount keeps a folder or file of the repository that a service sees.
func (r *reader) mount(v *settings.Node, service string) {
	from, to := v.Str("source"), v.Str("target")
	if v.IsScalar() {
		from, to, _ = strings.Cut(v.Text, ":")
		to, _, _ = strings.Cut(to, ":")
	}
	if to != "" && strings.HasPrefix(from, ".") {
		r.add(fact.Copy{Pos: fact.Pos{Line: v.At()}, From: []string{from}, To: to, Stage: service})
	}
}

// taskDefinition reads the containers of an ECS task.
func (r *reader) taskDefinition(n *settings.Node) {
	r.resource("ecs", "task-definition", n.Str("family"), n)
	for _, c := range n.Get("containerDefinitions").Each() {
		name := c.Str("name")
		r.image(c.Get("image"), "runs", name, "")
		r.run(c.Get("entryPoint"), c.Get("command"), name, "")
	}
}
