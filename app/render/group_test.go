package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

func ev(places ...string) report.Evidence {
	var all []report.Hop
	for _, p := range places {
		path, what, _ := strings.Cut(p, " ")
		all = append(all, report.Hop{Path: path, Line: 1, What: what})
	}
	return report.Evidence{Path: all[0].Path, Line: 1, What: all[0].What, Via: all[1:]}
}

func TestSharedBeginningsAreWrittenOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		evidence []report.Evidence
		want     string
	}{
		"one chain stays on its line": {[]report.Evidence{ev("ci.yml push", "ci.yml job", "a.py fit")},
			"- a\u00a0— push (ci.yml:1) → job → a.py:1 fit\n"},
		"a shared way": {[]report.Evidence{ev("ci.yml push", "ci.yml job", "a.py fit"), ev("ci.yml push", "ci.yml job", "b.py log")},
			"- push (ci.yml:1) → job\n  - a\u00a0— a.py:1 fit\n  - b\u00a0— b.py:1 log\n"},
		"the same proof": {[]report.Evidence{ev("ci.yml push", "ci.yml job", "a.py fit"), ev("ci.yml push", "ci.yml job", "a.py fit")},
			"- a, b\u00a0— push (ci.yml:1) → job → a.py:1 fit\n"},
		"a way that parts later": {[]report.Evidence{ev("ci.yml push", "ci.yml job", "Makefile train", "a.py fit"), ev("ci.yml push", "ci.yml job", "b.py log")},
			"- push (ci.yml:1) → job\n  - a\u00a0— train (Makefile:1) → a.py:1 fit\n  - b\u00a0— b.py:1 log\n"},
		"other jobs of one trigger": {[]report.Evidence{ev("ci.yml push", "ci.yml one", "a.py fit"), ev("ci.yml push", "ci.yml two", "b.py log")},
			"- a\u00a0— push (ci.yml:1) → one → a.py:1 fit\n- b\u00a0— push (ci.yml:1) → two → b.py:1 log\n"},
		"one is the beginning of the other": {[]report.Evidence{ev("ci.yml push", "ci.yml job", "a.py fit"), ev("ci.yml push", "ci.yml job", "a.py fit", "b.py log")},
			"- push (ci.yml:1) → job\n  - a\u00a0— a.py:1 fit\n  - b\u00a0— fit (a.py:1) → b.py:1 log\n"},
		"no chain, the same file": {[]report.Evidence{ev("uv.lock pinned"), ev("uv.lock pinned"), ev("ci.yml push", "ci.yml lint")},
			"- c\u00a0— push (ci.yml:1) → ci.yml:1 lint\n- a, b\u00a0— uv.lock:1 pinned\n"},
		"ways before what stands by itself": {[]report.Evidence{ev("uv.lock pinned"), ev("ci.yml push", "ci.yml job", "a.py fit"), ev("ci.yml push", "ci.yml job", "b.py log")},
			"- push (ci.yml:1) → job\n  - b\u00a0— a.py:1 fit\n  - c\u00a0— b.py:1 log\n- a\u00a0— uv.lock:1 pinned\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var items []item
			for i, e := range test.evidence {
				items = append(items, item{string(rune('a' + i)), compact(hops(e))})
			}
			p := newPage(maxOutput, "")
			if p.bundled(bare, items, "things"); p.b.String() != test.want {
				t.Errorf("got\n%swant\n%s", p.b.String(), test.want)
			}
		})
	}
}

func TestBundledSaysHowManyMore(t *testing.T) {
	t.Parallel()
	var items []item
	for i := range maxChanges + 5 {
		items = append(items, item{fmt.Sprint("x", i), compact(hops(ev("ci.yml push", "ci.yml job", fmt.Sprintf("%d.py fit", i))))})
	}
	p := newPage(maxOutput, "")
	if p.bundled(bare, items, "things"); !strings.HasSuffix(p.b.String(), "- 5 more things\n") || strings.Count(p.b.String(), "ci.yml") != 1 {
		t.Errorf("got\n%s", p.b.String())
	}
	p = newPage(reserve+100, "")
	if p.bundled(bare, items, "things"); !strings.Contains(p.b.String(), "20 more things") {
		t.Errorf("what does not fit is not said: %q", p.b.String())
	}
}

