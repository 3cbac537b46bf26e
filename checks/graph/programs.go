package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// programs is the one list of what the graph can follow beyond Python itself.
func programs() map[string]resolver {
	script := func(g *Graph, _ *Node, args, dirs []string) []target {
		if p := positional(args, "-o", "-c"); len(p) > 0 {
			return g.file(p[0], dirs, true, false)
		}
		return nil
	}
	m := map[string]resolver{
		"bash": script, "sh": script, "zsh": script, "source": script, ".": script, "pwsh": script, "powershell": script,
		"Rscript": rscript, "julia": script, "node": script, "ts-node": script,
		"streamlit": afterWord("run"), "chainlit": afterWord("run"), "gradio": afterWord(""), "panel": afterWord("serve"),
		"fastapi": afterWord("run", "dev"), "mlflow": mlflow, "accelerate": afterWord("launch"), "torchrun": script,
		"deepspeed": script, "spark-submit": script, "papermill": script, "jupyter": notebook, "jupyter-nbconvert": notebook,
		"horovodrun": lastScript, "mpirun": lastScript, "srun": lastScript, "sbatch": script, "ray": lastScript, "modal": afterWord("run", "deploy"),
		"locust": lastScript, "metaflow": afterWord(""), "pyflyte": afterWord("run", "register", "--remote"), "flytectl": nil,
		"prefect": prefect, "zenml": afterWord("run"), "kfp": lastScript, "dagster": lastScript, "airflow": nil,
		"make": makefile, "gmake": makefile, "just": stages("just"), "task": stages("task"), "invoke": stages("invoke"),
		"mise": mise, "poe": stages("script"), "taskipy": stages("script"), "npm": npm, "yarn": npm, "pnpm": npm, "hatch": hatch, "pdm": hatch, "pixi": hatch, "rye": hatch,
		"dvc": dvc, "snakemake": stages("snakemake"), "kedro": kedro,
		"pytest": pytest, "py.test": pytest, "nosetests": pytest, "unittest": pytest, "coverage": coverage, "tox": stages("tox"), "nox": nox,
		"docker": docker, "podman": docker, "buildah": docker, "nerdctl": docker, "docker-compose": compose,
		"gcloud": gcloud, "az": az, "kubectl": kubectl, "oc": kubectl, "helm": nil, "databricks": databricks, "dbx": databricks,
		"uvicorn": app, "gunicorn": app, "hypercorn": app, "flask": app, "daphne": app, "granian": app, "celery": app, "bentoml": app, "serve": app,
		"sam": templates, "serverless": templates, "sls": templates, "cdk": templates,
		"gh": gh, "pre-commit": stages("pre-commit"), "ansible-playbook": lastYAML, "argo": lastYAML,
	}
	for k, v := range m {
		if v == nil {
			delete(m, k)
		}
	}
	return m
}

// afterWord resolves "tool run file": the first file after one of the words.
func afterWord(words ...string) resolver {
	return func(g *Graph, _ *Node, args, dirs []string) []target {
		for _, a := range args {
			if ext := path.Ext(a); ext == ".py" || ext == ".ipynb" {
				return g.file(a, dirs, true, false)
			}
		}
		return nil
	}
}

func lastScript(g *Graph, at *Node, args, dirs []string) []target {
	for i, a := range args {
		if strings.HasPrefix(path.Base(a), "python") && i+1 < len(args) {
			return python(g, at, args[i+1:], dirs)
		}
		if scriptWord(a) {
			return g.file(a, dirs, true, false)
		}
	}
	return nil
}

func lastYAML(g *Graph, _ *Node, args, dirs []string) []target {
	for _, a := range args {
		if t := g.documentsIn(a, dirs); t != nil {
			return t
		}
	}
	return nil
}

func rscript(g *Graph, at *Node, args, dirs []string) []target {
	if code := option(args, "-e"); code != "" {
		if strings.Contains(code, "tar_make") {
			return g.file("_targets.R", dirs, true, false)
		}
		if i := strings.Index(code, "source("); i >= 0 {
			f := strings.Trim(strings.SplitN(code[i+7:], ")", 2)[0], `"' `)
			return g.file(f, dirs, true, false)
		}
		if strings.Contains(code, "test") || strings.Contains(code, "rcmdcheck") || strings.Contains(code, "check(") {
			return g.tests(nil, dirs)
		}
		return nil
	}
	if p := positional(args); len(p) > 0 {
		return g.file(p[0], dirs, true, false)
	}
	return nil
}

func notebook(g *Graph, _ *Node, args, dirs []string) []target {
	for _, a := range args {
		if strings.HasSuffix(a, ".ipynb") {
			return g.file(a, dirs, true, false)
		}
	}
	return nil
}

