package render

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// The JSON has the contract's keys in the contract's order, lists and not null.
func TestJSONKeepsTheContract(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, &report.Report{Schema: report.Schema, Project: report.Project{Capabilities: []report.Capability{{Next: &report.Step{}}}}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "null,") || strings.Contains(b.String(), ": null\n") {
		t.Errorf("null for a list:\n%s", b.String())
	}
	b.Reset()
	r := load(t, "level-2")
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range regexp.MustCompile(`(?m)^  "([A-Za-z]+)":`).FindAllStringSubmatch(b.String(), -1) {
		keys = append(keys, m[1])
	}
	order := []string{"schema", "engine", "subject", "kind", "level", "levelName", "google", "dimensions", "capabilities", "next", "gaps"}
	at := -1
	for _, k := range order {
		i := slices.Index(keys, k)
		if i <= at {
			t.Errorf("%s is at %d of %v", k, i, keys)
		}
		at = i
	}
	var again report.Report
	if err := json.Unmarshal(b.Bytes(), &again); err != nil {
		t.Fatal(err)
	}
	if d := report.Compare(&r.Project, &again.Project); !d.Empty() {
		t.Errorf("reading it back changes it: %+v", d)
	}
}

// Writing a report leaves it as it was, though secrets are masked in what is written.
func TestJSONLeavesTheReportAlone(t *testing.T) {
	r := load(t, "hostile")
	before, _ := json.Marshal(r)
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	if after, _ := json.Marshal(r); !bytes.Equal(before, after) {
		t.Error("the report was changed")
	}
	if strings.Contains(b.String(), "ghp_A1") || !strings.Contains(b.String(), masked) {
		t.Error("a secret is shown")
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9]+m")

func TestTextFitsTheTerminal(t *testing.T) {
	for _, name := range names(t, "reports") {
		for _, width := range []int{0, 60, 120} {
			var plain, colour bytes.Buffer
			if err := TextWith(&plain, load(t, name), TextOptions{Width: width}); err != nil {
				t.Fatal(err)
			}
			if err := TextWith(&colour, load(t, name), TextOptions{Width: width, Color: true}); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(plain.String(), "\x1b") {
				t.Errorf("%s: an escape without colour", name)
			}
			if got := ansi.ReplaceAllString(colour.String(), ""); got != plain.String() {
				t.Errorf("%s, %d wide: colour changes more than the colour", name, width)
			}
			if colour.String() == plain.String() {
				t.Errorf("%s: no colour", name)
			}
			most := width
			if most == 0 {
				most = 80
			}
			for _, line := range strings.Split(plain.String(), "\n") {
				words := strings.Fields(line)
				if len(words) > 2 && runewidth.StringWidth(line) > most {
					t.Errorf("%s: %d columns of %d: %s", name, runewidth.StringWidth(line), most, line)
				}
			}
		}
	}
}
