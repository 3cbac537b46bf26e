package graph

import (
	"path"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

var importsIn = regexp.MustCompile(`(?:from\s+([\w.]+)\s+import\s+([\w, ]+)|import\s+([\w.]+))`)

// python resolves python [options] script | -m module | -c code.
func python(g *Graph, at *Node, args, dirs []string) []target {
	if printsHelp(args) {
		return nil
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-m" && i+1 < len(args):
			if r, ok := g.programs[args[i+1]]; ok {
				return r(g, at, args[i+2:], dirs)
			}
			return g.pythonModule(args[i+1], dirs)
		case strings.HasPrefix(a, "-m") && len(a) > 2:
			return g.pythonModule(a[2:], dirs)
		case a == "-c" && i+1 < len(args):
			return g.pythonCode(args[i+1], dirs)
		case a == "-W" || a == "-X":
			i++
		case strings.HasPrefix(a, "-"):
		default:
			if path.Ext(a) == "" && !strings.Contains(a, "/") && !strings.Contains(a, "$") {
				// python folder/ runs its __main__.py
				if d, ok := g.lookupDir(a, dirs...); ok && d != "" {
					return g.file(path.Join(d, "__main__.py"), []string{""}, false, false)
				}
			}
			if strings.HasSuffix(a, "setup.py") || strings.HasSuffix(a, "manage.py") {
				return append(g.file(a, dirs, true, false), g.django(a, args[i+1:], dirs)...)
			}
			return g.file(a, dirs, true, place.TestFile(path.Base(a)) && place.Of(a) == place.Test)
		}
	}
	return nil
}

// printsHelp says whether a program is started only to say how it is used: it
// ends before it does anything.
func printsHelp(args []string) bool {
	return len(args) > 1 && (args[len(args)-1] == "-h" || args[len(args)-1] == "--help")
}

func (g *Graph) django(manage string, args, dirs []string) []target {
	if strings.HasSuffix(manage, "manage.py") && len(args) > 0 && args[0] == "test" {
		return g.tests(args[1:], dirs)
	}
	return nil
}

func (g *Graph) pythonModule(module string, dirs []string) []target {
	rel := strings.ReplaceAll(module, ".", "/")
	for _, d := range dirs {
		for _, root := range []string{d, path.Join(d, "src")} {
			for _, c := range []string{rel + ".py", rel + "/__main__.py"} {
				if p := path.Join(root, c); g.has(p) {
					return []target{{id: g.run(p)}}
				}
			}
		}
	}
	if f, guessed, ok := g.modules.find(path.Join(dirs[0], "x"), module); ok {
		if strings.HasSuffix(f, "/__init__.py") {
			if main := path.Join(dirOf(f), "__main__.py"); g.has(main) {
				f = main
			}
		}
		return []target{{id: g.run(f), guessed: guessed}}
	}
	if strings.Contains(module, "${") {
		var out []target
		for _, f := range g.glob(strings.ReplaceAll(variables.ReplaceAllString(module, "*"), ".", "/") + ".py") {
			out = append(out, target{id: g.run(f), guessed: true})
		}
		return out
	}
	// A dotted module whose first part is a folder here is ours and gone.
	head, _, dotted := strings.Cut(module, ".")
	if dotted && !strings.Contains(module, "$") {
		for _, d := range dirs {
			if g.tree.HasDir(path.Join(d, head)) {
				return []target{{broken: "module " + module + " is not in the repository"}}
			}
		}
	}
	return nil
}

// pythonCode links to what a piece of code imports and calls by name.
func (g *Graph) pythonCode(code string, dirs []string) []target {
	var out []target
	from := path.Join(dirs[0], "x.py")
	for _, m := range importsIn.FindAllStringSubmatch(code, 16) {
		module, names := m[1], strings.Split(m[2], ",")
		if module == "" {
			module, names = m[3], nil
		}
		file, guessed, ok := g.modules.find(from, module)
		if !ok {
			continue
		}
		out = append(out, target{id: g.module(file), guessed: guessed})
		for _, n := range names {
			if id, ok := g.local(file, strings.TrimSpace(n)); ok {
				out = append(out, target{id: id, guessed: guessed})
			}
		}
	}
	return out
}
