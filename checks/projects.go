package checks

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxProjects bounds how many projects of a monorepo are judged one by one:
// each is judged with all that is shared, which is the square of a repository
// that has nothing but projects.
const maxProjects = 100

// rootName is the project of what trains outside of all other projects.
const rootName = "root"

// projectDirs returns the folders to judge one by one, by path: those that the
// configuration lists and, outside of them and where to find them makes sense,
// those that were found. Where folders
// are listed and something trains in none of them, the root is one too, so that
// nothing escapes the repository's level.
func (b bench) projectDirs(v *evidence.View, find bool) []Project {
	var dirs []Project
	listed := map[string]bool{}
	for _, p := range b.options.Projects {
		if p.Path = path.Clean(p.Path); p.Path == "." {
			p.Path = ""
		}
		if !listed[p.Path] {
			listed[p.Path] = true
			dirs = append(dirs, p)
		}
	}
	if find {
		for _, d := range v.ProjectDirs() {
			if !inAny(d, listed) {
				dirs = append(dirs, Project{Path: d, Demands: b.options.Demands})
			}
		}
	}
	folders := map[string]bool{}
	for _, d := range dirs {
		folders[d.Path] = true
	}
	outside := slices.ContainsFunc(v.Training(), func(u graph.Use) bool { return !inAny(u.Path, folders) })
	if len(listed) > 0 && outside && !folders[""] {
		dirs = append(dirs, Project{Demands: b.options.Demands})
	}
	slices.SortFunc(dirs, func(x, y Project) int { return strings.Compare(x.Path, y.Path) })
	named(dirs)
	return dirs
}

// inAny says whether a path is one of the folders or in one.
func inAny(p string, folders map[string]bool) bool {
	for ; p != "." && p != ""; p = path.Dir(p) {
		if folders[p] {
			return true
		}
	}
	return false
}

// named gives every project a name of its own: the configuration's, else the
// folder's own, or its path where that is taken.
func named(dirs []Project) {
	count := map[string]int{}
	for _, d := range dirs {
		if d.Name == "" {
			count[baseName(d.Path)]++
		} else {
			count[d.Name] += 2
		}
	}
	for i := range dirs {
		if d := &dirs[i]; d.Name == "" {
			if d.Name = baseName(d.Path); count[d.Name] > 1 {
				d.Name = cmp.Or(d.Path, ".")
			}
		}
	}
}

func baseName(dir string) string {
	if dir == "" {
		return rootName
	}
	return path.Base(dir)
}

// projects judges the projects of a monorepo one by one: each with its own
// folder and with all that stands in none of the others. A folder within
// another is its own. The second result is how often each decision changed a
// verdict in any of them.
func (b bench) projects(dirs []Project) ([]report.NamedProject, []int) {
	// owner is the place in dirs of the innermost folder a path is in, -1 for none.
	at := make(map[string]int, len(dirs))
	for i, d := range dirs {
		at[d.Path] = i
	}
	owner := func(p string) int {
		for i := strings.LastIndexByte(p, '/'); i >= 0; i = strings.LastIndexByte(p, '/') {
			p = p[:i]
			if n, ok := at[p]; ok {
				return n
			}
		}
		return -1
	}
	there := make([]bool, len(dirs))
	var fileOwner, factOwner []int
	for _, f := range b.tree.Files() {
		o := owner(f.Path)
		fileOwner = append(fileOwner, o)
		if o >= 0 {
			there[o] = true
		}
	}
	for _, f := range b.set.Files() {
		factOwner = append(factOwner, owner(f.Path))
	}
	if len(dirs) == 0 {
		return nil, nil
	}
	out, uses := make([]report.NamedProject, len(dirs)), make([][]int, len(dirs))
	parallel(len(out), func(n int) {
		d := dirs[n]
		out[n] = report.NamedProject{Name: d.Name, Path: d.Path}
		if d.Path != "" && !there[n] {
			out[n].Project = absent()
			return
		}
		var files []repo.File
		for i, f := range b.tree.Files() {
			if o := fileOwner[i]; o < 0 || o == n {
				files = append(files, f)
			}
		}
		var facts []fact.File
		for i, f := range b.set.Files() {
			if o := factOwner[i]; o < 0 || o == n {
				facts = append(facts, f)
			}
		}
		one := b
		one.tree, one.set = repo.NewTree(files), fact.NewSet(facts)
		out[n].Project, _, uses[n] = one.judge(d.Path, d.Demands)
	})
	total := make([]int, len(b.options.Decisions))
	for _, used := range uses {
		for i, n := range used {
			total[i] += n
		}
	}
	return out, total
}

// absent is the project of a listed folder that the commit does not have.
func absent() report.Project {
	return report.Project{
		Kind: report.NotML, KindReason: "The configuration lists this folder as a project, and the commit has no file of its own in it.",
		Dimensions: []report.Dimension{}, Capabilities: []report.Capability{}, Next: []string{},
	}
}

// lowest is the project that a repository's level rests on, nil where none is
// judged.
func lowest(projects []report.NamedProject) *report.NamedProject {
	var low *report.NamedProject
	for i := range projects {
		if p := &projects[i]; p.Kind.Judged() && (low == nil || p.Level < low.Level) {
			low = p
		}
	}
	return low
}

// firstInNeed is the judged project that a team should turn to first: one below
// its own minimum, then one below its own target, then the lowest.
func firstInNeed(projects []report.NamedProject) *report.NamedProject {
	var first *report.NamedProject
	for i := range projects {
		p := &projects[i]
		if !p.Kind.Judged() {
			continue
		}
		if first == nil || need(p) < need(first) || need(p) == need(first) && p.Level < first.Level {
			first = p
		}
	}
	return first
}

func need(p *report.NamedProject) int {
	worst := 2
	for _, b := range p.Bounds {
		switch {
		case b.Against(b.Minimum) != report.Holds:
			return 0
		case b.Against(b.Target) != report.Holds:
			worst = 1
		}
	}
	return worst
}
