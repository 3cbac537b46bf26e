package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// repairs maps the programs that rewrite files and then succeed to the options
// with which they fail instead where something would have to change.
var repairs = map[string][]string{
	"black": {"--check"}, "blue": {"--check"}, "isort": {"-c", "--check", "--check-only"},
	"yapf": {"-d", "--diff", "-q", "--quiet"}, "autopep8": {"--exit-code"},
	"autoflake": {"-c", "--check", "-cd", "--check-diff"}, "docformatter": {"-c", "--check"},
	"prettier": {"-c", "--check", "-l", "--list-different"},
	"scalafmt": {"--test", "--check", "--list"},
}

// nobodyLooks says whether a command repairs files in a job's checkout and can
// neither fail for what it found nor leave it to a later step: a formatter
// that only rewrites.
func (v *View) nobodyLooks(u graph.Use) bool {
	c, ok := u.Fact.(fact.Command)
	return ok && repairsOnly(c.Argv) && !v.repairKept(u.Node)
}

// repairsOnly says whether a command rewrites what it finds and succeeds.
func repairsOnly(argv []string) bool {
	has := func(options ...string) bool {
		return slices.ContainsFunc(options, func(o string) bool { return slices.Contains(argv, o) })
	}
	for i, w := range argv {
		name := path.Base(w)
		if options, ok := repairs[name]; ok {
			return !has(options...)
		}
		switch {
		case name == "ruff" && has("--exit-non-zero-on-fix", "--exit-non-zero-on-format"):
			return false
		case name == "ruff" && slices.Contains(argv[i:], "format"):
			return !has("--check", "--diff")
		case name == "ruff":
			return has("--fix-only")
		case name == "cargo" && i+1 < len(argv) && argv[i+1] == "fmt":
			return !has("--check")
		}
	}
	return len(argv) > 0 && path.Base(argv[0]) == "Rscript" && strings.Contains(strings.Join(argv, " "), "styler::") && !strings.Contains(strings.Join(argv, " "), "fail")
}

// repairKept says whether a job that runs a node also commits what changed, or
// fails when something did.
func (v *View) repairKept(n graph.ID) bool {
	keeping := Once(v, "keeps-changes", func() []map[graph.ID]bool {
		var keep []graph.ID
		for i := range v.Graph.Nodes {
			if keepsChanges(&v.Graph.Nodes[i]) {
				keep = append(keep, graph.ID(i))
			}
		}
		var jobs []map[graph.ID]bool
		if len(keep) == 0 {
			return nil
		}
		for i, first := range v.Graph.First(keep) {
			if n := &v.Graph.Nodes[i]; first >= 0 && n.Kind == graph.Job && !strings.HasPrefix(n.Name, "\x00") {
				jobs = append(jobs, v.Graph.Forward(graph.ID(i)))
			}
		}
		return jobs
	})
	return slices.ContainsFunc(keeping, func(job map[graph.ID]bool) bool { return job[n] })
}

// keepsChanges says whether a step commits, proposes or refuses what changed
// in the checkout.
func keepsChanges(n *graph.Node) bool {
	switch n.Kind {
	case graph.Command:
		a := n.Cmd.Argv
		if len(a) < 2 || path.Base(a[0]) != "git" {
			return false
		}
		return slices.Contains(a[1:], "commit") ||
			slices.Contains(a[1:], "diff") && (slices.Contains(a, "--exit-code") || slices.Contains(a, "--quiet"))
	case graph.Step:
		name := strings.ToLower(n.Name)
		return strings.Contains(name, "commit") && !strings.Contains(name, "lint") || strings.Contains(name, "create-pull-request") || strings.Contains(name, "autofix")
	}
	return false
}
