// Package render turns a report into what people and tools read: the check run
// and the comment on GitHub, and the formats of scan. Everything is a pure
// function of its input: no clock, no network, the same bytes for the same
// report.
//
// Two rules hold for every byte that leaves here. Text that came from a
// repository is hostile until clean.go has seen it: no mention, no markup, no
// control character and no secret gets through. And output is bounded: it is cut
// between sections, never inside one, and says how much was left out.
package render

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// Input is what a check run and a comment speak about. Head and Settings are
// always needed; repoconfig.Default() where there is no file.
type Input struct {
	Base, Head   *report.Report // Base is nil for a branch
	Settings     repoconfig.Config
	ConfigErrors []repoconfig.Error // of the file in force; with any, Settings are the defaults
	// ConfigProposed says that the errors are of the file that the pull request
	// proposes, and that Settings are those in force on the base branch.
	ConfigProposed bool
	ConfigWarnings []repoconfig.Error // of the file in force, which counts all the same
	Elsewhere      Elsewhere
	// Preview is set where the pull request proposes another configuration that
	// has no mistakes: what it would mean once it is merged.
	Preview          *Preview
	ProposedWarnings []repoconfig.Error // of the file that the pull request proposes
	Pull             *PullInfo          // nil for a branch
	ChangedLines     map[string][]LineRange
	DetailsURL       string // page with everything, "" for none
	WebURL           string // of the GitHub instance, "" for https://github.com
	// Notes are paragraphs of our own, as Markdown, at the end of the check run's
	// details.
	Notes []string
	// Explanation stands at the head of a check run's details where somebody
	// asked for one: blocks of Markdown of our own.
	Explanation []string
}

// Preview is a proposed configuration, and the head judged under it; Head is nil
// where it switches the judgement off.
type Preview struct {
	Settings repoconfig.Config
	Head     *report.Report
}

// PullInfo is the pull request a report is about.
type PullInfo struct {
	Number           int
	Draft, BotAuthor bool
	BaseRef, HeadSHA string
}

// LineRange is a run of lines of the head, from 1, both ends included.
type LineRange struct{ Start, End int }

// CheckOutput is the content of a check run.
type CheckOutput struct {
	Title, Summary, Text, Conclusion string
	Annotations                      []Annotation
}

// Annotation is a remark on lines of one file. Path is the file's own name,
// not cleaned: GitHub matches it.
type Annotation struct {
	Path               string
	StartLine, EndLine int
	Level              string // notice or warning
	Title, Message     string
}

// model is the one the report was judged by.
func model(r *report.Report) *maturity.Model { return maturity.OrDefault(r.Engine.Model) }

func statuses(p *report.Project) map[string]report.Status {
	out := make(map[string]report.Status, len(p.Capabilities))
	for _, c := range p.Capabilities {
		out[c.ID] = c.Status
	}
	return out
}

var (
	repositoryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,99}/[A-Za-z0-9._-]{1,100}$`)
	commitID       = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
)

// linker writes addresses on GitHub of lines of one commit. The zero linker
// writes none.
type linker struct{ base, web string }

// links returns the linker of a report's commit.
func links(r *report.Report, web string) linker {
	if r == nil || !repositoryName.MatchString(r.Subject.Repository) || !commitID.MatchString(r.Subject.Commit) {
		return linker{}
	}
	if web == "" {
		web = "https://github.com"
	}
	u, err := url.Parse(web)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.ContainsAny(web, "()<> \"'`\n") {
		return linker{}
	}
	web = strings.TrimSuffix(web, "/")
	return linker{web + "/" + r.Subject.Repository, web}
}

// of returns the linker and the commit for a hop, which may be in another
// repository than the judged one.
func (l linker) of(h report.Hop, commit string) (linker, string) {
	switch {
	case h.Repository == "":
		return l, commit
	case l.web == "" || !repositoryName.MatchString(h.Repository) || !commitID.MatchString(h.Commit):
		return linker{}, ""
	}
	return linker{l.web + "/" + h.Repository, l.web}, h.Commit
}

// blob returns the address of a line, "" for none. Line 0 is the whole file.
func (l linker) blob(commit, path string, line int) string {
	if l.base == "" || path == "" || len(path) > 512 {
		return ""
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return ""
		}
		parts[i] = url.PathEscape(part)
	}
	address := l.base + "/blob/" + commit + "/" + strings.Join(parts, "/")
	if line > 0 {
		address += "#L" + strconv.Itoa(line)
	}
	return address
}
