package evidence

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// TrainingTests is what tests exercise of the code that makes a model.
type TrainingTests struct {
	Asserted []report.Evidence // data preparation, features or training, with assertions
	Weak     []report.Evidence // the same without assertions, a copy of it, or what it merely imports
}

// TrainingTests reads the tests of preparation, feature and training code.
func (v *View) TrainingTests() TrainingTests {
	return Once(v, "training-tests", func() TrainingTests {
		var t TrainingTests
		work := v.trainingWork()
		around := maps.Clone(v.aroundTraining())
		for p := range v.definedFiles() {
			around[p] = true
		}
		for _, f := range v.TestFiles() {
			reached, beside := v.exercised(f.Path, work, around)
			if reached.Path == "" {
				reached = v.fitsOwn(f.Path)
			}
			switch {
			case reached.Path != "" && f.Asserts > 0 && !f.Dangles:
				t.Asserted = append(t.Asserted, chain([]report.Hop{{Path: f.Path, Line: f.Line, What: "test"}}, report.Hop{Path: reached.Path, Line: reached.Line, What: reached.What}))
			case reached.Path != "" || beside || f.Dangles && speaksOfTraining(f.Path):
				t.Weak = append(t.Weak, At(f.Path, f.Line, "test"))
			}
		}
		t.Asserted, t.Weak = Unique(t.Asserted), Unique(t.Weak)
		return t
	})
}

// trainingWork returns the nodes that prepare data or train, where they belong
// to training: what only a service asks for does not.
func (v *View) trainingWork() map[graph.ID]graph.Use {
	around := v.aroundTraining()
	own, _ := v.MainFiles()
	scores := map[string]bool{}
	for _, u := range v.Predictions() {
		scores[u.Path] = true
	}
	var out []graph.Use
	for _, u := range merge(slices.Clone(v.Training()), v.Preparation()) {
		if scores[u.Path] && !own[u.Path] && u.Role != catalog.RoleFit {
			continue // a copy that only scoring uses
		}
		if around[u.Path] || u.Role == catalog.RoleFit || !v.onlyServed(u) && v.prepares(u) {
			out = append(out, u)
		}
	}
	return nodes(out)
}

// prepares says whether a use stands in code for data or features by the
// words of its path.
func (v *View) prepares(u graph.Use) bool {
	if _, ok := u.Fact.(fact.Define); ok {
		return true
	}
	low := strings.ToLower(u.Path)
	for _, w := range []string{"data", "feature", "preprocess", "process", "clean", "transform", "train", "etl", "prep", "component"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

// exercised walks from a test file's own functions into live code: the first
// node of the work it reaches, and whether it enters other code that training
// runs.
func (v *View) exercised(file string, work map[graph.ID]graph.Use, around map[string]bool) (graph.Use, bool) {
	var first graph.Use
	beside := false
	from := append(v.Graph.ScopesOf(file), v.Graph.ScopeNode(file, ""))
	from = append(from, v.packageFunctions(file)...)
	seen := map[graph.ID]bool{}
	type item struct {
		id      graph.ID
		entered bool
	}
	var queue []item
	for _, n := range from {
		if n >= 0 && !seen[n] {
			seen[n] = true
			queue = append(queue, item{id: n})
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		x := v.Graph.Node(at.id)
		if x.Place == place.Live && x.Path != file {
			if u, ok := work[at.id]; ok && (x.Kind == graph.Scope || at.entered) && better(u, first) {
				first = u
			}
			if x.Kind == graph.Scope && around[x.Path] && dataFolder(x.Path) && first.Path == "" {
				first = graph.Use{Use: catalog.Use{Path: x.Path, Line: x.Line, What: x.Name}, Node: at.id}
			}
			beside = beside || x.Kind == graph.Scope && around[x.Path]
		}
		for _, e := range v.Graph.Out(at.id) {
			to := v.Graph.Node(e.To)
			// An import runs a module's top level; that alone tests nothing.
			if e.Guessed || seen[e.To] || to.Kind == graph.Module && to.Place == place.Live && x.Kind != graph.Run && x.Kind != graph.Command {
				continue
			}
			// Making an object runs its constructor, not its methods.
			if rest, ok := strings.CutPrefix(to.Name, x.Name+"."); ok && x.Kind == graph.Scope && to.Path == x.Path && !strings.HasPrefix(rest, "__") && v.isClass(x.Path, x.Name) {
				continue
			}
			seen[e.To] = true
			queue = append(queue, item{e.To, at.entered || to.Kind == graph.Run || to.Kind == graph.Scope})
		}
	}
	return first, beside
}

// fitsOwn finds where a test itself fits a model that live code defines: the
// network or estimator under test, handed to a trainer or fitted.
func (v *View) fitsOwn(file string) graph.Use {
	for c := range fact.In[fact.Call](v.Facts, file) {
		if role, ok := fitCall(c, true); !ok || role != catalog.RoleFit {
			continue
		}
		for _, e := range v.Graph.Out(v.Graph.ScopeNode(file, c.Scope)) {
			n := v.Graph.Node(e.To)
			if n.Kind != graph.Scope || n.Place != place.Live || e.Guessed {
				continue
			}
			if strings.HasPrefix(c.Name, n.Name+".") || strings.Contains(c.Name, "."+n.Name+".") ||
				slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Value.Text == n.Name || strings.HasSuffix(a.Value.Text, "."+n.Name) }) {
				return graph.Use{Use: catalog.Use{Path: n.Path, Line: n.Line, What: n.Name}, Node: e.To}
			}
		}
	}
	return graph.Use{}
}

// packageFunctions returns the functions of an R package that a testthat file
// calls: R takes them from the package without an import.
func (v *View) packageFunctions(file string) []graph.ID {
	root, _, ok := strings.Cut(file, "tests/testthat/")
	if !ok {
		return nil
	}
	defined := map[string]graph.ID{}
	for p, d := range fact.All[fact.Define](v.Facts) {
		if strings.HasPrefix(p, root+"R/") {
			defined[d.Name] = v.Graph.ScopeNode(p, d.Name)
		}
	}
	var out []graph.ID
	for c := range fact.In[fact.Call](v.Facts, file) {
		if n, ok := defined[lastSegment(c.Name)]; ok && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func (v *View) isClass(file, name string) bool {
	for d := range fact.In[fact.Define](v.Facts, file) {
		if d.Name == name {
			return d.Class
		}
	}
	return false
}

// definedFiles returns the live files that pipeline definitions run.
func (v *View) definedFiles() map[string]bool {
	return Once(v, "defined-files", func() map[string]bool {
		out := map[string]bool{}
		var from []graph.ID
		for _, d := range v.Definitions() {
			from = append(from, d.from...)
		}
		for n := range v.Graph.Forward(from...) {
			if x := v.Graph.Node(n); x.Place == place.Live {
				out[x.Path] = true
			}
		}
		return out
	})
}

// dataFolder says whether a path's folders say that it works on data.
func dataFolder(p string) bool {
	for _, s := range strings.Split(strings.ToLower(path.Dir(p)), "/") {
		switch s {
		case "data", "dataset", "datasets", "features", "feature", "feature_engineering", "preprocessing", "preprocess", "processing", "etl", "ingestion", "data_processing", "data_preparation":
			return true
		}
	}
	return false
}

func speaksOfTraining(p string) bool {
	low := strings.ToLower(path.Base(p))
	for _, w := range []string{"data", "feature", "train", "preprocess", "model", "pipeline"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}
