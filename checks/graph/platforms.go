package graph

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// docker resolves builds to Dockerfiles and runs to what the image starts.
func docker(g *Graph, at *Node, args, dirs []string) []target {
	if len(args) == 0 {
		return nil
	}
	switch args[0] {
	case "buildx", "image", "container":
		return docker(g, at, args[1:], dirs)
	case "compose":
		return compose(g, at, args[1:], dirs)
	case "build", "bud":
		return g.dockerBuild(args[1:], dirs)
	case "run":
		return g.dockerRun(at, args[1:])
	}
	return nil
}

func (g *Graph) dockerBuild(args, dirs []string) []target {
	file := option(args, "-f", "--file")
	context := ""
	if p := positional(args, "-f", "--file", "-t", "--tag", "--build-arg", "--platform", "--target", "--label", "--cache-from", "--cache-to", "-o", "--output", "--network", "--secret", "--ssh", "--progress", "--push"); len(p) > 0 {
		context = p[len(p)-1]
	}
	if file == "" {
		file = path.Join(context, "Dockerfile")
		if strings.HasPrefix(context, "http") {
			return nil
		}
	}
	if f, guessed, ok := g.lookup("", file, dirs...); ok {
		g.nameImage(f, option(args, "-t", "--tag"))
		return []target{{id: g.image(f), guessed: guessed}}
	}
	if strings.Contains(file, "$") {
		return nil
	}
	if len(dirs) > 0 && strings.Contains(dirs[0], "$") {
		// A folder that a variable names: every one that could be meant.
		var out []target
		for _, f := range g.glob(path.Join(variables.ReplaceAllString(dirs[0], "*"), file)) {
			out = append(out, target{id: g.image(f), guessed: true})
		}
		return out
	}
	return []target{{broken: file + " is not in the repository"}}
}

// nameImage remembers which Dockerfile an image name is built from.
func (g *Graph) nameImage(dockerfile, tag string) {
	if tag == "" {
		return
	}
	if g.images == nil {
		g.images = map[string]string{}
	}
	g.images[imageName(tag)] = dockerfile
}

// imageName drops registry variables, tag and digest: the last path segment.
func imageName(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, '/'); i >= 0 {
		ref = ref[i+1:]
	}
	name, _, _ := strings.Cut(ref, ":")
	return name
}

// trainingImage finds the one Dockerfile whose name or command speaks of
// training, for a job that runs an image named only by a secret and itself
// speaks of training (clarification 95).
func (g *Graph) trainingImage(at *Node, ref string) []target {
	if !strings.Contains(ref, "secrets.") && !strings.Contains(ref, "vars.") || !strings.Contains(strings.ToLower(at.Path+" "+at.Cmd.Job), "train") {
		return nil
	}
	found := ""
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Kind != Service || n.Name != "run" || n.Place != 0 {
			continue
		}
		speaks := strings.Contains(strings.ToLower(n.Path), "train")
		for _, e := range g.out[i] {
			speaks = speaks || g.Nodes[e.To].Kind == Command && strings.Contains(strings.ToLower(g.Nodes[e.To].What), "train")
		}
		if speaks {
			if found != "" {
				return nil
			}
			found = n.Path
		}
	}
	if found == "" {
		return nil
	}
	out := g.started(found, false)
	for i := range out {
		out[i].guessed = true
	}
	return out
}

func (g *Graph) dockerRun(at *Node, args []string) []target {
	p := positional(args, containerOptions...)
	if len(p) == 0 {
		return nil
	}
	if f, ok := g.images[imageName(p[0])]; ok {
		return g.started(f, len(p) > 1)
	}
	return g.trainingImage(at, p[0])
}

// containerOptions are the options of docker run that take a value.
var containerOptions = []string{"-v", "--volume", "-e", "--env", "-p", "--publish", "--name", "--network", "-w", "--workdir", "--env-file", "--gpus", "-u", "--user", "--mount", "--entrypoint", "--restart", "-m", "--memory", "--ipc", "--shm-size", "--add-host"}

