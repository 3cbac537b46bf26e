package graph

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// A branch that asks for one value of an option, args.mode == "upload", never
// runs where the option has another by default and nothing gives it that one.
// As with flags, what gives it is found by the last name alone, and a word that
// is written anywhere else, in a command or in a program, may be what is given.

// maxWords bounds how much of one text is looked through for such words.
const maxWords = 4096

// isWord tells the values that would be noticed where they stand alone. "1" and
// "true" stand everywhere.
func isWord(value string) bool {
	return !offWord(value) && !onWord(value) && strings.ContainsFunc(value, unicode.IsLetter)
}

func onWord(s string) bool {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1", "y", "t":
		return true
	}
	return false
}

func isLiteral(v fact.Value) bool {
	return (v.Kind == fact.String || v.Kind == fact.Number || v.Kind == fact.Bool) && !strings.ContainsAny(v.Text, "{$<")
}

// take notes a value that a flag has or is given.
func (x *flag) take(v fact.Value) {
	switch {
	case v.Kind == fact.NoValue || v.Kind == fact.None:
	case isLiteral(v) && v.Text != "":
		x.values[fold(strings.Trim(v.Text, `"' `))] = true
	default:
		x.any = true
	}
}

// written notes that a word stands somewhere besides the comparison.
func (f *flags) written(word string) {
	if _, asked := f.values[word]; asked {
		f.values[word] = true
	}
}

// differs says whether a flag certainly has another value than the one that is
// asked for.
func (f *flags) differs(set *fact.Set, path string, defs map[string]fact.Define, scope, name, value string) bool {
	x := f.known[fold(lastName(name))]
	if x == nil || x.any || x.values[fold(value)] || f.values[value] {
		return false
	}
	owner, _, dotted := strings.Cut(name, ".")
	switch {
	case strings.HasPrefix(name, "os.environ.") || strings.HasPrefix(name, "environ."):
		return onWord(value) // a switch that nothing turns on; other settings come from where it runs
	case !dotted:
		return !looped(set, path, scope, name) && parameterIs(defs, scope, name) || constantIs(set, path, defs, scope, name)
	case owner == "self" && strings.Count(name, ".") == 1, holders.MatchString(parentName(name)):
		return x.declared
	}
	return false
}

// parameterIs says whether a name is a parameter with a literal default, of a
// function around the scope that only this repository or a command line calls.
func parameterIs(defs map[string]fact.Define, scope, name string) bool {
	for s := scope; s != ""; s = parentName(s) {
		d := defs[s]
		for _, p := range d.Params {
			if p.Name != name || d.Class {
				continue
			}
			return isLiteral(p.Default) && !slices.ContainsFunc(d.Decorators, func(c fact.Call) bool { return !plainDecorators[c.Name] })
		}
	}
	return false
}

// constantIs says whether a name is a constant of its file that no parameter
// hides.
func constantIs(set *fact.Set, path string, defs map[string]fact.Define, scope, name string) bool {
	for s := scope; s != ""; s = parentName(s) {
		if slices.ContainsFunc(defs[s].Params, func(p fact.Param) bool { return p.Name == name }) {
			return false
		}
	}
	found := false
	for a := range fact.In[fact.Assign](set, path) {
		if a.Name == name {
			if a.Scope != "" || !isLiteral(a.Value) {
				return false
			}
			found = true
		}
	}
	return found
}
