package render

import (
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// The reports of testdata say what the models say of their statuses, so that
// no golden shows what cannot be.
func TestReportsAreTrue(t *testing.T) {
	for _, name := range names(t, "reports") {
		r := load(t, name)
		if !r.Kind.Judged() {
			continue
		}
		m, s := model(r), statuses(&r.Project)
		level, atLeast := m.Overall(s)
		for _, p := range r.Projects { // the lowest counts
			if l, least := m.Overall(statuses(&p.Project)); l < level {
				level, atLeast = l, least
			}
		}
		google, _ := maturity.Google().Overall(s)
		if r.Level != level || r.AtLeast != atLeast || r.Google.Level != google || r.LevelName != m.LevelName(level) {
			t.Errorf("%s: level %d (at least %t), Google %d; the models say %d (%t), %d", name, r.Level, r.AtLeast, r.Google.Level, level, atLeast, google)
		}
		for i, d := range m.Dimensions(s) {
			if got := r.Dimensions[i]; got.ID != d.ID || levelNumber(got.Level) != levelNumber(d.Level) || got.Met != d.Met || got.Of != d.Of {
				t.Errorf("%s: dimension %+v, the model says %+v", name, got, d)
			}
		}
	}
}

func TestConclusionAndSilence(t *testing.T) {
	for name, want := range map[string]struct {
		conclusion, title string
		comment           bool
	}{
		"branch":                {"success", "Level 2: Automated training", false},
		"branch-below-target":   {"failure", "Level 1: DevOps but no MLOps · below target 2", false},
		"branch-target-unknown": {"neutral", "At least level 1: DevOps but no MLOps · not shown to reach target 3", false},
		"below-minimum":         {"failure", "Level 1 → 2: Automated training · 9 gained · below minimum 3", true},
		"bounds":                {"failure", "Level 1: DevOps but no MLOps · training below minimum 2 and 2 more", false},
		"minimum-unknown":       {"neutral", "At least level 1: DevOps but no MLOps · not shown to reach minimum 2", false},
		"project-minimum":       {"failure", "Level 0: No MLOps · 3 gained · models/fraud below minimum 1", true},
		"decided":               {"success", "Level 1 → 2: Automated training · 4 gained · 2 waivers expired", true},
		"draft-asked":           {"success", "Level 1 → 2: Automated training · 9 gained", true},
		"bot-asked":             {"success", "Level 1 → 2: Automated training · 9 gained", true},
		"preview":               {"success", "Level 1: DevOps but no MLOps", true},
		"preview-nothing":       {"success", "Level 1 → 2: Automated training · 9 gained", true},
		"preview-off":           {"success", "Level 1 → 2: Automated training · 9 gained", true},
		"not-ml":                {"neutral", "Not judged: no machine learning found", false},
		"level-up":              {"success", "Level 1 → 2: Automated training · 9 gained", true},
		"gain":                  {"success", "Level 1: DevOps but no MLOps · 3 gained", true},
		"unchanged":             {"success", "Level 2: Automated training", false},
		"unchanged-always":      {"success", "Level 2: Automated training", true},
		"never":                 {"success", "Level 1 → 2: Automated training · 9 gained", false},
		"draft":                 {"success", "Level 1 → 2: Automated training · 9 gained", false},
		"bot":                   {"success", "Level 1 → 2: Automated training · 9 gained", false},
		"switched-off":          {"neutral", "Not judged: switched off", false},
		"regression":            {"neutral", "Level 2 → 1: DevOps but no MLOps · 3 lost", true},
		"regression-fails":      {"failure", "Level 2 → 1: DevOps but no MLOps · 3 lost", true},
		"config-error":          {"neutral", "Level 1 → 2: Automated training · 9 gained · configuration not used", true},
		"config-proposed":       {"neutral", "Level 1 → 2: Automated training · 9 gained · mistakes in the proposed configuration", true},
		"monorepo":              {"neutral", "Level 0: No MLOps · 3 gained", true},
		"no-longer-ml":          {"failure", "Not judged: no machine learning found", true},
		"became-ml":             {"success", "Level 1: DevOps but no MLOps", true},
		"llm":                   {"success", "Level 1: DevOps but no MLOps", true},
	} {
		t.Run(name, func(t *testing.T) {
			in := situation(t, name)
			out, comment := CheckRun(in), Comment(in)
			if out.Conclusion != want.conclusion || out.Title != want.title {
				t.Errorf("%s: %q, want %s: %q", out.Conclusion, out.Title, want.conclusion, want.title)
			}
			if (comment != "") != want.comment {
				t.Errorf("comment: %q", comment)
			}
			if comment != "" && (!strings.HasPrefix(comment, Marker+"\n") || !strings.Contains(comment, short(in.Pull.HeadSHA))) {
				t.Errorf("the comment lacks its marker or commit: %q", comment)
			}
		})
	}
}

// What can merely no longer be read is no regression, and no news.
func TestUnreadableIsNoRegression(t *testing.T) {
	in := situation(t, "regression-fails")
	in.Head = load(t, "level-2")
	for i := range in.Head.Capabilities {
		if c := &in.Head.Capabilities[i]; c.ID == "training.parameters" {
			c.Status = report.Unknown
		}
	}
	if out := CheckRun(in); out.Conclusion != success || Comment(in) != "" {
		t.Errorf("supporting: %s, %q", out.Conclusion, Comment(in))
	}
	for i := range in.Head.Capabilities {
		if c := &in.Head.Capabilities[i]; c.ID == "training.automated" {
			c.Status = report.Unknown
		}
	}
	in.Head.Level, in.Head.AtLeast = 1, true
	if out := CheckRun(in); out.Conclusion != neutral || !strings.Contains(out.Summary, "could not be read") {
		t.Errorf("gate: %s, %s", out.Conclusion, out.Summary)
	}
}
