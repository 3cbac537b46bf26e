package render

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

func TestChainSaysNothingTwice(t *testing.T) {
	t.Parallel()
	trigger := report.Evidence{Path: "ci.yml", Line: 4, What: "push"}
	call := report.Hop{Path: "ci.yml", Line: 9, What: "make train"}
	target := report.Hop{Path: "Makefile", Line: 6, What: "make train"}
	file := report.Hop{Path: "train.py", Line: 1, What: "train.py"}
	fit := report.Hop{Path: "train.py", Line: 20, What: "fit"}
	guessed := file
	guessed.Guessed = true
	for name, test := range map[string]struct {
		via  []report.Hop
		want string
	}{
		"a target and its call":          {[]report.Hop{call, target, fit}, "push (ci.yml:4) → make train (Makefile:6) → train.py:20 fit"},
		"a file and its line":            {[]report.Hop{call, file, fit}, "push (ci.yml:4) → make train → train.py:20 fit"},
		"a file that the chain ends at":  {[]report.Hop{call, file}, "push (ci.yml:4) → make train → train.py:1"},
		"a guess stays":                  {[]report.Hop{guessed, fit}, "push (ci.yml:4) → train.py:1 (guessed) → train.py:20 fit"},
		"another file of the same words": {[]report.Hop{{Path: "a.sh", Line: 2, What: "run"}, fit}, "push (ci.yml:4) → run (a.sh:2) → train.py:20 fit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := trigger
			e.Via = test.via
			if got := bare.chain(e); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
