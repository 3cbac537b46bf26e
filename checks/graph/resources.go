package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// linkResources follows structured documents: what a Kubernetes object runs,
// which script an Azure ML component names, when a bundle's job starts.
func (g *Graph) linkResources() {
	g.findCDKApps()
	for p, r := range fact.All[fact.Resource](g.set) {
		switch r.System {
		case "cloudformation":
			if written(p, r) && g.appOf(p, r) == nil {
				continue
			}
		case "compose", "toml", "ini", "dependabot", "renovate":
			continue
		case "json":
			if !jobDocument(r) {
				continue
			}
		case "yaml":
			if idleWorkflow(r) {
				continue
			}
		}
		id := g.resource(p, resourceName(r), r.Line)
		// Commands of the document hang under nodes of their own name.
		for c := range fact.In[fact.Command](g.set, p) {
			if to, ok := g.find(Resource, p, c.Job); ok && (c.Job == r.Name || r.System == "azureml") {
				g.link(id, Edge{To: to, Line: c.Line})
			}
		}
		g.linkAttrs(p, id, r)
		if r.System == "prefect" {
			// With or without a clock, who may use the server starts what it has.
			g.link(g.trigger(p, r.Line, Dispatch, "registered with the orchestrator"), Edge{To: id, Line: r.Line})
		}
		g.linkHandler(p, id, r)
	}
	g.linkArgo()
	g.linkCloudFormation()
	g.linkTerraform()
	g.linkTaskcluster()
}

// jobDocument says whether a JSON document is a job of Databricks.
func jobDocument(r fact.Resource) bool {
	for _, a := range r.Attrs {
		if strings.HasSuffix(a.Key, "notebook_task.notebook_path") || strings.HasSuffix(a.Key, "spark_python_task.python_file") {
			return true
		}
	}
	return false
}

// idleWorkflow says whether a document is a workflow of GitHub's that lies
// where GitHub runs none: its triggers and steps prove nothing.
func idleWorkflow(r fact.Resource) bool {
	for _, a := range r.Attrs {
		if strings.HasPrefix(a.Key, "jobs.") && strings.HasSuffix(a.Key, ".runs-on") {
			return true
		}
	}
	return false
}

func (g *Graph) linkAttrs(file string, id ID, r fact.Resource) {
	dirs := []string{dirOf(file), ""}
	for _, a := range r.Attrs {
		if last := a.Key[strings.LastIndexByte(a.Key, '.')+1:]; last == "code" || last == "source_directory" || last == "base_path" || last == "root_path" {
			if d, ok := g.lookupDir(strings.TrimPrefix(a.Value, "./"), dirs...); ok && d != "" {
				dirs = append([]string{d}, dirs...)
			}
		}
	}
	container := map[string][]string{} // prefix -> argv
	for _, a := range r.Attrs {
		last := a.Key[strings.LastIndexByte(a.Key, '.')+1:]
		switch {
		case last == "image" && r.System == "kubernetes", (last == "image" || last == "image_uri") && r.System == "terraform":
			if f, ok := g.images[imageName(a.Value)]; ok {
				for _, t := range g.started(f, false) {
					g.link(id, Edge{To: t.id, Line: a.Line})
				}
			}
		case (r.System == "kubernetes" || r.System == "terraform" && tfRuns[r.Kind]) && containerWord(a.Key) != "":
			k := containerWord(a.Key)
			container[k] = append(container[k], a.Value)
		case scheduleAttr(r, a.Key) && g.paused(r, a.Key):
		case scheduleAttr(r, a.Key) && a.Value != "" && a.Value != "false" && a.Value != "null":
			t := g.trigger(file, a.Line, Schedule, "schedule: "+shorten(a.Value))
			g.link(t, Edge{To: id, Line: a.Line})
		case (last == "entrypoint" || last == "command" || last == "run" || last == "script" || last == "cmd") && strings.Contains(a.Value, " ") && r.System != "kubernetes" && !plain(r):
			at := Node{Path: file, Line: a.Line, Cmd: &fact.Command{}}
			for _, t := range g.script(&at, a.Value) {
				g.link(id, Edge{To: t.id, Line: a.Line})
			}
		default:
			g.linkNamed(file, id, a, dirs)
		}
	}
	for _, argv := range container {
		c := fact.Command{Pos: fact.Pos{Line: r.Line}, Argv: argv}
		cmd := g.command(file, c)
		g.link(id, Edge{To: cmd})
		for _, t := range g.resolve(&g.Nodes[cmd], argv, []string{"/"}) {
			if t.broken == "" {
				g.link(cmd, Edge{To: t.id, Guessed: t.guessed})
			}
		}
	}
}

