package checkstest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlops-maturity/mlops-maturity/checks/practice"
)

var update = flag.Bool("update", false, "rewrite the want sections")

const fixtures = "../practice/testdata"

// Each case gets the verdict its first line demands, for the reasons and with
// the evidence its want section holds.
func TestPractice(t *testing.T) {
	names, err := filepath.Glob(fixtures + "/*/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(filepath.Dir(name))+"/"+strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			if c.Check != filepath.Base(filepath.Dir(name)) {
				t.Fatalf("it is about %s", c.Check)
			}
			r, err := c.Judge(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			status, got := c.Verdict(r)
			if status != c.Status {
				t.Fatalf("%s is %s, want %s: %s\n%s", c.Check, status, c.Status, c.Why, got)
			}
			if *update {
				if err := os.WriteFile(name, c.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(c.Want, got); d != "" {
				t.Errorf("%s\nother findings (-want +got):\n%s", c.Why, d)
			}
		})
	}
}

// Every check has a case for each verdict it documents, and a near miss: a
// repository that looks right and is not.
func TestEveryCheckHasItsCases(t *testing.T) {
	for _, check := range practice.All() {
		names, err := filepath.Glob(filepath.Join(fixtures, check.ID, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		near := false
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(data)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			seen = append(seen, c.Status)
			near = near || strings.HasPrefix(filepath.Base(name), "near-") && c.Status != "met"
		}
		wanted := []string{"met", "missing"}
		if check.Doc.Partial != "" {
			wanted = append(wanted, "partial")
		}
		if check.Doc.NotApplicable != "" {
			wanted = append(wanted, "not-applicable")
		}
		var lacks []string
		for _, s := range wanted {
			if !slices.Contains(seen, s) {
				lacks = append(lacks, s)
			}
		}
		if !near {
			lacks = append(lacks, "near-*")
		}
		if len(lacks) > 0 {
			t.Errorf("%s: testdata lacks a case that is %s", check.ID, strings.Join(lacks, ", "))
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no header":         "hello\n-- a --\n",
		"no reason":         "a.b: met\n-- a --\n",
		"a file twice":      "a.b: met\nwhy\n-- a --\n-- a --\n",
		"unknown directive": "a.b: met\nwhy\n!fly a\n-- a --\n",
		"no such file":      "a.b: met\nwhy\n!executable b\n-- a --\n",
		"no such review":    "a.b: met\nwhy\n!review seldom\n-- a --\n",
		"no number":         "a.b: met\nwhy\n!size b big\n-- a --\n",
	} {
		if c, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: taken as %+v", name, c)
		}
	}
}

func TestDirectives(t *testing.T) {
	c, err := Parse([]byte("kind: not-ml\nwhy\n!executable a\n!symlink l a\n!submodule s\n!size big.py 99000000\n!gap . truncated\n!people data=2 span=1\n!review most\n-- a --\nx\n-- want --\nold\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if gaps := fmt.Sprint(r.Gaps); !strings.Contains(gaps, "truncated") || !strings.Contains(gaps, "big.py") {
		t.Errorf("gaps: %s", gaps)
	}
	again, err := Parse(c.Format("new\n"))
	if err != nil || again.Want != "new\n" || again.Why != "why" || len(again.files) != 4 || again.history.Areas["data"] != 2 || !again.history.ReviewedMost {
		t.Errorf("%v %+v", err, again)
	}
}
