package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Every report gives a file that the schema of SARIF 2.1.0 takes, and code
// scanning with it: a rule for each result, one location, no error.
func TestSARIFKeepsTheStandard(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("testdata/sarif/sarif-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t, "reports") {
		text, log := sarifOf(t, load(t, name))
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		run := log.Runs[0]
		seen := map[string]bool{}
		for i, r := range run.Results {
			if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
				t.Errorf("%s: result %d has the rule %s at %d", name, i, r.RuleID, r.RuleIndex)
			}
			if len(r.Locations) != 1 || r.Locations[0].Physical.Region == nil || r.Level == "error" {
				t.Errorf("%s: code scanning does not take %+v", name, r)
			}
			print := r.Fingerprints["mlopsMaturity/v1"]
			if seen[print] || print == "" {
				t.Errorf("%s: %s has the fingerprint of another", name, r.RuleID)
			}
			seen[print] = true
		}
		for _, uri := range addresses(run) {
			u, err := url.Parse(uri)
			if err != nil || u.IsAbs() || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || strings.HasPrefix(u.Path, "/") || slices.Contains(strings.Split(u.Path, "/"), "..") {
				t.Errorf("%s: %q is no path of a repository: %v", name, uri, err)
			}
		}
	}
}

func sarifOf(t *testing.T, r *report.Report) ([]byte, sarifLog) {
	t.Helper()
	var b bytes.Buffer
	if err := SARIF(&b, r); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil || len(log.Runs) != 1 {
		t.Fatal(err, len(log.Runs))
	}
	return b.Bytes(), log
}

func addresses(run sarifRun) []string {
	var out []string
	add := func(list ...sarifLocation) {
		for _, l := range list {
			out = append(out, l.Physical.Artifact.URI)
		}
	}
	for _, r := range run.Results {
		add(r.Locations...)
		add(r.Related...)
		for _, f := range r.Flows {
			for _, s := range f.Threads[0].Locations {
				add(s.Location)
			}
		}
	}
	for _, n := range run.Invocations[0].Notifications {
		add(n.Locations...)
	}
	return out
}

// What blocks the next level comes first, a waiver is a suppression while it
// is in force, and what could not be read or judged is no result.
func TestSARIFSaysWhatIsMissing(t *testing.T) {
	r := load(t, "decided")
	_, log := sarifOf(t, r)
	run := log.Runs[0]
	blocking := model(r).Blocking(statuses(&r.Project), r.Level)
	for i, id := range blocking {
		if c, _ := r.Capability(id); c.Status != report.Unknown && run.Results[i].RuleID != id {
			t.Errorf("result %d is %s, and %s blocks", i, run.Results[i].RuleID, id)
		}
	}
	if len(blocking) == 0 {
		t.Fatal("nothing blocks")
	}
	suppressed := map[string]string{}
	for _, x := range run.Results {
		c, _ := r.Capability(x.RuleID)
		if (x.Level == "warning") != (c.Role == "gate") {
			t.Errorf("%s, a %s, has the level %s", c.ID, c.Role, x.Level)
		}
		if c.Status.Holds() && c.Status != report.Waived || c.Status == report.Unknown {
			t.Errorf("%s is %s and a result", c.ID, c.Status)
		}
		if (len(x.Suppressions) > 0) != (c.Status == report.Waived) {
			t.Errorf("%s is %s and has %v", c.ID, c.Status, x.Suppressions)
		}
		for _, s := range x.Suppressions {
			suppressed[c.ID] = s.Justification
		}
	}
	if !strings.Contains(suppressed["training.automated"], "The platform team takes over the scheduler in spring.") {
		t.Errorf("%v", suppressed)
	}
	gaps := 0
	for _, n := range run.Invocations[0].Notifications {
		if n.Descriptor.ID == notRead {
			gaps++
		}
	}
	if gaps != len(r.Gaps) || gaps == 0 {
		t.Errorf("%d of %d gaps", gaps, len(r.Gaps))
	}
}

