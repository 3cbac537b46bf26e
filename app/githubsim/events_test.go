package githubsim_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/examples"
)

// events builds one payload of every kind.
func events(t *testing.T, w world) map[string][]byte {
	t.Helper()
	pr, sha := w.feature(t, map[string]string{"b.txt": "b\n"})
	pr.AddComment("mona", "nice")
	run, _, err := w.gh.Checks.CreateCheckRun(context.Background(), "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, w.CheckRuns(w.repo, sha)[0].ID, run.GetID())
	queued := githubsim.Must(pr.Queue())
	button := githubsim.Action{Label: "Do", Description: "Does it", Identifier: "do"}
	pressed := w.CheckRuns(w.repo, sha)[0]
	pressed.Actions = []githubsim.Action{button}
	if _, err := w.PressPayload(pressed, "mona", "other"); err == nil {
		t.Error("a button that is not there was pressed")
	}
	return map[string][]byte{
		"check_run/requested_action":      githubsim.Must(w.PressPayload(pressed, "mona", "do")),
		"merge_group/checks_requested":    w.MergeGroupPayload(queued, "checks_requested"),
		"pull_request/opened":             w.PullPayload(pr, "opened"),
		"pull_request/synchronize":        w.PullPayload(pr, "synchronize"),
		"pull_request/closed":             w.PullPayload(pr, "closed"),
		"pull_request/ready_for_review":   w.PullPayload(pr, "ready_for_review"),
		"push/":                           w.PushPayload(w.repo, "main", sha, sha),
		"check_run/rerequested":           w.CheckRunPayload(w.CheckRuns(w.repo, sha)[0], "rerequested"),
		"check_run/created":               w.CheckRunPayload(w.CheckRuns(w.repo, sha)[0], "created"),
		"check_suite/requested":           w.CheckSuitePayload(w.repo, sha, "requested"),
		"check_suite/rerequested":         w.CheckSuitePayload(w.repo, sha, "rerequested"),
		"installation/created":            w.InstallationPayload(w.inst, "created"),
		"installation/deleted":            w.InstallationPayload(w.inst, "deleted"),
		"installation_repositories/added": w.InstallationReposPayload(w.inst, "added", []*githubsim.Repo{w.repo}),
		"issue_comment/created":           w.CommentPayload(pr, w.Comments(pr)[0], "created"),
		"repository/privatized":           w.RepositoryPayload(w.repo, "privatized"),
		"repository/publicized":           w.RepositoryPayload(w.repo, "publicized"),
		"ping/":                           w.PingPayload(),
	}
}

// shape lists the paths of a value with their kinds; the elements of a list
// share one path.
func shape(v any, at string, into map[string]map[string]bool) {
	kind := "null"
	switch v := v.(type) {
	case map[string]any:
		kind = "object"
		for name, sub := range v {
			shape(sub, at+"."+name, into)
		}
	case []any:
		kind = "array"
		for _, sub := range v {
			shape(sub, at+"[]", into)
		}
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "bool"
	}
	if into[at] == nil {
		into[at] = map[string]bool{}
	}
	into[at][kind] = true
}

func shapeOf(t *testing.T, payload []byte) map[string]map[string]bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(payload, &v); err != nil {
		t.Fatal(err)
	}
	into := map[string]map[string]bool{}
	shape(v, "", into)
	return into
}

