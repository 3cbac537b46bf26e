package evidence

import (
	"cmp"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// DataWork returns the live uses that acquire or prepare data to learn from:
// in the files that training runs, and wherever data is acquired or prepared
// by name. What only splits, and what only a service does to a request, is left out. For a language
// model application the building of an index counts (clarification 36).
func (v *View) DataWork() []graph.Use {
	return Once(v, "data-work", func() []graph.Use {
		around := v.aroundTraining()
		serves := map[string]bool{}
		for _, u := range append(slices.Clone(v.Serving()), v.Predictions()...) {
			serves[u.Path] = true
		}
		var out []graph.Use
		for _, u := range v.Wrangling() {
			_, named := u.Fact.(fact.Define)
			switch {
			case around[u.Path], len(around) == 0,
				(named || u.Role == catalog.RoleDataAcquire) && !serves[u.Path] && !v.onlyServed(u):
				out = append(out, u)
			}
		}
		if v.Kind == report.LLMApplication {
			out = merge(out, v.Live(catalog.RoleEmbed))
		}
		return out
	})
}

// onlyServed says whether requests reach a use and nothing else does. A
// container whose program leads to no serving code takes no requests.
func (v *View) onlyServed(u graph.Use) bool {
	p, ok := v.Graph.Reached(u.Node, graph.Serving)
	if !ok || !slices.ContainsFunc(p.Nodes, func(n graph.ID) bool { return v.serviceFiles()[v.Graph.Node(n).Path] }) {
		return false
	}
	_, triggered := v.Graph.Reached(u.Node, graph.Triggered...)
	return !triggered
}

// ReachedWithData is Reached over data work, without the ways whose job cannot
// read its data (clarification 1) or does not run it to prepare data.
func (v *View) ReachedWithData(uses []graph.Use, classes ...graph.Event) (graph.Use, graph.Path, bool) {
	for _, guessed := range []bool{false, true} {
		for _, u := range uses {
			p, ok := v.Graph.Reached(u.Node, classes...)
			if !ok || p.Guessed != guessed {
				continue
			}
			if _, lacks := v.lacksData(p); !lacks && !v.importedOnly(p) && v.preparesIn(u, p) {
				return u, p, true
			}
		}
	}
	return graph.Use{}, graph.Path{}, false
}

// preparesIn says whether a way runs preparation as such: it also leads to
// training, or the code says of itself that it prepares, or it acquires. What
// an analysis or a sample borrows from a module of data code is not that.
func (v *View) preparesIn(u graph.Use, p graph.Path) bool {
	if _, named := u.Fact.(fact.Define); named && u.What == lastSegment(u.What) || u.Role == catalog.RoleDataAcquire || preparing.MatchString(lastSegment(u.Scope)) {
		return true
	}
	if u.Role == catalog.RoleEmbed { // an index is built where no service runs
		return !slices.ContainsFunc(p.Nodes, v.startsServing)
	}
	return slices.ContainsFunc(p.Nodes, v.leadsToTraining)
}

// importedOnly says whether a way comes to a command's function through an
// import of its file alone: that registers the command and does not call it.
func (v *View) importedOnly(p graph.Path) bool {
	for i := 2; i < len(p.Nodes); i++ {
		from, body, at := v.Graph.Node(p.Nodes[i-2]), v.Graph.Node(p.Nodes[i-1]), v.Graph.Node(p.Nodes[i])
		if at.Kind == graph.Scope && body.Kind == graph.Module && body.Path == at.Path && from.Kind == graph.Module && from.Path != body.Path && v.isCommand(at.Path, at.Name) {
			return true
		}
	}
	return false
}

// isCommand says whether a function is decorated as a command of a program.
func (v *View) isCommand(file, name string) bool {
	for d := range fact.In[fact.Define](v.Facts, file) {
		if d.Name != name {
			continue
		}
		for _, dec := range d.Decorators {
			if lastSegment(dec.Name) == "command" {
				return true
			}
		}
	}
	return false
}

// DerivedData returns the data work that does more than fetch.
func (v *View) DerivedData() []graph.Use {
	var out []graph.Use
	for _, u := range v.DataWork() {
		if u.Role != catalog.RoleDataAcquire {
			out = append(out, u)
		}
	}
	return out
}

// Trains says whether the file of a use also fits a model.
func (v *View) Trains(u graph.Use) bool {
	files := Once(v, "files-that-train", func() map[string]bool {
		m := map[string]bool{}
		for _, t := range v.Training() {
			m[t.Path] = true
		}
		return m
	})
	return files[u.Path]
}

// sortUses keeps what is shown independent of map order.
func sortUses(list []graph.Use) {
	slices.SortFunc(list, func(a, b graph.Use) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
}
