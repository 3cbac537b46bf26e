package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// lowest is what a repository's level rests on: the first of its judged
// projects with the lowest level, and that one's folder; without projects the
// whole.
func lowest(r *report.Report) (p *report.Project, where string) {
	p = &r.Project
	first := true
	for i := range r.Projects {
		if x := &r.Projects[i]; x.Kind.Judged() && (first || x.Level < p.Level) {
			p, where, first = &x.Project, folder(x), false
		}
	}
	return p, where
}

// inNeed is the project that the next steps are for, and its folder, "" where
// the repository is one.
func inNeed(r *report.Report) (p *report.Project, where string) {
	for i := range r.Projects {
		if x := &r.Projects[i]; x.Path == r.NextIn && x.Kind.Judged() {
			return &x.Project, folder(x)
		}
	}
	return lowest(r)
}

// folder is a project's folder; its name for that of what is in no folder.
func folder(p *report.NamedProject) string { return cmp.Or(p.Path, p.Name) }

// ofProject narrows an input to one of the projects that its configuration
// lists, by its folder; false where the head's report does not have it.
func (in Input) ofProject(path string) (Input, bool) {
	head, ok := in.Head.Only(path)
	if !ok {
		return in, false
	}
	in.Head = head
	if in.Base != nil {
		base, ok := in.Base.Only(path)
		if !ok { // new: it was nothing before
			base = new(report.Report)
			*base = *in.Base
			base.Project, base.Projects, base.NextIn = report.Project{Kind: report.NotML}, nil, ""
		}
		in.Base = base
	}
	return in, true
}

// projectMove is one project before and now; was is nil for a new one or a branch.
type projectMove struct {
	was *report.Project
	now *report.NamedProject
}

// moves are the projects of the head, those that moved first, and the folders
// of projects that are gone.
func moves(in Input) (all []projectMove, moved int, gone []string) {
	was := make(map[string]*report.Project)
	if in.Base != nil {
		for i := range in.Base.Projects {
			was[in.Base.Projects[i].Path] = &in.Base.Projects[i].Project
		}
	}
	var still []projectMove
	for i := range in.Head.Projects {
		now := &in.Head.Projects[i]
		m := projectMove{was[now.Path], now}
		delete(was, now.Path)
		if in.Base != nil && (m.was == nil || m.moved()) {
			all = append(all, m)
		} else {
			still = append(still, m)
		}
	}
	for path := range was {
		gone = append(gone, path)
	}
	slices.Sort(gone)
	return slices.Concat(all, still), len(all), gone
}

// moved says whether a project's level, or that of a dimension, is another.
func (m projectMove) moved() bool {
	d := report.Compare(m.was, &m.now.Project)
	return d.LevelFrom != d.LevelTo || len(d.Dimensions) > 0
}

// projectsMove says whether a pull request moves, adds or removes a project.
func projectsMove(in Input) bool {
	_, moved, gone := moves(in)
	return moved+len(gone) > 0
}

// level is the project's level, with what it was where that differs.
func (m projectMove) level() string {
	if m.was == nil || m.was.Level == m.now.Level {
		return fmt.Sprint(m.now.Level)
	}
	return fmt.Sprintf("%d\u00a0→\u00a0**%d**", m.was.Level, m.now.Level)
}

// name is the project's folder; its name only says the end of that again.
func (m projectMove) name() string {
	if m.now.Path == "" {
		return prose(m.now.Name)
	}
	return code(m.now.Path)
}

// profile is the levels of the project's dimensions, in their order.
func (m projectMove) profile(dimensions []report.Dimension) string {
	cells := make([]string, 0, len(dimensions))
	for _, d := range dimensions {
		is := dimension(&m.now.Project, d.ID)
		cell := levelNumber(is)
		if m.was != nil {
			if from := dimension(m.was, d.ID); levelNumber(from) != cell {
				cell = levelNumber(from) + "→**" + cell + "**"
			}
		}
		cells = append(cells, cell)
	}
	return strings.Join(cells, " · ")
}

func dimension(p *report.Project, id string) *int {
	for _, d := range p.Dimensions {
		if d.ID == id {
			return d.Level
		}
	}
	return nil
}

// levelled are the dimensions in which any project has a level.
func levelled(r *report.Report) []report.Dimension {
	var out []report.Dimension
	for _, d := range r.Dimensions {
		if slices.ContainsFunc(r.Projects, func(p report.NamedProject) bool { return dimension(&p.Project, d.ID) != nil }) {
			out = append(out, d)
		}
	}
	return out
}

func titles(dimensions []report.Dimension) string {
	var out []string
	for _, d := range dimensions {
		out = append(out, prose(d.Title))
	}
	return strings.Join(out, " · ")
}

// projects lists the projects of a repository that has several.
func (p *page) projects(in Input) {
	all, moved, gone := moves(in)
	if len(all) == 0 {
		return
	}
	if in.Base != nil && moved == 0 && len(gone) == 0 {
		p.addf("None of the %s moves.\n\n", count(len(all), "project", "projects"))
	}
	p.projectTable(in, all)
	p.gone(gone)
	p.add("The repository's level is that of its lowest project.\n\n")
}

// movedProjects lists only those that a pull request moves.
func (p *page) movedProjects(in Input) {
	all, moved, gone := moves(in)
	if moved > 0 {
		p.projectTable(in, all[:moved])
	}
	p.gone(gone)
}

func (p *page) projectTable(in Input, all []projectMove) {
	dimensions := levelled(in.Head)
	p.addf("| Project | Level | %s |\n| --- | :-: | --- |\n", titles(dimensions))
	left := 0
	for i, m := range all {
		name := m.name()
		if in.Base != nil && m.was == nil {
			name += " (new)"
		}
		if i == maxProjects || !p.addf("| %s | %s | %s |\n", name, m.level(), m.profile(dimensions)) {
			left = len(all) - i
			break
		}
	}
	p.add("\n")
	if left > 0 {
		p.more(left, "projects")
		p.add("\n")
	}
}

func (p *page) gone(paths []string) {
	if len(paths) == 0 {
		return
	}
	p.add("No longer a project:\n\n")
	p.list(len(paths), maxChanges, func(i int) string { return "- " + code(paths[i]) + "\n" }, "projects")
	p.add("\n")
}
