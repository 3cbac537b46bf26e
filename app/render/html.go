package render

import (
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

//go:embed html.tmpl
var htmlSource string

//go:embed html.css
var htmlStyle string

var htmlTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"prose": htmlProse, "plain": said, "path": bare.what, "mark": mark, "word": word, "standing": standing, "level": levelNumber,
		"count": count, "commit": short, "takes": takes, "title": func(c report.Capability) string {
			if untitled(c) {
				return ""
			}
			return said(c.Title)
		},
	}).Parse(htmlSource))
})

// How much of a thing the page shows; it has more room than a comment.
const (
	maxHTMLProjects  = 300
	maxHTMLDecisions = 100
	maxHTMLGaps      = 500
)

// htmlPage is what the template shows. HTML in it is made here, of escaped parts.
type htmlPage struct {
	*report.Report
	Style              template.CSS
	Headline, Kind     string
	Subject            template.HTML
	Model              string
	Bounds             []htmlBound
	Asked              []string
	Blocking           []report.Capability
	Goal, GoalIn       string
	Highest            bool
	Next               []report.Capability
	NextIn             string
	Projects           []htmlProject
	Columns            []report.Dimension
	Ways               []template.HTML
	Dimensions         []htmlDimension
	Tallies            string
	Decisions          []htmlDecision
	Urgent             bool
	Gaps               []htmlGap
	MoreProjects       int
	MoreDecisions      int
	MoreGaps, Unjudged int
}

type (
	htmlBound struct {
		Text string
		Sure bool
	}
	htmlProject struct {
		Name   string
		Level  int
		Levels []*int
	}
	htmlDimension struct {
		report.Dimension
		Share        int    // of what applies, in percent
		None         string // why nothing is counted
		Capabilities []htmlCapability
	}
	htmlCapability struct {
		report.Capability
		Decided []string
		Chains  []template.HTML
		More    int
		Why     bool // the reason says more than the chains
		Step    *report.Step
	}
	htmlDecision struct {
		Capability, Where, Text string
		Urgent                  bool
	}
	htmlGap struct{ Path, Reason string }
)

// HTML writes the report as one page that needs nothing else: no script, no
// file beside it and no address that is loaded.
func HTML(w io.Writer, r *report.Report) error {
	in := Input{Head: r, Settings: repoconfig.Default()}
	p := htmlPage{Report: r, Style: template.CSS(htmlStyle), Headline: headline(in, judge(in)), Kind: kindName(r.Kind), Subject: htmlSubject(r), Model: model(r).Title}
	if r.Kind.Judged() {
		p.judged(r)
	}
	shown := r.Gaps[:min(len(r.Gaps), maxHTMLGaps)]
	p.MoreGaps = len(r.Gaps) - len(shown)
	for _, g := range shown {
		p.Gaps = append(p.Gaps, htmlGap{bare.what(g.Path), said(g.Reason)})
	}
	return htmlTemplate().Execute(w, p)
}

func (p *htmlPage) judged(r *report.Report) {
	for _, m := range misses(r) {
		if len(p.Bounds) == maxMistakes {
			break
		}
		p.Bounds = append(p.Bounds, htmlBound{m.sentence(said, said) + undecided(m), m.sure})
	}
	for _, line := range asked(r) {
		p.Asked = append(p.Asked, said(line))
	}
	m := model(r)
	low, where := lowest(r)
	ids := m.Blocking(statuses(low), r.Level)
	for _, id := range ids {
		p.Blocking = append(p.Blocking, blocker(low, id))
	}
	if len(ids) > 0 {
		row, _ := m.Row(ids[0])
		p.Goal, p.GoalIn = fmt.Sprintf("To reach level %d: %s", row.Level, m.LevelName(row.Level)), bare.what(where)
	}
	p.Highest = len(ids) == 0 && r.Level >= m.Highest()
	one, where := inNeed(r)
	for _, id := range one.Next {
		if c, ok := one.Capability(id); ok && c.Next != nil && !c.Status.Holds() && len(p.Next) < maxSteps {
			p.Next, p.NextIn = append(p.Next, c), bare.what(where)
		}
	}
	p.projects(r)
	p.decided(r)
	p.Unjudged = unknown(r)
	s, w := links(r, "").htmlStyle(r.Subject.Commit), waysOf(r.Capabilities)
	for _, x := range w.paths {
		p.Ways = append(p.Ways, template.HTML(s.path(x)))
	}
	for _, d := range r.Dimensions {
		row := htmlDimension{Dimension: d, None: none(r, d.ID)}
		if d.Of > 0 {
			row.Share = min(100*d.Met/d.Of, 100)
		}
		for _, c := range r.Capabilities {
			if c.Dimension == d.ID {
				row.Capabilities = append(row.Capabilities, s.htmlCapability(w, c))
			}
		}
		p.Dimensions = append(p.Dimensions, row)
	}
}