// A result stays the same alert when its evidence moves, and projects have
// their own.
func TestSARIFFingerprintsAreStable(t *testing.T) {
	prints := func(name string, change func(*report.Report)) map[string]bool {
		r := load(t, name)
		change(r)
		_, log := sarifOf(t, r)
		out := map[string]bool{}
		for _, x := range log.Runs[0].Results {
			out[x.Fingerprints["primaryLocationLineHash"]] = true
		}
		return out
	}
	before := prints("monorepo", func(*report.Report) {})
	after := prints("monorepo", func(r *report.Report) {
		r.Subject.Commit = strings.Repeat("f", 40)
		for _, p := range r.Projects {
			for _, c := range p.Capabilities {
				for i := range c.Evidence {
					c.Evidence[i].Line += 7
				}
			}
		}
	})
	if len(before) < 40 || fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("%d fingerprints became others", len(before))
	}
	whole := prints("level-0", func(*report.Report) {})
	inFolder := prints("level-0", func(r *report.Report) { r.Subject.Path = "models/churn" })
	for p := range inFolder {
		if whole[p] {
			t.Errorf("%s is the alert of two projects", p)
		}
	}
}

// Without a place anywhere there is no result, since code scanning would refuse
// the file for it; what does not fit is counted.
func TestSARIFIsBounded(t *testing.T) {
	r := load(t, "level-0")
	r.KindEvidence = nil
	for i := range r.Capabilities {
		r.Capabilities[i].Evidence = nil
	}
	_, log := sarifOf(t, r)
	if n := len(log.Runs[0].Results); n > 0 {
		t.Errorf("%d results without a place", n)
	}
	if !slices.ContainsFunc(log.Runs[0].Invocations[0].Notifications, func(n sarifNotification) bool { return n.Descriptor.ID == noPlace && n.Rule != nil }) {
		t.Error("and nothing says so")
	}

	many := load(t, "level-0")
	for i := range 200 {
		many.Projects = append(many.Projects, report.NamedProject{Path: fmt.Sprintf("models/%d", i), Project: many.Project})
	}
	text, log := sarifOf(t, many)
	if n := len(log.Runs[0].Results); n != maxResults && len(text) < maxResultBytes {
		t.Errorf("%d results in %d bytes", n, len(text))
	}
	notes := log.Runs[0].Invocations[0].Notifications
	if last := notes[len(notes)-1]; last.Descriptor.ID != leftOut || !strings.Contains(last.Message.Text, "entries are left out") {
		t.Errorf("%+v", last)
	}
}

// The help of a rule is the section that docs/levels.md leads to.
func TestSARIFHelpIsInTheReference(t *testing.T) {
	levels, err := os.ReadFile("../../docs/levels.md")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := os.ReadFile("../../docs/reference/capabilities.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := regexp.MustCompile("(?m)^### `([a-z.-]+)`: (.+)$").FindAllSubmatch(reference, -1)
	for _, m := range headings {
		uri := helpURI(report.Capability{ID: string(m[1]), Title: string(m[2])})
		_, anchor, _ := strings.Cut(uri, "#")
		if link := "[`" + string(m[1]) + "`](reference/capabilities.md#"; bytes.Contains(levels, []byte(link)) && !bytes.Contains(levels, []byte(link+anchor+")")) {
			t.Errorf("%s is not where docs/levels.md leads to", uri)
		}
	}
	if len(headings) < 40 {
		t.Errorf("%d headings", len(headings))
	}
}

// No text of SARIF is more than words where it is read.
func TestSARIFShowsNothingButWords(t *testing.T) {
	more := append(slices.Clone(acts[:1]), acts[3], regexp.MustCompile(`\]\(`), regexp.MustCompile(`\{\d`), regexp.MustCompile(`ghp_A1`))
	for _, name := range names(t, "reports") {
		text, _ := sarifOf(t, load(t, name))
		var all map[string]any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatal(err)
		}
		var walk func(key string, v any)
		walk = func(key string, v any) {
			switch v := v.(type) {
			case map[string]any:
				for k, x := range v {
					walk(k, x)
				}
			case []any:
				for _, x := range v {
					walk(key, x)
				}
			case string:
				if strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
					t.Errorf("%s: %s is %q", name, key, v)
				}
				for _, re := range more {
					if m := re.FindString(v); m != "" && (key == "text" || key == "justification") {
						t.Errorf("%s: a reader would act on %q in %q", name, m, v)
					}
				}
			}
		}
		walk("", all)
	}
}
