package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Predictions returns the live uses that ask a model for predictions.
func (v *View) Predictions() []graph.Use {
	return Once(v, "predictions", func() []graph.Use {
		return merge(merge(v.Live(catalog.RolePredict, catalog.RoleBatchScore), v.calls(Live, predictCall)), v.askedObjects())
	})
}

// wholeModels are how functions are called that return a whole model.
var wholeModels = map[string]bool{"build_model": true, "create_model": true, "get_model": true}

// askedObjects returns the calls of a model that was loaded or built by a
// library: model = torch.jit.load(path), then model(x). The facts name such a
// call after what made the object, without a receiver. A function that the file
// imports by name may also be called again: to make another model.
func (v *View) askedObjects() []graph.Use {
	var out []graph.Use
	made := map[string]string{} // file and callee -> what it was given first
	for _, u := range v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad, catalog.RoleLearner) {
		c, ok := u.Fact.(fact.Call)
		if !ok || c.Recv != "" || len(c.Args) == 0 || !strings.Contains(c.Name, ".") || c.Name == "spacy.load" {
			continue // to ask a language pipeline is to prepare text
		}
		last, given := lastSegment(c.Name), c.Args[0].Value
		if u.Role == catalog.RoleLearner && !wholeModels[last] || given.Kind == fact.String || given.Kind == fact.Format {
			continue
		}
		if v.importsName(u.Path, last) {
			k := u.Path + "\x00" + c.Name
			first, again := made[k]
			if !again {
				made[k] = given.Text
			}
			if !again || first == given.Text || modelName(strings.ToLower(c.Target)) {
				continue
			}
		}
		u.Role = catalog.RolePredict
		out = append(out, u)
	}
	return out
}

// importsName says whether a file imports a name from a module.
func (v *View) importsName(file, name string) bool {
	for i := range fact.In[fact.Import](v.Facts, file) {
		if i.Name == name || i.As == name {
			return true
		}
	}
	return false
}

// PredictionsInNotebooks is Predictions for notebooks.
func (v *View) PredictionsInNotebooks() []graph.Use {
	return merge(v.Notebook(catalog.RolePredict, catalog.RoleBatchScore), v.calls(InNotebook, predictCall))
}

func predictCall(c fact.Call, _ bool) (catalog.Role, bool) {
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	switch method {
	case "predict", "predict_proba", "predict_one", "predict_proba_one", "predict_on_batch", "score_batch", "decision_function", "forecast", "score_one":
		return catalog.RolePredict, c.Recv != ""
	case "generate":
		return catalog.RolePredict, c.Unresolved && (strings.Contains(c.Recv, "model") || strings.Contains(c.Recv, "llm"))
	case "invoke_endpoint":
		return catalog.RolePredict, true
	}
	for _, a := range c.Args {
		if t := a.Value.Text; len(t) < 200 && (a.Value.Kind == fact.String || a.Value.Kind == fact.Format) {
			for _, route := range []string{"/v1/chat/completions", "/v1/completions", "/invocations", "/api/generate"} {
				if strings.HasSuffix(t, route) && c.Recv != "" && !strings.HasPrefix(method, "post_") {
					return catalog.RolePredict, method == "post" || method == "request" || method == "stream" || method == "send"
				}
			}
		}
	}
	// Calling the model itself: model(x), self.model(x), session.run(…).
	last := strings.ToLower(c.Name)
	if c.Unresolved && (last == "model" || strings.HasSuffix(last, ".model") || last == "net" || last == "self.net") && len(c.Args) > 0 {
		return catalog.RolePredict, true
	}
	if method == "run" && c.Unresolved && (strings.Contains(last, "session") || strings.Contains(last, "sess.")) && len(c.Args) >= 2 {
		return catalog.RolePredict, true
	}
	return "", false
}