// In the details a way that several capabilities share has a number; each of
// them names it and goes on from there.
func TestPathsAreNumberedOnce(t *testing.T) {
	t.Parallel()
	caps := []report.Capability{
		{ID: "a", Evidence: []report.Evidence{ev("ci.yml push", "ci.yml job", "a.py fit"), ev("ci.yml push", "ci.yml job", "a.py fit")}},
		{ID: "b", Evidence: []report.Evidence{ev("ci.yml push", "ci.yml job", "b.py log"), ev("ci.yml push", "ci.yml other", "c.py log"), ev("uv.lock pinned"), ev("x.py more")}},
	}
	w := waysOf(caps)
	if len(w.paths) != 1 || bare.path(w.paths[0]) != "push (ci.yml:1) → job" {
		t.Fatalf("paths: %+v", w.paths)
	}
	got, left := w.chains(bare, caps[0])
	if len(got) != 1 || got[0] != "path 1 → a.py:1 fit" || left != 0 {
		t.Errorf("%q, %d more", got, left)
	}
	got, left = w.chains(bare, caps[1])
	if want := "path 1 → b.py:1 log|push (ci.yml:1) → other → c.py:1 log|uv.lock:1 pinned"; strings.Join(got, "|") != want || left != 1 {
		t.Errorf("%q, %d more", got, left)
	}
}

// A capability without a title of its own has its id once, everywhere.
func TestUntitledIsNamedOnce(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"", " ", "training.automated"} {
		in := situation(t, "level-up")
		for i := range in.Head.Capabilities {
			if c := &in.Head.Capabilities[i]; c.ID == "training.automated" {
				c.Title = title
			}
		}
		var text strings.Builder
		if err := Text(&text, in.Head); err != nil {
			t.Fatal(err)
		}
		out := CheckRun(in)
		for line := range strings.SplitSeq(out.Summary+out.Text+Comment(in)+text.String(), "\n") {
			if strings.Count(line, "training.automated") > 1 {
				t.Errorf("title %q: twice in %q", title, line)
			}
		}
	}
}

// A level that rests on the lowest project is blocked by what that one lacks.
func TestBlockersAreThoseOfTheLowestProject(t *testing.T) {
	t.Parallel()
	in := situation(t, "monorepo-branch")
	for i := range in.Head.Capabilities {
		in.Head.Capabilities[i].Status = report.Met // of the whole repository
	}
	out := CheckRun(in)
	if !strings.Contains(out.Summary, "To reach level 1") || !strings.Contains(out.Summary, "`models/fraud`:\n") || !strings.Contains(out.Summary, "`application.ci`") {
		t.Errorf("summary:\n%s", out.Summary)
	}
}

func TestProjectThatFallsIsSaid(t *testing.T) {
	t.Parallel()
	in := situation(t, "monorepo")
	if out := CheckRun(in); out.Conclusion != neutral || !strings.Contains(out.Summary, "lowers the project `models/ranking` from level 2 to 1.") {
		t.Errorf("%s: %s", out.Conclusion, out.Summary)
	}
	in.Settings.FailOn = []repoconfig.Failure{repoconfig.FailRegression}
	if out := CheckRun(in); out.Conclusion != failure {
		t.Errorf("%s: %s", out.Conclusion, out.Summary)
	}
	for i := range in.Head.Projects[2].Capabilities { // nothing of it could be read
		in.Head.Projects[2].Capabilities[i].Status = report.Unknown
	}
	if out := CheckRun(in); out.Conclusion != neutral || !strings.Contains(out.Summary, "could not be read") {
		t.Errorf("%s: %s", out.Conclusion, out.Summary)
	}
	in = situation(t, "monorepo")
	in.Base.Projects, in.Head.Projects = in.Base.Projects[:1], in.Head.Projects[:1]
	in.Base.Capabilities = in.Head.Capabilities
	in.Base.Dimensions = in.Head.Dimensions
	if c := Comment(in); !strings.Contains(c, "| `models/churn` | 1\u00a0→\u00a0**2** |") {
		t.Errorf("a project that rises is worth a comment: %q", c)
	}
}
