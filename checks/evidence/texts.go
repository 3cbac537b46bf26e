package evidence

import (
	"cmp"
	"iter"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Bounds of one text: the names that are looked up for it, whether behind one
// another or side by side, and the bytes that it may grow to.
const (
	maxLookups = 48
	maxSpelled = 1024
)

// speller works out one text.
type speller struct {
	*View
	left int // names that may still be looked up
}

// spell is the text that a value has when its program runs, as far as the
// repository says: constants of the file and of the modules that it imports,
// fields of classes, defaults of parameters and what all callers give, the
// fallback of an environment variable. What nobody says stays in braces.
func (v *View) spell(file, scope string, line int, x fact.Value) string {
	s := speller{v, maxLookups}
	return s.spell(file, scope, line, x)
}

func (v *speller) spell(file, scope string, line int, x fact.Value) string {
	switch {
	case x.Kind == fact.String:
		return x.Text
	case x.Kind == fact.Format:
		text := x.Text
		for _, name := range braces(x.Text) {
			if v.left <= 0 || len(text) > maxSpelled {
				break
			}
			said := v.spell(file, scope, line, fact.Value{Kind: fact.Name, Text: strings.TrimSpace(name)})
			text = strings.Replace(text, "{"+name+"}", said, 1)
			if len(text) > maxSpelled {
				return text[:maxSpelled]
			}
		}
		return text
	case x.Kind == fact.Name:
		if said, ok := v.nameSays(file, scope, line, x.Text); ok {
			return said
		}
	case x.Kind == fact.CallOf:
		if said, ok := v.fallback(file, scope, line, x.Text); ok {
			return said
		}
	case x.Kind == fact.List && len(x.Items) == 1:
		return v.spell(file, scope, line, x.Items[0])
	}
	return "{" + x.Text + "}"
}

// nameSays looks up what a name of a program stands for.
func (v *speller) nameSays(file, scope string, line int, name string) (string, bool) {
	if v.left--; v.left < 0 {
		return "", false
	}
	for _, a := range v.names(file).assigned[name] {
		if (a.Scope == "" || a.Scope == scope || strings.HasPrefix(name, "self.") && ownerOf(a.Scope) == ownerOf(scope)) && a.Value.Text != name {
			return v.resolved(file, a.Scope, a.Line, a.Value)
		}
	}
	if field, ok := strings.CutPrefix(name, "self."); ok {
		return v.field(file, ownerOf(scope), field)
	}
	for _, d := range v.names(file).defined[scope] {
		for i, p := range d.Params {
			if p.Name == name && !d.Class {
				if said, ok := v.givenTo(d, i); ok {
					return said, true
				}
				return v.resolved(file, "", d.Line, p.Default)
			}
		}
	}
	return v.imported(v.expanded(file, name))
}

// fileNames are the names of a file, so that looking one up does not read the
// whole file again.
type fileNames struct {
	assigned map[string][]fact.Assign
	defined  map[string][]fact.Define
	imports  map[string]string   // what a name that is imported stands for
	reads    map[int][]fact.Call // by line: a variable of the environment, or its fallback
}

func (v *View) names(file string) *fileNames {
	return Once(v, "names/"+file, func() *fileNames {
		n := &fileNames{map[string][]fact.Assign{}, map[string][]fact.Define{}, map[string]string{}, map[int][]fact.Call{}}
		for a := range fact.In[fact.Assign](v.Facts, file) {
			n.assigned[a.Name] = append(n.assigned[a.Name], a)
		}
		for d := range fact.In[fact.Define](v.Facts, file) {
			n.defined[d.Name] = append(n.defined[d.Name], d)
		}
		for i := range fact.In[fact.Import](v.Facts, file) {
			whole := i.Module
			if i.Name != "" {
				whole = strings.TrimPrefix(i.Module+"."+i.Name, ".")
			}
			if bound := cmp.Or(i.As, i.Name); n.imports[bound] == "" {
				n.imports[bound] = whole
			}
		}
		for c := range fact.In[fact.Call](v.Facts, file) {
			if m := lastSegment(c.Name); (m == "getenv" || m == "get") && len(c.Args) == 2 && c.Args[1].Value.Kind == fact.String {
				n.reads[c.Line] = append(n.reads[c.Line], c)
			}
		}
		return n
	})
}

// expanded is a name with what its first part is imported as.
func (v *View) expanded(file, name string) string {
	head, rest, dotted := strings.Cut(name, ".")
	whole := v.names(file).imports[head]
	switch {
	case head == "" || whole == "":
		return name
	case dotted:
		return whole + "." + rest
	}
	return whole
}

// resolved is spell for a value that may say nothing.
func (v *speller) resolved(file, scope string, line int, x fact.Value) (string, bool) {
	said := v.spell(file, scope, line, x)
	return said, said != "" && !strings.HasPrefix(said, "{")
}

// ownerOf is the class that a method's scope belongs to.
func ownerOf(scope string) string { return scope[:max(strings.LastIndexByte(scope, '.'), 0)] }

// field looks up the default of a class's field.
func (v *speller) field(file, class, name string) (string, bool) {
	for _, d := range v.names(file).defined[class] {
		for _, p := range d.Params {
			if p.Name == name && d.Class {
				return v.resolved(file, class, d.Line, p.Default)
			}
		}
	}
	for _, a := range v.names(file).assigned[name] {
		if a.Scope == class {
			return v.resolved(file, class, a.Line, a.Value)
		}
	}
	return "", false
}

// imported looks up "package.module.CONSTANT" and "package.module.Class.field".
func (v *speller) imported(name string) (string, bool) {
	parts := strings.Split(name, ".")
	for n := len(parts) - 1; n > 0 && len(parts)-n <= 2; n-- {
		file, ok := v.moduleFile(strings.Join(parts[:n], "/"))
		if !ok {
			continue
		}
		if len(parts)-n == 2 {
			return v.field(file, parts[n], parts[n+1])
		}
		for _, a := range v.names(file).assigned[parts[n]] {
			if a.Scope == "" {
				return v.resolved(file, "", a.Line, a.Value)
			}
		}
	}
	return "", false
}

// moduleFile finds the only live file that a module's path may be.
func (v *View) moduleFile(module string) (string, bool) {
	files := Once(v, "files-by-base", func() map[string][]string {
		m := map[string][]string{}
		for _, f := range v.Facts.Files() {
			if path.Ext(f.Path) == ".py" && place.Of(f.Path) == place.Live {
				m[path.Base(f.Path)] = append(m[path.Base(f.Path)], f.Path)
			}
		}
		return m
	})
	found := ""
	for _, p := range files[path.Base(module)+".py"] {
		if p == module+".py" || strings.HasSuffix(p, "/"+module+".py") {
			if found != "" {
				return "", false
			}
			found = p
		}
	}
	return found, found != ""
}

// givenTo is the text that all live callers of a function give as its i-th
// parameter.
func (v *speller) givenTo(d fact.Define, i int) (string, bool) {
	name, at := d.Params[i].Name, i
	if len(d.Params) > 0 && (d.Params[0].Name == "self" || d.Params[0].Name == "cls") {
		at--
	}
	said := ""
	for file, c := range v.callsNamed(lastSegment(d.Name)) {
		for k, a := range c.Args {
			if a.Name != name && (a.Name != "" || k != at) {
				continue
			}
			if v.left--; v.left < 0 {
				return "", false
			}
			text, ok := v.resolved(file, c.Scope, c.Line, a.Value)
			if !ok || said != "" && said != text {
				return "", false
			}
			said = text
		}
	}
	return said, said != ""
}

// callSite is where a call stands among the facts.
type callSite struct{ file, at int32 }

// callsNamed iterates over the live calls with a last part of their name.
func (v *View) callsNamed(last string) iter.Seq2[string, fact.Call] {
	sites := Once(v, "call-sites", func() map[string][]callSite {
		m := map[string][]callSite{}
		for i, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live {
				continue
			}
			for k, x := range f.Facts {
				if c, ok := x.(fact.Call); ok {
					last := lastSegment(c.Name)
					m[last] = append(m[last], callSite{int32(i), int32(k)})
				}
			}
		}
		return m
	})[last]
	return func(yield func(string, fact.Call) bool) {
		for _, s := range sites {
			f := v.Facts.Files()[s.file]
			if !yield(f.Path, f.Facts[s.at].(fact.Call)) {
				return
			}
		}
	}
}

// fallback is what a program takes where an environment variable is not set.
func (v *View) fallback(file, scope string, line int, name string) (string, bool) {
	if m := lastSegment(name); m != "getenv" && m != "get" {
		return "", false
	}
	for at := line; at <= line+3; at++ {
		for _, c := range v.names(file).reads[at] {
			if c.Name == name && c.Scope == scope {
				return c.Args[1].Value.Text, true
			}
		}
	}
	return "", false
}
