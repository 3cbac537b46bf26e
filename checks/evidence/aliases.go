package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// aliasRef is a stage or an alias of a registered model that code moves or
// reads. What settings decide stays in braces.
type aliasRef struct {
	use         graph.Use
	name, alias string
}

// AliasMoves says how moving a stage or an alias puts a model where it is used
// (clarifications 29, 53, 60 and 95).
type AliasMoves struct {
	Served []graph.Use // a scoring job or a request reads the same alias of the same model anew
	Half   []graph.Use // a server reads it only at start, settings name it, or nothing here reads it
	Read   []graph.Use // where what is Served is read
}

// AliasMoves matches the moves of stages and aliases with what serves them.
func (v *View) AliasMoves() AliasMoves {
	return Once(v, "alias-moves", func() AliasMoves {
		var out AliasMoves
		moves := v.aliasesMoved()
		if len(moves) == 0 {
			return out
		}
		reads := map[string]graph.Use{} // of what is read anew each time, the first by model and alias
		for _, r := range v.aliasesRead() {
			if k, ok := r.key(); ok && reads[k].What == "" && v.readsAnew(r.use) {
				reads[k] = r.use
			}
		}
		for _, m := range moves {
			k, ok := m.key()
			read := reads[k]
			if !ok || read.What == "" {
				out.Half = append(out.Half, m.use)
				continue
			}
			out.Served = append(out.Served, m.use)
			out.Read = append(out.Read, read)
		}
		return out
	})
}

// key is the same for a move and a read of one model and one alias, both written
// out in the repository.
func (r aliasRef) key() (string, bool) {
	return r.name + "\x00" + strings.ToLower(r.alias), !strings.Contains(r.name+r.alias, "{")
}

// aliasesMoved returns the live moves.
func (v *View) aliasesMoved() []aliasRef {
	var out []aliasRef
	for _, u := range v.Live(catalog.RoleRegistryTransfer) {
		c, ok := u.Fact.(fact.Call)
		if !ok {
			continue
		}
		out = append(out, aliasRef{u, v.argument(u, c, 0, "name", "model_name"), v.argument(u, c, aliasPlace(c), "alias", "stage")})
	}
	return out
}

// aliasPlace is where a call of MLflow's client takes the alias or stage.
func aliasPlace(c fact.Call) int {
	if lastSegment(c.Name) == "transition_model_version_stage" {
		return 2
	}
	return 1
}

// argument is the text of a call's argument, by place or by one of its names.
func (v *View) argument(u graph.Use, c fact.Call, at int, names ...string) string {
	for i, a := range c.Args {
		if a.Name == "" && i == at || slices.Contains(names, a.Name) {
			return v.spell(u.Path, c.Scope, c.Line, a.Value)
		}
	}
	return "{}"
}

// aliasesRead returns the live places that name a model by stage or alias, in
// code that serves.
func (v *View) aliasesRead() []aliasRef {
	var out []aliasRef
	note := func(file, scope string, line int, x fact.Value, f fact.Fact) {
		if x.Kind != fact.String && x.Kind != fact.Format || !strings.HasPrefix(x.Text, "models:/") {
			return
		}
		name, alias, ok := modelAddress(v.spell(file, scope, line, x))
		u := v.useOf(catalog.RoleRegistryLoad, file, line, "reads "+x.Text, scope, f)
		if ok && v.InService(u) {
			out = append(out, aliasRef{u, name, alias})
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if c.Magic || place.Of(p) != place.Live {
			continue
		}
		for _, a := range c.Args {
			note(p, c.Scope, c.Line, a.Value, c)
		}
		at := 1
		switch lastSegment(c.Name) {
		case "get_model_version_by_alias", "get_latest_versions":
			u := v.useOf(catalog.RoleRegistryLoad, p, c.Line, c.Name, c.Scope, c)
			if v.InService(u) {
				out = append(out, aliasRef{u, v.argument(u, c, 0, "name"), v.argument(u, c, at, "alias", "stages")})
			}
		}
	}
	for p, a := range fact.All[fact.Assign](v.Facts) {
		if place.Of(p) == place.Live {
			note(p, a.Scope, a.Line, a.Value, a)
		}
	}
	return out
}

// modelAddress splits "models:/NAME@ALIAS" and "models:/NAME/STAGE". A version
// is neither.
func modelAddress(text string) (name, alias string, ok bool) {
	rest, ok := strings.CutPrefix(text, "models:/")
	if !ok {
		return "", "", false
	}
	i := strings.LastIndexAny(rest, "@/")
	if i <= 0 || i == len(rest)-1 {
		return "", "", false
	}
	name, alias = rest[:i], rest[i+1:]
	return name, alias, rest[i] == '@' || !strings.ContainsAny(alias[:1], "0123456789") && alias != "latest"
}

// readsAnew says whether code reads a model each time it is used: a job that a
// trigger starts, or a function that answers requests and keeps nothing. A
// service that reads it when it starts has the old one until someone restarts it.
func (v *View) readsAnew(u graph.Use) bool {
	if _, ok := v.Graph.Reached(u.Node, graph.Schedule, graph.Chained); ok {
		return true
	}
	if v.Graph.Node(u.Node).Kind != graph.Scope || v.keepsLoaded(u) {
		return false
	}
	return v.answering()[u.Node]
}

// keepsLoaded says whether the function of a load runs once and keeps the
// result: it is cached, or asks first whether there is one.
func (v *View) keepsLoaded(u graph.Use) bool {
	kept := Once(v, "keeps/"+u.Path, func() map[string]bool {
		m := map[string]bool{}
		for d := range fact.In[fact.Define](v.Facts, u.Path) {
			m[d.Name] = m[d.Name] || slices.ContainsFunc(d.Decorators, func(c fact.Call) bool { return strings.Contains(c.Name, "cache") })
		}
		for c := range fact.In[fact.Check](v.Facts, u.Path) {
			m[c.Scope] = m[c.Scope] || strings.Contains(c.Text, " None") || strings.Contains(c.Text, " not in ")
		}
		return m
	})
	return kept[u.Scope]
}

// answering are the functions that answer requests, and what they call.
func (v *View) answering() map[graph.ID]bool {
	return Once(v, "answering", func() map[graph.ID]bool {
		var from []graph.ID
		for _, u := range v.Live(catalog.RoleServe) {
			if d, ok := u.Fact.(fact.Define); ok && !d.Class {
				from = append(from, v.Graph.ScopeNode(u.Path, d.Name))
			}
		}
		return v.Graph.Forward(from...)
	})
}
