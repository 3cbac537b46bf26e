package webhook

import (
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim/examples"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

func TestLearn(t *testing.T) {
	const rest = `"installation": {"id": 11}, "action": "x"}`
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		event, payload string
		want           jobs.Sighting
		ok             bool
	}{
		"private": {"push", `{"repository": {"id": 7, "full_name": "a/b", "private": true, "default_branch": "main", "updated_at": "2026-03-01T10:00:00Z"}, ` + rest,
			jobs.Sighting{Installation: 11, Repository: 7, FullName: "a/b", Visibility: "private", Branch: "main", At: at}, true},
		"public, time in seconds": {"push", `{"repository": {"id": 7, "full_name": "a/b", "private": false, "visibility": "public", "updated_at": 1772359200}, ` + rest,
			jobs.Sighting{Installation: 11, Repository: 7, FullName: "a/b", Visibility: "public", At: at}, true},
		"internal": {"repository", `{"repository": {"id": 7, "full_name": "a/b", "private": true, "visibility": "internal"}, ` + rest,
			jobs.Sighting{Installation: 11, Repository: 7, FullName: "a/b", Visibility: "internal"}, true},
		"two words, the narrower counts": {"push", `{"repository": {"id": 7, "full_name": "a/b", "private": true, "visibility": "public"}, ` + rest,
			jobs.Sighting{Installation: 11, Repository: 7, FullName: "a/b", Visibility: "private"}, true},
		"untold":           {"push", `{"repository": {"id": 7, "full_name": "a/b", "visibility": "public", "updated_at": "soon"}, ` + rest, jobs.Sighting{Installation: 11, Repository: 7, FullName: "a/b"}, true},
		"hostile name":     {"push", `{"repository": {"id": 7, "full_name": "a/b/../c", "private": false}, ` + rest, jobs.Sighting{}, false},
		"no repository":    {"push", `{` + rest, jobs.Sighting{}, false},
		"no installation":  {"push", `{"repository": {"id": 7, "full_name": "a/b", "private": false}}`, jobs.Sighting{}, false},
		"unknown event":    {"star", `{"repository": {"id": 7, "full_name": "a/b", "private": false}, ` + rest, jobs.Sighting{}, false},
		"deleted":          {"repository", `{"repository": {"id": 7, "full_name": "a/b", "private": false}, "installation": {"id": 11}, "action": "deleted"}`, jobs.Sighting{}, false},
		"not JSON at all":  {"push", `{`, jobs.Sighting{}, false},
		"private by words": {"push", `{"repository": {"id": 7, "full_name": "a/b", "private": "no"}, ` + rest, jobs.Sighting{}, false},
	} {
		got, ok := Learn(c.event, []byte(c.payload))
		if ok != c.ok || !got.At.Equal(c.want.At) {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
		got.At = c.want.At
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Of GitHub's own examples of events that have an installation, each tells who
// may see its repository.
func TestLearnReadsGitHubsExamples(t *testing.T) {
	learnt := 0
	for _, event := range []string{"push", "pull_request", "check_suite", "check_run", "repository"} {
		for _, e := range examples.Of(event) {
			seen, ok := Learn(event, e.Payload)
			if !ok {
				continue
			}
			if learnt++; seen.Visibility == "" || seen.At.IsZero() {
				t.Errorf("%s %s: %+v", event, e.Name, seen)
			}
		}
	}
	if learnt < 5 {
		t.Errorf("learnt of %d repositories only", learnt)
	}
}
