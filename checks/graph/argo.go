package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// linkArgo follows names between Argo's objects: a workflow that takes its
// steps from a template, and a sensor that starts one when a source fires.
func (g *Graph) linkArgo() {
	templates, sources := map[string]ID{}, map[string]fact.Resource{}
	files := map[string]string{}
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System != "kubernetes" || silent(p) {
			continue
		}
		switch r.Kind {
		case "WorkflowTemplate", "ClusterWorkflowTemplate":
			templates[r.Name] = g.resource(p, resourceName(r), r.Line)
		case "EventSource":
			sources[r.Name], files[r.Name] = r, p
		}
	}
	if len(templates) == 0 && len(sources) == 0 {
		return
	}
	for p, r := range fact.All[fact.Resource](g.set) {
		if r.System != "kubernetes" || silent(p) {
			continue
		}
		id := g.resource(p, resourceName(r), r.Line)
		source := map[string]string{} // dependency -> source
		for _, a := range r.Attrs {
			switch {
			case strings.HasSuffix(a.Key, "emplateRef.name"):
				if to, ok := templates[a.Value]; ok {
					g.link(id, Edge{To: to, Line: a.Line})
				}
			case r.Kind == "Sensor" && strings.HasSuffix(a.Key, ".eventSourceName"):
				source[strings.TrimSuffix(a.Key, "eventSourceName")] = a.Value
			}
		}
		for _, a := range r.Attrs {
			dependency, ok := strings.CutSuffix(a.Key, "eventName")
			if from, known := sources[source[dependency]]; ok && known && r.Kind == "Sensor" {
				g.fire(files[from.Name], from, a.Value, id)
			}
		}
	}
}

// fire links one event of a source to the sensor that waits for it.
func (g *Graph) fire(file string, source fact.Resource, event string, sensor ID) {
	for _, a := range source.Attrs {
		kind, rest, ok := strings.Cut(strings.TrimPrefix(a.Key, "spec."), ".")
		if !ok || rest != event && !strings.HasPrefix(rest, event+".") {
			continue
		}
		class, what := Chained, kind+" event "+event
		switch kind {
		case "calendar":
			if !strings.HasSuffix(a.Key, ".schedule") && !strings.HasSuffix(a.Key, ".interval") {
				continue
			}
			class, what = Schedule, "schedule: "+shorten(a.Value)
		case "github", "gitlab", "bitbucket", "bitbucketserver":
			class = Push
		}
		g.link(g.trigger(file, a.Line, class, what), Edge{To: sensor, Line: a.Line})
		return
	}
}