// insideImage resolves the command that docker run gives an image of this
// repository instead of the image's own, seen from the folders the image is
// made of; false where argv is no such thing. What it does not find may well be
// in the image, so nothing is broken.
func (g *Graph) insideImage(at *Node) ([]target, bool) {
	argv := at.Cmd.Argv
	if len(argv) < 4 || argv[1] != "run" {
		return nil, false
	}
	switch path.Base(argv[0]) {
	case "docker", "podman", "nerdctl":
	default:
		return nil, false
	}
	p := positional(argv[2:], containerOptions...)
	if len(p) < 2 {
		return nil, false
	}
	dockerfile, ok := g.images[imageName(p[0])]
	if !ok {
		return nil, false
	}
	inner := argv[slices.Index(argv, p[0])+1:]
	in := Node{Path: dockerfile, Line: at.Line, Cmd: &fact.Command{Argv: inner}}
	out := g.started(dockerfile, true)
	for _, command := range shell.Unwrap(inner) {
		out = append(out, g.resolve(&in, command, g.dirs(dockerfile, in.Cmd))...)
	}
	return slices.DeleteFunc(out, func(t target) bool { return t.broken != "" }), true
}

// started is what an image runs when nothing overrides its command.
func (g *Graph) started(dockerfile string, overridden bool) []target {
	id, ok := g.find(Service, dockerfile, "run")
	if !ok || overridden {
		return []target{{id: g.image(dockerfile)}}
	}
	return []target{{id: id}, {id: g.image(dockerfile)}}
}

