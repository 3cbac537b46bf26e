package graph

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// call learns from a call: an option it declares, a keyword it gives, a command
// line it holds.
func (f *flags) call(c fact.Call) {
	switch word := lastName(c.Name); {
	case word == "add_argument" || word == "option" || word == "Option":
		if f.declare(c) {
			return
		}
	case strings.HasPrefix(word, "DEFINE_") && len(c.Args) > 1:
		if x := f.known[fold(c.Args[0].Value.Text)]; x != nil {
			x.option = true
			x.set = x.set || !isOff(c.Args[1].Value) && c.Args[1].Value.Kind != fact.None
			x.take(c.Args[1].Value)
			x.declared = x.declared || isLiteral(c.Args[1].Value)
			return
		}
	}
	for _, t := range f.takes[lastName(c.Name)] {
		if owner := lastName(parentName(c.Name)); t.file != "" && owner != "" && !strings.Contains(t.file, "/"+owner+"/") {
			continue // another's function of that name
		}
		positional := 0
		for _, a := range c.Args {
			switch {
			case a.Name == "*" || a.Name == "**":
				t.flag.set, t.flag.any = true, true
			case a.Name == "" && positional == t.at:
				t.flag.give(t.name, a.Value)
			}
			if a.Name == "" {
				positional++
			}
		}
	}
	for _, a := range c.Args {
		f.entry(a.Name, a.Value)
		f.value(a.Value, 0)
	}
}

// declare reads an option of argparse, click or typer: "--upload", off by
// default. It returns false when the call declares none of the flags.
func (f *flags) declare(c fact.Call) bool {
	var x *flag
	for _, a := range c.Args {
		first, _, _ := strings.Cut(a.Value.Text, "/")
		switch {
		case a.Value.Kind == fact.String && a.Name == "" && strings.HasPrefix(first, "--"):
			if known := f.known[fold(first[2:])]; known != nil && x == nil {
				x = known
			}
		case a.Name == "dest", a.Name == "" && a.Value.Kind == fact.String && !strings.HasPrefix(first, "-"):
			if known := f.known[fold(a.Value.Text)]; known != nil {
				x = known
			}
		}
	}
	if x == nil {
		return false
	}
	x.option = true
	for _, a := range c.Args {
		v := a.Value
		switch a.Name {
		case "action":
			x.any = x.any || v.Text == "store_const" || v.Kind == fact.Name
			x.set = x.set || v.Text == "store_false" || v.Text == "store_const" || v.Kind == fact.Name && !strings.HasSuffix(v.Text, "BooleanOptionalAction")
		case "default":
			x.set = x.set || !isOff(v) && v.Kind != fact.None
			x.take(v)
			x.declared = x.declared || isLiteral(v)
		case "required", "prompt":
			x.set = x.set || v.Text == "True"
		case "envvar", "**":
			x.set, x.any = true, true
		}
	}
	return true
}

// give notes a value that a flag is given, unless it is off or the flag itself
// under another roof: upload=args.upload.
func (x *flag) give(name string, v fact.Value) {
	switch {
	case v.Kind == fact.Name && fold(lastName(v.Text)) == name:
	case (v.Kind == fact.Other || v.Kind == fact.CallOf) && strings.Contains(fold(v.Text), name):
	default:
		x.take(v)
	}
	switch {
	case isOff(v) || v.Kind == fact.None || v.Kind == fact.NoValue:
	case v.Kind == fact.Name && fold(lastName(v.Text)) == name:
	case (v.Kind == fact.Other || v.Kind == fact.CallOf) && strings.Contains(fold(v.Text), name):
	default:
		x.set = true
	}
}

// entry learns from "name: value" of a keyword, a dictionary or a settings file.
func (f *flags) entry(key string, v fact.Value) {
	name := fold(lastName(key))
	x := f.known[name]
	if x == nil {
		return
	}
	if isFalse(v) {
		x.setting = true
	}
	x.give(name, v)
}

func (f *flags) assign(a fact.Assign) {
	name := a.Name
	if i := strings.LastIndexAny(name, "[."); i >= 0 {
		name = strings.Trim(name[i+1:], `"']`)
	}
	name = fold(name)
	if x := f.known[name]; x != nil {
		x.give(name, a.Value)
		if fold(a.Name) != name {
			x.declared = x.declared || isLiteral(a.Value)
		}
		if isFalse(a.Value) && fold(a.Name) != name {
			x.field = true
		}
	}
	f.value(a.Value, 0)
}

// value learns from the strings and dictionaries in a value.
func (f *flags) value(v fact.Value, depth int) {
	if depth > 4 {
		return
	}
	switch v.Kind {
	case fact.String, fact.Format:
		f.written(v.Text)
		f.text(v.Text)
	case fact.Dict:
		for i := 0; i+1 < len(v.Items); i += 2 {
			f.entry(v.Items[i].Text, v.Items[i+1])
			f.value(v.Items[i+1], depth+1)
		}
	case fact.List:
		for i, item := range v.Items {
			if next := i + 1; item.Kind == fact.String && strings.HasPrefix(item.Text, "--") && next < len(v.Items) && isOff(v.Items[next]) {
				continue
			}
			f.value(item, depth+1)
		}
	}
}

func (f *flags) words(words []string) {
	for i, w := range words {
		f.written(w)
		if i+1 < len(words) && strings.HasPrefix(w, "--") && !strings.HasPrefix(words[i+1], "-") {
			if x := f.known[fold(lastName(strings.TrimLeft(w, "-")))]; x != nil {
				x.take(fact.Value{Kind: fact.String, Text: words[i+1]})
				x.set = x.set || !offWord(words[i+1])
				continue
			}
		}
		if i+1 < len(words) && strings.HasPrefix(w, "--") && words[i+1] != "" && offWord(words[i+1]) {
			continue
		}
		f.text(w)
	}
}

// given finds "--upload" and "upload=", and behind them what they are given.
var (
	given = regexp.MustCompile(`--[A-Za-z][\w.-]*|\b[A-Za-z_][\w.-]*=`)
	to    = regexp.MustCompile(`^[= ]?["']?([\w.-]*)`)
)

// text learns from a command line, or from text that may be one.
func (f *flags) text(s string) {
	if len(f.values) > 0 && strings.ContainsAny(s, " \n") {
		for w := range strings.FieldsSeq(s[:min(len(s), maxWords)]) {
			f.written(strings.Trim(w, `"'`+"`,;()[]"))
		}
	}
	if !strings.Contains(s, "--") && !strings.Contains(s, "=") {
		return
	}
	for _, m := range given.FindAllStringIndex(s, 256) {
		name := strings.Trim(s[m[0]:m[1]], "-=")
		x := f.known[fold(lastName(name))]
		if x == nil {
			continue
		}
		v := to.FindStringSubmatch(s[m[1]:])[1]
		if v == "" || !offWord(v) {
			x.set = true
		}
		x.take(fact.Value{Kind: fact.String, Text: v})
	}
}
