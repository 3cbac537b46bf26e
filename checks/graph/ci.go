package graph

import (
	"cmp"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// workflow is the node of a whole CI file; it starts all its jobs.
func (g *Graph) workflow(file string) ID {
	return g.add(key{Job, "\x00", 0}, Node{Kind: Job, Path: file, Line: 1})
}

// linkCI links triggers to jobs, jobs to what they use, and workflows to those
// they start.
func (g *Graph) linkCI() {
	titles := map[string]string{}    // workflow name -> file
	var order []string               // pipelines, each by its file
	jobs := map[string][]placedJob{} // pipeline -> jobs
	for file, j := range fact.All[fact.Job](g.set) {
		if j.File != "" {
			titles[j.File] = file
		}
		p := cmp.Or(j.Pipeline, file)
		if jobs[p] == nil {
			order = append(order, p)
		}
		jobs[p] = append(jobs[p], placedJob{j, file})
	}
	for _, p := range order {
		g.linkJobs(p, jobs[p])
	}
	for _, f := range g.set.Files() {
		for _, x := range f.Facts {
			switch v := x.(type) {
			case fact.Trigger:
				g.linkTrigger(f.Path, v, titles)
			case fact.Uses:
				g.linkUses(f.Path, v)
			}
		}
	}
	g.linkCalls()
}

// placedJob is a job with the file it stands in.
type placedJob struct {
	fact.Job
	file string
}

// linkJobs links the jobs of one pipeline, whose file it is given.
func (g *Graph) linkJobs(pipeline string, jobs []placedJob) {
	never, files := map[string]bool{}, map[string]string{}
	for _, j := range jobs {
		never[j.Name] = j.Off
		files[j.Name] = j.file
	}
	for range jobs { // a job that needs one that never runs never runs
		changed := false
		for _, j := range jobs {
			for _, n := range j.Needs {
				if never[n] && !never[j.Name] && !strings.Contains(j.If, "always()") {
					never[j.Name], changed = true, true
				}
			}
		}
		if !changed {
			break
		}
	}
	skipped := skippedUnder(jobs)
	if g.startedByWorkflow(pipeline) {
		clear(skipped) // the event that started the first workflow is not this one's
	}
	for _, j := range jobs {
		id := g.job(j.file, j.Name, j.Line, jobWords(j.Job))
		g.Nodes[id].If = j.If
		if never[j.Name] {
			continue
		}
		g.link(g.workflow(j.file), Edge{To: id, Line: j.Line, Manual: j.Manual, Not: skipped[j.Name]})
		for _, n := range j.Needs {
			if from, ok := g.find(Job, files[n], n); ok {
				g.wires = append(g.wires, Wire{From: from, To: id})
			}
		}
	}
}

// startedByWorkflow says whether the end of another workflow starts this one.
func (g *Graph) startedByWorkflow(file string) bool {
	for t := range fact.In[fact.Trigger](g.set, file) {
		if t.Event == "workflow_run" {
			return true
		}
	}
	return false
}

func (g *Graph) linkTrigger(file string, t fact.Trigger, titles map[string]string) {
	if t.Off {
		return
	}
	w := g.workflow(file)
	if t.Event == "workflow_run" {
		for _, n := range t.Names {
			if up, ok := titles[n]; ok {
				g.link(g.workflow(up), Edge{To: w, Line: t.Line})
			}
		}
		return
	}
	event, ok := eventOf(t)
	if !ok {
		return
	}
	id := g.trigger(file, t.Line, event, triggerWords(t))
	for _, e := range g.out[w] {
		// A person may start a manual job of a pipeline that an event made.
		if e.Manual && event != Dispatch && (t.Job == "" || g.Nodes[e.To].Name == t.Job) {
			g.link(g.trigger(file, g.Nodes[e.To].Line, Dispatch, "started by a person"), Edge{To: e.To, Line: e.Line})
		}
	}
	if t.Job == "" {
		g.link(id, Edge{To: w})
		return
	}
	if j, ok := g.find(Job, file, t.Job); ok {
		for _, e := range g.out[w] {
			if e.To == j { // a job that can run at all
				g.link(id, Edge{To: j, Line: t.Line, Manual: e.Manual && event != Dispatch})
			}
		}
	}
}

// step is the node of an action or task; its name says which.
func (g *Graph) step(file string, u fact.Uses) ID {
	return g.add(key{Step, u.Ref, u.Line}, Node{Kind: Step, Path: file, Line: u.Line, Name: u.Ref, What: "uses " + u.Ref, Step: &u})
}

func (g *Graph) trigger(file string, line int, event Event, what string) ID {
	return g.add(key{Trigger, event.String() + what, line},
		Node{Kind: Trigger, Path: file, Line: line, What: what, Event: event})
}

func (g *Graph) linkUses(file string, u fact.Uses) {
	if u.Kind == "hook" {
		return
	}
	from := g.step(file, u)
	if strings.TrimSpace(u.If) == "false" {
		return
	}
	owner := g.workflow(file)
	if u.Job != "" {
		owner = g.job(file, u.Job, u.Line, "job "+u.Job)
	}
	g.link(owner, Edge{To: from, Line: u.Line})
	g.takeIn(file, from, u)
}

// takeIn follows a step to the file of this repository that it takes in, or to
// those that its inputs name.
func (g *Graph) takeIn(file string, from ID, u fact.Uses) {
	ref, _, _ := strings.Cut(u.Ref, "@")
	local := strings.HasPrefix(ref, "./") || strings.HasPrefix(ref, "../") || strings.HasPrefix(ref, "/") || u.Kind == "include" || u.Kind == "template"
	if local {
		ref = strings.TrimPrefix(ref, "/")
		for _, c := range []string{path.Clean(ref), path.Join(dirOf(file), ref)} {
			for _, p := range []string{c, path.Join(c, "action.yml"), path.Join(c, "action.yaml")} {
				if g.has(p) {
					g.callee(from, p, u)
					return
				}
			}
		}
		if !strings.ContainsAny(ref, "$*") && !strings.Contains(ref, "://") && !strings.Contains(u.Ref, "@") {
			g.link(from, Edge{To: g.broken(file, u.Line, ref+" is not in the repository")})
		}
		return
	}
	g.linkInputs(file, from, u)
}

// linkInputs follows an action's inputs that name files: Dockerfiles to build,
// scripts to run, documents to apply.
func (g *Graph) linkInputs(file string, from ID, u fact.Uses) {
	if program, ok := g.pulumiAction(u); ok {
		g.link(from, Edge{To: program, Line: u.Line})
		return
	}
	context, dockerfile := "", ""
	dirs := []string{"", dirOf(file)}
	for _, a := range u.With {
		if a.Value.Kind == fact.NoValue {
			continue
		}
		v := strings.TrimSpace(a.Value.Text)
		switch strings.ToLower(a.Name) {
		case "context", "build-context", "source", "workingdirectory", "working-directory", "cwd", "rootfolder":
			context = v
			if d, ok := g.lookupDir(v, ""); ok {
				dirs = append([]string{d}, dirs...)
			}
		case "file", "dockerfile":
			dockerfile = v
		}
	}
	ref := strings.ToLower(u.Ref)
	if strings.Contains(ref, "docker") && !strings.Contains(ref, "/setup-") && (strings.Contains(ref, "build") || strings.Contains(ref, "docker@")) || dockerfile != "" && strings.Contains(strings.ToLower(dockerfile), "dockerfile") {
		args := []string{}
		if dockerfile != "" {
			args = append(args, "-f", strings.TrimPrefix(dockerfile, "**/"))
		}
		if context == "" || strings.Contains(context, "**") {
			context = "."
		}
		for _, t := range g.dockerBuild(append(args, context), dirs) {
			if t.broken == "" {
				g.link(from, Edge{To: t.id, Line: u.Line, Guessed: t.guessed})
			} else {
				g.link(from, Edge{To: g.broken(file, u.Line, t.broken)})
			}
		}
		return
	}
	for _, a := range u.With {
		v := strings.TrimSpace(a.Value.Text)
		if len(v) > 300 || strings.ContainsAny(v, "\n ,") {
			continue
		}
		switch path.Ext(v) {
		case ".py", ".sh", ".R", ".ps1", ".ipynb":
			if f, guessed, ok := g.lookup(file, v, dirs...); ok {
				g.link(from, Edge{To: g.run(f), Line: u.Line, Guessed: guessed})
			}
		case ".yml", ".yaml", ".json":
			for _, t := range g.documentsIn(v, dirs) {
				if t.broken == "" {
					g.link(from, Edge{To: t.id, Line: u.Line, Guessed: t.guessed})
				}
			}
		}
	}
}

// Needs returns the jobs that must end before a job starts, nearest first.
func (g *Graph) Needs(job ID) []ID {
	var out []ID
	queue := []ID{job}
	for len(queue) > 0 && len(out) < 1000 {
		x := queue[0]
		queue = queue[1:]
		for _, w := range g.wires {
			if w.To == x && !containsID(out, w.From) && w.From != job {
				out = append(out, w.From)
				queue = append(queue, w.From)
			}
		}
	}
	return out
}

func containsID(list []ID, x ID) bool {
	for _, y := range list {
		if y == x {
			return true
		}
	}
	return false
}
