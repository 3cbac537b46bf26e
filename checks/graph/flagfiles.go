package graph

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// ifFile matches a condition that a file is there.
var ifFile = regexp.MustCompile(`^(?:\[\[?|test)\s+-[fes]\s+["']?([\w./-]+)["']?(?:\s*\]\]?)?$`)

// installers are the programs that make a job ready and leave no file behind
// that a later step could ask for.
var installers = map[string]bool{
	"pip": true, "pip3": true, "uv": true, "conda": true, "mamba": true, "apt": true, "apt-get": true, "poetry": true, "pipenv": true, "npm": true,
	"[": true, "[[": true, "test": true, "cd": true, "set": true, "export": true, "sudo": true, "source": true,
}

// stopAtAbsentFiles cuts the steps that wait for a file which a fresh checkout
// does not have and nothing before them in the job could bring (clarification
// 1): a flag that some other machine writes.
func (g *Graph) stopAtAbsentFiles() {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Kind != Job || !freshCheckout(n.Path) || g.selfHosted(n) {
			continue
		}
		g.out[i] = slices.DeleteFunc(g.out[i], func(e Edge) bool {
			x := &g.Nodes[e.To]
			return x.Kind == Command && x.Cmd != nil && x.Cmd.Cond != "" && g.waitsForever(n, x.Cmd)
		})
	}
}

// freshCheckout tells the services whose jobs start from the commit alone.
func freshCheckout(p string) bool {
	return strings.HasPrefix(p, ".github/workflows/") || strings.HasPrefix(path.Base(p), ".gitlab-ci") || strings.HasPrefix(p, ".circleci/")
}

func (g *Graph) selfHosted(n *Node) bool {
	for j := range fact.In[fact.Job](g.set, n.Path) {
		if j.Name == n.Name && slices.ContainsFunc(j.RunsOn, func(r string) bool { return strings.Contains(r, "self-hosted") }) {
			return true
		}
	}
	return false
}

// waitsForever says whether a command hangs on a file that is not in the
// repository while only installations come before it.
func (g *Graph) waitsForever(job *Node, c *fact.Command) bool {
	absent := false
	for part := range strings.SplitSeq(c.Cond, " && ") {
		m := ifFile.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil || path.IsAbs(m[1]) || strings.HasPrefix(m[1], "..") {
			continue
		}
		name := path.Join(c.Dir, m[1])
		_, file := g.tree.File(name)
		_, tracked := g.tree.File(name + ".dvc")
		absent = absent || !file && !tracked && !g.tree.HasDir(name)
	}
	if !absent {
		return false
	}
	for before := range fact.In[fact.Command](g.set, job.Path) {
		if before.Job == job.Name && before.Line < c.Line && !installers[first0(before.Argv)] && before.Cond != c.Cond {
			return false
		}
	}
	for u := range fact.In[fact.Uses](g.set, job.Path) {
		ref, _, _ := strings.Cut(u.Ref, "@")
		if u.Job == job.Name && u.Line < c.Line && !strings.HasPrefix(ref, "actions/checkout") && !strings.HasPrefix(ref, "actions/setup-") {
			return false
		}
	}
	return true
}
