package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// NotJudged is the reason of capabilities that no check judges yet.
const NotJudged = "not judged yet"

// judge turns the facts of a commit into its report.
func judge(tree repo.Tree, set *fact.Set, history repo.History, gaps []repo.Gap, o Options) *report.Report {
	if o.Catalog == nil {
		o.Catalog = catalog.Default()
	}
	model, ok := maturity.ByID(o.Model)
	if !ok {
		model = maturity.Microsoft()
	}
	r := &report.Report{
		Schema:  report.Schema,
		Engine:  report.Engine{Version: o.Version, Model: model.ID, ModelEdition: model.Edition},
		Subject: report.Subject{Repository: o.Repository, Commit: o.Commit},
		Gaps:    sortedGaps(gaps),
	}
	b := bench{tree: tree, set: set, history: history, gaps: r.Gaps, catalog: o.Catalog, model: model, linked: o.Linked, part: o.Part}
	whole, v := b.judge()
	r.Project = whole
	if whole.Kind.Judged() {
		dirs := v.ProjectDirs()
		r.Projects = b.projects(dirs)
		if n := len(dirs) - maxProjects; n > 0 {
			r.Gaps = append(r.Gaps, repo.Gap{Path: dirs[maxProjects], Reason: fmt.Sprintf("%d projects, this and those after it, are not judged one by one: at most %d are", n, maxProjects)})
		}
	}
	if whole.Kind.Judged() {
		r.Gaps = sortedGaps(slices.Concat(r.Gaps, unreadLinks(o.Linked)))
	}
	for i, p := range r.Projects {
		if i == 0 || p.Level < r.Level {
			r.Level, r.LevelName, r.AtLeast = p.Level, p.LevelName, p.AtLeast
		}
	}
	return r
}

// bench is what a judgement is made from.
type bench struct {
	tree    repo.Tree
	set     *fact.Set
	history repo.History
	gaps    []repo.Gap
	catalog *catalog.Catalog
	model   *maturity.Model
	linked  []Linked
	part    bool
}

// judge makes one project's judgement.
func (b bench) judge() (report.Project, *evidence.View) {
	g := graph.Build(b.tree, b.set, graph.Options{Catalog: b.catalog})
	v := evidence.New(g, b.history)
	kind := practice.Kind(v)
	v.Kind = kind.Kind
	part := b.part && !kind.Kind.Judged()
	if part { // asked anew: what serves is another question in a part
		v = evidence.New(g, b.history)
		v.Kind, v.Part = report.MLProject, true
	}
	p := report.Project{
		Kind: kind.Kind, KindReason: kind.Reason, KindEvidence: kind.Evidence,
		Dimensions: []report.Dimension{}, Capabilities: []report.Capability{}, Next: []string{},
	}
	if kind.Kind.Judged() || part {
		p.Capabilities = join(judgeAll(v, b.gaps), b.linked)
	}
	level(&p, b.model)
	return p, v
}

// maxProjects bounds how many projects of a monorepo are judged one by one:
// each is judged with all that is shared, which is the square of a repository
// that has nothing but projects.
const maxProjects = 100