// Rollouts returns the live uses that put code or a model in place: what the
// catalogue calls a deployment, and what a job starts on another machine over
// SSH.
func (v *View) Rollouts() []graph.Use {
	return Once(v, "rollouts", func() []graph.Use {
		var out []graph.Use
		for _, u := range v.Live(catalog.RoleDeploy) {
			// An action that runs a script elsewhere deploys when its script does.
			if s, ok := u.Fact.(fact.Uses); (!ok || !strings.Contains(s.Ref, "ssh-action")) && !v.intoThrowaway(u) && !v.placesNothing(u) {
				out = append(out, u)
			}
		}
		for i := range v.Graph.Nodes {
			n := &v.Graph.Nodes[i]
			if n.Place != place.Live || !remoteShell(n) {
				continue
			}
			for _, e := range v.Graph.Out(graph.ID(i)) {
				if c := v.Graph.Node(e.To); c.Kind == graph.Command && startsService(c.Cmd) {
					out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleDeploy, Strength: catalog.Used,
						Path: c.Path, Line: c.Line, What: "over SSH: " + c.What, Fact: *c.Cmd}, Node: e.To, Place: n.Place})
				}
			}
		}
		return out
	})
}

// intoThrowaway says whether a step of a job works on a cluster that the same
// job makes for itself, which is gone with the job: a test, not a roll-out.
func (v *View) intoThrowaway(u graph.Use) bool {
	var job string
	switch x := u.Fact.(type) {
	case fact.Command:
		job = x.Job
	case fact.Uses:
		job = x.Job
	}
	return job != "" && v.throwaway()[u.Path+"#"+job]
}

func (v *View) throwaway() map[string]bool {
	return Once(v, "throwaway-clusters", func() map[string]bool {
		jobs := map[string]bool{}
		for p, c := range fact.All[fact.Command](v.Facts) {
			for _, w := range []string{"kind create cluster", "minikube start", "k3d cluster create", "microk8s install"} {
				if c.Job != "" && strings.HasPrefix(strings.Join(c.Argv, " ")+" ", w+" ") {
					jobs[p+"#"+c.Job] = true
				}
			}
		}
		for p, s := range fact.All[fact.Uses](v.Facts) {
			for _, w := range []string{"kind-action", "setup-kind", "action-kind", "setup-minikube", "minikube-action", "k3d-action", "setup-k3s", "setup-k3d"} {
				if s.Job != "" && strings.Contains(s.Ref, w) {
					jobs[p+"#"+s.Job] = true
				}
			}
		}
		return jobs
	})
}

// remoteShell says whether a node runs a script on another machine.
func remoteShell(n *graph.Node) bool {
	switch {
	case n.Kind == graph.Step:
		return strings.Contains(n.Name, "ssh-action") || strings.Contains(n.Name, "ssh-remote") || strings.HasPrefix(n.Name, "SSH@")
	case n.Kind == graph.Command && n.Cmd != nil:
		for i, w := range n.Cmd.Argv {
			if i < 6 && (w == "ssh" || strings.HasPrefix(w, "ssh_") || strings.HasPrefix(w, "remote_")) {
				return true
			}
		}
	}
	return false
}

