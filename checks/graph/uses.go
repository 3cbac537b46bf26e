package graph

import (
	"slices"
	"strings"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// usesOf asks the catalogue what every line of every file does. It takes about
// as long as half of the building and needs none of it, so it runs beside;
// what is returned waits for the answers, which stand in the order of the files.
// R scripts are left out: what they attach is not in them alone.
func usesOf(set *fact.Set, c *catalog.Catalog) func() [][]catalog.Use {
	uses := sync.OnceValue(func() [][]catalog.Use {
		out := make([][]catalog.Use, len(set.Files()))
		for i, f := range set.Files() {
			if place.Of(f.Path) != place.Vendored && !isR(f.Path) {
				out[i] = c.Uses(f.Path, f)
			}
		}
		return out
	})
	go func() {
		defer func() { _ = recover() }() // who waits for the answers is told of it
		uses()
	}()
	return uses
}

// addUses notes the node that each use stands in; uses are by file.
func (g *Graph) addUses(c *catalog.Catalog, uses [][]catalog.Use) {
	n := 0
	for i, f := range g.set.Files() {
		if isR(f.Path) && place.Of(f.Path) != place.Vendored {
			uses[i] = c.Uses(f.Path, g.attached(f))
		}
		n += len(uses[i])
	}
	g.Uses = slices.Grow(g.Uses, n) // linking may have noted some
	for i, f := range g.set.Files() {
		class := place.Of(f.Path)
		owners := g.owners(f)
		for _, u := range uses[i] {
			if u.Line >= 0 {
				g.Uses = append(g.Uses, Use{Use: u, Node: g.nodeOf(f.Path, u.Fact, owners), Place: class})
			}
		}
	}
	g.addMadeUses(c)
	g.addForeignUses()
	g.addForeignLoads()
}

// addMadeUses does the same for commands that no file holds as such: those of
// here-documents, action inputs, and programs that start others.
func (g *Graph) addMadeUses(c *catalog.Catalog) {
	known := map[ID]bool{}
	for _, u := range g.Uses {
		if u.Node >= 0 && g.Nodes[u.Node].Kind == Command {
			known[u.Node] = true
		}
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Kind != Command || n.Cmd == nil || known[ID(i)] || n.Place == place.Vendored {
			continue
		}
		for _, u := range c.Uses(n.Path, fact.File{Facts: []fact.Fact{*n.Cmd}}) {
			if u.Line > 0 {
				u.Path = n.Path
				g.Uses = append(g.Uses, Use{Use: u, Node: ID(i), Place: n.Place})
			}
		}
	}
}

// named maps words of another repository's reusable workflow, or of the inputs
// it is given, to what it does there (clarification 4). It is not followed.
var named = []struct {
	word string
	role catalog.Role
}{
	{"test", catalog.RoleTest}, {"lint", catalog.RoleLint}, {"pypi", catalog.RolePublish}, {"publish", catalog.RolePublish}, {"release", catalog.RolePublish},
	{"deploy", catalog.RoleDeploy}, {"train", catalog.RoleTrainingJob}, {"docker", catalog.RoleBuild}, {"build", catalog.RoleBuild}, {"containerfile", catalog.RoleBuild},
	{"permissions.packages", catalog.RolePublish},
}

// addForeignUses reads the names of reusable workflows of other repositories.
func (g *Graph) addForeignUses() {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Kind != Step || n.Step.Kind != "workflow" || strings.HasPrefix(n.Step.Ref, "./") || n.Place != place.Live {
			continue
		}
		ref, _, _ := strings.Cut(n.Step.Ref, "@")
		words := strings.ToLower(ref[strings.LastIndexByte(ref, '/')+1:])
		for _, a := range n.Step.With {
			if t := strings.ToLower(a.Value.Text); t != "false" && t != "none" && t != "" {
				words += " " + strings.ToLower(a.Name)
			}
		}
		if runsJob(ref[strings.LastIndexByte(ref, '/')+1:]) && g.linkOnlyImage(ID(i)) {
			words += " train" // what it starts says whether it does
		}
		seen := map[catalog.Role]bool{}
		for _, w := range named {
			if strings.Contains(words, w.word) && !seen[w.role] {
				seen[w.role] = true
				g.Uses = append(g.Uses, Use{Use: catalog.Use{Role: w.role, Strength: catalog.Used, Path: n.Path, Line: n.Line,
					What: n.Step.Ref + " (not followed)", Fact: *n.Step}, Node: ID(i), Place: n.Place})
			}
		}
	}
}

// runsJob says whether a called workflow is named after running an image as a
// job on a platform: build-and-run-batch-job.yml.
func runsJob(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_. ", r) })
	return slices.Contains(words, "run") && slices.Contains(words, "job") && (slices.Contains(words, "batch") || slices.Contains(words, "container") || slices.Contains(words, "ecs"))
}

// linkOnlyImage leads from a step to what the image starts whose definition is
// the only one of the project (clarification 95).
func (g *Graph) linkOnlyImage(step ID) bool {
	only, n := unreached, 0
	for p := range fact.All[fact.Image](g.set) {
		id, ok := g.find(Service, p, "run")
		if ok && place.Of(p) == place.Live && id != only {
			only = id
			n++
		}
	}
	if n != 1 {
		return false
	}
	g.link(step, Edge{To: only, Line: g.Nodes[step].Line, Guessed: true})
	return true
}

func (g *Graph) nodeOf(path string, x fact.Fact, owners func(fact.Command) ID) ID {
	switch v := x.(type) {
	case fact.Call:
		return g.scopeNode(path, v.Scope)
	case fact.Define:
		return g.scope(path, v.Name)
	case fact.Command:
		if id, ok := g.index.of(path)[key{Command, strings.Join(v.Argv, " "), v.Line}]; ok {
			return id
		}
		return owners(v)
	case fact.Uses:
		if v.Kind == "hook" {
			return g.stage(path, "pre-commit", "run", v.Line)
		}
		return g.step(path, v)
	case fact.Image:
		return g.image(path)
	case fact.Stage:
		return g.stage(path, v.System, v.Name, v.Line)
	case fact.Resource:
		if v.System == "compose" {
			return g.service(path, v.Name, v.Line)
		}
		return g.resource(path, resourceName(v), v.Line)
	}
	return unreached
}
