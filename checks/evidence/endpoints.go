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

// ServingTest is a test file that exercises serving code.
type ServingTest struct {
	Path   string
	Line   int
	What   string
	Health bool // it asks for health or status only
	Broken bool // it imports serving code that is not there
}

// statusRoute are the routes that say how a service is, not what it predicts.
var statusRoute = pattern.MustCompile(`(?i)^(https?://[^/]*|\{[^}]*\})?/?(api/)?(v\d+/)?(health|healthz|healthcheck|health-check|health/\w+|ready|readyz|live|livez|liveness|readiness|ping|status|metrics|version|info|docs|openapi\.json|redoc|favicon\.ico)?/?$`)

// ServingTests returns the tests with assertions that exercise serving code:
// through a client of the application, by a request to a started service, or
// by calling it.
func (v *View) ServingTests() []ServingTest {
	return Once(v, "deployment/serving-tests", func() []ServingTest {
		if !v.DeploymentApplies().Yes {
			return nil
		}
		served := v.servedScopes()
		files := map[string]bool{}
		for _, u := range v.Services() {
			files[u.Path] = true
		}
		var out []ServingTest
		for _, t := range v.TestFiles() {
			if t.Asserts == 0 {
				continue
			}
			if s, ok := v.servingTest(t, served, files); ok {
				out = append(out, s)
			}
		}
		return out
	})
}

// servedScopes returns the functions of serving files, and those behind them
// that lead to the model.
func (v *View) servedScopes() map[graph.ID]bool {
	return Once(v, "deployment/served-scopes", func() map[graph.ID]bool {
		out := map[graph.ID]bool{}
		trains := nodes(v.Training())
		var from []graph.ID
		seen := map[string]bool{} // a program has many routes
		for _, u := range v.Services() {
			if u.Place != place.Live || !pythonLike(u.Path) {
				if u.Node >= 0 {
					from = append(from, u.Node)
				}
				continue
			}
			if seen[u.Path] {
				continue
			}
			seen[u.Path] = true
			from = append(from, v.Graph.ScopesOf(u.Path)...)
			if run, ok := v.Graph.RunNode(u.Path); ok {
				from = append(from, run)
			}
			for _, n := range v.Graph.ScopesOf(u.Path) {
				if !statusScope(v.Graph.Node(n).Name) {
					out[n] = true
				}
			}
		}
		for n := range v.Graph.Forward(from...) {
			if x := v.Graph.Node(n); x.Kind != graph.Scope || x.Place != place.Live {
				continue
			}
			if _, fits := trains[n]; !fits && v.asksModel([]graph.ID{n}) {
				out[n] = true
			}
		}
		return out
	})
}

func pythonLike(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".py", ".r", ".jl", ".ipynb":
		return true
	}
	return false
}

