package evidence

import (
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// reporters are the tools whose checks return what they found and raise
// nothing: the run goes on unless the code that called them stops it.
var reporters = map[string]bool{"deepchecks": true, "evidently": true, "tfx": true, "whylogs": true}

// onlyReports says whether a check of data tells what it finds and nothing
// makes the run stop on it (clarification 89).
func (v *View) onlyReports(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if !ok || u.Tool == nil || !reporters[u.Tool.ID] {
		return false
	}
	if lastSegment(c.Name) == "ExampleValidator" {
		return true // a component of its own, which nothing waits for the verdict of
	}
	if v.mayStop(u.Path) {
		return false
	}
	for _, caller := range v.callers()[u.Node] {
		if x := v.Graph.Node(caller); x.Path != u.Path && v.mayStop(x.Path) {
			return false
		}
	}
	return true
}

// mayStop says whether anything in a file can make its run fail by decision: a
// raise, an assertion or an exit.
func (v *View) mayStop(file string) bool {
	for c := range fact.In[fact.Check](v.Facts, file) {
		if c.Kind == fact.Raise || c.Kind == fact.Assert && !c.Trivial {
			return true
		}
	}
	for c := range fact.In[fact.Call](v.Facts, file) {
		switch c.Name {
		case "sys.exit", "exit", "quit", "os._exit":
			return true
		}
	}
	return false
}
