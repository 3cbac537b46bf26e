package graph

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

func TestHolds(t *testing.T) {
	for _, c := range []struct {
		condition, event string
		want             truth
	}{
		{"github.event_name == 'workflow_dispatch'", "push", no},
		{"github.event_name == 'workflow_dispatch' && inputs.action == 'deploy'", "push", no},
		{"github.event_name == 'workflow_dispatch' && inputs.action == 'deploy'", "workflow_dispatch", unknown},
		{"${{ github.event_name != 'pull_request' }}", "pull_request", no},
		{"${{ github.event_name != 'pull_request' }}", "push", yes},
		{"github.event_name == 'push' || inputs.force", "schedule", unknown},
		{"!(github.event_name == 'push' && github.ref == 'refs/heads/main')", "push", unknown},
		{"always() && (github.event_name == 'schedule' || github.event_name == 'push')", "pull_request", no},
		{"github.ref == 'refs/heads/main'", "pull_request", no},
		{"github.ref == 'refs/heads/main'", "push", unknown},
		{"startsWith(github.ref, 'refs/tags/')", "pull_request", no},
		{"contains(github.event_name, 'push')", "schedule", unknown},
		{"github.event_name == 'push' &&", "push", unknown},
		{"((((", "push", unknown},
	} {
		if got := holds(c.condition, c.event); got != c.want {
			t.Errorf("%s on %s: %d, want %d", c.condition, c.event, got, c.want)
		}
	}
}

func TestSkippedUnder(t *testing.T) {
	got := skippedUnder([]placedJob{
		{Job: fact.Job{Name: "plan", If: "github.event_name != 'push'"}},
		{Job: fact.Job{Name: "apply", Needs: []string{"plan"}}},
		{Job: fact.Job{Name: "report", Needs: []string{"plan"}, If: "always()"}},
	})
	if got["apply"] != 1<<Push || got["report"] != 0 {
		t.Errorf("skipped: %v", got)
	}
}
