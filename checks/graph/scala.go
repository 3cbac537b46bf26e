package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// linkScala follows calls from one Scala file into the objects of another:
// Features.build(df), and the classes it makes.
func (g *Graph) linkScala() {
	objects := map[string]string{}
	for p, d := range fact.All[fact.Define](g.set) {
		if scalaFile(p) && d.Class && place.Of(p) == place.Live {
			if _, twice := objects[d.Name]; twice {
				objects[d.Name] = "" // two of one name: nobody can say which
				continue
			}
			objects[d.Name] = p
		}
	}
	if len(objects) == 0 {
		return
	}
	for p, c := range fact.All[fact.Call](g.set) {
		if !scalaFile(p) {
			continue
		}
		parts := strings.Split(c.Name, ".")
		for i, name := range parts {
			file := objects[name]
			if file == "" || file == p {
				continue
			}
			from := g.scopeNode(p, c.Scope)
			to := g.scope(file, name)
			if i+1 < len(parts) {
				if id, ok := g.local(file, parts[i+1]); ok {
					to = id
				}
			}
			g.link(from, Edge{To: to, Line: c.Line})
			break
		}
	}
}

func scalaFile(p string) bool { return path.Ext(p) == ".scala" || path.Ext(p) == ".sc" }

// scalaMain returns the program of a class that is named in full or by its
// last part; any program of the repository when it is not named.
func (g *Graph) scalaMain(class string) []target {
	var out []target
	for p, d := range fact.All[fact.Define](g.set) {
		if scalaFile(p) && d.Class && place.Of(p) == place.Live && d.Name == lastName(class) {
			out = append(out, target{id: g.run(p)})
		}
	}
	if len(out) > 1 {
		for i := range out {
			out[i].guessed = true
		}
	}
	return out
}

// sbt resolves runMain and test; a task may be quoted with its arguments.
func sbt(g *Graph, _ *Node, args, dirs []string) []target {
	words := strings.Fields(strings.Join(args, " "))
	for i, w := range words {
		switch w = w[strings.LastIndexByte(w, '/')+1:]; {
		case strings.HasSuffix(w, "runMain") && i+1 < len(words):
			return g.scalaMain(words[i+1])
		case w == "test" || w == "+test" || w == "testOnly" || strings.HasSuffix(w, ":test"):
			return g.scalaTests(dirs)
		}
	}
	return nil
}

// scalaTests returns the test files below the folder of a command.
func (g *Graph) scalaTests(dirs []string) []target {
	var out []target
	for _, f := range g.tree.Under(strings.TrimPrefix(dirs[0], "/")) {
		if scalaFile(f.Path) && place.TestFile(path.Base(f.Path)) {
			out = append(out, target{id: g.run(f.Path), test: true})
		}
	}
	return out
}

// sparkSubmit resolves a class of the project, or the script that is handed in.
func sparkSubmit(g *Graph, at *Node, args, dirs []string) []target {
	if class := option(args, "--class"); class != "" {
		if t := g.scalaMain(class); t != nil {
			return t
		}
	}
	return lastScript(g, at, args, dirs)
}
