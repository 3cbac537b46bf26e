package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// mainScope is the scope of code under if __name__ == "__main__".
const mainScope = "__main__"

// addScopes makes a node of every file with code, and of every definition.
func (g *Graph) addScopes() {
	for _, f := range g.set.Files() {
		code := false
		for _, x := range f.Facts {
			switch d := x.(type) {
			case fact.Define:
				code = true
				if g.defs[f.Path] == nil {
					g.defs[f.Path] = map[string]fact.Fact{}
				}
				g.defs[f.Path][d.Name] = x
			case fact.Import, fact.Call:
				code = true
			}
		}
		if code {
			g.run(f.Path)
		}
	}
	for _, f := range g.set.Files() {
		for _, x := range f.Facts {
			if d, ok := x.(fact.Define); ok {
				id := g.scope(f.Path, d.Name)
				if i := strings.LastIndexByte(d.Name, '.'); i >= 0 && !d.Class {
					g.methods[d.Name[i+1:]] = append(g.methods[d.Name[i+1:]], id)
				}
			}
		}
	}
}

// scopeNode is the node a fact of that scope stands in: the function, the
// program for code under __main__, else the file's top level.
func (g *Graph) scopeNode(path, scope string) ID {
	if id, ok := g.findScope(path, scope); ok {
		return id
	}
	if scope == mainScope || strings.HasPrefix(scope, mainScope+".") {
		return g.run(path)
	}
	return g.module(path)
}

// findScope is scopeNode for what is inside of something that has a node.
func (g *Graph) findScope(path, scope string) (ID, bool) {
	for s := scope; s != ""; {
		if s == mainScope {
			return g.find(Run, path, "")
		}
		if id, ok := g.find(Scope, path, s); ok {
			return id, true
		}
		i := strings.LastIndexByte(s, '.')
		if i < 0 {
			break
		}
		s = s[:i]
	}
	return unreached, false
}

// linkCode follows imports, calls, names handed on as values, decorators,
// nesting and classes.
func (g *Graph) linkCode() {
	for _, f := range g.set.Files() {
		if isJavaScript(f.Path) {
			g.linkModules(f)
			continue
		}
		for _, x := range f.Facts {
			switch v := x.(type) {
			case fact.Import:
				g.linkImport(f.Path, v)
			case fact.Define:
				g.linkDefine(f.Path, v)
				g.linkKedro(f.Path, v)
			case fact.Call:
				g.linkKedro(f.Path, v)
				from := g.scopeNode(f.Path, v.Scope)
				g.linkName(f.Path, from, v.Line, v.Name, v.Unresolved)
				for _, a := range v.Args {
					if !looks[v.Name] {
						g.linkValue(f.Path, from, v.Line, a.Value, 0)
					}
				}
				if loads[v.Name] && len(v.Args) > 0 && v.Args[0].Value.Kind == fact.String {
					g.linkImport(f.Path, fact.Import{Pos: v.Pos, Module: v.Args[0].Value.Text, Scope: v.Scope})
				}
				g.linkFiles(f.Path, from, v)
				g.linkSetting(f.Path, from, v)
				g.linkTargets(f.Path, from, v)
			case fact.Assign:
				if v.Name != "return" { // what is done with it stands where it is called
					g.linkValue(f.Path, g.scopeNode(f.Path, v.Scope), v.Line, v.Value, 0)
				}
			}
		}
	}
}

// looks are the functions that look at what they are handed and never call it.
var looks = map[string]bool{
	"all": true, "any": true, "bool": true, "callable": true, "dir": true, "hasattr": true, "help": true, "id": true, "isinstance": true,
	"issubclass": true, "len": true, "print": true, "repr": true, "str": true, "type": true, "vars": true,
	"inspect.getsource": true, "inspect.isclass": true, "inspect.iscoroutinefunction": true, "inspect.isfunction": true, "inspect.signature": true,
}

// loads are the calls that import the module that their argument names.
var loads = map[string]bool{"importlib.import_module": true, "__import__": true, "pytest.importorskip": true}

func (g *Graph) linkImport(path string, v fact.Import) {
	from := g.scopeNode(path, v.Scope)
	for _, file := range g.sourcedBy(path, v) {
		g.link(from, Edge{To: g.run(file), Line: v.Line})
	}
	if isR(v.Module) {
		return
	}
	if strings.HasSuffix(v.Module, ".jl") || strings.HasPrefix(v.Module, "./") || strings.HasPrefix(v.Module, "../") {
		if file, guessed, ok := g.lookup(path, v.Module, dirOf(path), ""); ok {
			g.link(from, Edge{To: g.run(file), Line: v.Line, Guessed: guessed})
		}
		return
	}
	dotted := strings.Repeat(".", v.Level) + v.Module
	names := []string{dotted}
	if v.Name != "" && v.Name != "*" {
		names = append(names, join(dotted, v.Name))
	}
	for _, name := range names {
		if file, rest, guessed, ok := g.modules.split(path, name); ok && (rest == "" || rest == v.Name) && file != path {
			g.link(from, Edge{To: g.module(file), Line: v.Line, Guessed: guessed})
		}
	}
}

