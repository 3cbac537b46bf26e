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

// Integration is a test of parts that work together.
type Integration struct {
	Evidence report.Evidence
	Weak     bool // asks for health or status only, or its failure fails nothing
}

// Integrations returns the tests that send a request to the application, run
// the pipeline, or ask what was just deployed; strong ones first.
func (v *View) Integrations() []Integration {
	return Once(v, "integrations", func() []Integration {
		var out []Integration
		for _, t := range v.TestFiles() {
			if t.Asserts > 0 {
				out = append(out, v.integrationsOf(t)...)
			}
		}
		out = append(out, v.probes()...)
		out = append(out, v.scriptedProbes()...)
		out = append(out, v.selfTests()...)
		out = append(out, v.trialRuns()...)
		slices.SortStableFunc(out, func(a, b Integration) int {
			switch {
			case a.Weak == b.Weak:
				return about(b) - about(a)
			case b.Weak:
				return -1
			}
			return 1
		})
		return out
	})
}

// about is 1 for a test whose place speaks of predictions, else 0.
func about(i Integration) int {
	if predicts.MatchString(i.Evidence.Path + " " + i.Evidence.What) {
		return 1
	}
	return 0
}

// integrationsOf looks at each test function of a file.
func (v *View) integrationsOf(t TestFile) []Integration {
	calls, asserts := map[string][]fact.Call{}, map[string]bool{}
	for _, x := range v.Facts.Of(t.Path) {
		switch c := x.(type) {
		case fact.Call:
			calls[c.Scope] = append(calls[c.Scope], c)
		case fact.Check:
			asserts[c.Scope] = asserts[c.Scope] || c.Kind == fact.Assert && !c.Trivial
		}
	}
	ignored := v.ignoredTests(t.Path)
	var out []Integration
	for d := range fact.In[fact.Define](v.Facts, t.Path) {
		if d.Class || !strings.HasPrefix(strings.ToLower(lastSegment(d.Name)), "test") {
			continue
		}
		if !asserts[d.Name] {
			continue
		}
		switch c, weak, ok := v.asks(t.Path, d.Name, calls[d.Name]); {
		case ok:
			line := d.Line
			if slices.ContainsFunc(calls[d.Name], func(x fact.Call) bool { return x.Line == c.Line && x.Name == c.Name }) {
				line = c.Line
			}
			out = append(out, Integration{At(t.Path, line, "test asks the application: "+c.Name), weak || ignored})
		case v.runsProgram(t.Path, d.Name, calls[d.Name]):
			out = append(out, Integration{At(t.Path, d.Line, d.Name+" runs the program that predicts"), ignored})
		case v.runsPipeline(t.Path, d.Name, calls[d.Name]):
			out = append(out, Integration{At(t.Path, d.Line, d.Name+" runs preparation, training and prediction"), ignored})
		case integral(t.Path, d) && v.usesModel(t.Path, d.Name):
			out = append(out, Integration{At(t.Path, d.Line, d.Name+" trains or asks the model itself"), ignored})
		}
	}
	return out
}

// asks finds the request with the most to say in a test: one with a payload
// before one for health.
func (v *View) asks(file, scope string, calls []fact.Call) (best fact.Call, weak, ok bool) {
	for _, c := range calls {
		payload, is := v.request(c)
		if !is {
			continue
		}
		if payload {
			return c, false, true
		}
		best, weak, ok = c, true, true
	}
	if ok || patches(calls, "requests", "httpx", "post", "invoke") {
		return best, weak, ok
	}
	// A helper of the project that sends the request.
	node := v.Graph.ScopeNode(file, scope)
	if u, ok := v.leads("senders", v.senders).From(node); ok {
		return u.Fact.(fact.Call), false, true
	}
	return best, weak, ok
}

// predicts is a path that asks for a prediction.
var predicts = pattern.MustCompile(`(?i)(predict|infer|score|recommend|forecast|classif|generate|completion|embed|similar|search|invocations|answer|query)`)

