package graph

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// An application of the AWS CDK is a program that cdk.json names. "cdk synth"
// runs it and writes templates; "cdk deploy" puts in place what its constructs
// declare, which package combine reads as resources of CloudFormation. What no
// application gets to is declared by nobody.

// cdkApp is one application.
type cdkApp struct {
	dir       string // of cdk.json, where the program is run
	program   []target
	reaches   map[ID]bool
	resources []ID
}

// maxApps bounds how many applications a repository may hold.
const maxApps = 32

// findCDKApps reads each cdk.json. It comes after the code is linked, so that
// it is known what a program gets to.
func (g *Graph) findCDKApps() {
	for p, r := range fact.All[fact.Resource](g.set) {
		if path.Base(p) != "cdk.json" || len(g.apps) >= maxApps || place.Of(p) != place.Live {
			continue
		}
		words, ok := attr(r, "app")
		if !ok {
			continue
		}
		app := &cdkApp{dir: dirOf(p), program: g.cdkProgram(p, words, []string{dirOf(p)})}
		var roots []ID
		for _, t := range app.program {
			if t.broken == "" {
				roots = append(roots, t.id)
			}
		}
		app.reaches = g.Forward(roots...)
		g.apps = append(g.apps, app)
	}
}

// cdkProgram is what the command of an application runs.
func (g *Graph) cdkProgram(file, words string, dirs []string) []target {
	commands, err := shell.Parse(context.Background(), words, shell.Options{Dialect: "bash"})
	if err != nil {
		return nil
	}
	at := Node{Path: file, Line: 1, Cmd: &fact.Command{}}
	var out []target
	for _, c := range commands {
		for _, argv := range shell.Unwrap(c.Argv) {
			out = append(out, g.resolve(&at, argv, dirs)...)
		}
	}
	return out
}

// appOf is the application that declares a resource, nil for none.
func (g *Graph) appOf(file string, r fact.Resource) *cdkApp {
	scope, _ := attr(r, "Metadata.Scope")
	n := g.scopeNode(file, scope)
	for _, app := range g.apps {
		if app.reaches[n] {
			return app
		}
	}
	return nil
}

// written says whether a resource is one that a program declares, and not a
// template.
func written(file string, r fact.Resource) bool {
	return r.System == "cloudformation" && path.Ext(file) == ".py"
}

// cdk resolves the command line of the CDK: synth runs the program of the
// application, deploy puts in place what it declares as well.
func cdk(g *Graph, at *Node, args, dirs []string) []target {
	verb := ""
	if p := positional(args, "-a", "--app", "-o", "--output", "-c", "--context", "--profile", "--parameters", "--require-approval", "--outputs-file", "--role-arn", "--tags"); len(p) > 0 {
		verb = p[0]
	}
	switch verb {
	case "deploy", "synth", "synthesize", "diff", "watch":
	default:
		return nil
	}
	var app *cdkApp
	for _, d := range dirs {
		for _, a := range g.apps {
			if app == nil && a.dir == d {
				app = a
			}
		}
	}
	var out []target
	switch words := option(args, "--app", "-a"); {
	case words != "" && !strings.Contains(words, "cdk.out"):
		out = g.cdkProgram(at.Path, words, dirs)
	case app != nil:
		out = append(out, app.program...)
	}
	if app != nil && (verb == "deploy" || verb == "watch") {
		for _, id := range app.resources {
			out = append(out, target{id: id})
		}
	}
	return out
}

// construct finds the resource that a value of a program names: a variable of
// the same function, or a field of the same class.
func (g *Graph) construct(file, scope, value string) (ID, bool) {
	for value != "" {
		where := scope
		if strings.HasPrefix(value, "self.") {
			where, _, _ = strings.Cut(scope, ".")
		}
		if id, ok := g.variables[file+"\x00"+where+"\x00"+value]; ok {
			return id, true
		}
		value = value[:max(strings.LastIndexByte(value, '.'), 0)]
	}
	return 0, false
}

// linkAsset leads from a function to the image that its code is built into,
// where the folder that it is given holds a Dockerfile.
func (g *Graph) linkAsset(file string, id ID, r fact.Resource, app *cdkApp) {
	for _, a := range r.Attrs {
		if !strings.HasPrefix(a.Key, "Properties.") || a.Value == "" || len(a.Value) > 200 {
			continue
		}
		if dockerfile, guessed, ok := g.lookup(file, path.Join(a.Value, "Dockerfile"), app.dir, dirOf(file)); ok {
			for _, t := range g.started(dockerfile, false) {
				g.link(id, Edge{To: t.id, Line: a.Line, Guessed: guessed})
			}
		}
	}
}
