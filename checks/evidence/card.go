package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Card is a document that describes a model, and which of the four things a
// model card tells stand in sections of their own.
type Card struct {
	Path                       string
	Line                       int
	Named                      bool // it is called a model card
	Use, Data, Metrics, Limits bool
	Empty                      bool // a template nobody filled in
	Lines                      []report.Evidence
}

// Aspects counts what a card tells.
func (c Card) Aspects() int {
	n := 0
	for _, b := range []bool{c.Use, c.Data, c.Metrics, c.Limits} {
		if b {
			n++
		}
	}
	return n
}

var (
	cardName  = pattern.MustCompile(`(?i)(model[\s_-]*cards?\b|model_?card)`)
	cardUse   = pattern.MustCompile(`(?i)^\W*(\d+[.)]\s*)*(intended|primary|out[- ]of[- ]scope|use[- ]cases?|uses\b|purpose|usage scenarios|model (description|overview|details|summary)|the model$|model$|overview of the model|about the model)`)
	cardData  = pattern.MustCompile(`(?i)\b(training data|data ?sets?|data sources?|evaluation data|input data|data used|^data$|data description|about the data|training$|training procedure)\b`)
	cardFigs  = pattern.MustCompile(`(?i)\b(metrics?|performance|evaluation( results)?|results|accuracy|benchmarks?|quantitative)\b`)
	cardLimit = pattern.MustCompile(`(?i)\b(limitations?|limits|restrictions?|caveats?|ethical|bias(es)?|risks?|known issues|fairness|out[- ]of[- ]scope|not (be used|intended)|warnings?)\b`)
	cardTold  = pattern.MustCompile(`(?i)\b(trained (on|with|using)|training (data|set))\b`)
	unfilled  = pattern.MustCompile(`(?i)(\[more information needed\]|\{\{.*\}\}|<!-- provide|\[todo\]|lorem ipsum)`)
)

// Cards returns the documents that describe a model: those called model card
// wherever they stand, a README and the pages beside it by their sections.
func (v *View) Cards() []Card {
	var out []Card
	for _, f := range v.Facts.Files() {
		ext := strings.ToLower(path.Ext(f.Path))
		if ext != ".md" && ext != ".rst" && ext != ".qmd" {
			continue
		}
		class := place.Of(f.Path)
		if class != place.Document && class != place.Live && class != place.Notebook {
			continue
		}
		named := cardName.MatchString(path.Base(f.Path)) || cardName.MatchString(strings.ReplaceAll(path.Base(path.Dir(f.Path)), "_", " "))
		readme := strings.HasPrefix(strings.ToLower(path.Base(f.Path)), "readme") && strings.Count(f.Path, "/") <= 1
		if c, ok := readCard(f, named, readme); ok {
			out = append(out, c)
		}
	}
	return out
}

// readCard reads one document. Of a README only headings count, and only when
// they speak of a model; a section called model card is a card of its own.
func readCard(f fact.File, named, readme bool) (Card, bool) {
	c := Card{Path: f.Path, Line: 1, Named: named}
	prose, holes, inCard, told := 0, 0, named, false
	for _, x := range f.Facts {
		t, ok := x.(fact.Text)
		if !ok {
			continue
		}
		if unfilled.MatchString(t.Text) {
			holes++
		}
		switch t.Kind {
		case "heading":
			if !named && cardName.MatchString(t.Text) {
				c.Named, inCard, c.Line = true, true, t.Line
			}
			c.note(t.Line, t.Text)
		case "prose":
			prose++
			told = told || cardTold.MatchString(t.Text)
			// A card may hold its sections as paragraphs with a bold title.
			if inCard && len(t.Text) < 2000 {
				if head, _, ok := strings.Cut(strings.TrimLeft(t.Text, "*-_ "), ":"); ok && len(head) < 60 {
					c.note(t.Line, strings.Trim(head, "*_ "))
				} else if strings.HasPrefix(t.Text, "**") {
					head, _, _ := strings.Cut(strings.TrimPrefix(t.Text, "**"), "**")
					if len(head) < 60 {
						c.note(t.Line, head)
					}
				}
			}
		}
	}
	// A README may tell the data within its section on the model.
	c.Data = c.Data || c.Use && c.Metrics && c.Limits && told
	c.Empty = holes > 2 && prose < 3*holes
	// Another page that says nothing of the model itself reports on something else.
	return c, c.Named || readme && c.Aspects() >= 2 || c.Use && c.Aspects() >= 3
}

// parts cuts a heading that names several things.
var parts = pattern.MustCompile(`(?i)(\s+and\s+|[&/,;+])`)

// maxTwofold is how many words a heading has at most that names several things;
// a longer one is a sentence about one.
const maxTwofold = 6

// note takes from a heading what its parts speak of first, one thing each: a
// data set for the evaluation is no metric.
func (c *Card) note(line int, text string) {
	found := false
	most := 1
	if len(strings.Fields(text)) <= maxTwofold {
		most = -1
	}
	for i, part := range parts.Split(text, most) {
		at, tells := -1, (*bool)(nil)
		for _, x := range []struct {
			is  *pattern.Pattern
			set *bool
		}{{cardUse, &c.Use}, {cardData, &c.Data}, {cardFigs, &c.Metrics}, {cardLimit, &c.Limits}} {
			if x.is == cardUse && i > 0 {
				continue // it looks at how a heading begins
			}
			if m := x.is.FindStringIndex(part); m != nil && (tells == nil || m[0] < at || m[0] == at && *tells) {
				at, tells = m[0], x.set
			}
		}
		if tells != nil && !*tells {
			*tells, found = true, true
		}
	}
	if found && len(c.Lines) < maxEvidence {
		c.Lines = append(c.Lines, At(c.Path, line, shorten(text)))
	}
}

// CardLinks returns where documents point to a card kept elsewhere, and where
// code writes one.
func (v *View) CardLinks() []report.Evidence {
	var out []report.Evidence
	for p, t := range fact.All[fact.Text](v.Facts) {
		if c := place.Of(p); c != place.Document && c != place.Live || strings.Count(p, "/") > 1 {
			continue
		}
		low := strings.ToLower(t.Text)
		if t.Kind == "link" && (cardName.MatchString(t.Text) || strings.Contains(low, "huggingface.co/") && !strings.Contains(low, "huggingface.co/docs") && !strings.Contains(low, "/datasets/") && !strings.Contains(low, "/spaces/")) {
			out = append(out, At(p, t.Line, shorten(t.Text)))
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) == place.Live && (strings.Contains(c.Name, "ModelCard") || strings.Contains(strings.ToLower(lastSegment(c.Name)), "model_card") || strings.Contains(strings.ToLower(lastSegment(c.Name)), "build_card")) {
			out = append(out, At(p, c.Line, c.Name))
		}
	}
	return Unique(out)
}
