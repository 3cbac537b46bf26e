package practice

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// book finds the settings of a book or course made of notebooks.
func book(v *evidence.View) (report.Evidence, bool) {
	for _, f := range v.Tree.Files() {
		switch f.Path[strings.LastIndexByte(f.Path, '/')+1:] {
		case "_bookdown.yml", "_quarto.yml", "_toc.yml", "book.toml":
			return evidence.At(f.Path, 1, "book settings"), true
		}
	}
	return report.Evidence{}, false
}

// guide finds a book, course or guide whose programs are content: its title
// says so, what it writes and shows is at least as much as what it programs,
// and no automation trains or serves (clarifications 35, 56 and 85). A project
// made for a course, or its solutions, is none.
func guide(v *evidence.View) (report.Evidence, bool) {
	title, ok := guideTitle(v)
	if !ok {
		return report.Evidence{}, false
	}
	if _, own := speaksOf(v, solved); own && title.What != ofABook {
		return report.Evidence{}, false
	}
	pages, programs := v.PagesAndPrograms()
	if pages < programs {
		return report.Evidence{}, false
	}
	for _, uses := range [][]graph.Use{v.Training(), v.TrainingInNotebooks(), v.Serving()} {
		if _, _, started := v.Reached(uses, graph.Triggered...); started {
			return report.Evidence{}, false
		}
	}
	return title, true
}

const ofABook = "introduces the code of a book"

// guideTitle finds the title of a README that names a text to learn from, or an introduction
// that says to which book the code belongs.
func guideTitle(v *evidence.View) (report.Evidence, bool) {
	for _, name := range []string{"README.md", "README.rst", "readme.md"} {
		n, titled := 0, false
		for t := range fact.In[fact.Text](v.Facts, name) {
			if t.Kind != "heading" {
				if guideText.MatchString(t.Text) {
					return evidence.At(name, t.Line, ofABook), true
				}
				if n++; n > introduction {
					break
				}
				continue
			}
			if titled {
				break
			}
			titled = true
			if guideName.MatchString(t.Text) && !ownWork.MatchString(t.Text) {
				return evidence.At(name, t.Line, "title: "+t.Text), true
			}
		}
	}
	return report.Evidence{}, false
}

var (
	guideName = pattern.MustCompile(`(?i)\b(?:book|handbook|textbook|course|courses|guide|tutorials?|lectures?|workshops?|lessons?|curriculum|cookbook|cheat ?sheets?)\b`)
	guideText = pattern.MustCompile(`(?i)\b(?:code|notebooks?|examples?|materials?)\b.{0,80}\b(?:my|our|the) (?:\S+ ){0,4}(?:book|textbook)\b`)
	ownWork   = pattern.MustCompile(`(?i)\bprojects?\b|solution|assignment|submission|homework|capstone|booking|recommend|predict|classif`)
	solved    = pattern.MustCompile(`(?i)\bmy (?:\S+ )?(?:solutions?|answers|implementations?|work|submissions?)|\bsolutions? (?:to|of|for) |\bsolved\b`)
)

// tutorial says whether a repository of notebooks is teaching material: its
// README says so, and nothing it trains is kept (clarification 85).
func tutorial(v *evidence.View) bool {
	if len(v.Notebook(catalog.RoleModelSave, catalog.RoleRegister, catalog.RoleTrackModel, catalog.RoleHub)) > 0 {
		return false
	}
	return teaches(v)
}

// teaches says whether the README speaks of the repository as teaching.
func teaches(v *evidence.View) bool {
	n := 0
	for _, name := range []string{"README.md", "README.rst", "readme.md"} {
		for t := range fact.In[fact.Text](v.Facts, name) {
			low := strings.ToLower(t.Text)
			for _, w := range []string{"tutorial", "course", "lecture", "workshop", "learn how", "exercise", "lesson", "this book", "chapter"} {
				if strings.Contains(low, w) {
					n++
				}
			}
		}
	}
	return n >= 2
}

// course finds a course with a text of its own, all of whose training stands
// in folders of exercises and lessons, where nothing starts it: its programs
// are content (clarifications 35 and 56).
func course(v *evidence.View) (report.Evidence, bool) {
	training := v.Training()
	if len(training) == 0 || !teaches(v) {
		return report.Evidence{}, false
	}
	for _, u := range training {
		if !lesson.MatchString(strings.ToLower(u.Path)) {
			return report.Evidence{}, false
		}
	}
	for _, uses := range [][]graph.Use{training, v.Serving()} {
		if _, _, started := v.Reached(uses, graph.Triggered...); started {
			return report.Evidence{}, false
		}
	}
	for _, name := range []string{"mkdocs.yml", "mkdocs.yaml", "_config.yml", "docusaurus.config.js"} {
		if _, ok := v.Tree.File(name); ok {
			return evidence.At(name, 1, "settings of the course's text"), true
		}
	}
	return book(v)
}

// lesson is a folder of a course.
var lesson = pattern.MustCompile(`(?:^|[/_-])(?:exercise|lesson|lecture|chapter|week|homework|assignment|tutorial|lab|session|module)s?(?:[_-]?\d+)?(?:[_-][^/]*)?/`)
