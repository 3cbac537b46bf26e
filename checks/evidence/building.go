package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Build is a command or step that builds a package, an image or a model's
// archive.
type Build struct {
	Use    graph.Use
	Broken bool // it names what is not there, or copies it
}

// Builds returns what builds the project, wherever it stands in live code.
func (v *View) Builds() []Build {
	return Once(v, "builds", func() []Build {
		var out []Build
		failed := map[graph.ID]int{} // job -> line of its first broken build
		for _, u := range v.Live(catalog.RoleBuild, catalog.RolePackage) {
			b := Build{Use: u, Broken: v.leadsNowhere(u.Node)}
			for _, job := range v.jobsOf(u.Node) {
				// What follows a broken step in its job proves nothing (clarification 47).
				if line, ok := failed[job]; ok && u.Line >= line {
					b.Broken = true
				} else if b.Broken {
					failed[job] = u.Line
				}
			}
			out = append(out, b)
		}
		for _, u := range v.Live(catalog.RoleTest) {
			// R's own check builds the package first (clarification 88).
			if u.Tool != nil && u.Tool.ID == "r-tests" && buildsR(u.What) {
				out = append(out, Build{Use: u})
			}
		}
		return slices.Concat(out, v.composeBuilds(), v.bundleBuilds())
	})
}

// composeBuilds returns the commands that start compose services which name a
// build of their own: compose builds the image that is not there.
func (v *View) composeBuilds() []Build {
	builds := map[string]bool{}
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.System == "compose" && (hasAttr(r, "build")) {
			builds[p+"\x00"+r.Name] = true
		}
	}
	var out []Build
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Command || n.Cmd == nil || n.Place != place.Live || !composeUp(n.Cmd.Argv) {
			continue
		}
		for _, e := range v.Graph.Out(graph.ID(i)) {
			if x := v.Graph.Node(e.To); x.Kind == graph.Service && builds[x.Path+"\x00"+x.Name] {
				u := graph.Use{Use: catalog.Use{Role: catalog.RoleBuild, Strength: catalog.Used, Path: n.Path, Line: n.Line, What: n.What, Fact: *n.Cmd}, Node: graph.ID(i), Place: n.Place}
				out = append(out, Build{Use: u, Broken: v.buildsNowhere(e.To)})
				break
			}
		}
	}
	return out
}

// bundleBuilds returns the commands that deploy a Databricks bundle which names
// a package to build: the deployment builds it first.
func (v *View) bundleBuilds() []Build {
	builds := false
	for _, r := range fact.All[fact.Resource](v.Facts) {
		builds = builds || r.System == "bundle" && r.Kind == "artifact" && hasAttr(r, "build")
	}
	if !builds {
		return nil
	}
	var out []Build
	for _, u := range v.Live(catalog.RoleDeploy) {
		if c, ok := u.Fact.(fact.Command); ok && len(c.Argv) > 2 && c.Argv[0] == "databricks" && c.Argv[1] == "bundle" && c.Argv[2] == "deploy" {
			out = append(out, Build{Use: u})
		}
	}
	return out
}

func composeUp(argv []string) bool {
	for i, a := range argv {
		if a == "up" {
			line := strings.Join(argv[:i], " ")
			return strings.HasPrefix(line, "docker compose") || strings.HasPrefix(line, "docker-compose") || strings.HasPrefix(line, "podman compose")
		}
	}
	return false
}

// buildsNowhere says whether the build of a service names what is not there.
func (v *View) buildsNowhere(service graph.ID) bool {
	for _, e := range v.Graph.Out(service) {
		x := v.Graph.Node(e.To)
		if x.Kind == graph.Broken || x.Kind == graph.Image && v.copiesMissing(x.Path) {
			return true
		}
	}
	return false
}

func buildsR(what string) bool {
	return strings.Contains(what, "check-r-package") || strings.Contains(what, "R CMD") || strings.Contains(what, "rcmdcheck")
}

// leadsNowhere says whether a build names a definition that is not there, or
// one that copies files nobody provides (clarification 91).
func (v *View) leadsNowhere(n graph.ID) bool {
	if n < 0 {
		return false
	}
	broken, good := false, false
	for _, e := range v.Graph.Out(n) {
		x := v.Graph.Node(e.To)
		switch {
		case x.Kind == graph.Broken:
			broken = true
		case x.Kind == graph.Image && v.fromCheckout(n) && v.copiesMissing(x.Path):
			broken = true
		default:
			good = true
		}
	}
	return broken && !good
}

