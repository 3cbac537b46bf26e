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

// invocations are commands that send a payload to a managed endpoint and fail
// when no answer comes.
var invocations = []string{"az ml online-endpoint invoke", "az ml batch-endpoint invoke", "aws sagemaker-runtime invoke-endpoint", "gcloud ai endpoints predict", "aws lambda invoke", "databricks serving-endpoints query"}

// probes returns the requests that jobs send from the command line: with a
// payload and an outcome that counts, or for health alone.
func (v *View) probes() []Integration {
	var out []Integration
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Command || n.Cmd == nil || n.Place == place.Document || n.Place == place.Vendored {
			continue
		}
		line := strings.Join(n.Cmd.Argv, " ")
		managed := slices.ContainsFunc(invocations, func(w string) bool { return strings.HasPrefix(line, w) })
		curl := strings.HasPrefix(line, "curl ") && (strings.Contains(line, "localhost") || strings.Contains(line, "127.0.0.1") || strings.Contains(line, "$") || predicts.MatchString(line) || strings.Contains(line, "health"))
		if !managed && !curl || strings.Contains(line, "slack") || strings.Contains(line, "api.github.com") {
			continue
		}
		if _, ok := v.Graph.Reached(graph.ID(i), graph.Triggered...); !ok {
			continue
		}
		payload := managed || curlSends(n.Cmd.Argv) && predicts.MatchString(line)
		if !payload && !strings.Contains(line, "health") && !strings.Contains(line, "ping") && !predicts.MatchString(line) {
			continue
		}
		heeded := managed || slices.ContainsFunc(n.Cmd.Argv, curlFails)
		out = append(out, Integration{v.ShowNode(graph.ID(i), graph.Triggered...), !payload || !heeded || n.Cmd.Masked || v.unheeded(graph.ID(i))})
	}
	return out
}

func curlSends(argv []string) bool {
	return slices.ContainsFunc(argv, func(a string) bool {
		return strings.HasPrefix(a, "-d") || strings.HasPrefix(a, "--data") || strings.HasPrefix(a, "-F") || strings.HasPrefix(a, "--form") || a == "--json" || strings.HasPrefix(a, "-T")
	})
}

// curlFails says whether an option makes curl fail on an error status.
func curlFails(a string) bool {
	return a == "--fail" || a == "--fail-with-body" || len(a) > 1 && a[0] == '-' && a[1] != '-' && strings.Contains(a, "f") && !strings.ContainsAny(a, "/=:")
}

// checking is how files, jobs and steps are named that test a service; one that
// asks it for its own purposes is a client.
var checking = pattern.MustCompile(`(?i)(smoke|test|check|verif|validat|probe|e2e)`)

// scriptedProbes returns the requests for a prediction that a job's script
// sends to a deployed or started service to test it (clarification 13).
func (v *View) scriptedProbes() []Integration {
	var out []Integration
	for _, u := range v.EndpointChecks() {
		p, ok := v.Graph.Reached(u.Node, graph.Triggered...)
		if !ok || !Code(u) {
			continue
		}
		named, weak := checking.MatchString(path.Base(u.Path)+" "+u.Scope), false
		for _, id := range p.Nodes {
			n := v.Graph.Node(id)
			named = named || n.Kind == graph.Job && checking.MatchString(n.Name)
			weak = weak || n.Kind == graph.Command && n.Cmd.Masked || v.unheeded(id)
		}
		if named {
			out = append(out, Integration{v.ShowFrom(u, graph.Triggered...), weak})
		}
	}
	return out
}

// selfTests returns places where live code asks the endpoint it has just made
// and stops when no prediction comes back (clarification 13).
func (v *View) selfTests() []Integration {
	var out []Integration
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		deployed, asked := map[string]bool{}, map[string]fact.Call{}
		for _, x := range f.Facts {
			switch c := x.(type) {
			case fact.Call:
				method, low := lastSegment(c.Name), strings.ToLower(c.Recv)
				switch {
				case method == "deploy" || method == "create_endpoint" || method == "predictor_cls":
					deployed[c.Scope] = true
				case method == "invoke_endpoint", method == "predict" && (strings.Contains(low, "predictor") || strings.Contains(low, "endpoint")),
					deployed[c.Scope] && strings.Contains(method, "predict"):
					asked[c.Scope] = c
				}
			case fact.Check:
				if a, ok := asked[c.Scope]; ok && deployed[c.Scope] && c.Kind != fact.Compare && !c.Trivial && c.Line > a.Line {
					e := At(f.Path, a.Line, "asks the new endpoint and stops without a prediction")
					if node := v.Graph.ScopeNode(f.Path, c.Scope); node >= 0 {
						e = v.Show(graph.Use{Use: catalog.Use{Path: f.Path, Line: a.Line, What: e.What}, Node: node, Place: place.Live})
					}
					out = append(out, Integration{Evidence: e})
					delete(asked, c.Scope)
				}
			}
		}
	}
	return out
}

// trial is how jobs are named that run a pipeline as a test.
// A run submitted to a platform may say CI or the like instead.
var (
	trial    = pattern.MustCompile(`(?i)(test|integration|e2e|smoke)`)
	platform = pattern.MustCompile(`(?i)(validat|[-_/]ci\b|[-_/]ci[-_.]|\bpr[-_.])`)
)

// trialRuns returns training runs that a pull request starts as a test: in a
// job or by a script that says so, or submitted to a platform with the change
// under review.
func (v *View) trialRuns() []Integration {
	var out []Integration
	uses := merge(v.Live(catalog.RoleTrainingJob, catalog.RolePipelineRun), v.Training())
	for _, u := range uses {
		p, ok := v.Graph.Reached(u.Node, graph.PullRequest)
		if !ok || p.Guessed && u.Role != catalog.RoleTrainingJob {
			continue
		}
		named, weak := false, false
		for _, n := range p.Nodes {
			if script, ignored := v.testScript(n); script {
				named, weak = true, ignored
				break
			}
			if x := v.Graph.Node(n); x.Kind == graph.Job && x.Name != "" {
				said := x.Path + " " + x.Name
				named = named || trial.MatchString(said) || u.Role == catalog.RoleTrainingJob && platform.MatchString(said)
			}
		}
		if named {
			out = append(out, Integration{Evidence: v.ShowFrom(u, graph.PullRequest), Weak: weak})
		}
	}
	return out
}

// testScript says whether a node is a shell script that says of itself that it
// tests parts together, and whether it ends well whatever happens in it.
func (v *View) testScript(n graph.ID) (script, ignored bool) {
	x := v.Graph.Node(n)
	if x.Kind != graph.Run || path.Ext(x.Path) != ".sh" || !wholes.MatchString(x.Path) {
		return false, false
	}
	for c := range fact.In[fact.Command](v.Facts, x.Path) {
		switch {
		case len(c.Argv) > 1 && c.Argv[0] == "exit" && c.Argv[1] != "0",
			len(c.Argv) > 1 && c.Argv[0] == "set" && strings.HasPrefix(c.Argv[1], "-") && strings.Contains(c.Argv[1], "e"):
			return true, false
		}
	}
	return true, true
}
