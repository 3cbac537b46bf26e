package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// emptyBody is the most lines that a method of the shape "def fit(self, X):
// return self" spans beyond its first.
const emptyBody = 2

// fitsNothing says whether a call goes to a method of the project's own that
// does nothing: wrappers around a trained model have a fit for form's sake.
func (v *View) fitsNothing(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	i := strings.LastIndexByte(c.Name, '.')
	if !ok || i < 0 || u.Node < 0 {
		return false
	}
	want := lastSegment(c.Name[:i]) + c.Name[i:]
	for _, e := range v.Graph.Out(u.Node) {
		n := v.Graph.Node(e.To)
		if n.Kind != graph.Scope || n.Name != want {
			continue
		}
		for d := range fact.In[fact.Define](v.Facts, n.Path) {
			if d.Name == want {
				return !d.Class && d.End-d.Line <= emptyBody && len(v.Graph.Out(e.To)) == 0
			}
		}
	}
	return false
}

// foreignClass says whether a method called fit is asked of a class itself, one
// that a library gives which is no framework: a box that fits its text. An
// estimator is made before it is fitted.
func (v *View) foreignClass(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	head, _, _ := strings.Cut(c.Name, ".")
	if !ok || u.Tool != nil || c.Unresolved || c.Recv == "" || frameworks[head] {
		return false
	}
	class := lastSegment(c.Recv)
	module, _, found := strings.Cut(c.Name, "."+class+".")
	if !found || class == "" || class[:1] == strings.ToLower(class[:1]) || strings.Contains(class, "(") {
		return false
	}
	for i := range fact.In[fact.Import](v.Facts, u.Path) {
		if i.Level == 0 && (i.Module == module || i.Module+"."+i.Name == module) {
			return u.Node < 0 || !slices.ContainsFunc(v.Graph.Out(u.Node), func(e graph.Edge) bool {
				n := v.Graph.Node(e.To)
				return n.Kind == graph.Scope && (n.Name == class || strings.HasPrefix(n.Name, class+"."))
			})
		}
	}
	return false
}

// keptFits leaves out groupings of the samples at hand where the repository
// loads a model and fits nothing else: what they find is an answer, and there is
// nothing of them to keep.
func (v *View) keptFits(fits []graph.Use) []graph.Use {
	for _, u := range fits {
		if c, ok := u.Fact.(fact.Call); !ok || !groupsOnly(c.Name) {
			return fits
		}
	}
	if len(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad)) == 0 {
		return fits
	}
	return nil
}

// groupsOnly says whether a callee is a method of a clusterer that can group
// only the samples it is given: it has no predict.
func groupsOnly(name string) bool {
	for _, class := range []string{"DBSCAN", "OPTICS", "AgglomerativeClustering", "SpectralClustering"} {
		if strings.Contains(name, class+".") {
			return true
		}
	}
	return false
}
