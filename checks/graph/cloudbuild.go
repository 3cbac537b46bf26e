package graph

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// A file of Cloud Build under a name of its own is known by the command that
// submits it. It is then a job that a person starts (clarification 87).

// submitted is the workflow of a file that "gcloud builds submit" names. One at
// a conventional path was read as such; the steps of any other are made here.
func (g *Graph) submitted(file string) ID {
	w := g.workflow(file)
	for range fact.In[fact.Job](g.set, file) {
		return w
	}
	steps := g.cloudSteps(file)
	if len(steps) == 0 || len(g.out[w]) > 0 {
		return w
	}
	job := g.job(file, "build", steps[0].Line, "job build")
	g.link(w, Edge{To: job, Line: steps[0].Line})
	for _, c := range steps {
		g.link(job, Edge{To: g.command(file, c), Line: c.Line})
	}
	g.link(g.trigger(file, 1, Dispatch, "submitted by a command"), Edge{To: w})
	return w
}

// cloudSteps makes commands of the steps of a plain document: each names a
// builder, or what to start in its image, and arguments. A folder that is not
// there is a checkout that a step has made.
func (g *Graph) cloudSteps(file string) []fact.Command {
	type step struct {
		line                  int
		name, entrypoint, dir string
		args                  []string
	}
	steps, at := []*step{}, map[string]*step{}
	var out []fact.Command
	for r := range fact.In[fact.Resource](g.set, file) {
		if !plain(r) {
			return nil
		}
		for _, a := range r.Attrs {
			list, rest, _ := strings.Cut(a.Key, ".")
			number, key, _ := strings.Cut(rest, ".")
			if list == "images" {
				out = append(out, fact.Command{Pos: fact.Pos{Line: a.Line}, Argv: []string{"docker", "push", a.Value}, Job: "build"})
			}
			if _, err := strconv.Atoi(number); list != "steps" || err != nil {
				continue
			}
			s := at[number]
			if s == nil {
				s = &step{line: a.Line}
				at[number] = s
				steps = append(steps, s)
			}
			switch {
			case key == "name":
				s.name = a.Value
			case key == "entrypoint":
				s.entrypoint = a.Value
			case key == "dir":
				s.dir = a.Value
			case strings.HasPrefix(key, "args."):
				s.args = append(s.args, a.Value)
			}
		}
	}
	for i, s := range steps {
		program := s.entrypoint
		if program == "" {
			program = imageName(s.name)
		}
		if s.name == "" || program == "" {
			return nil // steps of something else
		}
		if s.dir != "" && !g.tree.HasDir(path.Clean(s.dir)) {
			s.dir = ""
		}
		argv := append([]string{program}, s.args...)
		out = append(out, fact.Command{Pos: fact.Pos{Line: s.line}, Argv: argv, Dir: s.dir, Job: "build", Step: i,
			Guessed: strings.Contains(strings.Join(argv, " "), "$")})
	}
	slices.SortStableFunc(out, func(a, b fact.Command) int { return cmp.Compare(a.Line, b.Line) })
	return out
}
