package evidence

import (
	"cmp"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// maxSpell bounds how many names are looked up behind one another.
const maxSpell = 5

// spell is the text that a value has when its program runs, as far as the
// repository says: constants of the file and of the modules that it imports,
// fields of classes, defaults of parameters and what all callers give, the
// fallback of an environment variable. What nobody says stays in braces.
func (v *View) spell(file, scope string, line int, x fact.Value, depth int) string {
	switch {
	case x.Kind == fact.String:
		return x.Text
	case depth >= maxSpell:
	case x.Kind == fact.Format:
		text := x.Text
		for _, name := range braces(x.Text) {
			said := v.spell(file, scope, line, fact.Value{Kind: fact.Name, Text: strings.TrimSpace(name)}, depth+1)
			text = strings.Replace(text, "{"+name+"}", said, 1)
		}
		return text
	case x.Kind == fact.Name:
		if said, ok := v.nameSays(file, scope, line, x.Text, depth); ok {
			return said
		}
	case x.Kind == fact.CallOf:
		if said, ok := v.fallback(file, scope, line, x.Text); ok {
			return said
		}
	case x.Kind == fact.List && len(x.Items) == 1:
		return v.spell(file, scope, line, x.Items[0], depth+1)
	}
	return "{" + x.Text + "}"
}

// nameSays looks up what a name of a program stands for.
func (v *View) nameSays(file, scope string, line int, name string, depth int) (string, bool) {
	for a := range fact.In[fact.Assign](v.Facts, file) {
		if a.Name == name && (a.Scope == "" || a.Scope == scope || strings.HasPrefix(name, "self.") && ownerOf(a.Scope) == ownerOf(scope)) && a.Value.Text != name {
			return v.resolved(file, a.Scope, a.Line, a.Value, depth)
		}
	}
	if field, ok := strings.CutPrefix(name, "self."); ok {
		return v.field(file, ownerOf(scope), field, depth)
	}
	for d := range fact.In[fact.Define](v.Facts, file) {
		if d.Name != scope || d.Class {
			continue
		}
		for i, p := range d.Params {
			if p.Name == name {
				if said, ok := v.givenTo(d, i, depth); ok {
					return said, true
				}
				return v.resolved(file, "", d.Line, p.Default, depth)
			}
		}
	}
	return v.imported(v.expanded(file, name), depth)
}

// expanded is a name with what its first part is imported as.
func (v *View) expanded(file, name string) string {
	head, rest, dotted := strings.Cut(name, ".")
	for i := range fact.In[fact.Import](v.Facts, file) {
		whole := i.Module
		if i.Name != "" {
			whole = strings.TrimPrefix(i.Module+"."+i.Name, ".")
		}
		if bound := cmp.Or(i.As, i.Name); bound != head || whole == "" {
			continue
		}
		if dotted {
			whole += "." + rest
		}
		return whole
	}
	return name
}

// resolved is spell for a value that may say nothing.
func (v *View) resolved(file, scope string, line int, x fact.Value, depth int) (string, bool) {
	said := v.spell(file, scope, line, x, depth+1)
	return said, said != "" && !strings.HasPrefix(said, "{")
}

// ownerOf is the class that a method's scope belongs to.
func ownerOf(scope string) string { return scope[:max(strings.LastIndexByte(scope, '.'), 0)] }

// field looks up the default of a class's field.
func (v *View) field(file, class, name string, depth int) (string, bool) {
	for d := range fact.In[fact.Define](v.Facts, file) {
		if !d.Class || d.Name != class {
			continue
		}
		for _, p := range d.Params {
			if p.Name == name {
				return v.resolved(file, class, d.Line, p.Default, depth)
			}
		}
	}
	for a := range fact.In[fact.Assign](v.Facts, file) {
		if a.Scope == class && a.Name == name {
			return v.resolved(file, class, a.Line, a.Value, depth)
		}
	}
	return "", false
}

// imported looks up "package.module.CONSTANT" and "package.module.Class.field".
func (v *View) imported(name string, depth int) (string, bool) {
	parts := strings.Split(name, ".")
	for n := len(parts) - 1; n > 0 && len(parts)-n <= 2; n-- {
		file, ok := v.moduleFile(strings.Join(parts[:n], "/"))
		if !ok {
			continue
		}
		if len(parts)-n == 2 {
			return v.field(file, parts[n], parts[n+1], depth)
		}
		for a := range fact.In[fact.Assign](v.Facts, file) {
			if a.Name == parts[n] && a.Scope == "" {
				return v.resolved(file, "", a.Line, a.Value, depth)
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
func (v *View) givenTo(d fact.Define, i, depth int) (string, bool) {
	name, at := d.Params[i].Name, i
	if len(d.Params) > 0 && (d.Params[0].Name == "self" || d.Params[0].Name == "cls") {
		at--
	}
	said := ""
	for _, site := range v.callSites()[lastSegment(d.Name)] {
		for k, a := range site.call.Args {
			if a.Name != name && (a.Name != "" || k != at) {
				continue
			}
			text, ok := v.resolved(site.file, site.call.Scope, site.call.Line, a.Value, depth)
			if !ok || said != "" && said != text {
				return "", false
			}
			said = text
		}
	}
	return said, said != ""
}

// callSite is a call with its file.
type callSite struct {
	file string
	call fact.Call
}

// callSites are the live calls by the last part of their names.
func (v *View) callSites() map[string][]callSite {
	return Once(v, "call-sites", func() map[string][]callSite {
		m := map[string][]callSite{}
		for p, c := range fact.All[fact.Call](v.Facts) {
			if place.Of(p) == place.Live {
				last := lastSegment(c.Name)
				m[last] = append(m[last], callSite{p, c})
			}
		}
		return m
	})
}

// fallback is what a program takes where an environment variable is not set.
func (v *View) fallback(file, scope string, line int, name string) (string, bool) {
	if m := lastSegment(name); m != "getenv" && m != "get" {
		return "", false
	}
	for c := range fact.In[fact.Call](v.Facts, file) {
		if c.Name == name && c.Scope == scope && c.Line >= line && c.Line <= line+3 && len(c.Args) == 2 && c.Args[1].Value.Kind == fact.String {
			return c.Args[1].Value.Text, true
		}
	}
	return "", false
}
