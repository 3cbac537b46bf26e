package checks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// TestPolicy judges small repositories under decisions, demands and listed
// projects. Each testdata/policy/*.txtar is a repository with the section
// options, as JSON, and want: what is said of it.
func TestPolicy(t *testing.T) {
	names, err := filepath.Glob("testdata/policy/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var o checks.Options
			want := -1
			contents := map[string]string{}
			for i, f := range archive.Files {
				switch f.Name {
				case "options":
					if err := json.Unmarshal(f.Data, &o); err != nil {
						t.Fatal(err)
					}
				case "want":
					want = i
				default:
					contents[f.Name] = string(f.Data)
				}
			}
			if want < 0 {
				t.Fatal("there is no want section")
			}
			got := verdicts(judged(t, commit(contents), o))
			if *update {
				archive.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(archive.Files[want].Data), got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// verdicts is what of a report depends on decisions and demands.
func verdicts(r *report.Report) string {
	var b strings.Builder
	one := func(p report.Project) {
		fmt.Fprintf(&b, "  %s, level %d\n", p.Kind, p.Level)
		for _, x := range p.Bounds {
			fmt.Fprintf(&b, "  %q: level %s, at most %s; target %s %d, minimum %s %d\n", x.Dimension, number(x.Level), number(x.AtMost),
				number(x.Target), x.Against(x.Target), number(x.Minimum), x.Against(x.Minimum))
		}
		for _, c := range p.Capabilities {
			if c.Observed == "" {
				continue
			}
			fmt.Fprintf(&b, "  %s %s, observed %s", c.ID, c.Status, c.Observed)
			if c.Waiver != nil {
				fmt.Fprintf(&b, ", waiver %s %s", c.Waiver.State, c.Waiver.Reason)
			}
			if c.Attestation != nil {
				fmt.Fprintf(&b, ", attestation %s %s", c.Attestation.State, c.Attestation.Statement)
			}
			b.WriteString("\n")
		}
		for _, id := range p.Next {
			if c, _ := p.Capability(id); c.Next != nil {
				fmt.Fprintf(&b, "  next %s (%s, %s)\n", id, c.Status, c.Next.Effort)
			} else { // of several projects: it is another one's
				fmt.Fprintf(&b, "  next %s\n", id)
			}
		}
	}
	b.WriteString("repository\n")
	one(r.Project)
	if len(r.Projects) > 0 {
		fmt.Fprintf(&b, "  next in %q\n", r.NextIn)
	}
	for _, p := range r.Projects {
		fmt.Fprintf(&b, "%s in %q\n", p.Name, p.Path)
		one(p.Project)
	}
	for _, d := range r.Decisions {
		fmt.Fprintf(&b, "decision on %s, %s: changes %d\n", d.Capability, d.State(), d.Changes)
	}
	for _, g := range r.Gaps {
		fmt.Fprintf(&b, "gap %s: %s\n", g.Path, g.Reason)
	}
	return b.String()
}

func number(n *int) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

// Nothing that a decision says changes what is observed, and a report without
// decisions says nothing of them.
func TestDecisionsLeaveWhatIsObserved(t *testing.T) {
	snap, _ := sample(60)
	plain := judged(t, snap, checks.Options{})
	var o checks.Options
	for i, c := range plain.Capabilities {
		d := report.Decision{Capability: c.ID, Waiver: &report.Waiver{State: report.InForce}}
		if i%2 == 0 {
			d = report.Decision{Capability: c.ID, Attestation: &report.Attestation{State: report.Expiring}}
		}
		o.Decisions = append(o.Decisions, d)
	}
	decided := judged(t, snap, o)
	if decided.Level < plain.Level {
		t.Errorf("decisions lower the level from %d to %d", plain.Level, decided.Level)
	}
	for i, c := range decided.Capabilities {
		was := plain.Capabilities[i]
		if c.Observed != was.Status || c.Reason != was.Reason || len(c.Evidence) != len(was.Evidence) {
			t.Errorf("%s: observed %s (%s), the files show %s (%s)", c.ID, c.Observed, c.Reason, was.Status, was.Reason)
		}
		if was.Observed != "" || was.Waiver != nil || was.Attestation != nil {
			t.Errorf("%s speaks of decisions that nobody took: %+v", c.ID, was)
		}
	}
	if text(t, judged(t, snap, checks.Options{})) != text(t, plain) {
		t.Error("another report after decisions were taken")
	}
}

// A waiver that expires makes another report, so its state is in the key.
func TestRecallForgetsAWaiverThatExpires(t *testing.T) {
	snap, _ := sample(20)
	waiver := func(s report.State) []report.Decision {
		return []report.Decision{{Capability: "monitoring.service", Waiver: &report.Waiver{Reason: "r", State: s}}}
	}
	o := checks.Options{Cache: &memory{}, Decisions: waiver(report.InForce)}
	if err := checks.Remember(t.Context(), snap, o, judged(t, snap, o)); err != nil {
		t.Fatal(err)
	}
	if _, ok := checks.Recall(t.Context(), snap, o); !ok {
		t.Error("the report is forgotten while the waiver holds")
	}
	two := 2
	for name, other := range map[string]checks.Options{
		"an expired waiver":      {Decisions: waiver(report.Expired)},
		"no waiver":              {},
		"a demand":               {Decisions: o.Decisions, Demands: []report.Demand{{Target: &two}}},
		"a project":              {Decisions: o.Decisions, Projects: []checks.Project{{Path: "a", Name: "a"}}},
		"another catalogue":      {Decisions: o.Decisions, CatalogName: "x"},
		"an attestation instead": {Decisions: []report.Decision{{Capability: "monitoring.service", Attestation: &report.Attestation{State: report.InForce}}}},
	} {
		other.Cache = o.Cache
		if _, ok := checks.Recall(t.Context(), snap, other); ok || other.Hash() == o.Hash() {
			t.Errorf("%s recalls the same report", name)
		}
	}
}
