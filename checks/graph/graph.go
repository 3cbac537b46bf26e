// Package graph is the automation graph of one commit: which trigger starts
// which job, which command a job runs, which file or target a command names,
// which function a file calls. A capability counts when a path leads from a
// trigger to the call that proves it, and that path is the evidence shown.
//
// Build turns facts into nodes and lets a handful of resolvers, one file each,
// add the edges. Reach walks them breadth-first, once per class of trigger, so
// the chain found is the shortest. The graph never guesses in silence: an edge
// that rests on a variable is Guessed, a command that names what the
// repository lacks ends in a Broken node.
package graph

import (
	"slices"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// Kind is what a node stands for.
type Kind uint8

// The kinds of nodes.
const (
	Trigger  Kind = iota
	Job           // a CI job
	Command       // one command line
	Step          // an action or task a job takes in
	Stage         // a make target, DVC stage, package script, pipeline task
	Run           // a file run as a program
	Module        // a file's top level, run or imported
	Scope         // a function, method or class of a file
	Image         // a container image built from a Dockerfile
	Service       // what an image or compose service runs
	Resource      // one document of a structured file
	Broken        // a command that names what is not there
)

// Node is a thing automation can reach.
type Node struct {
	Kind  Kind
	Path  string
	Line  int
	Name  string // job id, target, scope, command word
	What  string // short text for a reader
	Place place.Class
	Event Event         // of a trigger
	Cmd   *fact.Command // of a command
	Step  *fact.Uses    // of a step
	If    string        // of a job: its condition
	Tests bool          // a command or node that runs tests
}

// ID numbers nodes from 0.
type ID int32

// Edge leads from one node to another.
type Edge struct {
	To      ID
	Line    int    // where in the source node's file the link is made, 0 for its own line
	Guessed bool   // rests on a variable nobody resolves, or on a name alone
	Test    bool   // leads into test code: only tests are reached through it
	Manual  bool   // a person must let it pass
	Not     uint16 // the event classes, as bits, under which a condition stops it
}

// Use is a line that does what a catalogue role says, with the node it stands
// in. Node is -1 when nothing can run it (a dependency, a settings file).
type Use struct {
	catalog.Use
	Node  ID
	Place place.Class
}

// Graph is built once and then only read, by several checks at a time.
type Graph struct {
	Nodes []Node
	out   [][]Edge
	in    func() [][]ID // the edges turned round, those into tests left out
	named *stageIndex   // see stageNames
	stars map[string][]star
	// sourcing holds, for each R script, those that source it, sources those it sources.
	sourcing, sources map[string][]string
	uploads           map[string]string // scripts that jobs copy to a bucket, by base name
	Uses              []Use

	set       *fact.Set
	tree      repo.Tree
	index     index
	defs      map[string]map[string]fact.Fact // path -> scope -> its fact.Define, which it shares with the set
	modules   *modules
	methods   map[string][]ID // method name -> scopes, for receivers nobody types
	wires     []Wire
	settings  map[string]string // environment variables that name programs
	images    map[string]string // image name -> Dockerfile
	programs  map[string]resolver
	handlers  map[ID]bool         // functions that a platform was told to call
	documents []ID                // commands a document tells a reader to type
	tails     map[string][]string // base name -> paths
	reach     [events]*reach
	made      int // targets and CI files worked out anew for variables and inputs
	calls     []called
	gives     map[string]map[string][]fact.Assign // see givers
	decorated map[ID][]defName                    // decorators -> what they decorate
	choices   map[choice][]defName                // see chosen
	apps      []*cdkApp                           // applications of the AWS CDK
	variables map[string]ID                       // "file, scope, variable" of a CDK program -> the resource it holds
	declared  map[string][]ID                     // kind of CloudFormation -> the resources of that kind that something can start
	nowhere   ID                                  // once built: where code stands that no node is made of
	scopes    map[string][]ID                     // once built: see ScopesOf
}

// Wire is a job order: the job From must end before To starts.
type Wire struct{ From, To ID }

// Options tells Build what facts cannot.
type Options struct {
	Catalog *catalog.Catalog
}

// Build makes the graph of a commit.
func Build(tree repo.Tree, set *fact.Set, o Options) *Graph {
	set = withoutOff(set)
	g := &Graph{
		set: set, tree: tree, index: index{byFile: map[string]map[key]ID{}}, stars: map[string][]star{},
		defs: map[string]map[string]fact.Fact{}, methods: map[string][]ID{}, programs: programs(), handlers: map[ID]bool{},
		variables: map[string]ID{}, declared: map[string][]ID{}, nowhere: unreached,
	}
	uses := usesOf(set, o.Catalog)
	g.modules = newModules(tree)
	g.modules.learn(set)
	g.addScopes()
	g.addCommands()
	g.linkCode()
	g.linkFixtures()
	g.linkInstantiated()
	g.linkNamedBySettings()
	g.linkImplementations()
	g.linkScala()
	g.linkSQL()
	g.linkStages()
	g.linkContainers()
	g.linkRuntimes()
	g.linkResources()
	g.linkCI()
	g.linkOrchestrators()
	g.linkCommands()
	g.linkLoaded()
	g.addUses(o.Catalog, uses())
	g.stopAtAbsentFiles()
	g.stopAtBroken()
	g.seal()
	g.walkAll()
	return g
}

// seal ends the building: what is asked of the graph from now on adds nothing
// to it.
func (g *Graph) seal() {
	g.nowhere = g.add(key{kind: Module}, Node{Kind: Module})
	g.scopes = g.scopesByFile()
	g.index.seal()
	g.in = sync.OnceValue(g.incoming)
}

// Set returns the facts the graph was built from.
func (g *Graph) Set() *fact.Set { return g.set }

// Tree returns the tree the graph was built from.
func (g *Graph) Tree() repo.Tree { return g.tree }

// Out returns the edges that leave a node.
func (g *Graph) Out(n ID) []Edge { return g.out[n] }

// Node returns the node of an id.
func (g *Graph) Node(n ID) *Node { return &g.Nodes[n] }

// add returns the node of a key in the file the node is in, made if need be.
func (g *Graph) add(k key, n Node) ID {
	nodes := g.index.of(n.Path)
	if id, ok := nodes[k]; ok {
		return id
	}
	if nodes == nil {
		nodes = g.index.make(n.Path)
	}
	id := ID(len(g.Nodes))
	n.Place = place.Of(n.Path)
	g.Nodes = append(g.Nodes, n)
	g.out = append(g.out, nil)
	nodes[k] = id
	return id
}

func (g *Graph) find(kind Kind, path, name string) (ID, bool) {
	id, ok := g.index.of(path)[key{kind, name, 0}]
	return id, ok
}

func (g *Graph) link(from ID, e Edge) {
	if from == e.To {
		return
	}
	for i, x := range g.out[from] {
		if x.To == e.To && x.Guessed == e.Guessed && x.Test == e.Test && x.Manual == e.Manual {
			g.out[from][i].Not &= e.Not
			return
		}
	}
	g.out[from] = append(g.out[from], e)
}

// job, run, module, scope … return the node of a thing, making it when needed.

func (g *Graph) job(path, name string, line int, what string) ID {
	return g.add(key{Job, name, 0}, Node{Kind: Job, Path: path, Line: line, Name: name, What: what})
}

func (g *Graph) stage(path, system, name string, line int) ID {
	return g.add(key{Stage, system + ":" + name, 0},
		Node{Kind: Stage, Path: path, Line: line, Name: name, What: stageWords(system) + " " + name})
}

func stageWords(system string) string {
	switch system {
	case "dvc":
		return "DVC stage"
	case "make":
		return "make"
	case "script":
		return "script"
	case "tox":
		return "tox environment"
	case "nox":
		return "nox session"
	case "mlproject":
		return "MLproject entry point"
	case "snakemake":
		return "Snakemake rule"
	case "pre-commit":
		return "pre-commit hook"
	}
	return system
}

func (g *Graph) run(path string) ID {
	_, known := g.find(Run, path, "")
	id := g.add(key{Run, "", 0}, Node{Kind: Run, Path: path, Line: 1, What: path})
	if !known {
		g.link(id, Edge{To: g.module(path)})
	}
	return id
}

func (g *Graph) module(path string) ID {
	return g.add(key{Module, "", 0}, Node{Kind: Module, Path: path, Line: 1, What: path})
}

func (g *Graph) scope(path, name string) ID {
	line := 1
	if d, ok := g.defs[path][name]; ok {
		line = d.At()
	}
	return g.add(key{Scope, name, 0}, Node{Kind: Scope, Path: path, Line: line, Name: name, What: name})
}

// defined returns the definition of a scope, which has the last word where a
// file has several.
func (g *Graph) defined(path, scope string) (fact.Define, bool) {
	d, ok := g.defs[path][scope].(fact.Define)
	return d, ok
}

func (g *Graph) broken(path string, line int, what string) ID {
	return g.add(key{Broken, what, line}, Node{Kind: Broken, Path: path, Line: line, Name: what, What: what})
}

// ScopeNode is the node that code of a scope of a file stands in. A file that
// only assigns and compares has none; what stands there nothing leads to.
func (g *Graph) ScopeNode(path, scope string) ID {
	if id, ok := g.findScope(path, scope); ok {
		return id
	}
	if id, ok := g.find(Module, path, ""); ok {
		return id
	}
	return g.nowhere
}

// RunNode is the node of a file run as a program, if it has code.
func (g *Graph) RunNode(path string) (ID, bool) { return g.find(Run, path, "") }

// Forward returns what can be reached from some nodes, themselves included.
// Ways into tests are left out.
func (g *Graph) Forward(from ...ID) map[ID]bool {
	seen := map[ID]bool{}
	queue := make([]ID, 0, len(from))
	for _, id := range from {
		if id >= 0 && !seen[id] {
			seen[id] = true
			queue = append(queue, id)
		}
	}
	for len(queue) > 0 {
		n := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, e := range g.out[n] {
			if !e.Test && !seen[e.To] {
				seen[e.To] = true
				queue = append(queue, e.To)
			}
		}
	}
	return seen
}

// ScopesOf returns the nodes of all definitions of a file.
func (g *Graph) ScopesOf(path string) []ID { return g.scopes[path] }

// scopesByFile is what ScopesOf answers with; what is appended to an answer does
// not change it.
func (g *Graph) scopesByFile() map[string][]ID {
	scopes := map[string][]ID{}
	for p, d := range fact.All[fact.Define](g.set) {
		if id, ok := g.find(Scope, p, d.Name); ok {
			scopes[p] = append(scopes[p], id)
		}
	}
	for p, ids := range scopes {
		scopes[p] = slices.Clip(ids)
	}
	return scopes
}
