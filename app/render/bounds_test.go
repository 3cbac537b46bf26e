package render

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// flood makes a report with far more of everything than anybody reads.
func flood(t *testing.T, name string, n int, text string) *report.Report {
	t.Helper()
	r := load(t, name)
	long := make([]report.Hop, 40)
	for i := range long {
		long[i] = report.Hop{Path: fmt.Sprintf("%s/%d.py", text, i), Line: i, What: text}
	}
	for i := range r.Capabilities {
		c := &r.Capabilities[i]
		c.Reason = strings.Repeat(text+" ", 50)
		for k := range n {
			e := report.Evidence{Path: fmt.Sprintf("%s_%d.py", text, k), Line: k, What: text}
			if k%2 == 0 {
				e.Via = long
			}
			c.Evidence = append(c.Evidence, e)
			if k < 100 {
				c.Risks = append(c.Risks, text)
			}
		}
		c.Next = &report.Step{Title: text, Why: text, Effort: "days", How: strings.Fields(strings.Repeat(text+" ", 100))}
	}
	for i := range n {
		r.Gaps = append(r.Gaps, repo.Gap{Path: fmt.Sprintf("%s/%d", text, i), Reason: text})
		r.Projects = append(r.Projects, report.NamedProject{Name: text, Path: fmt.Sprint(text, i)})
	}
	return r
}

func TestOutputIsBounded(t *testing.T) {
	for _, text := range []string{"x", "日本語|`👩‍👩‍👧", strings.Repeat("<&@|`", 100)} {
		t.Run(fmt.Sprintf("%.12s", text), func(t *testing.T) {
			in := Input{Base: load(t, "level-0"), Head: flood(t, "level-2", 10_000, text), Settings: repoconfig.Default(),
				Pull: &PullInfo{Number: 1}, DetailsURL: "https://maturity.example/acme/1", ChangedLines: map[string][]LineRange{}}
			for i := range 10_000 {
				in.ConfigErrors = append(in.ConfigErrors, repoconfig.Error{Path: text, Line: i, Column: 1, Message: text})
				in.ChangedLines[fmt.Sprintf("%s_%d.py", text, i)] = []LineRange{{1, 1 << 20}}
			}
			var out CheckOutput
			var md bytes.Buffer
			var comment string
			took := cputime.Of(func() {
				out, comment = CheckRun(in), Comment(in)
				if err := Markdown(&md, in.Head); err != nil {
					t.Fatal(err)
				}
			})
			t.Logf("took %s", took)
			for name, s := range map[string]string{"summary": out.Summary, "text": out.Text, "comment": comment, "markdown": md.String()} {
				whole(t, name, s, maxOutput)
				if !strings.Contains(s, " more ") {
					t.Errorf("%s does not say that more is left out", name)
				}
			}
			if !strings.Contains(comment, "comment: never") {
				t.Error("the comment has lost its footer")
			}
			if len(out.Annotations) != maxAnnotations {
				t.Errorf("%d annotations", len(out.Annotations))
			}
			if n := utf8.RuneCountInString(out.Title); n > 255 {
				t.Errorf("the title has %d characters", n)
			}
			if took > cputime.Bound(10*time.Second) {
				t.Errorf("took %s", took)
			}
		})
	}
}

// Wherever the limit falls, the page ends well.
func TestPageEndsWell(t *testing.T) {
	r := flood(t, "level-1", 5, "`a|b` <c> @d")
	for limit := reserve + 50; limit < 60_000; limit += 373 {
		p := newPage(limit, "https://maturity.example/1")
		p.profile(Input{Head: r, Settings: repoconfig.Default()}, nil)
		p.everything(r, links(r, ""))
		whole(t, fmt.Sprint("limit ", limit), p.String(), limit)
		if p.full && !strings.Contains(p.String(), " more") {
			t.Errorf("limit %d: nothing says that something is left out", limit)
		}
	}
}

// whole checks that a text is within its limit and nothing in it is cut in two.
func whole(t *testing.T, name, s string, limit int) {
	t.Helper()
	if len(s) > limit {
		t.Errorf("%s has %d bytes", name, len(s))
	}
	if !utf8.ValidString(s) {
		t.Errorf("%s is cut within a character", name)
	}
	for _, tag := range []string{"details", "summary", "code", "sub"} {
		if a, b := strings.Count(s, "<"+tag+">"), strings.Count(s, "</"+tag+">"); a != b {
			t.Errorf("%s has %d <%s> and %d </%s>", name, a, tag, b, tag)
		}
	}
	if strings.Count("\n"+s, "\n```")%2 != 0 {
		t.Errorf("%s has a fence without an end", name)
	}
	for _, line := range strings.Split(s, "\n") {
		if strings.HasPrefix(line, "```") {
			continue // a fence, of which there must be two
		}
		if strings.Count(strings.ReplaceAll(line, "\\`", ""), "`")%2 != 0 {
			t.Errorf("%s has a line with half a code span: %s", name, line)
		}
	}
}

func TestLongDetailsAddressIsLeftOut(t *testing.T) {
	for _, address := range []string{"https://x.example/" + strings.Repeat("y", 5000), "javascript:alert(1)", "https://x.example/(a b)"} {
		p := newPage(maxOutput, address)
		p.more(3, "things")
		if got := p.String(); got != "- 3 more things\n" {
			t.Errorf("%.40s gives %q", address, got)
		}
	}
}
