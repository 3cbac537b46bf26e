package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// linkRuntimes links what an image runs to the program where the base image,
// not the command, says how it is started: plumber's image is told a file.
func (g *Graph) linkRuntimes() {
	for p, i := range fact.All[fact.Image](g.set) {
		if i.Role != "from" || !strings.Contains(strings.ToLower(i.Ref), "/plumber") {
			continue
		}
		for c := range fact.In[fact.Command](g.set, p) {
			if c.Job != "run" || len(c.Argv) != 1 {
				continue
			}
			from := g.service(p, "run", c.Line)
			if f, guessed, ok := g.copied(p, c.Argv[0]); ok {
				g.link(from, Edge{To: g.run(f), Line: c.Line, Guessed: guessed})
			}
		}
	}
}

// copied finds a file of the repository by its place in an image: beside the
// Dockerfile, at the root, or under a folder that the image copies.
func (g *Graph) copied(dockerfile, name string) (file string, guessed, ok bool) {
	dirs := []string{dirOf(dockerfile), ""}
	for c := range fact.In[fact.Copy](g.set, dockerfile) {
		for _, from := range c.From {
			if c.Stage == "" && !strings.Contains(from, "$") {
				dirs = append(dirs, path.Join(dirOf(dockerfile), from), path.Clean(from), path.Dir(path.Clean(from)))
			}
		}
	}
	return g.lookup(dockerfile, name, dirs...)
}

// fromSource resolves a deployment of a folder of sources: its Dockerfile, else
// what a buildpack starts, which is the Procfile's command or main.py.
func (g *Graph) fromSource(source string, dirs []string) []target {
	if f, guessed, ok := g.lookup("", path.Join(source, "Dockerfile"), dirs...); ok {
		return []target{{id: g.image(f), guessed: guessed}}
	}
	if f, guessed, ok := g.lookup("", path.Join(source, "Procfile"), dirs...); ok {
		var out []target
		for c := range fact.In[fact.Command](g.set, f) {
			out = append(out, target{id: g.command(f, c), guessed: guessed})
		}
		return out
	}
	if f, guessed, ok := g.lookup("", path.Join(source, "main.py"), dirs...); ok {
		return []target{{id: g.run(f), guessed: guessed}}
	}
	if _, ok := g.lookupDir(source, dirs...); !ok && !strings.ContainsAny(source, "$:") && !strings.HasPrefix(source, "/") {
		return []target{{broken: "the folder " + source + " is not in the repository"}}
	}
	return nil
}
