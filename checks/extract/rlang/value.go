package rlang

import (
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

const maxString = 4096

// value is what can be said of the tokens from up to but not including to,
// which stand directly in f.
func (r *reader) value(f *frame, from, to int) fact.Value {
	for from < to && r.tokens[from].kind == tNewline {
		from++
	}
	for from < to && r.tokens[to-1].kind == tNewline {
		to--
	}
	if from >= to {
		return fact.Value{}
	}
	if f.sub.to == to && (f.sub.from == from || f.piped) {
		return f.sub.value
	}
	first := r.tokens[from]
	switch {
	case to-from == 1:
		return r.single(first)
	case to-from == 2 && first.text == "-" && r.tokens[from+1].kind == tNumber:
		return fact.Value{Kind: fact.Number, Text: "-" + r.tokens[from+1].text}
	}
	if name, ok := r.dotted(from, to); ok {
		return fact.Value{Kind: fact.Name, Text: name}
	}
	return fact.Value{Kind: fact.Other, Text: r.text(from, to, maxText)}
}

func (r *reader) single(t token) fact.Value {
	switch t.kind {
	case tString:
		return fact.Value{Kind: fact.String, Text: settings.Cut(t.text, maxString)}
	case tFormat:
		return fact.Value{Kind: fact.Format, Text: settings.Cut(t.text, maxString)}
	case tNumber:
		return fact.Value{Kind: fact.Number, Text: settings.Cut(t.text, maxText)}
	case tIdent:
		switch t.text {
		case "TRUE", "T", "true":
			return fact.Value{Kind: fact.Bool, Text: "True"}
		case "FALSE", "F", "false":
			return fact.Value{Kind: fact.Bool, Text: "False"}
		case "NULL", "NA", "nothing", "missing":
			return fact.Value{Kind: fact.None}
		}
		return fact.Value{Kind: fact.Name, Text: settings.Cut(r.resolve(t.text), maxString)}
	}
	return fact.Value{Kind: fact.Other, Text: settings.Cut(t.text, maxText)}
}

// dotted reads "a$b", "pkg::name" and "A.b" as a name.
func (r *reader) dotted(from, to int) (string, bool) {
	if (to-from)%2 == 0 || to-from > 15 {
		return "", false
	}
	name := r.tokens[from].text
	for i := from; i < to; i += 2 {
		if r.tokens[i].kind != tIdent {
			return "", false
		}
		if i == from {
			if !isNamespace(r.tok(i + 1).text) {
				name = r.resolve(name)
			}
			continue
		}
		sep := r.tokens[i-1].text
		if !r.selects(sep) {
			return "", false
		}
		name = join(name, sep, r.tokens[i].text)
	}
	return settings.Cut(name, maxString), true
}

func isNamespace(op string) bool { return op == "::" || op == ":::" }

// selects says whether an operator takes a member of what stands before it.
func (r *reader) selects(op string) bool {
	if r.julia {
		return op == "."
	}
	return op == "$" || op == "@" || isNamespace(op)
}

func join(name, sep, member string) string {
	if isNamespace(sep) {
		return name + "::" + member
	}
	return name + "." + member
}

// resolve replaces a variable by what made it and an alias by its module.
func (r *reader) resolve(name string) string {
	if m, ok := r.modules[name]; ok {
		return m
	}
	return name
}

// listOf turns arguments into a list, or a dictionary when all have names.
func listOf(args []fact.Arg) fact.Value {
	named := len(args) > 0
	for _, a := range args {
		named = named && a.Name != ""
	}
	v := fact.Value{Kind: fact.List}
	if named {
		v.Kind = fact.Dict
	}
	for _, a := range args {
		if len(v.Items) >= maxItems {
			break
		}
		if named {
			v.Items = append(v.Items, fact.Value{Kind: fact.String, Text: a.Name})
		}
		v.Items = append(v.Items, a.Value)
	}
	return v
}

// endArg closes the argument before token i. A list of lists is cut where it
// grows beyond what one fact may hold.
func (r *reader) endArg(i int) {
	f := r.top()
	v := r.value(f, f.argStart, i)
	if v.Kind != fact.NoValue || f.argName != "" {
		if len(f.args) < maxItems {
			f.args = append(f.args, fact.Arg{Name: f.argName, Value: shallow(v, 3)})
		}
	}
	f.argStart, f.argName, f.sub, f.piped = i+1, "", part{}, false
}

// shallow keeps lists to a depth, since every level can multiply by maxItems.
func shallow(v fact.Value, depth int) fact.Value {
	if len(v.Items) == 0 {
		return v
	}
	if depth == 0 {
		return fact.Value{Kind: v.Kind}
	}
	items := make([]fact.Value, len(v.Items))
	for i, item := range v.Items {
		items[i] = shallow(item, depth-1)
	}
	return fact.Value{Kind: v.Kind, Items: items}
}
