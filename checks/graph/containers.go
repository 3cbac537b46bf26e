package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// linkContainers links services to the images they run, and learns from every
// build which Dockerfile stands behind an image name.
func (g *Graph) linkContainers() {
	for p, i := range fact.All[fact.Image](g.set) {
		if i.Role == "from" {
			g.image(p)
		}
	}
	// Images by name: what commands, actions and compose files build.
	for p, c := range fact.All[fact.Command](g.set) {
		if path.Base(first0(c.Argv)) == "docker" || path.Base(first0(c.Argv)) == "podman" {
			at := Node{Path: p, Cmd: &c}
			docker(g, &at, c.Argv[1:], g.dirs(p, &c))
		}
	}
	for p, u := range fact.All[fact.Uses](g.set) {
		if strings.Contains(u.Ref, "build-push-action") {
			g.namePushed(p, u)
		}
	}
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System == "compose" {
			g.linkCompose(p, r)
		}
	}
	for p := range fact.All[fact.Image](g.set) {
		if id, ok := g.find(Service, p, "run"); ok {
			g.link(id, Edge{To: g.image(p)})
		}
	}
}

func (g *Graph) namePushed(file string, u fact.Uses) {
	var context, dockerfile, tags string
	for _, a := range u.With {
		switch a.Name {
		case "context":
			context = a.Value.Text
		case "file":
			dockerfile = a.Value.Text
		case "tags":
			tags = a.Value.Text
		}
	}
	if dockerfile == "" {
		dockerfile = path.Join(context, "Dockerfile")
	}
	if f, _, ok := g.lookup(file, dockerfile, ""); ok {
		for _, t := range strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == '\n' || r == ' ' }) {
			g.nameImage(f, t)
		}
	}
}

func (g *Graph) linkCompose(file string, r fact.Resource) {
	id := g.service(file, r.Name, r.Line)
	context, dockerfile, image, command := "", "", "", false
	for _, a := range r.Attrs {
		switch {
		case a.Key == "build" || a.Key == "build.context":
			context = a.Value
		case a.Key == "build.dockerfile":
			dockerfile = a.Value
		case a.Key == "image":
			image = a.Value
		case strings.HasPrefix(a.Key, "command") || strings.HasPrefix(a.Key, "entrypoint"):
			command = true
		}
	}
	found := ""
	if context != "" {
		name := path.Join(context, "Dockerfile")
		if dockerfile != "" {
			name = path.Join(context, dockerfile)
		}
		if f, _, ok := g.lookup(file, name, dirOf(file), ""); ok {
			found = f
			if image != "" {
				g.nameImage(f, image)
			}
		} else if !strings.Contains(name, "$") {
			g.link(id, Edge{To: g.broken(file, r.Line, name+" is not in the repository")})
		}
	} else if image != "" {
		found = g.images[imageName(image)]
	}
	if found == "" {
		return
	}
	for _, t := range g.started(found, command) {
		g.link(id, Edge{To: t.id, Line: r.Line})
	}
}
