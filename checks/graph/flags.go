package graph

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// A call behind a flag that nothing turns on never runs, so it counts for
// nothing. A flag is off only when that can be shown: something here declares
// it, every declaration leaves it off, and no command line, documented command,
// settings file, keyword or assignment sets it. Who sets flags is found by the
// flag's last name alone, which errs towards letting the call count.

// flags is what the repository says about the flags that calls hang on.
type flags struct {
	known  map[string]*flag // by name, folded
	takes  map[string][]taker
	values map[string]bool // the words that flags are compared with, and whether one is written elsewhere
}

// flag is where one name is declared off, and whether anything sets it.
type flag struct {
	option  bool // an option of a command line, off unless given
	field   bool // a field or attribute, off unless set
	setting bool // false in a settings file or dictionary
	set     bool // something sets it, or may

	values   map[string]bool // what it is given, folded, where that is written out
	any      bool            // something gives it what is not written out
	declared bool            // an option or field with a value of its own
}

// taker is a function with a flag among its parameters.
type taker struct {
	flag *flag
	name string // of the flag, folded
	at   int    // place among positional arguments
	file string // of a function; "" for methods and classes
}

// holders are the names by which programs know their options and settings.
var holders = regexp.MustCompile(`(?i)arg|opt|cfg|conf|setting|param|flag|namespace|^ns$|^env$`)

// withoutOff returns the facts without the calls and conditions that hang on
// flags which nothing turns on.
func withoutOff(set *fact.Set) *fact.Set {
	f := flags{known: map[string]*flag{}, takes: map[string][]taker{}, values: map[string]bool{}}
	know := func(path, names string) {
		if names == "" || silent(path) {
			return
		}
		for name := range strings.FieldsSeq(names) {
			name, value, compared := strings.Cut(name, "==")
			if f.known[fold(lastName(name))] == nil {
				f.known[fold(lastName(name))] = &flag{values: map[string]bool{}}
			}
			if compared && isWord(value) {
				f.values[value] = false
			}
		}
	}
	for p, c := range fact.All[fact.Call](set) {
		know(p, c.Flags)
	}
	for p, c := range fact.All[fact.Check](set) {
		know(p, c.Flags)
	}
	if len(f.known) == 0 {
		return set
	}
	f.learn(set)
	var files []fact.File
	for i, file := range set.Files() {
		defs := map[string]fact.Define{}
		for d := range fact.In[fact.Define](set, file.Path) {
			defs[d.Name] = d
		}
		off := func(x fact.Fact) bool {
			switch v := x.(type) {
			case fact.Call:
				return v.Flags != "" && f.off(set, file.Path, defs, v.Scope, v.Flags)
			case fact.Check:
				return v.Flags != "" && f.off(set, file.Path, defs, v.Scope, v.Flags)
			}
			return false
		}
		if silent(file.Path) || !slices.ContainsFunc(file.Facts, off) {
			continue
		}
		if files == nil {
			files = slices.Clone(set.Files())
		}
		files[i].Facts = slices.DeleteFunc(slices.Clone(file.Facts), off)
	}
	if files == nil {
		return set
	}
	return fact.NewSet(files)
}

// off says whether one of the flags a statement hangs on is certainly off.
func (f *flags) off(set *fact.Set, path string, defs map[string]fact.Define, scope, names string) bool {
	for name := range strings.FieldsSeq(names) {
		name, value, compared := strings.Cut(name, "==")
		x := f.known[fold(lastName(name))]
		if compared {
			if f.differs(set, path, defs, scope, name, value) {
				return true
			}
			continue
		}
		if x == nil || x.set {
			continue
		}
		owner, _, dotted := strings.Cut(name, ".")
		switch {
		case !dotted:
			if !looped(set, path, scope, name) && f.parameterOff(defs, scope, name) || constantOff(set, path, defs, scope, name) {
				return true
			}
		case owner == "self" && strings.Count(name, ".") == 1:
			if x.field {
				return true
			}
		case holders.MatchString(name[:strings.LastIndexByte(name, '.')]):
			if x.option || x.field || x.setting {
				return true
			}
		}
	}
	return false
}

// parameterOff says whether a name is a parameter, off by default or given from
// an option that is, of a function around the scope that only this repository
// or a command line calls.
func (f *flags) parameterOff(defs map[string]fact.Define, scope, name string) bool {
	for s := scope; s != ""; s = parentName(s) {
		d := defs[s]
		for _, p := range d.Params {
			if p.Name != name || d.Class {
				continue
			}
			for _, dec := range d.Decorators {
				if word := lastName(dec.Name); !plainDecorators[dec.Name] && word != "command" && word != "callback" && word != "option" {
					return false // its framework may hand it anything
				}
			}
			return isFalse(p.Default) || p.Default.Kind == fact.NoValue && f.known[fold(name)].option
		}
	}
	return false
}