// request says whether a call of a test sends a request to an application, and
// whether with a payload.
func (v *View) request(c fact.Call) (payload, ok bool) {
	method, recv := lastSegment(c.Name), strings.ToLower(c.Recv)
	switch {
	case strings.HasPrefix(c.Name, "requests.") || strings.HasPrefix(c.Name, "httpx."):
		if method != "post" && method != "get" && method != "put" || len(c.Args) == 0 {
			return false, false
		}
		return method != "get" && len(c.Args) > 1 || predicts.MatchString(c.Args[0].Value.Text), v.asksLocally(c)
	case strings.Contains(c.Name, "SyncHTTPClient.") || strings.Contains(c.Name, "AsyncHTTPClient."):
		return method != "close" && !strings.Contains(method, "health") && !strings.Contains(method, "ready"), true
	case strings.Contains(c.Name, "AppTest.") && method == "run":
		return true, true
	case strings.Contains(recv, "mock") || strings.Contains(recv, "fake"):
		return false, false
	}
	if !v.hasTestClient() || !(strings.Contains(recv, "client") || strings.Contains(recv, "app") || strings.HasSuffix(recv, "ac") || strings.Contains(c.Name, "TestClient") || recv == "http" || recv == "api") || len(c.Args) == 0 {
		return false, false
	}
	first := c.Args[0].Value
	if first.Kind != fact.String && first.Kind != fact.Format && first.Kind != fact.Name && first.Kind != fact.CallOf && first.Kind != fact.Other {
		return false, false
	}
	switch method {
	case "post", "put", "patch":
		return true, true
	case "get":
		return predicts.MatchString(first.Text), true
	}
	return false, false
}

// hasTestClient says whether tests make a client of an application.
func (v *View) hasTestClient() bool {
	return Once(v, "test-client", func() bool {
		for _, u := range v.Uses([]catalog.Role{catalog.RoleTestClient}, Called, InTest) {
			if u.What != "client.post" {
				return true
			}
		}
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Test {
				continue
			}
			for _, x := range f.Facts {
				switch c := x.(type) {
				case fact.Call:
					if lastSegment(c.Name) == "test_client" || strings.HasSuffix(c.Name, "TestClient") || strings.HasSuffix(c.Name, "django.test.Client") {
						return true
					}
				case fact.Define:
					for _, b := range c.Bases {
						if strings.HasPrefix(b, "django.test.") || strings.HasPrefix(b, "rest_framework.test.") {
							return true
						}
					}
				}
			}
		}
		return false
	})
}

// patches says whether a test replaces something whose name holds a word.
func patches(calls []fact.Call, words ...string) bool {
	for _, c := range calls {
		name := lastSegment(c.Name)
		if name != "patch" && name != "object" && name != "setattr" && name != "activate" {
			continue
		}
		for _, a := range c.Args {
			for _, w := range words {
				if strings.Contains(strings.ToLower(a.Value.Text), w) {
					return true
				}
			}
		}
	}
	return false
}

// senders returns the live calls that send a payload over HTTP or to a managed
// endpoint.
func (v *View) senders() []graph.Use {
	return Once(v, "senders", func() []graph.Use {
		return v.calls(Live, func(c fact.Call, _ bool) (catalog.Role, bool) {
			switch {
			case c.Name == "requests.post" || c.Name == "httpx.post":
				return catalog.RolePredict, len(c.Args) > 1
			case lastSegment(c.Name) == "invoke_endpoint":
				return catalog.RolePredict, true
			}
			return "", false
		})
	})
}

// runsProgram says whether a test hands a command of the project to something
// that runs it, CliRunner().invoke(main, arguments), and the command asks a
// model, none of it replaced.
func (v *View) runsProgram(file, scope string, calls []fact.Call) bool {
	if !v.ServingApplies().Yes || patches(calls, "predict", "load", "model") {
		return false
	}
	from := v.Graph.ScopeNode(file, scope)
	for _, c := range calls {
		for _, a := range c.Args {
			if a.Value.Kind != fact.Name {
				continue
			}
			for _, e := range v.Graph.Out(from) {
				n := v.Graph.Node(e.To)
				if n.Kind == graph.Scope && n.Place == place.Live && n.Name == lastSegment(a.Value.Text) && v.isCommand(n.Path, n.Name) && v.asksModel([]graph.ID{e.To}) {
					return true
				}
			}
		}
	}
	return false
}

