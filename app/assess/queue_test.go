package assess_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// queued is a world with a pull request in the merge queue.
func queued(t *testing.T, files map[string]string, change ...githubsim.Entry) (*world, *githubsim.MergeGroup, jobs.Job) {
	t.Helper()
	w := newWorld(t, files)
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(w.repo.CommitEntries("feature", change, "Change"))
	g := githubsim.Must(githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"})).Queue())
	return w, g, jobs.Job{Installation: w.inst.ID(), RepositoryID: w.repo.ID(), Owner: "acme", Repository: "churn", Reason: jobs.MergeGroup, Attempt: 1,
		Ref: "gh-readonly-queue/main/pr-1-" + w.repo.Head("main"), Head: g.HeadSHA(), Base: "main", BaseHead: w.repo.Head("main")}
}

// A merge group is always reported, and never red for what is not its fault.
func TestMergeGroups(t *testing.T) {
	t.Parallel()
	fails := "version: 1\nfail_on: [regression]\n"
	for name, c := range map[string]struct {
		config, proposed string
		before           func(w *world, g *githubsim.MergeGroup)
		attempt          int
		conclusion       string // "" for a run in progress, to be tried again
		title            string
	}{
		"judged":                  {fails, "", nil, 1, "failure", "1 lost"},
		"base governs":            {fails, "version: 1\nmerge_queue: pass\n", nil, 1, "failure", "1 lost"},
		"passed":                  {fails + "merge_queue: pass\n", fails, nil, 1, "success", "Passed"},
		"turned off":              {"version: 1\nenabled: false\n", "", nil, 1, "neutral", "not judged"},
		"mistakes":                {"version: 1\nfail_no: [regression]\n", "", nil, 1, "neutral", "configuration not used"},
		"destroyed":               {fails, "", func(_ *world, g *githubsim.MergeGroup) { _ = g.Destroy() }, 1, "failure", "1 lost"},
		"a panic":                 {fails, "", func(w *world, _ *githubsim.MergeGroup) { w.engine.before = func(string) error { panic("x") } }, 1, "neutral", "could not be judged"},
		"a fault, for now":        {fails, "", fault("/**/git/trees/*", 502), 1, "", ""},
		"a fault, to the end":     {fails, "", fault("/**/git/trees/*", 502), 4, "neutral", "could not be judged"},
		"no head can be read":     {fails, "", fault("/**/graphql", 502), 4, "neutral", "could not be judged"},
		"no contents may be read": {fails, "", fault("/**/git/trees/*", 403), 1, "neutral", "could not be judged"},
		"the base branch is gone": {fails, "", fault("/**/graphql", 404), 1, "neutral", "could not be judged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := []githubsim.Entry{{Path: "tests.py", Remove: true}}
			files := map[string]string{"train.py": "x\n", "tests.py": "x\n", ".mlops-maturity.yml": c.config}
			if c.proposed != "" {
				change = append(change, githubsim.Entry{Path: ".mlops-maturity.yml", Data: []byte(c.proposed)})
			}
			w, g, j := queued(t, files, change...)
			if c.before != nil {
				c.before(w, g)
			}
			j.Attempt = c.attempt
			err := w.assessor().Run(t.Context(), j)
			run := w.oneRun(g.HeadSHA())
			if run.Conclusion != c.conclusion || !strings.Contains(run.Title, c.title) || (err != nil) != (c.conclusion == "") {
				t.Errorf("%s %q, %v", run.Conclusion, run.Title, err)
			}
			if points, err := w.store.History(t.Context(), w.inst.ID(), w.repo.ID(), "main", 9); err != nil || len(points) != 0 {
				t.Errorf("a merge group is no history of main: %v, %v", points, err)
			}
		})
	}
}

func fault(path string, status int) func(*world, *githubsim.MergeGroup) {
	return func(w *world, _ *githubsim.MergeGroup) {
		w.Fault(githubsim.Fault{PathGlob: path, Status: status, Times: -1})
	}
}

// Within a limit nothing can be written; the job comes again when it is over.
func TestAMergeGroupWaitsForALimit(t *testing.T) {
	t.Parallel()
	w, _, j := queued(t, map[string]string{"train.py": "x\n"}, githubsim.Entry{Path: "a.txt", Data: []byte("a\n")})
	w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 403, Header: http.Header{"Retry-After": {"90"}}})
	j.Attempt = 9
	err := w.assessor().Run(t.Context(), j)
	if limit, ok := errors.AsType[jobs.RateLimited](err); !ok || limit.RetryAfter() < time.Minute {
		t.Errorf("got %v", err)
	}
	w.clock.push(2 * time.Minute)
	if err := w.assessor().Run(t.Context(), j); err != nil || w.oneRun(j.Head).Conclusion != "success" {
		t.Errorf("after the limit: %v", err)
	}
}

// A judgement that takes longer than a job may does not hold the queue.
func TestAMergeGroupThatTakesTooLong(t *testing.T) {
	t.Parallel()
	w, g, j := queued(t, map[string]string{"train.py": "x\n"}, githubsim.Entry{Path: "a.txt", Data: []byte("a\n")})
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if err := w.assessor().Run(ctx, j); err != nil || w.oneRun(g.HeadSHA()).Conclusion != "neutral" {
		t.Errorf("%v, %s", err, w.oneRun(g.HeadSHA()).Conclusion)
	}
}