func pytest(g *Graph, _ *Node, args, dirs []string) []target {
	if len(args) > 0 && args[0] == "discover" {
		args = args[1:]
		if d := option(args, "-s", "--start-directory"); d != "" {
			args = []string{d}
		} else {
			args = nil
		}
	}
	return g.tests(args, dirs)
}

func coverage(g *Graph, at *Node, args, dirs []string) []target {
	if len(args) == 0 || args[0] != "run" {
		return nil
	}
	return python(g, at, positionalKeep(args[1:]), dirs)
}

// positionalKeep drops coverage's own options and keeps "-m module …".
func positionalKeep(args []string) []string {
	for i, a := range args {
		if a == "-m" || !strings.HasPrefix(a, "-") {
			return args[i:]
		}
	}
	return nil
}

func nox(g *Graph, _ *Node, args, dirs []string) []target {
	f, _, ok := g.lookup("", "noxfile.py", dirs...)
	if !ok {
		return []target{{broken: "noxfile.py is not in the repository"}}
	}
	out := []target{}
	want := option(args, "-s", "--session", "--sessions", "-e")
	for name := range g.defs[f] {
		if want == "" || strings.HasPrefix(want, name) || want == strings.ReplaceAll(name, "_", "-") {
			out = append(out, target{id: g.scope(f, name)})
		}
	}
	return out
}

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
		var here []ID
		byName := map[string]ID{}
		for p, s := range fact.All[fact.Stage](g.set) {
			if s.System != system || dirOf(p) != d {
				continue
			}
			id := g.stage(p, system, s.Name, s.Line)
			if _, ok := byName[s.Name]; !ok {
				byName[s.Name] = id
				here = append(here, id)
			}
		}
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
			} else if id, ok := patternStage(byName, n); ok {
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

func patternStage(byName map[string]ID, n string) (ID, bool) {
	for name, id := range byName {
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
	return g.stagesNamed("make", names, dirs, false)
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
	var out []target
	for _, f := range g.tree.Files() {
		base := path.Base(f.Path)
		if base == "pipeline_registry.py" || base == "pipeline.py" && strings.Contains(f.Path, "/pipelines/") {
			if base == "pipeline.py" && want != "" && !strings.Contains(f.Path, "/"+want+"/") {
				continue
			}
			out = append(out, target{id: g.run(f.Path)})
			for name := range g.defs[f.Path] {
				out = append(out, target{id: g.scope(f.Path, name)})
			}
		}
	}
	return out
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

func prefect(g *Graph, _ *Node, args, dirs []string) []target {
	for _, a := range args {
		f, fn, _ := strings.Cut(a, ":")
		if strings.HasSuffix(f, ".py") {
			t := g.file(f, dirs, true, false)
			if len(t) == 1 && t[0].broken == "" {
				if id, ok := g.local(g.Nodes[t[0].id].Path, fn); ok {
					t = append(t, target{id: id, guessed: t[0].guessed})
				}
			}
			return t
		}
	}
	if len(args) > 0 && (args[0] == "deploy" || args[0] == "deployment") {
		for _, a := range args[1:] {
			if ext := path.Ext(a); ext == ".yaml" || ext == ".yml" {
				return g.documentsIn(a, dirs)
			}
		}
		return g.documentsIn("prefect.yaml", dirs)
	}
	return nil
}

// app resolves servers started with "module:object".
func app(g *Graph, _ *Node, args, dirs []string) []target {
	for _, a := range append([]string{option(args, "--app", "-A")}, positional(args, "-b", "--bind", "-w", "--workers", "-k", "--host", "--port", "-p", "-c", "--config", "--timeout", "--log-level")...) {
		if a == "" || a == "serve" || a == "run" || a == "worker" || a == "build" || a == "deploy" || a == "containerize" {
			continue
		}
		module, _, _ := strings.Cut(a, ":")
		if strings.HasSuffix(module, ".py") {
			return g.file(module, dirs, true, false)
		}
		from := dirs
		if d := option(args, "--app-dir", "--chdir"); d != "" {
			if p, ok := g.lookupDir(d, dirs...); ok {
				from = []string{p}
			}
		}
		if t := g.pythonModule(module, from); t != nil {
			return t
		}
	}
	for _, name := range []string{"bentofile.yaml", "app.py", "wsgi.py"} {
		for _, d := range dirs {
			if p := path.Join(d, name); g.has(p) && place.Of(p) != place.Vendored {
				return g.file(name, dirs[:1], false, false)
			}
		}
	}
	return nil
}

// gh resolves "gh workflow run x.yml".
func gh(g *Graph, _ *Node, args, _ []string) []target {
	if len(args) < 3 || args[0] != "workflow" || args[1] != "run" {
		return nil
	}
	for p, j := range fact.All[fact.Job](g.set) {
		if path.Base(p) == path.Base(args[2]) || j.File == args[2] {
			return []target{{id: g.workflow(p)}}
		}
	}
	return []target{{broken: "workflow " + args[2] + " is not in the repository"}}
}
