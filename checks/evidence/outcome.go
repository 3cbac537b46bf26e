package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// newData is how functions are named that look whether data has come.
var newData = pattern.MustCompile(`(?i)^_*(has|have|is|any|check|detect|find|look|count|load|get|fetch)?_?(for_)?(there_)?(any_)?(new|fresh|unseen)_(\w*_)?(data|rows|records|samples|files|batch(es)?|images|labels|uploads?)(_\w+)?$`)

// outcomesThatTrain finds functions that ask a monitor, or whether new data
// has come, and train only if the answer says so: they call training under a
// condition on the answer, or leave before it.
func (v *View) outcomesThatTrain(t *Triggered, monitors *Leads) {
	watched := nodes(monitors.uses)
	fits := nodes(v.Training())
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		scopes := map[string]*outcome{}
		for _, x := range f.Facts {
			switch y := x.(type) {
			case fact.Assign:
				if o := scopes[y.Scope]; o != nil {
					o.learn(y)
				}
			case fact.Check:
				if o := scopes[y.Scope]; o != nil && y.Kind == fact.Compare && o.mentions(y.Text) {
					o.compared = true
				}
			case fact.Call:
				n := v.Graph.ScopeNode(f.Path, y.Scope)
				if y.Magic || n < 0 || !v.leadsToTraining(n) {
					continue
				}
				asks, trains := newData.MatchString(lastSegment(y.Name)), false
				for _, to := range v.handedTo(n, y) {
					trains = trains || v.leadsToTraining(to)
					asks = asks || monitors.Any(to)
				}
				if u, ok := watched[n]; ok && u.Line == y.Line {
					asks = true
				}
				if u, ok := fits[n]; ok && u.Line == y.Line {
					trains = true
				}
				o := scopes[y.Scope]
				switch {
				case trains && o != nil && (o.compared || o.mentions(y.Flags)):
					v.trainsOn(t, n, y)
				case asks && !trains:
					if o == nil {
						o = &outcome{words: map[string]bool{}}
						scopes[y.Scope] = o
					}
					o.words[lastSegment(y.Name)] = true
					for _, w := range wordsOf(y.Target) {
						o.words[w] = true
					}
				}
			}
		}
	}
}

// hangsOn says whether a function calls another one, and under a condition on
// its answer, or after leaving for it, what leads to one of some uses.
func (v *View) hangsOn(caller, asked graph.ID, uses *Leads) bool {
	from, to := v.Graph.Node(caller), v.Graph.Node(asked)
	if to.Kind != graph.Scope || !uses.Any(caller) {
		return false
	}
	o := outcome{words: map[string]bool{lastSegment(to.Name): true}}
	for _, x := range v.Facts.Of(from.Path) {
		switch y := x.(type) {
		case fact.Assign:
			if v.Graph.ScopeNode(from.Path, y.Scope) == caller {
				o.learn(y)
			}
		case fact.Check:
			o.compared = o.compared || y.Kind == fact.Compare && v.Graph.ScopeNode(from.Path, y.Scope) == caller && o.mentions(y.Text)
		case fact.Call:
			if v.Graph.ScopeNode(from.Path, y.Scope) != caller || !o.compared && !o.mentions(y.Flags) {
				continue
			}
			if slices.ContainsFunc(v.handedTo(caller, y), func(n graph.ID) bool { return n != asked && uses.Any(n) }) {
				return true
			}
		}
	}
	return false
}

// outcome is what one function has learnt of a monitor so far.
type outcome struct {
	words    map[string]bool // the names that hold it
	compared bool            // a branch hung on it
}

// learn takes in a name that is given what it knows already.
func (o *outcome) learn(a fact.Assign) {
	if o.mentions(spell(a.Value)) {
		name, _, _ := strings.Cut(a.Name, "[")
		o.words[name] = true
	}
}

func (o *outcome) mentions(text string) bool {
	for _, w := range wordsOf(text) {
		if o.words[w] {
			return true
		}
	}
	return false
}

// trainsOn records training that hangs on an outcome: started by itself where
// something runs the function without a person.
func (v *View) trainsOn(t *Triggered, n graph.ID, c fact.Call) {
	x := v.Graph.Node(n)
	u := graph.Use{Use: catalog.Use{Path: x.Path, Line: c.Line, What: lastSegment(c.Name) + " if the check says so"}, Node: n}
	if _, ok := v.Graph.Reached(n, onItsOwn...); ok {
		t.Starts = append(t.Starts, v.ShowFrom(u, onItsOwn...))
	} else {
		t.Half = append(t.Half, v.Show(u))
	}
}