func (p *htmlPage) projects(r *report.Report) {
	if len(r.Projects) == 0 {
		return
	}
	p.Columns = levelled(r)
	shown := r.Projects[:min(len(r.Projects), maxHTMLProjects)]
	p.MoreProjects = len(r.Projects) - len(shown)
	for i := range shown {
		x := &shown[i]
		row := htmlProject{Name: bare.what(folder(x)), Level: x.Level}
		for _, d := range p.Columns {
			row.Levels = append(row.Levels, dimension(&x.Project, d.ID))
		}
		p.Projects = append(p.Projects, row)
	}
}

func (p *htmlPage) decided(r *report.Report) {
	p.Tallies = capital(tallies(r))
	all := byUrgency(r.Decisions)
	for i, d := range all {
		if i == maxHTMLDecisions {
			p.MoreDecisions = len(all) - i
			break
		}
		row := htmlDecision{Capability: bare.what(d.Capability), Text: waiverOr(d.Waiver, d.Attestation, said), Urgent: urgent(d)}
		var globs []string
		for _, g := range d.Paths[:min(len(d.Paths), 3)] {
			globs = append(globs, bare.what(g))
		}
		if row.Where = strings.Join(globs, ", "); len(d.Paths) > 3 {
			row.Where += fmt.Sprintf(" and %d more", len(d.Paths)-3)
		}
		if d.State().Counts() && d.Changes == 0 {
			row.Text += " It changes nothing at this commit."
		}
		p.Urgent = p.Urgent || row.Urgent
		p.Decisions = append(p.Decisions, row)
	}
}

func (s style) htmlCapability(w ways, c report.Capability) htmlCapability {
	out := htmlCapability{Capability: c, Decided: decidedOn(c, said)}
	var chains []string
	chains, out.More = w.chains(s, c)
	for _, x := range chains {
		out.Chains = append(out.Chains, template.HTML(x))
	}
	out.Why = c.Reason != "" && (len(chains) == 0 || !c.Status.Holds())
	out.Risks = c.Risks[:min(len(c.Risks), maxRisks)]
	if c.Next != nil && !c.Status.Holds() {
		step := *c.Next
		step.How = step.How[:min(len(step.How), maxSteps)]
		out.Step = &step
	}
	return out
}

// htmlStyle is HTML with each place linked where it can be.
func (l linker) htmlStyle(commit string) style {
	code := func(text string) string { return "<code>" + html.EscapeString(plain(text, maxName)) + "</code>" }
	return style{code, func(h report.Hop) string {
		from, at := l.of(h, commit)
		if address := from.blob(at, h.Path, h.Line); address != "" {
			return `<a href="` + html.EscapeString(address) + `">` + code(hopPlace(h)) + "</a>"
		}
		return code(hopPlace(h))
	}}
}

// htmlProse writes a sentence with what it has in backticks as code.
func htmlProse(s string) template.HTML {
	parts := strings.Split(plain(s, maxText), "`")
	var b strings.Builder
	for i, part := range parts {
		switch text := html.EscapeString(part); {
		case i%2 == 1 && i == len(parts)-1: // an odd backtick is a backtick
			b.WriteString("`" + text)
		case i%2 == 1:
			b.WriteString("<code>" + text + "</code>")
		default:
			b.WriteString(text)
		}
	}
	return template.HTML(b.String())
}

// htmlSubject names the repository and its commit, linked where they can be.
func htmlSubject(r *report.Report) template.HTML {
	text := func(s string) string { return html.EscapeString(bare.what(s)) }
	out, l := text(r.Subject.Repository), links(r, "")
	if l.base != "" {
		out = `<a href="` + html.EscapeString(l.base) + `">` + out + "</a>"
	}
	if r.Subject.Path != "" {
		out += ", <code>" + text(r.Subject.Path) + "</code>"
	}
	if r.Subject.Commit == "" {
		return template.HTML(out)
	}
	commit := "<code>" + text(short(r.Subject.Commit)) + "</code>"
	if l.base != "" {
		commit = `<a href="` + html.EscapeString(l.base+"/commit/"+r.Subject.Commit) + `">` + commit + "</a>"
	}
	return template.HTML(out + " at " + commit)
}
