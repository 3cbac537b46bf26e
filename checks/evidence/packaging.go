package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ServingPackages returns what makes the model or its service ready to deploy:
// images that ship the serving code, bentos and other archives, a platform's
// deployment with an environment of its own.
func (v *View) ServingPackages() []report.Evidence {
	return Once(v, "deployment/serving-packages", func() []report.Evidence {
		var out []report.Evidence
		out = append(out, v.servingImages()...)
		for _, u := range v.Uses([]catalog.Role{catalog.RolePackage}, Configured, Live) {
			if Called(u) || len(v.Services()) > 0 {
				out = append(out, v.Show(u))
			}
		}
		return append(out, v.platformPackages(true)...)
	})
}

// HalfPackages returns what joins a model with code on a platform and brings
// neither image nor environment (clarification 78), and images for development
// only.
func (v *View) HalfPackages() []report.Evidence {
	out := v.platformPackages(false)
	for p := range v.dockerfiles() {
		if development(p) {
			out = append(out, At(p, 1, "an image to develop in"))
		}
	}
	return Unique(out)
}

// dockerfiles returns the live Dockerfiles.
func (v *View) dockerfiles() map[string]bool {
	return Once(v, "deployment/dockerfiles", func() map[string]bool {
		out := map[string]bool{}
		for p, i := range fact.All[fact.Image](v.Facts) {
			if i.Role == "from" && place.Of(p) == place.Live {
				out[p] = true
			}
		}
		return out
	})
}

func development(p string) bool {
	low := strings.ToLower(p)
	return strings.Contains(low, "devcontainer") || strings.HasSuffix(low, ".dev") || strings.Contains(low, "dockerfile-dev") || strings.Contains(low, "jupyter")
}

// servingImages returns the images that ship serving code: what they start
// leads to it, or they copy it and start a server.
func (v *View) servingImages() []report.Evidence {
	serves := map[string]bool{}
	for _, u := range v.Services() {
		if Code(u) || u.Fact == nil { // nil: a scoring script, which is its functions together
			serves[u.Path] = true
		}
	}
	starts := map[string][]graph.ID{}
	for i := range v.Graph.Nodes {
		if n := &v.Graph.Nodes[i]; n.Kind == graph.Service && n.Place == place.Live {
			starts[n.Path] = append(starts[n.Path], graph.ID(i))
			if n.Name != "run" { // a compose service: it counts for the image it builds
				for _, e := range v.Graph.Out(graph.ID(i)) {
					if to := v.Graph.Node(e.To); to.Kind == graph.Service || to.Kind == graph.Image {
						starts[to.Path] = append(starts[to.Path], graph.ID(i))
					}
				}
			}
		}
	}
	var out []report.Evidence
	for _, f := range v.Facts.Files() {
		if !v.dockerfiles()[f.Path] || development(f.Path) {
			continue
		}
		if e, ok := v.ships(f.Path, starts[f.Path], serves); ok {
			out = append(out, e)
		}
	}
	return out
}

func (v *View) ships(dockerfile string, starts []graph.ID, serves map[string]bool) (report.Evidence, bool) {
	servers := Once(v, "deployment/server-starts", func() map[graph.ID]graph.Use {
		return nodes(v.Uses([]catalog.Role{catalog.RoleServeRun}, Called, Live, Code))
	})
	for _, n := range ordered(v.Graph.Forward(starts...)) {
		x := v.Graph.Node(n)
		if _, runs := servers[n]; serves[x.Path] || runs && len(serves) > 0 {
			return v.imageEvidence(dockerfile, "starts "+x.Path), true
		}
		if x.Kind == graph.Command && x.Path == dockerfile && x.Cmd != nil && v.ownServer(x.Cmd.Argv) {
			return At(dockerfile, x.Line, x.What), true
		}
	}
	for _, u := range v.Live(catalog.RoleServe, catalog.RoleServeRun) {
		if u.Path != dockerfile {
			continue
		}
		// A model server as the base, or one that the image starts, with files
		// of the project in it.
		_, image := u.Fact.(fact.Image)
		if image && u.Tool != nil && modelServers[u.Tool.ID] || !image && v.copiesProject(dockerfile, serves) {
			return At(dockerfile, u.Line, u.What), true
		}
	}
	// What runs the image gives it its command: a task of an orchestrator, a job.
	if len(starts) == 0 && v.copiesFolder(dockerfile, serves) {
		return v.imageEvidence(dockerfile, "holds the serving code, and what runs it says what to start"), true
	}
	if v.installsProject(dockerfile) && len(starts) > 0 {
		// The image's command is the project's own program, which serves among
		// other things: "app serve", "app predict".
		for _, s := range starts {
			for _, n := range ordered(v.Graph.Forward(s)) {
				if x := v.Graph.Node(n); x.Kind == graph.Scope && x.Place == place.Live && v.sameProgram(x.Path, serves) {
					return v.imageEvidence(dockerfile, "starts "+x.Path), true
				}
			}
		}
	}
	return report.Evidence{}, false
}

// ownServer says whether a command is the project's own program told to serve.
func (v *View) ownServer(argv []string) bool {
	if len(argv) < 2 || !v.PackageNames()[strings.ToLower(argv[0])] {
		return false
	}
	switch argv[1] {
	case "serve", "server", "api", "serving", "runserver", "run-api", "start-api", "predict", "score", "inference":
		return true
	}
	return false
}

func (v *View) imageEvidence(dockerfile, what string) report.Evidence {
	line := 1
	for c := range fact.In[fact.Copy](v.Facts, dockerfile) {
		line = c.Line
	}
	return At(dockerfile, line, what)
}