// constantOff says whether a name is a constant of its file that is off, and
// no parameter hides it.
func constantOff(set *fact.Set, path string, defs map[string]fact.Define, scope, name string) bool {
	for s := scope; s != ""; s = parentName(s) {
		if slices.ContainsFunc(defs[s].Params, func(p fact.Param) bool { return p.Name == name }) {
			return false
		}
	}
	found := false
	for a := range fact.In[fact.Assign](set, path) {
		if a.Name == name && a.Scope == "" {
			if !isFalse(a.Value) {
				return false
			}
			found = true
		}
	}
	return found
}

// looped says whether a loop of the function gives the name its values.
func looped(set *fact.Set, path, scope, name string) bool {
	for l := range fact.In[fact.Loop](set, path) {
		if l.Scope == scope && slices.Contains(l.Names, name) {
			return true
		}
	}
	return false
}

func parentName(scope string) string { return scope[:max(0, strings.LastIndexByte(scope, '.'))] }

func fold(name string) string { return strings.ToLower(strings.ReplaceAll(name, "-", "_")) }

// isOff tells a literal that leaves a flag off.
func isOff(v fact.Value) bool {
	return v.Kind == fact.Bool && v.Text == "False" || v.Kind == fact.String && offWord(v.Text)
}

// isFalse tells one that says no. An empty text or nothing at all in a field or
// a settings file may only wait for the environment to fill it.
func isFalse(v fact.Value) bool { return isOff(v) && strings.Trim(v.Text, `"' `) != "" }

func offWord(s string) bool {
	switch strings.ToLower(strings.Trim(s, `"' `)) {
	case "false", "no", "off", "0", "none", "null", "":
		return true
	}
	return false
}

// learn reads who declares the flags and who sets them.
func (f *flags) learn(set *fact.Set) {
	for p, d := range fact.All[fact.Define](set) {
		if !silent(p) {
			f.define(p, d)
		}
	}
	for _, file := range set.Files() {
		if place.Of(file.Path) == place.Vendored || place.Of(file.Path) == place.Test {
			continue
		}
		for _, x := range file.Facts {
			f.fact(x)
		}
	}
}

func (f *flags) fact(x fact.Fact) {
	switch v := x.(type) {
	case fact.Call:
		f.call(v)
	case fact.Assign:
		f.assign(v)
	case fact.Command:
		f.words(v.Argv)
		f.words(v.Env)
		f.text(v.Stdin)
	case fact.Text:
		if v.Kind == "code" {
			f.text(v.Text)
		}
	case fact.Job:
		f.words(v.Env)
	case fact.Uses:
		for _, a := range v.With {
			f.value(a.Value, 0)
		}
	case fact.Stage:
		for _, a := range v.Attrs {
			f.entry(a.Name, a.Value)
			f.value(a.Value, 0)
		}
	case fact.Resource:
		for _, a := range v.Attrs {
			if x := f.known[fold(a.Value)]; x != nil {
				x.any = true // "name: UPLOAD", with its value on a line of its own
			}
			if x := f.known[fold(lastName(a.Key))]; x != nil && plain(v) {
				x.declared = true
			}
			f.entry(a.Key, fact.Value{Kind: fact.String, Text: a.Value})
			f.text(a.Value)
		}
	}
}

// define learns from parameters and fields.
func (f *flags) define(path string, d fact.Define) {
	for _, dec := range d.Decorators {
		f.call(dec)
	}
	open := slices.ContainsFunc(d.Bases, func(b string) bool { return strings.HasSuffix(b, "BaseModel") })
	at := 0
	for i, p := range d.Params {
		x := f.known[fold(strings.TrimLeft(p.Name, "*"))]
		if i == 0 && (p.Name == "self" || p.Name == "cls") {
			continue
		}
		if x != nil {
			x.take(p.Default)
			switch k := p.Default.Kind; {
			case k == fact.NoValue || k == fact.None:
			case !isOff(p.Default) || d.Class && open:
				x.set = true
			case d.Class && isFalse(p.Default):
				x.field = true
			}
			x.declared = x.declared || d.Class && !open && isLiteral(p.Default)
			t := taker{x, fold(p.Name), at, ""}
			if !d.Class && !strings.Contains(d.Name, ".") {
				t.file = "/" + strings.TrimSuffix(path, ".py") + "/"
			}
			by := lastName(strings.TrimSuffix(d.Name, ".__init__"))
			f.takes[by] = append(f.takes[by], t)
		}
		at++
	}
}