func statusScope(name string) bool {
	low := strings.ToLower(lastSegment(name))
	for _, w := range []string{"health", "ready", "ping", "root", "index", "metrics", "version", "config", "settings", "__init__", "logger", "home", "info"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

func (v *View) servingTest(t TestFile, served map[graph.ID]bool, files map[string]bool) (ServingTest, bool) {
	s := ServingTest{Path: t.Path, Line: t.Line}
	scopes, helpers := v.testScopes(t.Path)
	app := false // the serving application is imported by the test or its helpers
	for n := range helpers {
		for _, e := range v.Graph.Out(n) {
			x := v.Graph.Node(e.To)
			app = app || !e.Guessed && files[x.Path] || x.Place == place.Live && x.Kind == graph.Module && v.leadsToServing(e.To, files)
		}
	}
	// A client of the application, or a request to the running service.
	asked, status := v.requests(t.Path, app)
	if asked.Line > 0 {
		s.Line, s.What = asked.Line, asked.Name
		return s, true
	}
	askers := v.askers()
	for _, n := range scopes {
		for _, m := range ordered(v.throughTests(n)) {
			for _, e := range v.Graph.Out(m) {
				if served[e.To] || askers[e.To] {
					s.What = "calls " + v.Graph.Node(e.To).Name
					return s, true
				}
			}
		}
	}
	if status.Line > 0 {
		s.Line, s.What, s.Health = status.Line, status.Name, true
		return s, true
	}
	if t.Dangles && !t.Own && servingName(t.Path) {
		s.What, s.Broken = "imports what is not in the repository", true
		return s, true
	}
	return s, false
}

// askers returns the live functions that ask an endpoint for predictions.
func (v *View) askers() map[graph.ID]bool {
	return Once(v, "deployment/askers", func() map[graph.ID]bool {
		out := map[graph.ID]bool{}
		for p, c := range fact.All[fact.Call](v.Facts) {
			if c.Scope != "" && place.Of(p) == place.Live && asksEndpoint(c) {
				out[v.Graph.ScopeNode(p, c.Scope)] = true
			}
		}
		return out
	})
}

func servingName(p string) bool {
	base := strings.ToLower(path.Base(p))
	return strings.Contains(base, "api") || strings.Contains(base, "predict") || strings.Contains(base, "serv") || strings.Contains(base, "app") || strings.Contains(base, "inference") || strings.Contains(base, "endpoint")
}

// testScopes returns the nodes of a test file, and those with the fixtures of
// its folder and the helpers it imports.
func (v *View) testScopes(file string) ([]graph.ID, map[graph.ID]bool) {
	scopes := v.Graph.ScopesOf(file)
	all := map[graph.ID]bool{}
	add := func(p string) {
		for _, n := range v.Graph.ScopesOf(p) {
			all[n] = true
		}
		if run, ok := v.Graph.RunNode(p); ok {
			for n := range v.throughTests(run) {
				all[n] = true
			}
		}
		all[v.Graph.ScopeNode(p, "")] = true
	}
	add(file)
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if p := path.Join(dir, "conftest.py"); v.has(p) {
			add(p)
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	for n := range all {
		if v.Graph.Node(n).Path != file {
			continue
		}
		for m := range v.throughTests(n) {
			all[m] = true
		}
	}
	return append(scopes, v.Graph.ScopeNode(file, "")), all
}

func (v *View) has(p string) bool {
	_, ok := v.Tree.File(p)
	return ok
}

// throughTests returns a node and what it leads to within test code.
func (v *View) throughTests(n graph.ID) map[graph.ID]bool {
	seen := map[graph.ID]bool{}
	queue := []graph.ID{n}
	for len(queue) > 0 && len(seen) < 2000 {
		x := queue[0]
		queue = queue[1:]
		if x < 0 || seen[x] {
			continue
		}
		seen[x] = true
		for _, e := range v.Graph.Out(x) {
			if c := v.Graph.Node(e.To).Place; c == place.Test && !seen[e.To] {
				queue = append(queue, e.To)
			}
		}
	}
	return seen
}

// leadsToServing says whether a module's imports lead to a serving file.
func (v *View) leadsToServing(n graph.ID, files map[string]bool) bool {
	reach := Once(v, "deployment/leads-to-serving", func() map[graph.ID]bool { return map[graph.ID]bool{} })
	if yes, ok := reach[n]; ok {
		return yes
	}
	for m := range v.Graph.Forward(n) {
		if files[v.Graph.Node(m).Path] {
			reach[n] = true
			return true
		}
	}
	reach[n] = false
	return false
}

var verbs = []string{"get", "post", "put", "patch", "request", "predict", "open"}

// requests returns a request of a test that asks for more than the service's
// status, and one that asks for its status.
func (v *View) requests(file string, app bool) (asked, status fact.Call) {
	client := map[int]bool{}
	for _, u := range v.Uses([]catalog.Role{catalog.RoleTestClient}, Called) {
		if u.Path == file {
			client[u.Line] = true
		}
	}
	for c := range fact.In[fact.Call](v.Facts, file) {
		method := lastSegment(c.Name)
		// A managed endpoint, asked through its platform's own client.
		if (method == "predict" || strings.HasPrefix(method, "invoke")) && asksEndpoint(c) && len(c.Args) > 0 {
			if asked.Line == 0 {
				asked = c
			}
			continue
		}
		if !slices.Contains(verbs, method) || c.Recv == "" {
			continue
		}
		recv := strings.ToLower(c.Recv)
		outside := strings.HasPrefix(c.Name, "requests.") || strings.HasPrefix(c.Name, "httpx.")
		byClient := client[c.Line] || strings.Contains(recv, "client") || strings.Contains(c.Name, "TestClient") || strings.Contains(c.Name, "test_client") || recv == "app" || recv == "ac"
		switch {
		case outside && !localOrOwn(c), !outside && !(byClient && (app || v.routedByName(file, c))):
			continue
		case method == "predict" && !byClient:
			continue
		}
		route, ok := v.routeOf(file, c)
		if ok && statusRoute.MatchString(route) {
			if status.Line == 0 {
				status = c
			}
		} else if asked.Line == 0 && (ok || method != "get" || len(c.Args) > 0) {
			asked = c
		}
	}
	return asked, status
}

// routedByName says whether the address that a framework's own client asks,
// whose routes stand in tables rather than on functions, is named like a
// function or class that leads to the model.
func (v *View) routedByName(file string, c fact.Call) bool {
	framework := Once(v, "deployment/django-tests", func() bool {
		for _, u := range v.Uses([]catalog.Role{catalog.RoleTestClient}, Called) {
			if strings.HasPrefix(u.What, "rest_framework.test") || strings.HasPrefix(u.What, "django.test") {
				return true
			}
		}
		return false
	})
	if !framework || len(c.Args) == 0 {
		return false
	}
	route, ok := v.routeOf(file, c)
	if !ok {
		return false
	}
	word := strings.ToLower(path.Base(strings.Trim(route, "/")))
	if len(word) < 4 {
		return false
	}
	for n := range v.beforeEndpoints() {
		if strings.Contains(strings.ToLower(v.Graph.Node(n).Name), word) {
			return true
		}
	}
	return false
}

// beforeEndpoints returns the live functions and classes from which a model,
// here or behind an endpoint, is asked.
func (v *View) beforeEndpoints() map[graph.ID]bool {
	return Once(v, "deployment/before-endpoints", func() map[graph.ID]bool {
		back := make(map[graph.ID][]graph.ID)
		for i := range v.Graph.Nodes {
			for _, e := range v.Graph.Out(graph.ID(i)) {
				back[e.To] = append(back[e.To], graph.ID(i))
			}
		}
		out := map[graph.ID]bool{}
		var queue []graph.ID
		for _, from := range []map[graph.ID]bool{v.servedScopes(), v.askers()} {
			for n := range from {
				queue = append(queue, n)
			}
		}
		for len(queue) > 0 {
			n := queue[0]
			queue = queue[1:]
			if x := v.Graph.Node(n); out[n] || x.Kind != graph.Scope || x.Place != place.Live {
				continue
			}
			out[n] = true
			queue = append(queue, back[n]...)
		}
		return out
	})
}

// routeOf returns the text of a request's address, looked up where it is a
// variable of the same file.
func (v *View) routeOf(file string, c fact.Call) (string, bool) {
	for i, a := range c.Args {
		if a.Name != "" && a.Name != "url" && a.Name != "path" || i > 1 {
			continue
		}
		if a.Value.Kind == fact.String || a.Value.Kind == fact.Format {
			return a.Value.Text, true
		}
		if a.Value.Kind != fact.Name {
			continue
		}
		for s := range fact.In[fact.Assign](v.Facts, file) {
			if s.Name == a.Value.Text && (s.Scope == c.Scope || s.Scope == "") && (s.Value.Kind == fact.String || s.Value.Kind == fact.Format) {
				return s.Value.Text, true
			}
		}
	}
	return "", false
}

// localOrOwn says whether a request goes to a service of the project rather
// than to somebody else's.
func localOrOwn(c fact.Call) bool {
	if len(c.Args) == 0 {
		return false
	}
	t := c.Args[0].Value.Text
	switch c.Args[0].Value.Kind {
	case fact.Name, fact.Format, fact.CallOf, fact.Other:
		return true
	}
	for _, w := range []string{"localhost", "127.0.0.1", "0.0.0.0", "/predict", "/invocations", "/score", "/infer"} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// Evidence is where the test stands.
func (t ServingTest) Evidence() report.Evidence { return At(t.Path, t.Line, t.What) }
