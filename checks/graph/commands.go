package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// addCommands makes a node of every command and hangs it under what runs it:
// a job, a target, an image, a script.
func (g *Graph) addCommands() {
	launchers := g.findLaunchers()
	for _, f := range g.set.Files() {
		owners := g.owners(f)
		for _, x := range f.Facts {
			switch c := x.(type) {
			case fact.Command:
				id := g.command(f.Path, c)
				g.link(owners(c), Edge{To: id, Line: c.Line, Guessed: false})
			case fact.Call:
				for _, c := range append(embedded(c), g.launched(f, c, launchers)...) {
					id := g.command(f.Path, c)
					g.link(g.scopeNode(f.Path, c.Func), Edge{To: id, Line: c.Line})
				}
			case fact.Assign:
				for _, cmd := range described(c) {
					g.link(g.scopeNode(f.Path, c.Scope), Edge{To: g.command(f.Path, cmd), Line: c.Line})
				}
			case fact.Uses:
				step := g.step(f.Path, c)
				for _, cmd := range inputScripts(c) {
					g.link(step, Edge{To: g.command(f.Path, cmd), Line: c.Line})
				}
			case fact.Text:
				if c.Kind == "code" {
					for _, cmd := range documented(c) {
						g.documents = append(g.documents, g.command(f.Path, cmd))
					}
				}
			}
		}
	}
}

func (g *Graph) command(path string, c fact.Command) ID {
	what := strings.Join(c.Argv, " ")
	id := g.add(key{Command, what, c.Line},
		Node{Kind: Command, Path: path, Line: c.Line, Name: first0(c.Argv), What: shorten(what), Cmd: &c})
	return id
}

func first0(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

const maxWhat = 80

func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxWhat {
		return s
	}
	cut := maxWhat
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// owners says which node runs a command of the file.
func (g *Graph) owners(f fact.File) func(fact.Command) ID {
	stages, jobs := map[string]fact.Stage{}, map[string]fact.Job{}
	docker, compose := false, false
	for _, x := range f.Facts {
		switch v := x.(type) {
		case fact.Stage:
			if _, ok := stages[v.Name]; !ok {
				stages[v.Name] = v
			}
		case fact.Job:
			jobs[v.Name] = v
		case fact.Image:
			docker = docker || v.Role == "from"
		case fact.Resource:
			compose = compose || v.System == "compose"
		}
	}
	return func(c fact.Command) ID {
		if s, ok := stages[c.Job]; ok && c.Job != "" {
			return g.stage(f.Path, s.System, s.Name, s.Line)
		}
		if j, ok := jobs[c.Job]; ok {
			return g.job(f.Path, j.Name, j.Line, jobWords(j))
		}
		switch {
		case docker && c.Job == "run":
			return g.service(f.Path, "run", c.Line)
		case docker:
			return g.image(f.Path)
		case c.Job == "pre-commit":
			return g.stage(f.Path, "pre-commit", "run", c.Line)
		case compose:
			return g.service(f.Path, c.Job, c.Line)
		case c.Job != "":
			return g.resource(f.Path, c.Job, c.Line)
		case c.Func != "":
			return g.function(f.Path, c.Func)
		}
		return g.run(f.Path)
	}
}

func jobWords(j fact.Job) string {
	if j.Name == "" {
		return "job"
	}
	return "job " + j.Name
}

func (g *Graph) image(path string) ID {
	return g.add(key{Image, "", 0}, Node{Kind: Image, Path: path, Line: 1, What: "image build"})
}

func (g *Graph) service(path, name string, line int) ID {
	what := "container"
	if name != "" && name != "run" {
		what = "service " + name
	}
	return g.add(key{Service, name, 0}, Node{Kind: Service, Path: path, Line: line, Name: name, What: what})
}

func (g *Graph) resource(path, name string, line int) ID {
	return g.add(key{Resource, name, 0}, Node{Kind: Resource, Path: path, Line: line, Name: name, What: name})
}

// function is a shell function; calling it is resolved like any command word.
func (g *Graph) function(path, name string) ID {
	id := g.add(key{Scope, name, 0}, Node{Kind: Scope, Path: path, Line: 1, Name: name, What: name})
	return id
}

// dirs are the folders a command of this file may run in, likeliest first.
func (g *Graph) dirs(file string, c *fact.Command) []string {
	base := dirOf(file)
	name := path.Base(file)
	ci := strings.HasPrefix(file, ".github/") || strings.HasPrefix(file, ".circleci/") || strings.HasPrefix(file, ".gitlab") ||
		strings.HasPrefix(file, ".azure") || strings.HasPrefix(file, ".buildkite/") || strings.Contains(name, "azure-pipelines") || strings.HasPrefix(name, "Jenkinsfile")
	var starts []string
	for r := range fact.In[fact.Resource](g.set, file) {
		for _, a := range r.Attrs {
			if r.System == "azureml" && (a.Key == "code" || strings.HasSuffix(a.Key, ".code")) {
				starts = append(starts, path.Join(base, a.Value))
			}
		}
	}
	switch {
	case ci:
		starts = append(starts, "")
	case base == "":
		starts = append(starts, "")
	default:
		starts = append(starts, base, "")
		// A script is as often started from the folder above it.
		for d := dirOf(base); d != ""; d = dirOf(d) {
			starts = append(starts, d)
		}
	}
	dirs := make([]string, 0, len(starts))
	for _, s := range starts {
		if rest, ok := strings.CutPrefix(c.Dir, "${SCRIPT_DIR}"); ok {
			dirs = append(dirs, path.Join(base, strings.TrimPrefix(rest, "/")))
		} else if rest, ok := strings.CutPrefix(c.Dir, "${REPO_ROOT}"); ok {
			dirs = append(dirs, strings.TrimPrefix(rest, "/"))
		} else if c.Dir == "" {
			dirs = append(dirs, s)
		} else if strings.HasPrefix(c.Dir, "/") || strings.Contains(c.Dir, "$") {
			if p, ok := g.lookupDir(c.Dir, s); ok {
				dirs = append(dirs, p)
			} else {
				dirs = append(dirs, c.Dir, s)
			}
		} else {
			dirs = append(dirs, path.Join(s, c.Dir))
		}
	}
	return dirs
}