// startsService says whether a command starts or restarts what runs.
func startsService(c *fact.Command) bool {
	line := " " + strings.Join(c.Argv, " ") + " "
	for _, w := range []string{"docker run", "docker compose up", "docker-compose up", "docker compose -f", "docker-compose -f", "systemctl restart", "systemctl start", "docker stack deploy",
		"docker restart", "pm2 ", "supervisorctl", "kubectl ", "helm upgrade", "nohup uvicorn", "nohup python", "git pull", "docker service update", "./deploy"} {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// Serving returns the live uses that declare a service and whose code reaches
// a model: an API route, a UI app, a model server, a batch scoring job.
// Declaring a web application that asks no model for anything is no serving,
// unless the repository is a part of a system: the model is then elsewhere, and
// the application asks it over the network.
func (v *View) Serving() []graph.Use {
	return Once(v, "serving", func() []graph.Use {
		out := merge(merge(v.scoringScripts(), v.scoringJobs()), v.lookups())
		byFile := map[string]bool{}
		for _, u := range v.Live(catalog.RoleServe, catalog.RoleServeRun, catalog.RoleBatchScore) {
			if !Code(u) {
				// A model server's own command or manifest needs no code here.
				if u.Role == catalog.RoleServe || u.Role == catalog.RoleBatchScore {
					out = append(out, u)
				}
				continue
			}
			if u.Tool != nil && modelServers[u.Tool.ID] {
				out = append(out, u)
				continue
			}
			asks, known := byFile[u.Path]
			if !known {
				if run, ok := v.Graph.RunNode(u.Path); ok {
					asks = v.asksModel(append(v.Graph.ScopesOf(u.Path), run))
				}
				byFile[u.Path] = asks
			}
			if asks || v.Part {
				out = append(out, u)
			}
		}
		return out
	})
}

// modelServers are frameworks that serve models and nothing else, so that a
// service declared with them needs no further proof.
var modelServers = map[string]bool{
	"bentoml": true, "litserve": true, "kserve": true, "mlserver": true, "torchserve": true, "cog": true, "seldon": true, "seldon-core": true,
	"triton": true, "vllm": true, "tensorflow-serving": true, "ray-serve": true, "text-generation-inference": true, "llama-cpp": true, "ollama": true,
}

// scoringScripts returns the entry scripts of managed endpoints: a file with
// an init() that loads a model and a run() that answers, or with a function
// that a platform was told to call, or that bears a handler's usual name.
func (v *View) scoringScripts() []graph.Use {
	var out []graph.Use
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		var initAt, runAt int
		var answers fact.Define
		handler := false
		for _, x := range f.Facts {
			d, ok := x.(fact.Define)
			if !ok || d.Class {
				continue
			}
			switch d.Name {
			case "init", "model_fn":
				initAt = d.Line
			case "run", "predict_fn":
				if len(d.Params) >= 1 {
					runAt, answers = d.Line, d
				}
			case "handler", "lambda_handler":
				if len(d.Params) == 2 {
					runAt, answers, handler = d.Line, d, true
				}
			default:
				if !handler && v.Graph.Handler(v.Graph.ScopeNode(f.Path, d.Name)) {
					runAt, answers, handler = d.Line, d, true
				}
			}
		}
		if runAt == 0 || initAt == 0 && !handler {
			continue
		}
		run, _ := v.Graph.RunNode(f.Path)
		if !v.asksModel(append(v.Graph.ScopesOf(f.Path), run)) {
			continue
		}
		out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleServe, Strength: catalog.Used, Path: f.Path, Line: runAt,
			What: "scoring script: " + answers.Name + "()", Fact: answers}, Node: run, Place: place.Live})
	}
	return out
}

// asksModel says whether a model is loaded or asked from some nodes on.
func (v *View) asksModel(from []graph.ID) bool {
	return v.leads("model", func() []graph.Use {
		return slices.Concat(v.Predictions(), v.Completions(), v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad, catalog.RoleHub))
	}).Any(from...)
}

// LocalInference returns the live places that load a model, outside the files
// that train one, where something asks it for predictions: a script a person
// runs (clarifications 28 and 68).
func (v *View) LocalInference() []graph.Use {
	if len(v.Predictions()) == 0 {
		return nil
	}
	trains := map[string]bool{}
	for _, u := range v.Training() {
		trains[u.Path] = true
	}
	scores := map[string]bool{}
	for _, u := range v.Evaluation() {
		scores[u.Path] = true
	}
	predicts, elsewhere := map[string]bool{}, false
	infers := func(file string) bool { return !trains[file] && (!scores[file] || v.keepsPredictions(file)) }
	for _, u := range v.Predictions() {
		predicts[u.Path] = true
		elsewhere = elsewhere || infers(u.Path)
	}
	var out []graph.Use
	for _, u := range v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad) {
		// A helper that loads for others is judged by what they do.
		if infers(u.Path) && (predicts[u.Path] || elsewhere) {
			out = append(out, u)
		}
	}
	return out
}

// predicted is how people name predictions that they keep.
var predicted = pattern.MustCompile(`(?i)(pred|submission|forecast|infer)`)

// keepsPredictions says whether a file writes what a model answered, rather
// than only the score of it.
func (v *View) keepsPredictions(file string) bool {
	for c := range fact.In[fact.Call](v.Facts, file) {
		if m := lastSegment(c.Name); !writers[m] && m != "savetxt" && m != "write_csv" && m != "dump" {
			continue
		}
		if predicted.MatchString(c.Recv) || slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return predicted.MatchString(a.Value.Text) }) {
			return true
		}
	}
	return false
}
