package render

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// What a drawing is made of, and nothing else: a label in it holds letters,
// digits, what stands within words, entities and our own line breaks.
var drawingLines = []*regexp.Regexp{
	regexp.MustCompile("^(```mermaid|flowchart TD|```|)$"),
	regexp.MustCompile(`^  n\d+\["(?:[\p{L}\p{N}\p{Mn} /:._-]|#\d+;|<br>)+"\](:::gained|:::lost)?$`),
	regexp.MustCompile(`^  n\d+ (?:-->|-\.->|--x) n\d+$`),
	regexp.MustCompile(`^  classDef (gained|lost) [a-z0-9#:,-]+$`),
}

func checkDrawing(t *testing.T, block string) {
	t.Helper()
	nodes := 0
	for line := range strings.SplitSeq(block, "\n") {
		known := false
		for i, re := range drawingLines {
			if re.MatchString(line) {
				known = true
				if i == 1 {
					nodes++
				}
				break
			}
		}
		if !known {
			t.Errorf("the drawing has the line %q", line)
		}
	}
	if nodes < 2 || nodes > maxNodes {
		t.Errorf("the drawing has %d places", nodes)
	}
}

var drawings = regexp.MustCompile("(?s)```mermaid\n.*?\n```\n")

// The drawings of all cases, the hostile one's too, are well made, at most one
// to a page, folded, and the same in the comment as in the check run.
func TestDrawings(t *testing.T) {
	t.Parallel()
	drew := 0
	for _, name := range names(t, "cases") {
		in := situation(t, name)
		out, comment := CheckRun(in), Comment(in)
		in2 := drawings.FindAllString(comment, -1)
		in1 := drawings.FindAllString(out.Text, -1)
		if len(in1) > 1 || len(in2) > 1 || strings.Contains(out.Summary, "```") {
			t.Errorf("%s: %d drawings in the text, %d in the comment", name, len(in1), len(in2))
		}
		if len(in1) == 1 {
			drew++
			checkDrawing(t, in1[0])
			if before, _, _ := strings.Cut(out.Text, "```mermaid"); strings.Count(before, "<details>") != 1+strings.Count(before, "</details>") {
				t.Errorf("%s: the drawing is not folded", name)
			}
		}
		if comment != "" && strings.Join(in1, "") != strings.Join(in2, "") {
			t.Errorf("%s: the comment has another drawing", name)
		}
		if in.Base == nil && len(in1) > 0 {
			t.Errorf("%s: a drawing of what did not change", name)
		}
	}
	if drew < 4 {
		t.Errorf("%d cases have a drawing", drew)
	}
}

func gains(evidence ...report.Evidence) *report.Diff {
	d := &report.Diff{}
	for _, e := range evidence {
		d.Gained = append(d.Gained, report.Change{After: report.Capability{ID: "x", Status: report.Met, Evidence: []report.Evidence{e}}})
	}
	return d
}

func TestDrawingIsBounded(t *testing.T) {
	t.Parallel()
	way := func(n, from int) report.Evidence {
		e := report.Evidence{Path: "ci.yml", Line: 1, What: "push"}
		for i := range n {
			e.Via = append(e.Via, report.Hop{Path: "f.py", Line: from + i, What: "step"})
			e.Via[i].What += strings.Repeat("x", i)
		}
		return e
	}
	p := newPage(maxOutput, "")
	p.drawing(gains(way(100, 1), way(100, 1), way(90, 1000), way(2, 5000), way(3, 6000)))
	got := p.String()
	checkDrawing(t, drawings.FindString(got))
	if !strings.Contains(got, "93 more") || !strings.Contains(got, "- 2 more paths") {
		t.Errorf("what is left out is not said:\n%s", got)
	}
	for _, none := range []*report.Diff{nil, {}, gains(report.Evidence{Path: "uv.lock", Line: 1, What: "pinned"})} {
		p := newPage(maxOutput, "")
		if p.drawing(none); p.b.Len() > 0 {
			t.Errorf("a drawing of nothing: %s", p.String())
		}
	}
}

func TestGuessedAndBrokenLinksAreDrawnSo(t *testing.T) {
	t.Parallel()
	e := report.Evidence{Path: "ci.yml", Line: 1, What: "push", Via: []report.Hop{{Path: "run.sh", Line: 2, What: "$CMD", Guessed: true}, {Path: "Makefile", What: "make trian", Broken: true}}}
	p := newPage(maxOutput, "")
	p.drawing(&report.Diff{Lost: []report.Change{{After: report.Capability{ID: "x", Evidence: []report.Evidence{e}}}}})
	for _, want := range []string{"n1 -.-> n2", "n2 --x n3", `n3["make trian<br>Makefile<br>not in the repository"]:::lost`, "path lost"} {
		if !strings.Contains(p.String(), want) {
			t.Errorf("no %q in\n%s", want, p.String())
		}
	}
}

// A label says what was given, and only that.
func FuzzDrawn(f *testing.F) {
	for _, s := range []string{`"] click n1 "x"`, "1. list", "- x", "fa:fa-user", "a\nend\n%% x", "<script>", "#quot; #35;", "`**b**`", "```", "style x:y #z;", "日本 👩‍👩‍👧 \u202e", "](x) @me", ""} {
		f.Add(s)
	}
	entity := regexp.MustCompile(`#(\d+);`)
	f.Fuzz(func(t *testing.T, s string) {
		got := drawn(s, 48)
		if strings.Contains(html.UnescapeString(entity.ReplaceAllString(got, "&#$1;")), "fa:fa-") {
			t.Errorf("%q makes an icon", s)
		}
		got = strings.ReplaceAll(got, "#58;#8203;", "#58;")
		if back := html.UnescapeString(entity.ReplaceAllString(got, "&#$1;")); back != plain(s, 48) {
			t.Errorf("%q is read as %q", plain(s, 48), back)
		}
		p := newPage(maxOutput, "")
		p.drawing(gains(report.Evidence{Path: s, Line: 1, What: s, Via: []report.Hop{{Path: s, Line: 2, What: s}, {Path: "a.py", Line: 3, What: "b"}}}))
		checkDrawing(t, drawings.FindString(p.String()))
		safe(t, p.String())
	})
}
