package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// makers are words of commands and actions that may write a requirements file
// or bring other files into a job.
var makers = []string{"export", "compile", "pipreqs", "pipenv", "curl", "wget", "clone", "download", "freeze", "cp ", "mv ", "unzip", "tar "}

// pip resolves nothing; it finds the requirements file a CI job installs and
// the repository lacks, unless the job may have made it.
func pip(g *Graph, at *Node, args, dirs []string) []target {
	if at.Cmd == nil || at.Cmd.Job == "" || len(args) == 0 || args[0] != "install" {
		return nil
	}
	if _, ok := g.find(Job, at.Path, at.Cmd.Job); !ok {
		return nil
	}
	for i, a := range args {
		if a != "-r" && a != "--requirement" || i+1 == len(args) {
			continue
		}
		name := strings.TrimPrefix(args[i+1], "./")
		if strings.ContainsAny(name, "$*{~") || strings.HasPrefix(name, "/") || strings.Contains(name, "://") || !strings.HasSuffix(name, ".txt") {
			continue
		}
		if _, _, ok := g.lookup("", name, dirs...); !ok && !g.mayMake(at.Path, at.Cmd.Job, name) {
			return []target{{broken: name + " is not in the repository"}}
		}
	}
	return nil
}

// mayMake says whether something in a job may write a file.
func (g *Graph) mayMake(file, job, name string) bool {
	for c := range fact.In[fact.Command](g.set, file) {
		line := strings.Join(c.Argv, " ")
		if c.Job != job || strings.Contains(line, "install") {
			continue
		}
		if strings.Contains(line, name) {
			return true
		}
		for _, m := range makers {
			if strings.Contains(line+" ", m) {
				return true
			}
		}
	}
	for u := range fact.In[fact.Uses](g.set, file) {
		if u.Job != job {
			continue
		}
		for _, m := range makers {
			if strings.Contains(u.Ref, m) {
				return true
			}
		}
		for _, a := range u.With {
			if a.Name == "repository" || a.Name == "path" && strings.Contains(u.Ref, "checkout") {
				return true
			}
		}
	}
	return false
}
