package graph

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// stages resolves the targets of a system whose files stand in the folder.
func stages(system string) resolver {
	return func(g *Graph, _ *Node, args, dirs []string) []target {
		names := positional(args, "-f", "--file", "-c", "--configfile", "-j", "--cores", "-x")
		if system == "tox" {
			if e := option(args, "-e"); e != "" {
				names = strings.Split(e, ",")
			}
		}
		if system == "pre-commit" {
			names = nil
		}
		return g.stagesNamed(system, names, dirs, system == "snakemake" || system == "tox" || system == "pre-commit")
	}
}

// stagesNamed finds stages by name in the first folder that has any of the
// system; with no names all of them (all) or the first.
func (g *Graph) stagesNamed(system string, names, dirs []string, all bool) []target {
	for _, d := range dirs {
		list := g.stagesIn(d, system)
		here, byName := slices.Clip(list.ids), list.byName
		if system == "pre-commit" {
			if id, ok := g.find(Stage, path.Join(d, ".pre-commit-config.yaml"), "pre-commit:run"); ok {
				here = append(here, id)
			}
		}
		if len(here) == 0 {
			continue
		}
		var out []target
		for _, n := range names {
			if strings.Contains(n, "=") {
				continue
			}
			if id, ok := byName[n]; ok {
				out = append(out, target{id: id})
			} else if id, ok := patternStage(list, n); ok {
				out = append(out, target{id: id, guessed: true})
			} else if system == "make" && !strings.Contains(n, "$") {
				out = append(out, target{broken: "target " + n + " is not in the Makefile"})
			}
		}
		if len(out) > 0 || len(names) > 0 && !all {
			return out
		}
		for _, id := range here {
			out = append(out, target{id: id})
			if !all {
				break
			}
		}
		return out
	}
	return nil
}

func patternStage(list *stageList, n string) (ID, bool) {
	for _, name := range list.patterns {
		id := list.byName[name]
		if before, after, ok := strings.Cut(name, "%"); ok && strings.HasPrefix(n, before) && strings.HasSuffix(n, after) {
			return id, true
		}
		if before, _, ok := strings.Cut(name, "@"); ok && before == n {
			return id, true
		}
	}
	return 0, false
}

func makefile(g *Graph, _ *Node, args, dirs []string) []target {
	if d := option(args, "-C", "--directory"); d != "" {
		if p, ok := g.lookupDir(d, dirs...); ok {
			dirs = []string{p}
		} else if !strings.Contains(d, "$") {
			return []target{{broken: "folder " + d + " is not in the repository"}}
		}
	}
	names := positional(args, "-C", "--directory", "-f", "--file", "-j")
	return g.instances(g.stagesNamed("make", names, dirs, false), args)
}

// mise resolves "mise run task" and "mise task".
func mise(g *Graph, _ *Node, args, dirs []string) []target {
	names := positional(args, "-C", "--cd", "-j")
	if len(names) > 1 && (names[0] == "run" || names[0] == "r") {
		names = names[1:]
	}
	if len(names) == 0 {
		return nil
	}
	return g.stagesNamed("script", names[:1], dirs, false)
}

func npm(g *Graph, _ *Node, args, dirs []string) []target {
	names := positional(args, "--prefix", "-w", "--cwd")
	if d := option(args, "--prefix", "--cwd"); d != "" {
		if p, ok := g.lookupDir(d, dirs...); ok {
			dirs = []string{p}
		}
	}
	if len(names) > 1 && names[0] == "run" {
		names = names[1:2]
	} else if len(names) > 0 {
		names = names[:1]
	}
	if len(names) == 0 {
		return nil
	}
	return g.stagesNamed("script", names, dirs, false)
}

func hatch(g *Graph, _ *Node, args, dirs []string) []target {
	names := positional(args, "-p", "--project", "-e")
	if len(names) > 1 && names[0] == "run" {
		names = names[1:2]
	}
	if len(names) == 1 {
		if _, script, ok := strings.Cut(names[0], ":"); ok {
			names = []string{script}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return g.stagesNamed("script", names[:1], dirs, false)
}

func dvc(g *Graph, _ *Node, args, dirs []string) []target {
	if len(args) == 0 {
		return nil
	}
	if args[0] == "exp" || args[0] == "experiments" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] != "repro" && args[0] != "run" {
		return nil
	}
	var names []string
	for _, n := range positional(args[1:], "-S", "--set-param", "-n", "--name", "-r", "--rev") {
		if d, _, ok := g.lookup("", n, dirs...); ok && strings.HasSuffix(d, "dvc.yaml") {
			dirs = []string{dirOf(d)}
			continue
		}
		names = append(names, n)
	}
	out := g.stagesNamed("dvc", names, dirs, true)
	if out == nil {
		return []target{{broken: "no dvc.yaml is in the repository"}}
	}
	return out
}

func kedro(g *Graph, _ *Node, args, dirs []string) []target {
	if len(args) == 0 || args[0] != "run" {
		return nil
	}
	want := option(args, "--pipeline", "-p")
	var all, named []target
	for _, f := range g.tree.Files() {
		base := path.Base(f.Path)
		if base != "pipeline_registry.py" && (base != "pipeline.py" || !strings.Contains(f.Path, "/pipelines/")) {
			continue
		}
		in := base == "pipeline.py" && strings.Contains(f.Path, "/"+want+"/")
		if want != "" && !in && base == "pipeline.py" {
			continue
		}
		to := []target{{id: g.run(f.Path)}}
		for _, name := range slices.Sorted(maps.Keys(g.defs[f.Path])) {
			to = append(to, target{id: g.scope(f.Path, name)})
		}
		all = append(all, to...)
		if want != "" && in {
			named = append(named, to...)
		}
	}
	if len(named) > 0 { // a folder of that name: the registry would give all of them
		return named
	}
	return all
}

// linkKedro follows what Kedro does by itself: it asks a project's registry for
// its pipelines, and finds those that lie in folders of their own.
func (g *Graph) linkKedro(file string, x fact.Fact) {
	switch v := x.(type) {
	case fact.Define:
		if v.Name == "register_pipelines" && path.Base(file) == "pipeline_registry.py" {
			g.link(g.run(file), Edge{To: g.scope(file, v.Name), Line: v.Line})
		}
	case fact.Call:
		if v.Name != "kedro.framework.project.find_pipelines" {
			return
		}
		for _, f := range g.tree.Files() {
			if path.Base(f.Path) == "pipeline.py" && strings.HasPrefix(f.Path, path.Join(dirOf(file), "pipelines")+"/") {
				if to, ok := g.findScope(f.Path, "create_pipeline"); ok {
					g.link(g.scopeNode(file, v.Scope), Edge{To: to, Line: v.Line})
				}
			}
		}
	}
}

func mlflow(g *Graph, _ *Node, args, dirs []string) []target {
	if len(args) < 2 || args[0] != "run" {
		return nil
	}
	p := positional(args[1:], "-e", "--entry-point", "-P", "--param-list", "--experiment-name", "--env-manager", "-v", "-b", "--backend", "--backend-config", "--run-name")
	if len(p) == 0 {
		return nil
	}
	d, ok := g.lookupDir(p[0], dirs...)
	if !ok {
		return nil
	}
	entry := option(args, "-e", "--entry-point")
	if entry == "" {
		entry = "main"
	}
	return g.stagesNamed("mlproject", []string{entry}, []string{d}, false)
}