// runsPipeline says whether one test leads to preparation, training and a
// prediction or metric of live code, none of it replaced.
func (v *View) runsPipeline(file, scope string, calls []fact.Call) bool {
	if patches(calls, "train", "fit", "load", "model", "read_") {
		return false
	}
	node := v.Graph.ScopeNode(file, scope)
	return v.leads("training", v.Training).Any(node) && v.leads("preparation", v.Preparation).Any(node) &&
		(v.leads("evaluation", v.Evaluation).Any(node) || v.leads("predictions", v.Predictions).Any(node))
}

// wholes is how tests of more than one part are named.
var wholes = pattern.MustCompile(`(?i)(integration|e2e|end[_-]?to[_-]?end|system_?test)`)

// integral says whether a test says of itself that it tests parts together.
func integral(file string, d fact.Define) bool {
	return wholes.MatchString(file) || wholes.MatchString(d.Name) ||
		slices.ContainsFunc(d.Decorators, func(c fact.Call) bool { return wholes.MatchString(c.Name) })
}

// usesModel says whether a test leads to live code that trains or predicts,
// with nothing replaced anywhere in its file.
func (v *View) usesModel(file, scope string) bool {
	for c := range fact.In[fact.Call](v.Facts, file) {
		if n := lastSegment(c.Name); strings.Contains(n, "Mock") || n == "patch" || n == "setattr" || strings.HasSuffix(c.Recv, "patch") {
			return false
		}
	}
	if _, pipeline := v.HandPipeline(); !pipeline && !v.ServingApplies().Yes {
		return false // there are no parts to work together (clarification 68)
	}
	node := v.Graph.ScopeNode(file, scope)
	return v.leads("predictions", v.Predictions).Any(node) || v.leads("training", v.Training).Any(node)
}

// ignoredTests says whether jobs run a test file, and in none a failure counts.
func (v *View) ignoredTests(file string) bool {
	run, ok := v.Graph.RunNode(file)
	if !ok {
		return false
	}
	heeded, ignored := false, false
	for _, r := range v.starters()[run] {
		if _, reached := v.Graph.ReachedByTests(r.Node, graph.Triggered...); !reached {
			continue
		}
		if r.Masked || v.unheeded(r.Node) {
			ignored = true
		} else {
			heeded = true
		}
	}
	return ignored && !heeded
}

// starters are, by what they start, the test runs and the commands that run a
// file as a program.
func (v *View) starters() map[graph.ID][]TestRun {
	return Once(v, "starters", func() map[graph.ID][]TestRun {
		out := map[graph.ID][]TestRun{}
		note := func(r TestRun) {
			for _, e := range v.Graph.Out(r.Node) {
				if v.Graph.Node(e.To).Kind == graph.Run {
					out[e.To] = append(out[e.To], r)
				}
			}
		}
		for _, r := range v.TestRuns() {
			note(r)
		}
		for i := range v.Graph.Nodes {
			if x := &v.Graph.Nodes[i]; x.Kind == graph.Command && x.Cmd != nil {
				note(TestRun{Node: graph.ID(i), Masked: x.Cmd.Masked})
			}
		}
		return out
	})
}

// unheeded says whether a command stands before the last one of a shell script
// that goes on after errors.
func (v *View) unheeded(n graph.ID) bool {
	x := v.Graph.Node(n)
	if ext := path.Ext(x.Path); x.Kind != graph.Command || ext != ".sh" && ext != ".bash" {
		return false
	}
	last := 0
	for c := range fact.In[fact.Command](v.Facts, x.Path) {
		if len(c.Argv) > 1 && c.Argv[0] == "set" && (strings.HasPrefix(c.Argv[1], "-") && strings.Contains(c.Argv[1], "e") || slices.Contains(c.Argv, "errexit")) {
			return false
		}
		last = max(last, c.Line)
	}
	return x.Line < last
}
