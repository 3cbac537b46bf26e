package demo

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"
)

//go:embed page.html
var pageSource string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// HTML shows the pull request as GitHub would, on one page that needs nothing
// else: the comment, the check run with all its details, and the files that
// they name. Links to lines lead to those files on the page.
func (o *Outcome) HTML() ([]byte, error) {
	files := &excerpts{o: o, files: map[string]*excerpt{}}
	view := struct {
		*Outcome
		Style                           template.CSS
		CommentHTML, SummaryHTML, Notes template.HTML
		Files                           []*excerpt
	}{Outcome: o, Style: template.CSS(pageStyle)}
	parts := map[*template.HTML]string{&view.CommentHTML: o.Comment}
	if o.Check != nil {
		parts[&view.SummaryHTML], parts[&view.Notes] = o.Check.Summary, o.Check.Text
	}
	for _, p := range []*template.HTML{&view.CommentHTML, &view.SummaryHTML, &view.Notes} { // in the order of the page
		var err error
		if *p, err = toHTML(parts[p], files.link); err != nil {
			return nil, err
		}
	}
	for _, f := range files.order {
		f.cut()
	}
	view.Files = files.order
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, view); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// BotName is the App's name without the suffix of its login.
func (o *Outcome) BotName() string { return strings.TrimSuffix(o.Bot, "[bot]") }

// Short is the commit as people name it.
func (o *Outcome) Short() string { return o.Commit[:min(len(o.Commit), 12)] }
