package evidence

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// verdict is a comparison of a model's metric whose result is kept under a
// name, for other code to act on: accepted = new_f1 > best_f1.
type verdict struct {
	name string // the last segment
	file string
	fact.Pos
	scope, text string
	handed      bool // it goes on as a flag or an answer
}

// verdictName is how people name whether a model may go on.
var verdictName = pattern.MustCompile(`(?i)(accept|approv|better|pass(ed|es)?$|promot|qualif|deploy|should|_ok$|eligible|improve[ds]$|wins?$|replace|register|push)`)

// verdicts lists the kept comparisons of live code.
func (v *View) verdicts() []verdict {
	return Once(v, "verdicts", func() []verdict {
		var out []verdict
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live {
				continue
			}
			add := func(name string, at fact.Pos, scope string, value fact.Value) {
				if value.Kind == fact.Other && verdictName.MatchString(lastSegment(name)) && orderedBy.MatchString(value.Text) {
					out = append(out, verdict{lastSegment(name), f.Path, at, scope, value.Text, false})
				}
			}
			for a := range fact.In[fact.Assign](v.Facts, f.Path) {
				add(a.Name, a.Pos, a.Scope, a.Value)
			}
			for c := range fact.In[fact.Call](v.Facts, f.Path) {
				for _, a := range c.Args {
					if a.Name != "" {
						add(a.Name, c.Pos, c.Scope, a.Value)
					}
				}
			}
		}
		return append(out, v.handedOn()...)
	})
}

// hanging is a call that runs only under a verdict of that name.
type hanging struct {
	file string
	call fact.Call
}

// hangingOn returns the live calls that hang on a verdict, by its name.
func (v *View) hangingOn(name string) []hanging {
	return Once(v, "hanging-on-verdicts", func() map[string][]hanging {
		kept := map[string]bool{}
		for _, x := range v.verdicts() {
			kept[x.name] = true
		}
		out := map[string][]hanging{}
		if len(kept) == 0 {
			return out
		}
		for p, c := range fact.All[fact.Call](v.Facts) {
			if place.Of(p) != place.Live {
				continue
			}
			for flag := range strings.FieldsSeq(c.Flags) {
				name, value, compared := strings.Cut(flag, "==")
				if n := lastSegment(name); kept[n] && (!compared || value == "1") {
					out[n] = append(out[n], hanging{p, c})
				}
			}
		}
		return out
	})[name]
}

// putsForward says whether a call that hangs on a verdict registers, rolls out
// or uploads the model, or leads to what does.
func (v *View) putsForward(h hanging) bool {
	forward := v.leads("what puts a model forward", func() []graph.Use {
		stored := slices.DeleteFunc(v.Live(catalog.RoleArtifactStore), func(u graph.Use) bool {
			last := strings.ToLower(lastSegment(u.What))
			return !strings.Contains(last, "put") && !strings.Contains(last, "upload") && !strings.Contains(last, "write") && !strings.Contains(last, "cp")
		})
		return slices.Concat(v.Live(promotions...), stored)
	})
	at := Once(v, "lines that put a model forward", func() map[string]bool {
		m := map[string]bool{}
		for _, u := range forward.uses {
			m[lineKey(u.Path, u.Line)] = true
		}
		return m
	})
	if at[lineKey(h.file, h.call.Line)] {
		return true
	}
	for _, e := range v.Graph.Out(v.Graph.ScopeNode(h.file, h.call.Scope)) {
		if e.Line == h.call.Line && forward.Any(e.To) {
			return true
		}
	}
	return false
}

func lineKey(file string, line int) string { return file + ":" + strconv.Itoa(line) }

// verdictGates returns the kept comparisons on which putting a model forward
// hangs.
func (v *View) verdictGates() []Gate {
	var out []Gate
	promotes := map[string]bool{} // by the name of the verdict
	for _, x := range v.verdicts() {
		if !modelMetric.MatchString(x.text) || otherThings.MatchString(strings.ReplaceAll(x.text, "(", " (")) || loopName.MatchString(x.text) {
			continue
		}
		champion := comparesModels(x.text) || current.MatchString(x.text)
		if !champion && !fixed.MatchString(x.text) || withinFit.MatchString(lastSegment(x.scope)) || v.loopsOverEpochs(x.file, x.scope) {
			continue
		}
		if _, known := promotes[x.name]; !known {
			promotes[x.name] = slices.ContainsFunc(v.hangingOn(x.name), v.putsForward)
		}
		g := Gate{Node: v.Graph.ScopeNode(x.file, x.scope), Path: x.file, Line: x.Line, What: shorten(x.text), Champion: champion,
			Promotes: promotes[x.name], Kept: true}
		if g.Promotes || !x.handed && champion && v.asksChampion(g.Node) {
			out = append(out, g)
		}
	}
	return out
}

// loopsOverEpochs says whether a function trains in a loop of its own, in which
// the best of its turns is kept.
func (v *View) loopsOverEpochs(file, scope string) bool {
	for l := range fact.In[fact.Loop](v.Facts, file) {
		if l.Scope == scope && strings.Contains(strings.ToLower(strings.Join(l.Names, " ")+l.Over.Text), "epoch") {
			return true
		}
	}
	for c := range fact.In[fact.Call](v.Facts, file) {
		if c.Scope != scope {
			continue
		}
		switch lastSegment(c.Name) {
		case "backward", "zero_grad", "partial_fit":
			return true
		}
	}
	return false
}

// servesWhatIsCompared says whether the current model is loaded for a
// comparison where what serves loads it too, so that a model which is put
// there after the comparison is served.
func (v *View) servesWhatIsCompared(n graph.ID) bool {
	loads := nodes(v.Live(catalog.RoleModelLoad, catalog.RoleRegistryLoad))
	var serving []graph.ID
	for p := range v.serviceFiles() {
		if run, ok := v.Graph.RunNode(p); ok {
			serving = append(serving, run)
		}
		serving = append(serving, v.Graph.ScopesOf(p)...)
	}
	served := v.Graph.Forward(serving...)
	for x := range v.Graph.Forward(n) {
		if _, ok := loads[x]; ok && served[x] {
			return true
		}
	}
	return false
}
