package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// miss is a demand of the configuration that is not met. sure says that it is
// not for want of something that could not be read.
type miss struct {
	project     string // its folder, "" for the repository
	dimension   string // its title, "" for the overall level
	minimum     bool   // else a target
	want, level int
	sure        bool
}

// misses lists what falls short of the demands: of a repository with several
// projects each project's, minimums before targets.
func misses(r *report.Report) []miss {
	var minimums, targets []miss
	of := func(project string, p *report.Project) {
		for _, b := range p.Bounds {
			m := miss{project: project, dimension: dimensionTitle(p, b.Dimension)}
			if s := b.Against(b.Minimum); s != report.Holds {
				m.minimum, m.want, m.level, m.sure = true, *b.Minimum, *b.Level, s == report.Below
				minimums = append(minimums, m)
			}
			if s := b.Against(b.Target); s != report.Holds {
				m.minimum, m.want, m.level, m.sure = false, *b.Target, *b.Level, s == report.Below
				targets = append(targets, m)
			}
		}
	}
	of("", &r.Project)
	for i := range r.Projects {
		of(folder(&r.Projects[i]), &r.Projects[i].Project)
	}
	return append(minimums, targets...)
}

// Failures says in plain text which demands the check fails by, and what makes
// it fail; none where it passes or nobody can tell.
func Failures(r *report.Report, c repoconfig.Config) []string {
	var out []string
	for _, m := range misses(r) {
		if key := m.fails(c); m.sure && key != "" {
			out = append(out, strings.TrimSuffix(m.sentence(said, said), ".")+" ("+key+")")
		}
	}
	return out
}

// fails is the key by which this miss fails the check, "" for none.
func (m miss) fails(c repoconfig.Config) string {
	switch {
	case m.minimum:
		return "minimum_level"
	case c.Fails(repoconfig.FailBelowTarget):
		return "fail_on: [below-target]"
	}
	return ""
}

func dimensionTitle(p *report.Project, id string) string {
	for _, d := range p.Dimensions {
		if d.ID == id {
			return cmp.Or(d.Title, id)
		}
	}
	return id
}

func (m miss) bound() string {
	if m.minimum {
		return "minimum"
	}
	return "target"
}

// sentence says what falls short of what; title and path make text from
// outside safe where it is shown.
func (m miss) sentence(title, path func(string) string) string {
	what := "The level"
	switch {
	case m.project != "" && m.dimension != "":
		what = title(m.dimension) + " in the project " + path(m.project)
	case m.project != "":
		what = "The project " + path(m.project)
	case m.dimension != "":
		what = title(m.dimension)
	}
	return fmt.Sprintf("%s is at %d, below the %s of %d.", what, m.level, m.bound(), m.want)
}

// missedWords says in a title what falls short: the first of it by name.
func missedWords(all []miss) string {
	if len(all) == 0 {
		return ""
	}
	m := all[0] // the surest first
	if i := slices.IndexFunc(all, func(x miss) bool { return x.sure }); i > 0 {
		m = all[i]
	}
	var words []string
	for _, w := range []string{m.project, strings.ToLower(m.dimension)} {
		if w != "" {
			words = append(words, plain(w, 60))
		}
	}
	how := "below"
	if !m.sure {
		how = "not shown to reach"
	}
	words = append(words, fmt.Sprintf("%s %s %d", how, m.bound(), m.want))
	out := " · " + strings.Join(words, " ")
	if n := len(all) - 1; n > 0 {
		out += fmt.Sprintf(" and %d more", n)
	}
	return out
}

// asked says how the repository stands to its demands, in short sentences: all
// of its own, and of its projects those that fall short.
func asked(r *report.Report) []string {
	var out []string
	say := func(what, bound string, want *int, b report.Bound) {
		if want == nil {
			return
		}
		how := map[report.Standing]string{report.Holds: "reached", report.Undecided: "not shown to be reached", report.Below: "not reached"}[b.Against(want)]
		if b.Level == nil {
			how = nothing
		}
		out = append(out, fmt.Sprintf("%s: level %d, %s.", capital(strings.TrimSpace(what+" "+bound)), *want, how))
	}
	for _, b := range r.Bounds {
		what := ""
		if b.Dimension != "" {
			what = dimensionTitle(&r.Project, b.Dimension)
		}
		say(what, "minimum", b.Minimum, b)
		say(what, "target", b.Target, b)
	}
	return out
}

func capital(s string) string {
	if s == "" || s[0] >= utf8.RuneSelf {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
