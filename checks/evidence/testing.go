package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// TestFile is a file of automated tests.
type TestFile struct {
	Path    string
	Line    int  // of the first assertion that can fail, else of the first test
	Asserts int  // assertions that can fail
	Own     bool // it exercises the project's own code
	Dangles bool // it imports project code that is not there
}

// TestFiles returns the files of automated tests in live folders: those that a
// test runner would collect and that hold at least one test.
func (v *View) TestFiles() []TestFile {
	return Once(v, "tests", func() []TestFile {
		var out []TestFile
		for _, f := range v.Facts.Files() {
			base := path.Base(f.Path)
			if place.Of(f.Path) != place.Test && !(place.Of(f.Path) == place.Live && place.TestFile(base)) {
				continue
			}
			if t, ok := v.testFile(f); ok {
				out = append(out, t)
			}
		}
		return out
	})
}

func (v *View) testFile(f fact.File) (TestFile, bool) {
	t := TestFile{Path: f.Path}
	tests := 0
	collected := place.TestFile(path.Base(f.Path)) || strings.HasSuffix(f.Path, ".R") || strings.HasSuffix(f.Path, ".jl")
	for _, x := range f.Facts {
		switch c := x.(type) {
		case fact.Define:
			name := lastSegment(c.Name)
			if !c.Class && strings.HasPrefix(name, "test") {
				tests++
				if t.Line == 0 {
					t.Line = c.Line
				}
			}
		case fact.Call:
			if name := lastSegment(c.Name); name == "test_that" || name == "it" || name == "describe" || name == "test" && c.Recv == "" && len(c.Args) > 0 && c.Args[0].Value.Kind == fact.String {
				tests++
				if t.Line == 0 {
					t.Line = c.Line
				}
			}
		case fact.Check:
			if c.Kind == fact.Assert && !c.Trivial {
				if t.Asserts++; t.Asserts == 1 {
					t.Line = c.Line
				}
			}
		}
	}
	if tests == 0 && !(collected && t.Asserts > 0) {
		return t, false
	}
	t.Own, t.Dangles = v.exercisesOwnCode(f)
	return t, true
}

func lastSegment(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' || name[i] == ':' {
			return name[i+1:]
		}
	}
	return name
}

// exercisesOwnCode says whether a test file leads to live code of the project:
// by import, or by a command or client that starts it.
func (v *View) exercisesOwnCode(f fact.File) (own, dangles bool) {
	run, ok := v.Graph.RunNode(f.Path)
	if !ok {
		return strings.HasSuffix(f.Path, ".R"), false
	}
	inside := append(v.Graph.ScopesOf(f.Path), run, v.Graph.ScopeNode(f.Path, ""))
	inside = append(inside, v.fixturesOf(f)...)
	// A test that sets the search path itself means the module that is there.
	placed := false
	for c := range fact.In[fact.Call](v.Facts, f.Path) {
		placed = placed || c.Name == "sys.path.insert" || c.Name == "sys.path.append"
	}
	for i := 0; i < len(inside); i++ {
		for _, e := range v.Graph.Out(inside[i]) {
			x := v.Graph.Node(e.To)
			switch {
			case x.Kind == graph.Broken:
				dangles = true
			case x.Path != f.Path && (!e.Guessed || placed && x.Kind == graph.Module) && (x.Place == place.Live || x.Place == place.Example):
				own = true
			case x.Path == f.Path && x.Kind == graph.Command:
				inside = append(inside, e.To)
			case x.Place == place.Test && x.Path != f.Path && len(inside) < 500 && !slices.Contains(inside, e.To):
				inside = append(inside, e.To) // helpers beside the tests
			}
		}
	}
	for imp := range fact.In[fact.Import](v.Facts, f.Path) {
		dangles = dangles || v.Graph.Dangles(f.Path, imp)
	}
	// testthat files and julia runtests get the package from their runner.
	own = own || strings.HasSuffix(f.Path, ".R") || strings.HasSuffix(f.Path, ".jl")
	for c := range fact.In[fact.Call](v.Facts, f.Path) {
		if strings.HasPrefix(c.Name, "requests.") || strings.HasPrefix(c.Name, "httpx.") {
			own = own || v.asksLocally(c)
		}
	}
	return own, dangles
}