func join(dotted, name string) string {
	if dotted == "" || strings.HasSuffix(dotted, ".") {
		return dotted + name
	}
	return dotted + "." + name
}

// wraps says whether a decorator only wraps a function, and hands it to nobody
// who would call it.
func wraps(decorator string) bool {
	root, _, _ := strings.Cut(decorator, ".")
	return wrappers[root] || plainDecorators[decorator] || strings.HasSuffix(decorator, ".setter") || strings.HasPrefix(decorator, "sklearn.utils.")
}

// wrappers are modules whose decorators wrap.
var wrappers = map[string]bool{
	"abc": true, "backoff": true, "beartype": true, "contextlib": true, "dataclasses": true, "deprecated": true, "functools": true, "jax": true,
	"jaxtyping": true, "numba": true, "retry": true, "tenacity": true, "torch": true, "typeguard": true, "typing": true, "typing_extensions": true, "warnings": true,
}

var plainDecorators = map[string]bool{
	"property": true, "staticmethod": true, "classmethod": true, "abstractmethod": true, "override": true,
	"pytest.fixture": true, "tensorflow.function": true, "tf.function": true, "loguru.logger.catch": true,
}

func (g *Graph) linkDefine(path string, d fact.Define) {
	self := g.scope(path, d.Name)
	parent, base := "", d.Name
	if i := strings.LastIndexByte(d.Name, '.'); i >= 0 {
		parent, base = d.Name[:i], d.Name[i+1:]
	}
	for _, dec := range d.Decorators {
		g.linkName(path, self, d.Line, dec.Name, dec.Unresolved)
		if !wraps(dec.Name) && parent == "" {
			// Whoever imports the file hands the function to a framework; a
			// command of a program runs only when the program does.
			from := g.module(path)
			if word := lastName(dec.Name); word == "command" || word == "group" || word == "callback" {
				from = g.run(path)
			}
			g.link(from, Edge{To: self, Line: d.Line})
		}
	}
	if parent == "" {
		for _, b := range d.Bases {
			g.linkName(path, self, d.Line, b, false)
		}
		return
	}
	owner, known := g.defined(path, parent)
	if !known {
		return
	}
	if !owner.Class {
		g.link(g.scope(path, parent), Edge{To: self, Line: d.Line})
		return
	}
	// A class that is used runs its constructor, its properties and what its
	// framework calls: dunders, and every override of a foreign base's hook.
	hook := strings.HasPrefix(base, "__") || len(d.Decorators) > 0 || d.Class || hooks[base] || len(owner.Bases) > 0 && !strings.HasPrefix(base, "_")
	if hook {
		g.link(g.scope(path, parent), Edge{To: self, Line: d.Line})
	}
}

// hooks are method names that frameworks call on classes without a base.
var hooks = map[string]bool{"forward": true, "call": true, "execute": true, "run": true, "predict": true}

// linkValue follows names handed on as values: callbacks, task lists.
func (g *Graph) linkValue(path string, from ID, line int, v fact.Value, depth int) {
	if depth > 4 {
		return
	}
	switch v.Kind {
	case fact.Name, fact.CallOf, fact.Lambda:
		if v.Text != "" {
			g.linkName(path, from, line, v.Text, false)
		}
	case fact.List, fact.Dict:
		for _, item := range v.Items {
			g.linkValue(path, from, line, item, depth+1)
		}
	}
}

// linkName links to the definition a dotted name stands for.
func (g *Graph) linkName(path string, from ID, line int, name string, unresolved bool) {
	id, guessed, ok := g.definition(path, name, 0)
	if ok {
		g.link(from, Edge{To: id, Line: line, Guessed: guessed})
	}
	if ok && g.Nodes[id].Kind == Scope || g.linkChosen(path, from, line, name, ok) || ok || !unresolved {
		return
	}
	// A receiver nobody types: the method's name alone, when few share it.
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return
	}
	candidates := g.methods[name[i+1:]]
	if len(candidates) > 3 || commonMethods[name[i+1:]] {
		return
	}
	for _, c := range candidates {
		if g.Nodes[c].Place == 0 || g.Nodes[c].Path == path {
			g.link(from, Edge{To: c, Line: line, Guessed: len(candidates) > 1 || g.Nodes[c].Path != path})
		}
	}
}

var commonMethods = map[string]bool{
	"get": true, "set": true, "add": true, "update": true, "append": true, "items": true, "keys": true, "close": true,
	"open": true, "read": true, "write": true, "format": true, "join": true, "split": true, "copy": true, "fit": true,
	"transform": true, "save": true, "load": true, "start": true, "stop": true, "to": true, "step": true, "eval": true, "reset": true,
}