// fromCheckout says whether nothing before a step of a job can have brought
// files into the checkout: only checkouts, logins and container commands.
func (v *View) fromCheckout(step graph.ID) bool {
	jobs := v.jobsOf(step)
	for _, job := range jobs {
		for _, e := range v.Graph.Out(job) {
			x := v.Graph.Node(e.To)
			if x.Line >= v.Graph.Node(step).Line {
				continue
			}
			if x.Kind == graph.Command && !bringsNothing[path.Base(x.Name)] || x.Kind == graph.Step && !plainStep(x.Name) {
				return false
			}
		}
	}
	return len(jobs) > 0
}

// jobsOf returns the jobs that hold a step.
func (v *View) jobsOf(step graph.ID) []graph.ID {
	holders := Once(v, "jobs-of-steps", func() map[graph.ID][]graph.ID {
		m := map[graph.ID][]graph.ID{}
		for i := range v.Graph.Nodes {
			if n := &v.Graph.Nodes[i]; n.Kind == graph.Job && n.Name != "" && n.Name != "\x00" {
				for _, e := range v.Graph.Out(graph.ID(i)) {
					m[e.To] = append(m[e.To], graph.ID(i))
				}
			}
		}
		return m
	})
	return holders[step]
}

var bringsNothing = map[string]bool{"docker": true, "podman": true, "echo": true, "cd": true, "export": true, "set": true, "ls": true, "true": true, "docker-compose": true}

func plainStep(name string) bool {
	return strings.HasPrefix(name, "actions/checkout") || strings.HasPrefix(name, "docker/") || strings.Contains(name, "login") || strings.HasPrefix(name, "actions/setup-")
}

// copiesMissing says whether a Dockerfile copies from its context what the
// repository does not hold, whatever folder of it the context is.
func (v *View) copiesMissing(dockerfile string) bool {
	for c := range fact.In[fact.Copy](v.Facts, dockerfile) {
		if c.Stage != "" {
			continue
		}
		for _, from := range c.From {
			if strings.ContainsAny(from, "$<") || strings.Contains(from, "://") {
				continue
			}
			if !v.inSomeContext(path.Dir(dockerfile), strings.Trim(path.Clean("/"+from), "/")) {
				return true
			}
		}
	}
	return false
}

func (v *View) inSomeContext(dir, from string) bool {
	if from == "" || from == "." {
		return true
	}
	pattern := strings.ContainsAny(from, "*?[")
	for ; ; dir = path.Dir(dir) {
		p := path.Join(dir, from)
		if _, ok := v.Tree.File(p); ok || v.Tree.HasDir(p) {
			return true
		}
		if pattern {
			for _, f := range v.Tree.Files() {
				if ok, _ := doublestar.Match(p, f.Path); ok {
					return true
				}
			}
			if i := strings.LastIndexByte(p, '/'); i >= 0 && !strings.ContainsAny(p[:i], "*?[") && v.Tree.HasDir(p[:i]) {
				return true // a pattern may match nothing
			}
		}
		if dir == "." || dir == "" || dir == "/" {
			return false
		}
	}
}

// BuildDefinitions returns what could be built: Dockerfiles, package
// definitions, environments of a managed platform that an image is made from.
func (v *View) BuildDefinitions() []report.Evidence {
	var out []report.Evidence
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		for _, x := range f.Facts {
			what, line := "", 0
			switch c := x.(type) {
			case fact.Image:
				if c.Role == "from" {
					what, line = "defines an image", c.Line
				}
			case fact.Resource:
				if c.Kind == "pyproject" && definesPackage(c) || path.Base(f.Path) == "DESCRIPTION" {
					what, line = "defines a package", max(c.Line, 1)
				}
				if c.System == "azureml" && c.Kind == "environment" {
					what, line = "defines an environment that an image is made from", max(c.Line, 1)
				}
			case fact.Call:
				if path.Base(f.Path) == "setup.py" && strings.HasSuffix(c.Name, "setup") {
					what, line = "defines a package", c.Line
				}
			}
			if what != "" {
				out = append(out, At(f.Path, line, what))
				break
			}
		}
	}
	return Unique(out)
}

func definesPackage(r fact.Resource) bool {
	for _, a := range r.Attrs {
		if a.Key == "project.name" || a.Key == "tool.poetry.name" {
			return true
		}
	}
	return false
}