// fixturesOf returns the fixtures that the tests of a file ask for by the names
// of their parameters, with what stands around them: pytest finds them in
// conftest.py of the folder and of those above.
func (v *View) fixturesOf(f fact.File) []graph.ID {
	var nodes []graph.ID
	asked := map[string]bool{}
	for d := range fact.In[fact.Define](v.Facts, f.Path) {
		for _, p := range d.Params {
			asked[p.Name] = true
		}
	}
	for dir := path.Dir(f.Path); len(asked) > 0; dir = path.Dir(dir) {
		conf := path.Join(dir, "conftest.py")
		found := false
		for d := range fact.In[fact.Define](v.Facts, conf) {
			if name, ok := fixture(d); ok && asked[name] {
				found = true
				nodes = append(nodes, v.Graph.ScopeNode(conf, d.Name))
				for _, p := range d.Params {
					asked[p.Name] = true // defined above it, or in a folder above
				}
			}
		}
		if found {
			nodes = append(nodes, v.Graph.ScopeNode(conf, ""))
			if run, ok := v.Graph.RunNode(conf); ok {
				nodes = append(nodes, run)
			}
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	return slices.DeleteFunc(nodes, func(n graph.ID) bool { return n < 0 })
}

// fixture returns the name by which tests ask for a fixture.
func fixture(d fact.Define) (string, bool) {
	for _, c := range d.Decorators {
		if lastSegment(c.Name) != "fixture" {
			continue
		}
		for _, a := range c.Args {
			if a.Name == "name" && a.Value.Kind == fact.String {
				return a.Value.Text, true
			}
		}
		return lastSegment(d.Name), true
	}
	return "", false
}

// asksLocally says whether a request goes to a service the test started.
func (v *View) asksLocally(c fact.Call) bool {
	for _, a := range c.Args {
		if strings.Contains(a.Value.Text, "localhost") || strings.Contains(a.Value.Text, "127.0.0.1") || a.Value.Kind == fact.Name {
			return true
		}
	}
	return false
}

// TestRun is a command that runs tests.
type TestRun struct {
	Node   graph.ID
	Masked bool // its failure fails nothing
	Broken bool // it names tests that are not there
	Finds  bool // it leads to test files of this repository, or leaves the search to the runner
}

// TestRuns returns the commands and actions that run tests, wherever they
// stand.
func (v *View) TestRuns() []TestRun {
	return Once(v, "test-runs", func() []TestRun {
		var out []TestRun
		seen := map[graph.ID]bool{}
		add := func(n graph.ID, masked bool) {
			if n < 0 || seen[n] {
				return
			}
			seen[n] = true
			r := TestRun{Node: n, Masked: masked, Finds: true}
			leads := false
			for _, e := range v.Graph.Out(n) {
				leads = leads || e.Test
				r.Broken = r.Broken || v.Graph.Node(e.To).Kind == graph.Broken
			}
			r.Broken = r.Broken && !leads
			r.Finds = leads
			if x := v.Graph.Node(n); strings.Contains(x.What, "check-r-package") || strings.Contains(x.What, "R CMD check") || strings.Contains(x.What, "rcmdcheck") {
				// R CMD check runs what tests/ holds a runner for (clarification 88).
				r.Broken = !v.hasRunner()
			}
			out = append(out, r)
		}
		for i := range v.Graph.Nodes {
			n := &v.Graph.Nodes[i]
			if n.Kind == graph.Command && n.Tests && n.Cmd != nil && n.Place == place.Live {
				add(graph.ID(i), n.Cmd.Masked)
			}
		}
		for _, u := range v.Uses([]catalog.Role{catalog.RoleTest}, Called, Live) {
			switch c := u.Fact.(type) {
			case fact.Command:
				add(u.Node, c.Masked)
			case fact.Uses:
				add(u.Node, c.MayFail)
			}
		}
		return out
	})
}

// hasRunner says whether an R package's tests folder holds a runner.
func (v *View) hasRunner() bool {
	for _, f := range v.Tree.Files() {
		if dir := path.Base(path.Dir(f.Path)); dir == "tests" && strings.EqualFold(path.Ext(f.Path), ".r") {
			return true
		}
	}
	return false
}

// Unique drops equal evidence and keeps the order, at most five.
func Unique(list []report.Evidence) []report.Evidence {
	var out []report.Evidence
	for _, e := range list {
		if !slices.ContainsFunc(out, func(x report.Evidence) bool {
			return x.Path == e.Path && x.Line == e.Line && slices.Equal(x.Via, e.Via)
		}) {
			out = append(out, e)
		}
	}
	return out[:min(len(out), maxEvidence)]
}