// plain says whether a document is a settings file of no known system: its
// values are text until a command hands the file to a program.
func plain(r fact.Resource) bool {
	return r.System == "yaml" || r.System == "json" || r.System == "toml" || r.System == "ini"
}

// handed makes commands of a plain document's values once a command names it.
func (g *Graph) handed(file string, id ID, r fact.Resource) {
	for _, a := range r.Attrs {
		switch a.Key[strings.LastIndexByte(a.Key, '.')+1:] {
		case "entrypoint", "command", "run", "script", "cmd":
			if !strings.Contains(a.Value, " ") {
				continue
			}
			at := Node{Path: file, Line: a.Line, Cmd: &fact.Command{}}
			for _, t := range g.script(&at, a.Value) {
				g.link(id, Edge{To: t.id, Line: a.Line})
			}
		}
	}
}

// containerWord returns the container's key for "….command.N" and "….args.N".
func containerWord(k string) string {
	if i := strings.LastIndex(k, ".command."); i >= 0 {
		return k[:i]
	}
	if i := strings.LastIndex(k, ".args."); i >= 0 {
		return k[:i]
	}
	return ""
}

// scheduleAttr says whether an attribute gives a time of day.
func scheduleAttr(r fact.Resource, k string) bool {
	last := k[strings.LastIndexByte(k, '.')+1:]
	switch last {
	case "quartz_cron_expression", "cron_expression", "schedule_expression", "ScheduleExpression":
		return true
	case "schedule":
		return r.Kind == "CronJob" || r.Kind == "CronWorkflow" || r.System == "prefect" || strings.Contains(r.Kind, "scheduler")
	case "cron", "interval":
		return r.System == "prefect" || r.System == "azureml" && r.Kind == "schedule" || strings.Contains(k, "schedule")
	case "expression":
		return r.System == "azureml"
	case "frequency":
		return r.System == "azureml" && r.Kind == "schedule"
	}
	return false
}

// linkNamed follows an attribute whose value names a file of the repository.
func (g *Graph) linkNamed(file string, id ID, a fact.Attr, dirs []string) {
	v := a.Value
	for _, scheme := range []string{"file:", "fuse:", "//", "./"} {
		v = strings.TrimPrefix(v, scheme)
	}
	if len(v) > 200 || strings.ContainsAny(v, " \n,") {
		return
	}
	v, fn, _ := strings.Cut(v, ":")
	switch path.Ext(v) {
	case ".py", ".R", ".ipynb", ".sh", ".scala", ".sql":
		if f, guessed, ok := g.lookup(file, v, dirs...); ok {
			g.link(id, Edge{To: g.run(f), Line: a.Line, Guessed: guessed})
			if to, ok := g.local(f, fn); ok && fn != "" {
				g.link(id, Edge{To: to, Line: a.Line, Guessed: guessed})
			}
		}
	case ".yml", ".yaml":
		for _, t := range g.documentsIn(v, dirs) {
			if t.broken == "" {
				g.link(id, Edge{To: t.id, Line: a.Line, Guessed: t.guessed})
			}
		}
	case "":
		// A notebook of a workspace is named without its ending.
		if strings.Contains(a.Key, "notebook") {
			for _, ext := range []string{".py", ".ipynb", ".sql", ".R"} {
				if f, guessed, ok := g.lookup(file, v+ext, dirs...); ok {
					g.link(id, Edge{To: g.run(f), Line: a.Line, Guessed: guessed})
				}
			}
		}
	}
}
