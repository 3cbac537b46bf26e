package graph

import (
	"maps"
	"path"
	"regexp"
	"slices"
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
		"Rscript": rscript, "R": rProgram, "julia": script, "node": script, "ts-node": script,
		"streamlit": afterWord("run"), "chainlit": afterWord("run"), "gradio": afterWord(""), "panel": afterWord("serve"),
		"fastapi": afterWord("run", "dev"), "mlflow": mlflow, "accelerate": afterWord("launch"), "torchrun": script,
		"deepspeed": script, "spark-submit": sparkSubmit, "sbt": sbt, "papermill": script, "jupyter": notebook, "jupyter-nbconvert": notebook,
		"horovodrun": lastScript, "mpirun": lastScript, "srun": lastScript, "sbatch": script, "ray": lastScript, "modal": afterWord("run", "deploy"),
		"locust": lastScript, "metaflow": afterWord(""), "pyflyte": afterWord("run", "register", "--remote"), "flytectl": nil,
		"prefect": prefect, "zenml": afterWord("run"), "kfp": lastScript, "dagster": lastScript, "airflow": nil,
		"make": makefile, "gmake": makefile, "just": stages("just"), "task": stages("task"), "invoke": stages("invoke"),
		"mise": mise, "poe": stages("script"), "taskipy": stages("script"), "npm": npm, "yarn": npm, "pnpm": npm, "hatch": hatch, "pdm": hatch, "pixi": hatch, "rye": hatch,
		"dvc": dvc, "snakemake": stages("snakemake"), "kedro": kedro,
		"pytest": pytest, "py.test": pytest, "nosetests": pytest, "unittest": pytest, "coverage": coverage, "tox": stages("tox"), "nox": nox,
		"docker": docker, "podman": docker, "buildah": docker, "nerdctl": docker, "docker-compose": compose,
		"gcloud": gcloud, "az": az, "kubectl": kubectl, "oc": kubectl, "helm": nil, "databricks": databricks, "dbx": dbx,
		"uvicorn": app, "gunicorn": app, "hypercorn": app, "flask": app, "daphne": app, "granian": app, "celery": app, "bentoml": app, "serve": app,
		"awslambdaric": runtimeClient, "functions-framework": runtimeClient, "functions_framework": runtimeClient,
		"terraform": terraform, "tofu": terraform, "terragrunt": terraform, "pulumi": pulumi,
		"sam": templates, "serverless": templates, "sls": templates, "cdk": cdk, "aws-cdk": cdk, "cdklocal": cdk,
		"bq": client, "snowsql": client, "snow": client, "psql": client, "sqlcmd": client, "sqlite3": client, "duckdb": client, "mysql": client,
		"spark-sql": client, "beeline": client, "cat": client, "envsubst": client, "dbt": dbt,
		"gh": gh, "pre-commit": stages("pre-commit"), "pip": pip, "pip3": pip, "ansible-playbook": lastYAML, "argo": lastYAML,
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

// startsFile finds the file that a line of R runs or serves.
var startsFile = regexp.MustCompile(`\b(?:source|plumb|pr|runApp|plumb_api)\(\s*(?:file\s*=\s*)?\\?["']([^"'\\]+)`)

// rProgram resolves R -e code and R -f file.
func rProgram(g *Graph, at *Node, args, dirs []string) []target {
	switch f := option(args, "-f", "--file"); {
	case f != "":
		return g.file(f, dirs, true, false)
	case option(args, "-e") != "":
		return rscript(g, at, []string{"-e", option(args, "-e")}, dirs)
	case len(args) > 2 && args[0] == "CMD" && args[1] == "BATCH":
		return g.file(lastOr(positional(args[2:]), ""), dirs, true, false)
	}
	return nil
}

func rscript(g *Graph, at *Node, args, dirs []string) []target {
	if code := option(args, "-e"); code != "" {
		if strings.Contains(code, "tar_make") {
			return g.file("_targets.R", dirs, true, false)
		}
		if m := startsFile.FindStringSubmatch(code); m != nil {
			return g.file(m[1], dirs, true, false)
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
	for _, name := range slices.Sorted(maps.Keys(g.defs[f])) {
		if want == "" || strings.HasPrefix(want, name) || want == strings.ReplaceAll(name, "_", "-") {
			out = append(out, target{id: g.scope(f, name)})
		}
	}
	return out
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

// app resolves servers started with "module:object", or with the module in the
// variable that Flask reads.
func app(g *Graph, at *Node, args, dirs []string) []target {
	for _, a := range append([]string{option(args, "--app", "-A"), setTo(at, "FLASK_APP")}, positional(args, "-b", "--bind", "-w", "--workers", "-k", "--host", "--port", "-p", "-c", "--config", "--timeout", "--log-level")...) {
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
				return g.file(name, []string{d}, false, false)
			}
		}
	}
	return nil
}

// setTo returns what the environment of a node's command sets a variable
// to, the last setting first, or "".
func setTo(at *Node, name string) string {
	if at == nil || at.Cmd == nil {
		return ""
	}
	for _, e := range slices.Backward(at.Cmd.Env) {
		if n, text, _ := strings.Cut(e, "="); n == name {
			return text
		}
	}
	return ""
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