func compose(g *Graph, _ *Node, args, dirs []string) []target {
	file := option(args, "-f", "--file")
	p := positional(args, "-f", "--file", "-p", "--project-name", "--profile", "--env-file")
	if len(p) == 0 {
		return nil
	}
	verb, names := p[0], p[1:]
	if verb != "up" && verb != "run" && verb != "build" && verb != "exec" && verb != "start" {
		return nil
	}
	files := []string{file}
	if file == "" {
		files = []string{"docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"}
	}
	for _, f := range files {
		if found, guessed, ok := g.lookup("", f, dirs...); ok {
			var out []target
			for r := range fact.In[fact.Resource](g.set, found) {
				if r.System != "compose" || len(names) > 0 && !contains(names, r.Name) {
					continue
				}
				out = append(out, target{id: g.service(found, r.Name, r.Line), guessed: guessed})
			}
			return out
		}
	}
	if file != "" && !strings.Contains(file, "$") {
		return []target{{broken: file + " is not in the repository"}}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func gcloud(g *Graph, _ *Node, args, dirs []string) []target {
	line := strings.Join(args, " ")
	switch {
	case strings.Contains(line, "builds submit"):
		if c := option(args, "--config"); c != "" {
			if f, guessed, ok := g.lookup("", c, dirs...); ok {
				return []target{{id: g.submitted(f), guessed: guessed}}
			}
		}
		return g.dockerBuild([]string{lastOr(positional(args[1:]), ".")}, dirs)
	case strings.Contains(line, "functions deploy"):
		return g.cloudFunction(args, dirs)
	case option(args, "--source") != "":
		return g.fromSource(option(args, "--source"), dirs)
	}
	return nil
}

func lastOr(list []string, or string) string {
	if len(list) == 0 {
		return or
	}
	return list[len(list)-1]
}

func az(g *Graph, _ *Node, args, dirs []string) []target {
	if f := option(args, "--file", "-f"); f != "" {
		return g.documentsIn(f, dirs)
	}
	return nil
}

func kubectl(g *Graph, _ *Node, args, dirs []string) []target {
	if f := option(args, "-f", "--filename", "-k"); f != "" {
		return g.documentsIn(f, dirs)
	}
	return nil
}

// dbx leads to the jobs that it deploys or starts: all of the deployment file,
// or those that the command names.
func dbx(g *Graph, n *Node, args, dirs []string) []target {
	if len(args) == 0 || args[0] != "deploy" && args[0] != "launch" && args[0] != "execute" {
		return nil
	}
	files := []string{"conf/deployment.yml", "conf/deployment.yaml", "conf/deployment.json"}
	if f := option(args, "--deployment-file"); f != "" {
		files = []string{f}
	}
	var wanted []string
	if list := option(args, "--jobs", "--job", "--workflows", "--workflow"); list != "" {
		wanted = strings.Split(list, ",")
	} else if p := positional(args[1:], "--deployment-file", "--environment", "-e", "--branch-name", "--requirements-file", "--tags", "--cluster-name", "--cluster-id", "--task", "--parameters"); len(p) > 0 {
		wanted = p[:1]
	}
	for _, name := range files {
		f, guessed, ok := g.lookup("", name, dirs...)
		if !ok {
			continue
		}
		out := []target{}
		for r := range fact.In[fact.Resource](g.set, f) {
			if r.System == "dbx" && (wanted == nil || slices.Contains(wanted, r.Name)) {
				out = append(out, target{id: g.resource(f, resourceName(r), r.Line), guessed: guessed})
			}
		}
		return out
	}
	return databricks(g, n, args, dirs)
}

func databricks(g *Graph, _ *Node, args, dirs []string) []target {
	if len(args) > 1 && (args[0] == "bundle" || args[0] == "deploy" || args[0] == "execute") {
		var out []target
		for p, r := range fact.All[fact.Resource](g.set) {
			if r.System == "bundle" {
				out = append(out, target{id: g.resource(p, resourceName(r), r.Line)})
			}
		}
		return out
	}
	for _, k := range []string{"--json-file", "--json", "--file"} {
		if f := strings.TrimPrefix(option(args, k), "@"); f != "" {
			return g.documentsIn(f, dirs)
		}
	}
	return nil
}

func templates(g *Graph, _ *Node, args, dirs []string) []target {
	for _, name := range []string{option(args, "-t", "--template", "--template-file", "--config", "-c"), "template.yaml", "template.yml", "serverless.yml", "samconfig.toml"} {
		if name != "" {
			if t := g.documentsIn(name, dirs); t != nil {
				return t
			}
		}
	}
	return nil
}

// documentsIn returns the resources of a file or of every file of a folder.
func (g *Graph) documentsIn(name string, dirs []string) []target {
	var out []target
	add := func(p string, guessed bool) {
		for r := range fact.In[fact.Resource](g.set, p) {
			out = append(out, target{id: g.resource(p, resourceName(r), r.Line), guessed: guessed})
		}
	}
	if f, guessed, ok := g.lookup("", name, dirs...); ok {
		return g.documentsOf(f, guessed)
	}
	if d, ok := g.lookupDir(name, dirs...); ok && d != "" {
		for _, f := range g.tree.Under(d) {
			if ext := path.Ext(f.Path); ext == ".yaml" || ext == ".yml" || ext == ".json" {
				add(f.Path, false)
			}
		}
		return out
	}
	if strings.Contains(name, ".") && !strings.Contains(name, "$") && !strings.Contains(name, "://") && name != "-" && !strings.HasPrefix(name, "/") {
		return []target{{broken: name + " is not in the repository"}}
	}
	return out
}

// documentsOf returns the resources of one file.
func (g *Graph) documentsOf(file string, guessed bool) []target {
	var out []target
	for r := range fact.In[fact.Resource](g.set, file) {
		id := g.resource(file, resourceName(r), r.Line)
		if plain(r) {
			g.handed(file, id, r)
		}
		out = append(out, target{id: id, guessed: guessed})
	}
	return out
}

func resourceName(r fact.Resource) string {
	if r.Name != "" {
		return r.Kind + "/" + r.Name
	}
	return r.Kind
}
