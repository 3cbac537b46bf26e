package render

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// tracked is a report on a default branch with a configuration.
func tracked(t *testing.T, name, settings string) Input {
	t.Helper()
	in := Input{Head: load(t, name), Settings: repoconfig.Default(), DetailsURL: "https://maturity.example/acme/churn/1"}
	if settings != "" {
		var target int
		if _, err := fmt.Sscanf(settings, "target %d", &target); err != nil {
			t.Fatal(err)
		}
		in.Settings.TargetLevel = &target
	}
	return in
}

func TestTrack(t *testing.T) {
	for _, c := range []struct {
		name, report, settings string
		want                   Standing
	}{
		{"next-level", "level-1", "", Below},
		{"far-target", "level-0", "target 3", Below},
		{"reached", "level-2", "target 2", Reached},
		{"above", "level-2", "target 1", Reached},
		{"monorepo", "monorepo", "", Below},
		{"not-ml", "not-ml", "", Unjudged},
		{"hostile", "hostile", "", Below},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := Track(tracked(t, c.report, c.settings))
			if got.Standing != c.want {
				t.Errorf("standing %d, want %d", got.Standing, c.want)
			}
			golden(t, "tracking-"+c.name+".md", fmt.Sprintf("TITLE %s\nREMARK %s\n\n%s", got.Title, got.Remark, got.Body))
			if n := utf8.RuneCountInString(got.Body); n > maxOutput || utf8.RuneCountInString(got.Title) > 256 {
				t.Errorf("%d characters", n)
			}
			text, ok := strings.CutPrefix(got.Body, TrackingMarker+"\n")
			if !ok {
				t.Error("the marker is not the first line")
			}
			text = regexp.MustCompile(`(?m)^- \[[ x]\] `).ReplaceAllString(text, "- ")
			safe(t, regexp.MustCompile(`\[How\]\(https://[^)<>\s]+\)`).ReplaceAllString(text, "How"))
		})
	}
}

// What could not be read is no fall: with all that is unknown met, the target
// would be reached.
func TestTrackIsUnclearAboutTheUnknown(t *testing.T) {
	in := tracked(t, "level-1", "target 2")
	if got := Track(in).Standing; got != Below {
		t.Fatalf("standing %d", got)
	}
	for i := range in.Head.Capabilities {
		if c := &in.Head.Capabilities[i]; !c.Status.Holds() {
			c.Status = report.Unknown
		}
	}
	if got := Track(in).Standing; got != Unclear {
		t.Errorf("standing %d", got)
	}
}

func TestTrackIsBounded(t *testing.T) {
	in := tracked(t, "level-1", "")
	for i := range in.Head.Capabilities {
		c := &in.Head.Capabilities[i]
		c.Reason = strings.Repeat("x`@y ", 4000)
		for range 200 {
			c.Evidence = append(c.Evidence, report.Evidence{Path: strings.Repeat("p", 5000), Line: 1, What: strings.Repeat("w", 5000)})
		}
	}
	if body := Track(in).Body; len(body) > maxOutput || !strings.Contains(body, "not planned") {
		t.Errorf("%d bytes", len(body))
	}
}
