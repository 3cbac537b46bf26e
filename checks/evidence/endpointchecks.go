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
)

// EndpointChecks returns the live calls that ask a deployed or started service
// for a prediction and stop the run unless one comes back (clarification 13).
func (v *View) EndpointChecks() []graph.Use {
	return Once(v, "deployment/endpoint-checks", func() []graph.Use {
		var out []graph.Use
		for _, f := range v.Facts.Files() {
			class := place.Of(f.Path)
			if class != place.Live && class != place.Test {
				continue
			}
			for _, x := range f.Facts {
				var what string
				var n graph.ID
				line := x.At()
				switch c := x.(type) {
				case fact.Call:
					if c.Magic || !asksEndpoint(c) && !v.postsWhereTold(f.Path, c) || !invokes(c) && !v.stops(f.Path, c) {
						continue
					}
					what, n = c.Name, v.Graph.ScopeNode(f.Path, c.Scope)
				case fact.Command:
					if c.Masked || !postsPayload(c.Argv) {
						continue
					}
					what = shorten(strings.Join(c.Argv, " "))
					n = v.commandNode(f.Path, c)
				default:
					continue
				}
				out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RolePredict, Strength: catalog.Used, Path: f.Path, Line: line, What: what, Fact: x},
					Node: n, Place: class})
			}
		}
		return out
	})
}

func (v *View) commandNode(file string, c fact.Command) graph.ID {
	for i := range v.Graph.Nodes {
		if x := &v.Graph.Nodes[i]; x.Kind == graph.Command && x.Path == file && x.Line == c.Line && x.Cmd != nil && slices.Equal(x.Cmd.Argv, c.Argv) {
			return graph.ID(i)
		}
	}
	return -1
}

// invokes says whether a call fails by itself when the endpoint does.
func invokes(c fact.Call) bool {
	return azureService(c) || strings.HasSuffix(c.Name, "online_endpoints.invoke") || strings.HasSuffix(c.Name, "batch_endpoints.invoke")
}

// azureService says whether a call asks a web service of Azure ML's first
// library, which raises unless an answer comes.
func azureService(c fact.Call) bool {
	return lastSegment(c.Name) == "run" && len(c.Args) > 0 && strings.HasPrefix(c.Name, "azureml.core.") && strings.HasSuffix(c.Name, "ebservice.run")
}

// postsWhereTold says whether a call sends a payload to an address that is a
// parameter of its function, and a call of the same file gives one that answers
// with predictions.
func (v *View) postsWhereTold(file string, c fact.Call) bool {
	if len(c.Args) == 0 || c.Args[0].Value.Kind != fact.Name || !postsWithPayload(c) {
		return false
	}
	at := -1
	for d := range fact.In[fact.Define](v.Facts, file) {
		if d.Name == c.Scope {
			at = slices.IndexFunc(d.Params, func(p fact.Param) bool { return p.Name == c.Args[0].Value.Text })
		}
	}
	if at < 0 {
		return false
	}
	for o := range fact.In[fact.Call](v.Facts, file) {
		if lastSegment(o.Name) != lastSegment(c.Scope) {
			continue
		}
		for i, a := range o.Args {
			if (a.Name == "" && i == at || a.Name == c.Args[0].Value.Text) && predicting.MatchString(a.Value.Text) {
				return true
			}
		}
	}
	return false
}

// postsWithPayload says whether a call sends something to a web address.
func postsWithPayload(c fact.Call) bool {
	if m := lastSegment(c.Name); m != "post" && m != "request" || !strings.HasPrefix(c.Name, "requests.") && !strings.HasPrefix(c.Name, "httpx.") {
		return false
	}
	return slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Name == "json" || a.Name == "data" || a.Name == "files" })
}

func asksEndpoint(c fact.Call) bool {
	method := lastSegment(c.Name)
	switch method {
	case "run":
		return azureService(c)
	case "invoke":
		return invokes(c)
	case "invoke_endpoint":
		return true
	case "predict":
		return strings.Contains(strings.ToLower(c.Recv), "predictor") || strings.Contains(strings.ToLower(c.Recv), "endpoint") || strings.Contains(c.Name, ".deploy.predict")
	case "post", "request":
		return postsWithPayload(c) && (predicting.MatchString(c.Args[0].Value.Text) || predicting.MatchString(c.Scope))
	}
	if strings.Contains(strings.ToLower(method), "predict") {
		for _, a := range c.Args { // a helper of the project that is handed the endpoint
			if low := strings.ToLower(a.Value.Text); a.Value.Kind == fact.Name && (strings.Contains(low, "predictor") || strings.Contains(low, "endpoint") || strings.HasSuffix(low, ".deploy")) {
				return true
			}
		}
	}
	return false
}

// predicting marks the address or name of what asks for predictions.
var predicting = pattern.MustCompile(`(?i)(predict|scor(e|ing)|infer|invo(ke|cation)|/generate|/chat|classify|endpoint_ur|serving)`)

// stops says whether the function a call stands in asserts or raises after it.
func (v *View) stops(file string, call fact.Call) bool {
	for c := range fact.In[fact.Check](v.Facts, file) {
		if c.Scope == call.Scope && c.Line > call.Line && !c.Trivial && (c.Kind == fact.Assert || c.Kind == fact.Raise) {
			return true
		}
	}
	for c := range fact.In[fact.Call](v.Facts, file) {
		if c.Scope == call.Scope && c.Line >= call.Line && (strings.HasSuffix(c.Name, "raise_for_status") || c.Name == "sys.exit") {
			return true
		}
		if lastSegment(c.Name) == "put_job_failure_result" { // how a function fails the stage of CodePipeline that invoked it
			return true
		}
	}
	return false
}

// postsPayload says whether a command sends a payload to a service and fails
// with it.
func postsPayload(argv []string) bool {
	line := strings.Join(argv, " ")
	if strings.HasPrefix(line, "az ml online-endpoint invoke") || strings.HasPrefix(line, "aws sagemaker-runtime invoke-endpoint") || strings.HasPrefix(line, "gcloud ai endpoints predict") {
		return true
	}
	if len(argv) == 0 || path.Base(argv[0]) != "curl" {
		return false
	}
	payload, fails := false, false
	for _, a := range argv[1:] {
		switch {
		case a == "-d" || a == "-F" || a == "--form" || strings.HasPrefix(a, "--data") || a == "--json":
			payload = true
		case a == "--fail" || a == "--fail-with-body", strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, "f"):
			fails = true
		}
	}
	return payload && fails && (strings.Contains(line, "localhost") || strings.Contains(line, "127.0.0.1") || strings.Contains(line, "predict") || strings.Contains(line, "infer") || strings.Contains(line, "$"))
}