// copiesProject says whether an image copies serving code, a folder that holds
// it, or a model.
func (v *View) copiesProject(dockerfile string, serves map[string]bool) bool {
	for c := range fact.In[fact.Copy](v.Facts, dockerfile) {
		for _, from := range c.From {
			from = strings.Trim(path.Clean("/"+from), "/")
			if c.Stage != "" {
				continue
			}
			if from == "" || from == "." || ModelFile(from) {
				return true
			}
			for p := range serves {
				if p == from || strings.HasPrefix(p, from+"/") || strings.HasSuffix(p, "/"+from) || strings.Contains(p, "/"+from+"/") {
					return true
				}
			}
		}
	}
	return false
}

// copiesFolder says whether an image is given a folder of the project that holds
// serving code, by its name. Copying everything may only make a place to work in.
func (v *View) copiesFolder(dockerfile string, serves map[string]bool) bool {
	for c := range fact.In[fact.Copy](v.Facts, dockerfile) {
		for _, from := range c.From {
			from = strings.Trim(path.Clean("/"+from), "/")
			if c.Stage != "" || from == "" {
				continue
			}
			for p := range serves {
				if p == from || strings.HasPrefix(p, from+"/") {
					return true
				}
			}
		}
	}
	return false
}

// installsProject says whether an image installs the project as a package.
func (v *View) installsProject(dockerfile string) bool {
	for c := range fact.In[fact.Command](v.Facts, dockerfile) {
		line := strings.Join(c.Argv, " ")
		if strings.Contains(line, ".whl") || strings.HasPrefix(line, "uv sync") || strings.HasPrefix(line, "poetry install") || strings.HasPrefix(line, "pdm install") || strings.Contains(line, "pip install") && strings.HasSuffix(line, " .") {
			return true
		}
	}
	return false
}

// sameProgram says whether a file belongs to the package that serves.
func (v *View) sameProgram(file string, serves map[string]bool) bool {
	dir := path.Dir(file)
	for p := range serves {
		if dir != "." && strings.HasPrefix(p, dir+"/") {
			return true
		}
	}
	return false
}

// ownEnvironment matches settings of an endpoint that bring their own image or
// packages.
var ownEnvironment = pattern.MustCompile(`(?i)(conda_?file|conda_dependencies|requirements|dockerfile|environment\.(image|build|conda)|\.azurecr\.io|\.dkr\.ecr\.|gcr\.io|pkg\.dev)`)

// platformPackages returns the deployments of managed platforms that join a
// model with serving code: with an image or environment of their own, or
// without.
func (v *View) platformPackages(own bool) []report.Evidence {
	var out []report.Evidence
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		if what, brings, ok := endpointSettings(r); ok && (brings || v.definesEnvironment(r)) == own {
			out = append(out, At(p, max(r.Line, 1), what))
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) != place.Live || c.Magic {
			continue
		}
		if brings, ok := v.endpointCall(p, c); ok && brings == own {
			out = append(out, At(p, c.Line, c.Name))
		}
	}
	return out
}

func endpointSettings(r fact.Resource) (what string, own, ok bool) {
	entry, model := false, false
	for _, a := range r.Attrs {
		last := strings.ToLower(a.Key[strings.LastIndexByte(a.Key, '.')+1:])
		entry = entry || last == "entryscript" || last == "scoring_script" || last == "handler" && strings.HasPrefix(a.Key, "functions.")
		model = model || last == "import_path" || last == "import"
		if ownEnvironment.MatchString(a.Key) && a.Value != "" || ownEnvironment.MatchString(a.Value) && (strings.Contains(a.Key, "image") || strings.Contains(a.Key, "environment")) {
			own = true
		}
	}
	switch {
	case entry && strings.Contains(strings.ToLower(r.Kind), "function"), r.System == "serverless" && r.Kind == "function":
		return "a function's package: " + r.Name, true, true
	case entry:
		return "an endpoint's settings: " + strings.TrimSpace(r.Kind+" "+r.Name), own || r.System == "serverless", true
	case r.System == "serverless":
		return "a function's package", true, true
	case model:
		return "a service's settings: " + r.Name, false, true
	}
	return "", false, false
}

// definesEnvironment says whether a deployment names an environment of the
// workspace that a definition of the repository gives its image or packages.
func (v *View) definesEnvironment(r fact.Resource) bool {
	defined := Once(v, "deployment/environments-defined", func() map[string]bool {
		out := map[string]bool{}
		for p, e := range fact.All[fact.Resource](v.Facts) {
			if e.System == "azureml" && e.Kind == "environment" && place.Of(p) == place.Live {
				out[e.Name] = true
			}
		}
		return out
	})
	return r.System == "azureml" && slices.ContainsFunc(r.Attrs, func(a fact.Attr) bool {
		name, named := strings.CutPrefix(a.Value, "azureml:")
		return a.Key == "environment" && named && defined[assetName(name)]
	})
}

// endpointCall reads the constructors of managed endpoints.
func (v *View) endpointCall(file string, c fact.Call) (own, ok bool) {
	name := lastSegment(c.Name)
	switch {
	case name == "ManagedOnlineDeployment" || name == "KubernetesOnlineDeployment" || name == "ModelBatchDeployment" || name == "BatchDeployment" || name == "InferenceConfig":
		for d := range fact.In[fact.Call](v.Facts, file) {
			if lastSegment(d.Name) != "Environment" && lastSegment(d.Name) != "from_conda_specification" && lastSegment(d.Name) != "from_pip_requirements" {
				continue
			}
			return true, true
		}
		return false, true
	case strings.HasPrefix(c.Name, "sagemaker.") && strings.HasSuffix(name, "Model") && name != "Model":
		for _, a := range c.Args {
			if a.Name == "entry_point" || a.Name == "source_dir" {
				return true, true
			}
		}
		return false, true
	}
	return false, false
}
