package render

import (
	"io"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// Func writes a report in one format.
type Func func(io.Writer, *report.Report) error

// Format is a format that scan can write.
type Format struct {
	Name  string // as --format takes it
	About string
	Write Func
}

// Formats is the one list of formats; the first is the default.
func Formats() []Format {
	return []Format{
		{"text", "for the terminal", Text},
		{"json", "for programs, the schema " + report.Schema, JSON},
		{"markdown", "for an issue, a wiki or a job's summary", Markdown},
		{"sarif", "for code scanning, SARIF 2.1.0", SARIF},
		{"html", "one page for a browser that needs nothing else", HTML},
	}
}

// Named returns the format that --format calls so.
func Named(name string) (Func, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f.Write, true
		}
	}
	return nil, false
}

// Markdown writes what the check run shows, as one document.
func Markdown(w io.Writer, r *report.Report) error {
	in := Input{Head: r, Settings: repoconfig.Default()}
	v := judge(in)
	p := newPage(maxOutput, "")
	p.addf("# MLOps maturity: %s\n\n", prose(headline(in, v)))
	p.add(summary(in, v))
	if r.Kind.Judged() {
		p.add("\n")
		p.everything(r, links(r, ""))
	}
	_, err := io.WriteString(w, p.String())
	return err
}