// projects judges the projects of a monorepo one by one: each with its own
// folder and with all that stands in none of the others. None of the
// dirs is within another.
func (b bench) projects(dirs []string) []report.NamedProject {
	// owner is the place in dirs of the folder a path is in, -1 for none.
	at := make(map[string]int, len(dirs))
	for i, d := range dirs {
		at[d] = i
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
	var fileOwner, factOwner []int
	for _, f := range b.tree.Files() {
		fileOwner = append(fileOwner, owner(f.Path))
	}
	for _, f := range b.set.Files() {
		factOwner = append(factOwner, owner(f.Path))
	}
	out := make([]report.NamedProject, min(len(dirs), maxProjects))
	parallel(len(out), func(n int) {
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
		p, _ := one.judge()
		out[n] = report.NamedProject{Name: projectName(dirs[n], dirs), Path: dirs[n], Project: p}
	})
	return out
}

// projectName is a folder's own name, or its path where two share the name.
func projectName(dir string, dirs []string) string {
	for _, other := range dirs {
		if other != dir && path.Base(other) == path.Base(dir) {
			return dir
		}
	}
	return path.Base(dir)
}

// judgeAll runs the checks in the model's order; every row of the rubric gets
// an answer.
func judgeAll(v *evidence.View, gaps []repo.Gap) []report.Capability {
	checks := map[string]capability.Check{}
	for _, c := range practice.All() {
		checks[c.ID] = c
	}
	var out []report.Capability
	for _, row := range maturity.Microsoft().Rows() {
		c, judged := checks[row.ID]
		f := capability.Unknown(NotJudged)
		if judged {
			f = unsure(safely(c, v), gaps)
		}
		x := report.Capability{
			ID: row.ID, Title: c.Doc.Title, Dimension: row.Dimension, Level: row.Level, Role: row.Role,
			Status: f.Status, Reason: f.Reason, Evidence: f.Evidence, Risks: f.Risks,
		}
		if x.Title == "" {
			x.Title = row.ID
		}
		if judged && (f.Status == report.Missing || f.Status == report.Partial) {
			x.Next = step(c, v)
		}
		out = append(out, x)
	}
	return out
}

// safely runs a check; one that panics is our fault and costs its own verdict
// only.
func safely(c capability.Check, v *evidence.View) (f report.Finding) {
	defer func() {
		if p := recover(); p != nil {
			f = capability.Unknown(fmt.Sprintf("the check failed on this repository: %v", p))
		}
	}()
	return c.Run(v)
}

// unsure turns "missing" into "unknown" where the listing itself is
// incomplete: absence is never concluded from a part.
func unsure(f report.Finding, gaps []repo.Gap) report.Finding {
	if f.Status != report.Missing {
		return f
	}
	for _, g := range gaps {
		if g.Path == "" || g.Path == "." {
			return capability.Unknown("nothing was found, but not everything could be read: " + g.Reason)
		}
	}
	return f
}

// step is the change that would move a capability, for the tools in use.
func step(c capability.Check, v *evidence.View) *report.Step {
	for _, w := range c.Doc.How {
		if w.Tool == "" || v.Has(w.Tool) {
			return &report.Step{Title: w.Title, Why: c.Doc.Why, How: w.Steps, Effort: c.Doc.Effort, Docs: c.Doc.References}
		}
	}
	return nil
}

// level computes levels, profile and the order of next steps.
func level(r *report.Project, model *maturity.Model) {
	status := map[string]report.Status{}
	for _, c := range r.Capabilities {
		status[c.ID] = c.Status
	}
	r.Level, r.AtLeast = model.Overall(status)
	r.LevelName = model.LevelName(r.Level)
	other := maturity.Google()
	n, _ := other.Overall(status)
	r.Google = report.Reading{Level: n, LevelName: other.LevelName(n)}
	if !r.Kind.Judged() {
		return
	}
	r.Dimensions = model.Dimensions(status)
	r.Next = nextSteps(r, model.Blocking(status, r.Level))
}

// maxNext is how many steps a team is shown: more is a wish list.
const maxNext = 5

// nextSteps orders what to do next: the gates of the next level, partial ones
// first, then what its dimensions demand.
func nextSteps(r *report.Project, blocking []string) []string {
	var next []string
	add := func(ids []string, want report.Status) {
		for _, id := range ids {
			if c, ok := r.Capability(id); ok && c.Status == want && c.Next != nil && !slices.Contains(next, id) {
				next = append(next, id)
			}
		}
	}
	add(blocking, report.Partial)
	add(blocking, report.Missing)
	if len(next) < 2 {
		for _, want := range []report.Status{report.Partial, report.Missing} {
			for _, c := range r.Capabilities {
				if c.Level <= r.Level+1 && c.Role != maturity.Supporting {
					add([]string{c.ID}, want)
				}
			}
		}
	}
	return next[:min(len(next), maxNext)]
}

func sortedGaps(gaps []repo.Gap) []repo.Gap {
	s := repo.NewSnapshot("", repo.Tree{}, nil, gaps)
	return s.Gaps()
}
