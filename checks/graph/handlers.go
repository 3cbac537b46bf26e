package graph

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Function platforms are told which function to call: "module.function", by
// an image's command, a template or a Terraform resource, or a function of
// main.py, by a deploy command. Whoever says it, it is resolved here, and the
// function is a handler from then on whatever its name.

// Handler says whether a platform was told to call the function of a node.
func (g *Graph) Handler(n ID) bool { return g.handlers[n] }

// handled makes a function of a file a handler and returns what the platform
// starts: the function, and the file that it loads first.
func (g *Graph) handled(file, fn string, guessed bool) []target {
	out := []target{{id: g.module(file), guessed: guessed}}
	if id, ok := g.local(file, fn); ok {
		g.handlers[id] = true
		out = append(out, target{id: id, guessed: guessed})
	}
	return out
}

// handlerWord splits "package.module.function" or "folder/module.function"
// into the module's file and the function.
func handlerWord(word string) (file, fn string, ok bool) {
	i := strings.LastIndexByte(word, '.')
	if i <= 0 || i == len(word)-1 || strings.ContainsAny(word, " ${") {
		return "", "", false
	}
	return strings.ReplaceAll(word[:i], ".", "/") + ".py", word[i+1:], true
}

// imageHandler resolves the command of a function platform's image.
func (g *Graph) imageHandler(at *Node, word string) []target {
	name, fn, ok := handlerWord(word)
	if !ok || at.Cmd == nil || at.Cmd.Job != "run" {
		return nil
	}
	file, guessed, ok := g.copied(at.Path, name)
	if !ok {
		return nil
	}
	if _, ok := g.local(file, fn); !ok {
		return nil
	}
	return g.handled(file, fn, guessed)
}

// runtimeClient resolves the programs by which an image of one's own becomes a
// function: awslambdaric MODULE.FUNCTION, functions-framework --target FUNCTION.
func runtimeClient(g *Graph, at *Node, args, dirs []string) []target {
	if fn := option(args, "--target"); fn != "" {
		source := option(args, "--source")
		if source == "" {
			source = "main.py"
		}
		if f, guessed, ok := g.lookup(at.Path, source, append(dirs, dirOf(at.Path))...); ok {
			return g.handled(f, fn, guessed)
		}
		return nil
	}
	if len(args) == 0 {
		return nil
	}
	return g.imageHandler(at, args[len(args)-1])
}

// functionKinds are the resources that define a function of a platform, and
// the attribute that names its handler.
var functionKinds = map[string]string{
	"cloudformation AWS::Lambda::Function": "Properties.Handler", "cloudformation AWS::Serverless::Function": "Properties.Handler",
	"serverless function": "handler", "terraform aws_lambda_function": "handler",
	"terraform google_cloudfunctions_function": "entry_point", "terraform google_cloudfunctions2_function": "build_config.entry_point",
}

// linkHandler links a function's definition to the code that its handler
// names: in the folder the definition packs, beside it, or the only file of
// that name that defines the function.
func (g *Graph) linkHandler(file string, id ID, r fact.Resource) {
	key := functionKinds[r.System+" "+r.Kind]
	if key == "" {
		return
	}
	word, line, dirs, module := "", 0, []string{}, ""
	for _, a := range r.Attrs {
		switch a.Key {
		case key:
			word, line = a.Value, a.Line
		case "Properties.CodeUri", "Properties.Code", "Properties.Entry":
			dirs = append(dirs, path.Join(dirOf(file), a.Value))
			if written(file, r) {
				dirs = append(dirs, path.Join(g.appOf(file, r).dir, a.Value))
			}
		case "Properties.Index":
			module = strings.TrimSuffix(a.Value, ".py")
		}
	}
	if !strings.Contains(word, ".") && written(file, r) {
		word = cmp.Or(module, "index") + "." + cmp.Or(word, "handler") // as PythonFunction has it
	}
	if word != "" && strings.HasSuffix(key, "entry_point") {
		word = "main." + word // where Google's platform looks for it
	}
	name, fn, ok := handlerWord(word)
	if !ok {
		return
	}
	dirs = append(dirs, g.archived(file)...)
	dirs = append(dirs, dirOf(file), "", path.Join(dirOf(file), "lambda"), path.Join(dirOf(file), "src"))
	f, guessed, ok := g.lookup(file, name, dirs...)
	if !ok {
		f, ok = g.onlyDefining(path.Base(name), fn)
	}
	if !ok {
		return
	}
	for _, t := range g.handled(f, fn, guessed) {
		g.link(id, Edge{To: t.id, Line: line, Guessed: t.guessed})
	}
}

// archived returns the folders that a Terraform file packs.
func (g *Graph) archived(file string) []string {
	var dirs []string
	for r := range fact.In[fact.Resource](g.set, file) {
		if r.Kind != "data.archive_file" {
			continue
		}
		for _, a := range r.Attrs {
			switch rest, here := strings.CutPrefix(a.Value, "${path.module}/"); {
			case !here || strings.Contains(rest, "$"):
			case a.Key == "source_dir":
				dirs = append(dirs, path.Join(dirOf(file), rest))
			case a.Key == "source_file":
				dirs = append(dirs, path.Join(dirOf(file), path.Dir(rest)))
			}
		}
	}
	return dirs
}

// onlyDefining finds the only file of a name that defines a function: code
// that is packed far from what says how to start it.
func (g *Graph) onlyDefining(base, fn string) (string, bool) {
	var found []string
	for _, f := range g.set.Files() {
		if path.Base(f.Path) != base || silent(f.Path) {
			continue
		}
		if _, ok := g.local(f.Path, fn); ok {
			found = append(found, f.Path)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// cloudFunction resolves "gcloud functions deploy NAME" with its sources: the
// function of main.py that is its entry point, by default the one of its name.
func (g *Graph) cloudFunction(args, dirs []string) []target {
	i := slices.Index(args, "deploy")
	fn := option(args, "--entry-point")
	if p := positional(args[i+1:]); fn == "" && len(p) > 0 {
		fn = strings.ReplaceAll(p[0], "-", "_")
	}
	name := path.Join(option(args, "--source"), "main.py")
	if f, guessed, ok := g.lookup("", name, dirs...); ok {
		return g.handled(f, fn, guessed)
	}
	return nil
}