// Events have no description to be held against, so they are held against
// GitHub's example payloads: what all examples of an event carry at the top and
// in its own object, ours carry too, and a value is of a kind that an example
// has at the same place.
func TestEventsHaveTheShapeOfRealOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	for name, payload := range events(t, w) {
		event, action, _ := strings.Cut(name, "/")
		if _, err := github.ParseWebHook(event, payload); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		ours, seen, count := shapeOf(t, payload), map[string]map[string]bool{}, map[string]int{}
		total := 0
		for _, e := range examples.Of(event) {
			theirs := shapeOf(t, e.Payload)
			if e.Action == action {
				total++
			}
			for path, kinds := range theirs {
				if e.Action == action {
					count[path]++
				}
				for kind := range kinds {
					if seen[path] == nil {
						seen[path] = map[string]bool{}
					}
					seen[path][kind] = true
				}
			}
		}
		if total == 0 {
			t.Errorf("%s: no example to compare with", name)
		}
		own := "." + map[string]string{"push": "head_commit", "issue_comment": "comment", "installation_repositories": "installation"}[event]
		if own == "." {
			own = "." + event
		}
		for path, n := range count {
			top := strings.Count(path, ".") == 1 || strings.HasPrefix(path, own+".") && strings.Count(path, ".") == 2
			if n == total && top && !strings.Contains(path, "[]") && ours[path] == nil {
				t.Errorf("%s: every example has %s, ours has not", name, path)
			}
		}
		for path, kinds := range ours {
			for kind := range kinds {
				if known := seen[path]; known != nil && !known[kind] && kind != "null" && !(len(known) == 1 && known["null"]) {
					t.Errorf("%s: %s is %s, in the examples %v", name, path, kind, known)
				}
			}
		}
	}
}

func TestADeliveryIsSignedAndLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	pr, _ := w.feature(t, map[string]string{"b.txt": "b\n"})
	type got struct{ event, guid, kind string }
	arrived := make(chan got, 4)
	fail := make(chan bool, 1)
	fail <- true
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		payload, err := github.ValidatePayload(r, []byte(w.WebhookSecret()))
		if err != nil || !json.Valid(payload) {
			t.Errorf("payload: %v", err)
		}
		arrived <- got{github.WebHookType(r), github.DeliveryID(r), r.Header.Get("Content-Type")}
		select {
		case <-fail:
			rw.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(rw, "not now")
		default:
		}
	}))
	t.Cleanup(hook.Close)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	status, err := w.DeliverAs(ctx, hook.URL, "guid-1", "pull_request", w.PullPayload(pr, "opened"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, status, http.StatusServiceUnavailable)
	expect(t, <-arrived, got{"pull_request", "guid-1", "application/json"})

	failed, _, err := w.app.Apps.ListHookDeliveries(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, failed[0].GetStatusCode(), http.StatusServiceUnavailable)
	expect(t, failed[0].GetAction(), "opened")
	expect(t, failed[0].GetInstallationID(), w.inst.ID())
	whole, _, err := w.app.Apps.GetHookDelivery(ctx, failed[0].GetID())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, string(*whole.Response.RawPayload), `"not now"`)

	// Asked for again, it comes under the same id.
	_, _, err = w.app.Apps.RedeliverHookDelivery(ctx, failed[0].GetID())
	if _, ok := err.(*github.AcceptedError); !ok { //nolint:errorlint // returned as it is
		t.Fatal(err)
	}
	expect(t, (<-arrived).guid, "guid-1")
	if err := w.WaitFor(ctx, func() bool { return len(w.Deliveries()) == 2 }); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.app.Apps.ListHookDeliveries(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, list[0].GetRedelivery(), true)
	expect(t, list[0].GetStatusCode(), http.StatusOK)
	expect(t, list[0].GetGUID(), "guid-1")
}

func TestTheDeliveryLogComesInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	for range 5 {
		w.LoseDelivery("http://127.0.0.1:9/hook", "ping", w.PingPayload())
	}
	var ids []int64
	opts := &github.ListCursorOptions{PerPage: 2}
	for {
		list, resp, err := w.app.Apps.ListHookDeliveries(context.Background(), opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			expect(t, d.GetStatusCode(), 0)
			ids = append(ids, d.GetID())
		}
		if resp.Cursor == "" {
			break
		}
		opts.Cursor = resp.Cursor
	}
	if len(slices.Compact(slices.Clone(ids))) != 5 || !slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }) {
		t.Errorf("ids %v, want five, newest first", ids)
	}
}
