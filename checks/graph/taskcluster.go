package graph

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Taskcluster keeps tasks outside .taskcluster.yml too: a hook is a document
// with one task and the times or messages that start it, and a task may start
// those of another document that it is given.

// task is one task of a document: its command, or an image that has its own.
type task struct {
	prefix, name, image string
	line                int
	argv                []string
}

// tasksOf returns the tasks of a document in order.
func tasksOf(r fact.Resource) []*task {
	var out []*task
	of := func(prefix string, line int) *task {
		if len(out) == 0 || out[len(out)-1].prefix != prefix {
			out = append(out, &task{prefix: prefix, line: line})
		}
		return out[len(out)-1]
	}
	for _, a := range r.Attrs {
		prefix, rest, ok := strings.Cut(a.Key, "payload.")
		if !ok || prefix != "task." && !strings.HasPrefix(prefix, "tasks.") {
			continue
		}
		switch {
		case strings.HasPrefix(rest, "command."):
			t := of(prefix, a.Line)
			t.argv = append(t.argv, a.Value)
		case rest == "image":
			of(prefix, a.Line).image = a.Value
		}
	}
	for _, t := range out {
		t.name, _ = attr(r, t.prefix+"metadata.name")
	}
	return out
}

// linkTaskcluster leads from hooks to their tasks, and from these to what they
// run.
func (g *Graph) linkTaskcluster() {
	jobs := map[string][]ID{} // by document
	for p, r := range fact.All[fact.Resource](g.set) {
		if !plain(r) || place.Of(p) != place.Live || path.Base(p) == ".taskcluster.yml" {
			continue
		}
		for _, t := range tasksOf(r) {
			name := t.name
			if name == "" {
				name = strings.TrimSuffix(t.prefix, ".")
			}
			job := g.job(p, name, t.line, "task "+name)
			jobs[p] = append(jobs[p], job)
			if len(t.argv) > 0 {
				g.link(job, Edge{To: g.command(p, fact.Command{Pos: fact.Pos{Line: t.line}, Argv: t.argv, Dir: "/", Job: name}), Line: t.line})
			} else if f, ok := g.images[imageName(t.image)]; ok {
				for _, to := range g.started(f, false) {
					g.link(job, Edge{To: to.id, Line: t.line, Guessed: true})
				}
			}
			if t.prefix == "task." {
				g.linkHook(p, r, job)
			}
		}
	}
	// A task that is given the name of another document starts its tasks.
	for _, p := range slices.Sorted(maps.Keys(jobs)) {
		for _, job := range jobs[p] {
			for _, e := range g.out[job] {
				c := g.Nodes[e.To].Cmd
				if c == nil {
					continue
				}
				for _, a := range c.Argv {
					f, guessed, ok := g.lookup(p, a, dirOf(p), "")
					if _, tasks := jobs[f]; !ok || !tasks || f == p {
						continue
					}
					for _, to := range jobs[f] {
						g.link(e.To, Edge{To: to, Line: e.Line, Guessed: guessed})
					}
				}
			}
		}
	}
}

// linkHook leads to a hook's task from its schedule and from the messages that
// it is bound to.
func (g *Graph) linkHook(p string, r fact.Resource, job ID) {
	for _, a := range r.Attrs {
		switch {
		case strings.HasPrefix(a.Key, "schedule.") && a.Value != "":
			g.link(g.trigger(p, a.Line, Schedule, "schedule: "+shorten(a.Value)), Edge{To: job, Line: a.Line})
		case strings.HasPrefix(a.Key, "bindings.") && strings.HasSuffix(a.Key, ".routingKeyPattern"):
			g.link(g.trigger(p, a.Line, Chained, "message "+shorten(a.Value)), Edge{To: job, Line: a.Line})
		}
	}
}
