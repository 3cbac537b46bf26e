package rlang

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// member extends or starts the dotted name that token i belongs to.
func (r *reader) member(i int) {
	t := r.tokens[i]
	sep := r.tok(i - 1).text
	switch {
	case r.tok(i-1).kind == tOp && r.selects(sep) && r.chain.to == i-1 && r.chain.name != "":
		base := r.chain.name
		r.chain.recv = r.text(r.chain.from, r.chain.to, maxText)
		if r.chain.to-r.chain.from == 1 && !isNamespace(sep) {
			base = r.receiver(base)
		}
		r.chain.name = join(base, sep, t.text)
		r.chain.to = i + 1
	case r.tok(i-1).kind == tOp && r.selects(sep) && r.lastCall.to == i-1 && r.lastCall.value.Kind == fact.CallOf:
		r.chain = callee{from: r.lastCall.from, to: i + 1, name: join(r.lastCall.value.Text, sep, t.text)}
		r.chain.recv = r.text(r.lastCall.from, r.lastCall.to, maxText)
	default:
		r.chain = callee{from: i, to: i + 1, name: t.text}
	}
	if len(r.chain.name) > 1024 {
		r.chain = callee{}
	}
}

// receiver is what the first name of a chain stands for.
func (r *reader) receiver(name string) string {
	if m, ok := r.modules[name]; ok {
		return m
	}
	if made, ok := r.vars[name]; ok {
		return made
	}
	if !r.julia || strings.ToLower(name[:1]) == name[:1] { // Julia's modules are capitalised
		r.chain.unresolved = true
	}
	return name
}

// quiet are functions whose calls say nothing on their own.
var quiet = map[string]bool{
	"c": true, "list": true, "library": true, "require": true, "return": true, "vector": true, "invisible": true,
	"suppressPackageStartupMessages": true, "suppressWarnings": true, "suppressMessages": true, "function": true,
	"switch": true, "repeat": true, "else": true, "in": true,
}

// endCall records a call that closed at token i.
func (r *reader) endCall(f frame, i int) {
	outer := r.top()
	name := f.callee.name
	value := fact.Value{Kind: fact.CallOf, Text: name}
	if !r.julia && (name == "c" || name == "list") {
		value = listOf(f.args)
	}
	if at, ok := filePath(name, f.args); ok && !r.julia {
		value = fact.Value{Kind: fact.String, Text: at}
	}
	p := part{f.callee.from, i + 1, value}
	r.lastCall = p
	outer.sub = p
	r.imports(f)
	r.applied(f, i)
	r.conditionCalls(f, i)
	if isClass(name) && f.class != "" {
		r.add(fact.Define{Pos: fact.Pos{Line: r.tok(f.callee.from).line}, End: r.tok(i).line, Name: f.class, Class: true, Bases: bases(f.args)})
	}
	if quiet[name] {
		return
	}
	c := fact.Call{
		Pos: fact.Pos{Line: r.tok(f.openTok).line}, Name: name, Recv: f.callee.recv, Unresolved: f.callee.unresolved,
		Args: f.args, Scope: f.scope, Magic: r.magic,
	}
	if outer.shape == block || outer.shape == body {
		c.Target = outer.target
	}
	r.add(c)
}

// filePath puts together what here() and file.path() make of plain words.
func filePath(name string, args []fact.Arg) (string, bool) {
	if name != "here::here" && name != "here" && name != "file.path" || len(args) == 0 {
		return "", false
	}
	words := make([]string, 0, len(args))
	for _, a := range args {
		if a.Name != "" || a.Value.Kind != fact.String {
			return "", false
		}
		words = append(words, a.Value.Text)
	}
	at := strings.Join(words, "/")
	return at, len(at) <= maxString
}

func bases(args []fact.Arg) []string {
	for _, a := range args {
		if (a.Name == "inherit" || a.Name == "contains") && a.Value.Text != "" {
			return []string{a.Value.Text}
		}
	}
	return nil
}

// imports reads the calls that bring in packages and files.
func (r *reader) imports(f frame) {
	name := f.callee.name
	short := name[strings.LastIndexByte(name, ':')+1:]
	line := r.tok(f.openTok).line
	add := func(module, what, as string) {
		if module != "" {
			r.add(fact.Import{Pos: fact.Pos{Line: line}, Module: module, Name: what, As: as, Scope: f.scope})
		}
	}
	first := ""
	if len(f.args) > 0 {
		first = word(f.args[0].Value)
	}
	if r.julia {
		if name == "include" {
			add(first, "", "")
		}
		return
	}
	switch short {
	case "library", "require":
		if !given(f.args, "character.only") {
			add(first, "*", "")
			r.reticulate = r.reticulate || first == "reticulate"
		} else {
			r.attachListed(f)
		}
	case "requireNamespace", "loadNamespace", "attachNamespace":
		add(first, "", "")
	case "source", "sys.source", "tar_source":
		if short == "tar_source" && first == "" {
			first = "R"
		}
		if len(f.args) == 0 || f.args[0].Value.Kind == fact.String {
			add(first, "", "")
		} else if f.args[0].Value.Kind == fact.Name {
			add(r.listed, "", "") // for (f in list.files("R")) source(f)
		}
	case "list.files", "dir_ls":
		r.listed = ""
		if len(f.args) > 0 && f.args[0].Value.Kind == fact.String {
			r.listed = strings.TrimSuffix(first, "/")
		}
	case "p_load":
		for _, a := range f.args {
			if a.Name == "" {
				add(word(a.Value), "*", "")
			}
		}
	case "tar_option_set":
		for _, a := range f.args {
			if a.Name == "packages" {
				add(word(a.Value), "*", "")
				for _, item := range a.Value.Items {
					add(word(item), "*", "")
				}
			}
		}
	case "use":
		if strings.HasPrefix(name, "box::") {
			for _, a := range f.args {
				module, _, _ := strings.Cut(a.Value.Text, "[")
				add(module, "", a.Name)
			}
		}
	case "import":
		// reticulate: a Python module as an object.
		python := r.reticulate || strings.HasPrefix(name, "reticulate::")
		if target := r.top().target; python && target != "" && len(f.args) > 0 && f.args[0].Value.Kind == fact.String {
			add(first, "", target)
			r.modules[target] = first
		}
	}
}

// word is the text of a string or bare name.
func word(v fact.Value) string {
	if v.Kind == fact.String || v.Kind == fact.Name {
		return v.Text
	}
	return ""
}

func given(args []fact.Arg, name string) bool {
	for _, a := range args {
		if a.Name == name {
			return true
		}
	}
	return false
}
