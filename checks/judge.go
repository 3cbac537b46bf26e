package checks

import (
	"fmt"
	"slices"

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
	b := bench{tree: tree, set: set, history: history, gaps: r.Gaps, options: o, model: model}
	whole, v, used := b.judge("", nil)
	r.Project = whole
	dirs := b.projectDirs(v, whole.Kind.Judged())
	if n := len(dirs) - maxProjects; n > 0 {
		r.Gaps = append(r.Gaps, repo.Gap{Path: dirs[maxProjects].Path, Reason: fmt.Sprintf("%d projects, this and those after it, are not judged one by one: at most %d are", n, maxProjects)})
		dirs = dirs[:maxProjects]
	}
	if whole.Kind.Judged() {
		r.Gaps = sortedGaps(slices.Concat(r.Gaps, unreadLinks(o.Linked)))
	}
	projects, each := b.projects(dirs)
	r.Projects = projects
	first := firstInNeed(projects)
	if first != nil {
		used = each // of several projects only their own verdicts count
	}
	r.Decisions = decided(o.Decisions, used)
	switch {
	case !whole.Kind.Judged():
	case first == nil:
		level(&r.Project, model, o.Demands)
	default:
		low := lowest(projects)
		r.Level, r.LevelName, r.AtLeast = low.Level, low.LevelName, low.AtLeast
		r.Next, r.NextIn = first.Next, first.Path
	}
	return r
}

// bench is what a judgement is made from.
type bench struct {
	tree    repo.Tree
	set     *fact.Set
	history repo.History
	gaps    []repo.Gap
	options Options
	model   *maturity.Model
}

// judge makes the judgement of one project, which is in the folder dir, and
// says how often each decision changed a verdict.
func (b bench) judge(dir string, demands []report.Demand) (report.Project, *evidence.View, []int) {
	g := graph.Build(b.tree, b.set, graph.Options{Catalog: b.options.Catalog})
	v := evidence.New(g, b.history)
	kind := practice.Kind(v)
	v.Kind = kind.Kind
	part := b.options.Part && !kind.Kind.Judged()
	if part { // asked anew: what serves is another question in a part
		v = evidence.New(g, b.history)
		v.Kind, v.Part = report.MLProject, true
	}
	p := report.Project{
		Kind: kind.Kind, KindReason: kind.Reason, KindEvidence: kind.Evidence,
		Dimensions: []report.Dimension{}, Capabilities: []report.Capability{}, Next: []string{},
	}
	if kind.Kind.Judged() || part {
		p.Capabilities = join(judgeAll(v, b.gaps, b.model), b.options.Linked)
	}
	used := decide(p.Capabilities, dir, b.options.Decisions)
	level(&p, b.model, demands)
	return p, v, used
}

// judgeAll runs the checks, several at a time, and gives the answers in the
// rubric's order; every row of it gets one, whatever the model asks for.
func judgeAll(v *evidence.View, gaps []repo.Gap, model *maturity.Model) []report.Capability {
	checks := map[string]capability.Check{}
	for _, c := range practice.All() {
		checks[c.ID] = c
	}
	rows := maturity.Microsoft().Rows()
	out := make([]report.Capability, len(rows))
	parallel(len(rows), func(i int) {
		c, judged := checks[rows[i].ID]
		row := placed(rows[i], model)
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
		out[i] = x
	})
	return out
}

// placed puts a row of the rubric where a model has it. What the model does not
// speak of blocks none of its levels.
func placed(row maturity.Row, model *maturity.Model) maturity.Row {
	if r, ok := model.Row(row.ID); ok {
		return r
	}
	return maturity.Row{ID: row.ID, Dimension: row.Dimension, Role: maturity.Supporting}
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

// level computes levels, profile, the standing to the demands and the order of
// next steps.
func level(r *report.Project, model *maturity.Model, demands []report.Demand) {
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
	r.Bounds = model.Bounds(status, demands)
	r.Next = nextSteps(r, model)
}

func sortedGaps(gaps []repo.Gap) []repo.Gap {
	s := repo.NewSnapshot("", repo.Tree{}, nil, gaps)
	return s.Gaps()
}
