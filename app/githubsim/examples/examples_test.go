package examples_test

import (
	"slices"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim/examples"
)

func TestEveryEventHasExamplesOfItsOwn(t *testing.T) {
	t.Parallel()
	want := []string{
		"check_run", "check_suite", "installation", "installation_repositories", "issue_comment", "label", "merge_group",
		"ping", "pull_request", "push", "repository", "star", "watch",
	}
	if got := examples.Events(); !slices.Equal(got, want) {
		t.Fatalf("events: got %v, want %v", got, want)
	}
	for _, event := range want {
		seen := map[string]bool{}
		for _, e := range examples.Of(event) {
			if e.Event != event || seen[e.Name] {
				t.Errorf("%s: example %q twice or of another event", event, e.Name)
			}
			seen[e.Name] = true
		}
		if len(seen) < 2 {
			t.Errorf("%s: %d examples", event, len(seen))
		}
	}
	if got := examples.Of("no_such_event"); got != nil {
		t.Errorf("examples of an unknown event: %v", got)
	}
}

// The client library reads all of them but two, whose times have no zone; a
// handler has to survive those as well.
func TestTheClientLibraryReadsThem(t *testing.T) {
	t.Parallel()
	var failed []string
	for _, event := range examples.Events() {
		for _, e := range examples.Of(event) {
			if _, err := github.ParseWebHook(event, e.Payload); err != nil {
				failed = append(failed, event+"/"+e.Name)
			}
		}
	}
	if want := []string{"check_run/07-rerequested", "check_run/08-rerequested"}; !slices.Equal(failed, want) {
		t.Errorf("not read: %v, want %v", failed, want)
	}
}
