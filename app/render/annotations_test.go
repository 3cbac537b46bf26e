package render

import (
	"slices"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

func TestAnnotationsStayOnChangedLines(t *testing.T) {
	for _, name := range names(t, "cases") {
		in := situation(t, name)
		for _, a := range CheckRun(in).Annotations {
			if !slices.ContainsFunc(in.ChangedLines[a.Path], func(r LineRange) bool { return r.Start <= a.StartLine && a.EndLine <= r.End }) {
				t.Errorf("%s: %s:%d is not changed", name, a.Path, a.StartLine)
			}
		}
	}
}

func TestAnnotations(t *testing.T) {
	in := situation(t, "regression")
	all := CheckRun(in).Annotations
	find := func(path string, line int, title string) bool {
		return slices.ContainsFunc(all, func(a Annotation) bool {
			return a.Path == path && a.StartLine == line && strings.HasPrefix(a.Title, title) && a.Level == warning
		})
	}
	if !find(".github/workflows/train.yml", 15, "Lost: Training runs") {
		t.Errorf("the place that broke is not annotated: %+v", all)
	}
	if !find("src/train.py", 77, "Lost: Models are versioned") {
		t.Errorf("the place where it was is not annotated: %+v", all)
	}
	in.ChangedLines = map[string][]LineRange{"src/train.py": {{1, 3}, {80, 90}, {200, 10}}}
	if all = CheckRun(in).Annotations; !find("src/train.py", 80, "Lost: Models are versioned") {
		t.Errorf("the nearest change is not annotated: %+v", all)
	}
	in.ChangedLines = nil
	if all = CheckRun(in).Annotations; len(all) > 0 {
		t.Errorf("annotations without changed lines: %+v", all)
	}
}

func TestBrokenHopIsAnnotatedOnce(t *testing.T) {
	in := situation(t, "branch")
	for i := range in.Head.Capabilities {
		in.Head.Capabilities[i].Evidence = []report.Evidence{{Path: "a.py", Line: 1, What: "x",
			Via: []report.Hop{{Path: "Makefile", Line: 3, What: "make trian", Broken: true}, {Path: "Makefile", Line: 3, What: "make trian", Broken: true}}}}
	}
	in.Head.Capabilities = in.Head.Capabilities[:1]
	in.ChangedLines = map[string][]LineRange{"Makefile": {{1, 9}}}
	all := CheckRun(in).Annotations
	if len(all) != 1 || all[0].StartLine != 3 || !strings.Contains(all[0].Message, "make trian") {
		t.Errorf("%+v", all)
	}
}

// A chain reads from its trigger to its proof, and the proof is where a remark
// belongs: nobody mends a trigger because the call at the end falls short.
func TestChainEndsAtTheProof(t *testing.T) {
	e := report.Evidence{Path: ".github/workflows/train.yml", Line: 3, What: "push",
		Via: []report.Hop{{Path: "Makefile", Line: 7, What: "make train"}, {Path: "train.py", Line: 9, What: "model.fit"}}}
	if got, want := bare.chain(e), "push (.github/workflows/train.yml:3) → make train (Makefile:7) → train.py:9 model.fit"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	in := situation(t, "branch")
	in.Head.Capabilities = in.Head.Capabilities[:1]
	in.Head.Capabilities[0].Status = report.Partial
	in.Head.Capabilities[0].Evidence = []report.Evidence{e}
	in.ChangedLines = map[string][]LineRange{".github/workflows/train.yml": {{1, 9}}, "train.py": {{1, 20}}}
	all := CheckRun(in).Annotations
	if len(all) != 1 || all[0].Path != "train.py" || all[0].StartLine != 9 {
		t.Errorf("%+v", all)
	}
}
