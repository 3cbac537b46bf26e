package evidence

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// The project's own functions that a route hands its record to: what becomes
// of the record is what they do with it, whatever they are called.

// keeping finds what adds a record to a store, from everywhere.
func (v *View) keeping() *Leads {
	return v.leads("keeps-records", func() []graph.Use {
		var out []graph.Use
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live {
				continue
			}
			appends, joins := map[string]bool{}, map[string]bool{}
			for _, x := range f.Facts {
				c, ok := x.(fact.Call)
				if !ok || c.Magic {
					continue
				}
				appends[c.Scope] = appends[c.Scope] || opensToAppend(c)
				joins[c.Scope] = joins[c.Scope] || lastSegment(c.Name) == "concat"
				if c.Scope != "" && (addsRecord(c, appends[c.Scope]) || joins[c.Scope] && storesFrame(c)) {
					out = append(out, v.useOf(catalog.RolePredictionLog, f.Path, c.Line, c.Name, c.Scope, c))
				}
			}
		}
		return out
	})
}

// opensToAppend says whether a call opens a file to write at its end.
func opensToAppend(c fact.Call) bool {
	mode := 0 // path.open(mode)
	if c.Name == "open" || c.Name == "io.open" || c.Name == "aiofiles.open" {
		mode = 1
	}
	if lastSegment(c.Name) != "open" {
		return false
	}
	for i, a := range c.Args {
		if (i == mode && a.Name == "" || a.Name == "mode") && a.Value.Kind == fact.String && strings.HasPrefix(a.Value.Text, "a") {
			return true
		}
	}
	return false
}

// handedTo returns the project's functions that a call goes to, or that it
// hands to something that calls them later: add_task(record, row).
func (v *View) handedTo(from graph.ID, c fact.Call) []graph.ID {
	names := []string{lastSegment(c.Name)}
	for _, a := range c.Args {
		if a.Value.Kind == fact.Name {
			names = append(names, lastSegment(a.Value.Text))
		}
	}
	var out []graph.ID
	for _, e := range v.Graph.Out(from) {
		if n := v.Graph.Node(e.To); n.Kind == graph.Scope && !e.Test && slices.Contains(names, lastSegment(n.Name)) {
			out = append(out, e.To)
		}
	}
	return out
}

// onlyLogs says whether a function does nothing with what it is given but
// write it to the text log.
func (v *View) onlyLogs(n graph.ID) bool {
	x, logs := v.Graph.Node(n), false
	for c := range fact.In[fact.Call](v.Facts, x.Path) {
		if c.Scope != x.Name {
			continue
		}
		root, _, _ := strings.Cut(c.Name, ".")
		switch {
		case writesLog(c):
			logs = true
		case !harmless[root] && !harmless[lastSegment(c.Name)]:
			return false
		}
	}
	return logs
}

// harmless calls shape a record and keep nothing.
var harmless = map[string]bool{
	"json": true, "str": true, "float": true, "int": true, "round": true, "dict": true, "list": true, "len": true, "repr": true,
	"time": true, "datetime": true, "uuid": true, "isoformat": true, "tolist": true, "model_dump": true, "getLogger": true,
}

// How many lines before a call, and how many facts, the names it
// hands over are looked for.
const (
	givenLines = 60
	givenFacts = 1000
)

// sums is how functions are called that make figures of records: drift, a
// summary, a metric.
var sums = pattern.MustCompile(`(?i)(metric|drift|stats|statistic|summar|aggregat|evaluat|monitor)`)

// given spells what a call hands over: its own arguments, those of calls
// among them, and what the names in them were put together from in the same
// scope before.
func given(f fact.File, c fact.Call) string {
	made := map[string]string{} // name -> what it was put together from
	from := map[string]string{} // name -> the function whose result it holds
	var b strings.Builder
	start, _ := slices.BinarySearchFunc(f.Facts, c.Line-givenLines, func(x fact.Fact, line int) int { return cmp.Compare(x.At(), line) })
	end, _ := slices.BinarySearchFunc(f.Facts, c.Line+1, func(x fact.Fact, line int) int { return cmp.Compare(x.At(), line) })
	for _, x := range f.Facts[max(start, end-givenFacts):end] {
		switch y := x.(type) {
		case fact.Assign:
			if y.Scope == c.Scope {
				name, key, _ := strings.Cut(y.Name, "[")
				made[name] += " " + key + " " + spell(y.Value)
				if by := from[name]; key != "" && by != "" {
					made[by] += " " + key + " " + spell(y.Value)
				}
			}
		case fact.Call:
			switch {
			case y.Scope != c.Scope:
			case y.Target != "" && sums.MatchString(lastSegment(y.Name)):
				// what is summed up holds the record no longer
			case y.Target != "":
				from[y.Target] = lastSegment(y.Name)
				made[y.Target] += " " + y.Recv + spellArgs(y)
				made[lastSegment(y.Name)] += " " + y.Recv + spellArgs(y) // by which a name that holds its result is read
			case y.Line == c.Line:
				b.WriteString(" " + y.Recv + " " + spellArgs(y))
			}
		}
	}
	b.WriteString(" " + spellArgs(c))
	seen := map[string]bool{}
	for range 3 {
		for _, w := range wordsOf(b.String()) {
			if made[w] != "" && !seen[w] {
				seen[w] = true
				b.WriteString(made[w])
			}
		}
	}
	return b.String()
}

// answers says whether what a route writes was put together from what it was
// asked, whatever that is called, and from what it makes of it.
func (v *View) answers(u graph.Use, f fact.File, c fact.Call) bool {
	text := given(f, c)
	words := wordsOf(text)
	if slices.ContainsFunc(strings.Fields(v.parameters(u.Node)), func(p string) bool { return slices.Contains(words, p) }) {
		text += " request"
	}
	return both(text)
}

func spellArgs(c fact.Call) string {
	var b strings.Builder
	for _, a := range c.Args {
		b.WriteString(" " + a.Name + " " + spell(a.Value))
	}
	return b.String()
}

// parameters spells the names of a function's parameters.
func (v *View) parameters(n graph.ID) string {
	x := v.Graph.Node(n)
	var b strings.Builder
	for d := range fact.In[fact.Define](v.Facts, x.Path) {
		if d.Name == x.Name {
			for _, p := range d.Params {
				b.WriteString(" " + p.Name)
			}
		}
	}
	return b.String()
}

// keepsHanded says whether one of some functions adds what it is given to a
// store, where the record holds inputs and predictions. A function that asks
// the model itself is judged by what it stores, not by who calls it.
func (v *View) keepsHanded(to []graph.ID, f fact.File, c fact.Call) bool {
	for _, n := range to {
		if v.keeping().Any(n) && !v.asksModel([]graph.ID{n}) && both(given(f, c)+v.parameters(n)) {
			return true
		}
	}
	return false
}
