package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// What programs load by a name that stands elsewhere: a module named on the
// command line, a script named by a variable of the CI file.

// linkLoaded leads from a command that names a module of the project to that
// module, where the program it starts imports what it is told to.
func (g *Graph) linkLoaded() {
	loaders := g.loaders()
	if len(loaders) == 0 {
		return
	}
	for i := 0; i < len(g.Nodes); i++ {
		n := g.Nodes[i]
		if n.Kind != Command || n.Cmd == nil {
			continue
		}
		for _, a := range n.Cmd.Argv[min(1, len(n.Cmd.Argv)):] {
			if !strings.Contains(a, ".") || strings.ContainsAny(a, " /${}=") {
				continue
			}
			file, guessed, ok := g.modules.find(n.Path, a)
			if !ok || file == n.Path {
				continue
			}
			if loader, ok := g.loads(ID(i), loaders); ok {
				g.link(ID(i), Edge{To: g.module(file), Line: n.Line, Guessed: guessed})
				for _, fn := range loaders[loader] {
					if id, ok := g.local(file, fn); ok {
						g.link(ID(i), Edge{To: id, Line: n.Line, Guessed: guessed})
					}
				}
			}
		}
	}
}

// loaders lists the files that import a module whose name they are given, and
// the functions they call on it.
func (g *Graph) loaders() map[string][]string {
	var out map[string][]string
	for p, c := range fact.All[fact.Call](g.set) {
		made, fn := c.Name, ""
		for _, l := range [...]string{"__import__", "importlib.import_module"} {
			if rest, ok := strings.CutPrefix(c.Name, l+"."); ok {
				made, fn = l, rest
			}
		}
		if made != "__import__" && made != "importlib.import_module" || fn == "" && (len(c.Args) == 0 || c.Args[0].Value.Kind == fact.String) {
			continue
		}
		if out == nil {
			out = map[string][]string{}
		}
		called := out[p]
		if fn != "" {
			called = append(called, fn)
		}
		out[p] = called
	}
	return out
}

// maxLoading bounds how far the loader stands behind a command.
const maxLoading = 400

// loads says which loader a command leads to.
func (g *Graph) loads(command ID, loaders map[string][]string) (string, bool) {
	todo, seen := []ID{command}, map[ID]bool{command: true}
	for len(todo) > 0 && len(seen) < maxLoading {
		id := todo[0]
		todo = todo[1:]
		if p := g.Nodes[id].Path; g.Nodes[id].Kind != Command {
			if _, ok := loaders[p]; ok {
				return p, true
			}
		}
		for _, e := range g.out[id] {
			if !seen[e.To] {
				seen[e.To] = true
				todo = append(todo, e.To)
			}
		}
	}
	return "", false
}

// entriesOfSetup lists the console scripts that a setup.py declares.
func (g *Graph) entriesOfSetup(add func(string, fact.Stage)) {
	for p, c := range fact.All[fact.Call](g.set) {
		if path.Base(p) != "setup.py" || lastName(c.Name) != "setup" {
			continue
		}
		for _, a := range c.Args {
			if a.Name != "entry_points" || a.Value.Kind != fact.Dict {
				continue
			}
			for i := 0; i+1 < len(a.Value.Items); i += 2 {
				if a.Value.Items[i].Text != "console_scripts" {
					continue
				}
				for _, e := range a.Value.Items[i+1].Items {
					if name, to, ok := strings.Cut(e.Text, "="); ok {
						add(p, fact.Stage{Pos: c.Pos, System: "entry-point", Name: strings.TrimSpace(name), Target: strings.TrimSpace(to)})
					}
				}
			}
		}
	}
}

// settingOf returns the program that an attribute of a class of settings
// holds, where the class reads it from the environment and a CI file sets it:
// Env.train_script, TRAIN_SCRIPT, train/train.py.
func (g *Graph) settingOf(file, name string) (string, bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", false
	}
	id, _, ok := g.definition(file, name[:i], 0)
	if !ok || g.Nodes[id].Kind != Scope {
		return "", false
	}
	class, attribute := g.Nodes[id], name[i+1:]
	for c := range fact.In[fact.Call](g.set, class.Path) {
		if c.Scope != class.Name || c.Target != attribute || c.Name != "os.environ.get" && c.Name != "os.getenv" || len(c.Args) == 0 {
			continue
		}
		program := programName.FindString(g.setting(c))
		if f, _, ok := g.lookup(file, program, "", dirOf(file)); ok && program != "" {
			return f, true
		}
		if f, n := g.bySuffix(program); program != "" && n == 1 {
			return f, true
		}
	}
	return "", false
}

// variablesOf notes the variables that a template of a CI file lists.
func variablesOf(r fact.Resource, note func(string)) {
	name := ""
	for _, a := range r.Attrs {
		rest, ok := strings.CutPrefix(a.Key, "variables.")
		switch {
		case !ok:
		case strings.HasSuffix(rest, ".name"):
			name = a.Value
		case strings.HasSuffix(rest, ".value"):
			note(name + "=" + a.Value)
		case !strings.Contains(rest, "."):
			note(rest + "=" + a.Value)
		}
	}
}

// uploaded returns the script that a job copies to the bucket from which a
// managed step is told to take it.
func (g *Graph) uploaded(address string) (string, bool) {
	if !strings.HasPrefix(address, "s3://") && !strings.HasPrefix(address, "gs://") {
		return "", false
	}
	if g.uploads == nil {
		g.uploads = map[string]string{}
		for _, c := range fact.All[fact.Command](g.set) {
			if len(c.Argv) < 4 || c.Argv[0] != "aws" && c.Argv[0] != "gsutil" && c.Argv[0] != "gcloud" {
				continue
			}
			for _, a := range c.Argv[1:] {
				if _, ok := g.tree.File(a); ok && pathExt(a) == ".py" {
					g.uploads[path.Base(a)] = a
				}
			}
		}
	}
	f, ok := g.uploads[path.Base(address)]
	return f, ok
}
