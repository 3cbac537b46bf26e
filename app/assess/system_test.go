package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// serving is the repository that serves the model of realWorld.
func (w *world) serving(name string) *githubsim.Repo {
	w.t.Helper()
	files := map[string]string{}
	for _, f := range txtar.Parse(read(w.t, "testdata/serving.txtar")).Files {
		files[f.Name] = string(f.Data)
	}
	return githubsim.Must(w.AddRepo(name, githubsim.FromFiles(files)))
}

// judge runs a job for the default branch and returns its check run.
func (w *world) judge() githubsim.CheckRun {
	w.t.Helper()
	if err := w.assessor().Run(w.t.Context(), w.job(0, w.repo.Head("main"))); err != nil {
		w.t.Fatal(err)
	}
	return w.oneRun(w.repo.Head("main"))
}

func linking(names string) map[string]string {
	return map[string]string{config: "version: 1\nsystem: {repositories: [" + names + "]}\n"}
}

// What a linked repository shows counts, with its place there; its own head
// brings a new verdict, and none that it had is used again.
func TestLinkedRepositoryCounts(t *testing.T) {
	t.Parallel()
	w := realWorld(t, linking("churn-serving"))
	serving := w.serving("acme/churn-serving")
	run := w.judge()
	address := fmt.Sprintf("/acme/churn-serving/blob/%s/.github/workflows/deploy.yml#L9", serving.Head("main"))
	if !strings.Contains(run.Text, "in the linked repository acme/churn-serving: a push reaches the roll-out") || !strings.Contains(run.Text, address) {
		t.Errorf("deployment is not shown:\n%s", run.Text)
	}
	githubsim.Must(serving.CommitEntries("main", []githubsim.Entry{{Path: ".github/workflows/deploy.yml", Remove: true}}, "By hand"))
	if run = w.judge(); strings.Contains(run.Text, "a push reaches the roll-out") {
		t.Errorf("a roll-out that is gone counts:\n%s", run.Text)
	}
}

// A pull request is compared under the same links at head and base: news of the
// linked repository is not its change.
func TestLinksAreNoChangeOfAPullRequest(t *testing.T) {
	t.Parallel()
	w := realWorld(t, linking("churn-serving"))
	w.judge() // the serving repository is not there yet
	w.serving("acme/churn-serving")
	pr := w.propose("feature", map[string]string{config: "version: 1\n"}) // and it would drop the link
	w.run(w.assessor(), pr)
	run := w.oneRun(pr.HeadSHA())
	if changes, _, _ := strings.Cut(run.Summary, "### To reach"); strings.Contains(changes, "deployment") || !strings.Contains(changes, "application.ci") {
		t.Errorf("changes:\n%s", changes)
	}
	if !strings.Contains(run.Text, "acme/churn-serving: a push reaches the roll-out") {
		t.Errorf("the base branch's link does not count:\n%s", run.Text)
	}
}

// Who may read which repository decides what of a linked one is shown.
func TestNarrowerRepositoriesAreNotShown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		here, there func(*githubsim.Repo)
		hidden      bool
	}{
		"private, of a public one":    {(*githubsim.Repo).MakePublic, nil, true},
		"internal, of a public one":   {(*githubsim.Repo).MakePublic, (*githubsim.Repo).MakeInternal, true},
		"private, of an internal one": {(*githubsim.Repo).MakeInternal, nil, true},
		"private, of a private one":   {nil, nil, false},
		"public, of a private one":    {nil, (*githubsim.Repo).MakePublic, false},
		"public, of a public one":     {(*githubsim.Repo).MakePublic, (*githubsim.Repo).MakePublic, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := realWorld(t, nil)
			w.organization("version: 1\nsystem: {repositories: [churn-serving, churn-lost]}\n") // so the names stand in a private file
			serving := w.serving("acme/churn-serving")
			if test.here != nil {
				test.here(w.repo)
			}
			if test.there != nil {
				test.there(serving)
			}
			run := w.judge()
			all := run.Title + run.Summary + run.Text
			if !strings.Contains(all, "**Automated deployment** `deployment.automated`, met") {
				t.Errorf("the deployment does not count:\n%s", all)
			}
			for _, secret := range []string{"churn-serving", "deploy.yml", "gcloud", serving.Head("main")} {
				if strings.Contains(all, secret) == test.hidden {
					t.Errorf("%q is said: %v", secret, !test.hidden)
				}
			}
			if test.hidden && (strings.Contains(all, "churn-lost") || !strings.Contains(all, "a linked private repository")) {
				t.Errorf("what is hidden:\n%s", all)
			}
		})
	}
}

// What cannot be linked is said with its line, or as a gap with the mend; it is
// never "missing".
func TestLinksThatLeadNowhere(t *testing.T) {
	t.Parallel()
	t.Run("not there", func(t *testing.T) {
		t.Parallel()
		w := realWorld(t, linking("churn-serving"))
		run := w.judge()
		if !strings.Contains(run.Text, "acme/churn-serving") || !strings.Contains(run.Text, "install the App on it") {
			t.Errorf("no gap:\n%s", run.Text)
		}
		if !strings.Contains(run.Text, "**Alerting** `monitoring.alerting`, unknown") {
			t.Errorf("missing is concluded:\n%s", run.Text)
		}
	})
	t.Run("of another owner", func(t *testing.T) {
		t.Parallel()
		w := realWorld(t, linking("other/churn-serving"))
		w.serving("other/churn-serving").MakePublic()
		run := w.judge()
		if run.Conclusion != "neutral" || !strings.Contains(run.Summary, ".mlops-maturity.yml:2:1") || !strings.Contains(run.Summary, "belongs to another owner") {
			t.Errorf("%s %s", run.Conclusion, run.Summary)
		}
		if strings.Contains(w.log(), "/repos/other/") {
			t.Errorf("it was read:\n%s", w.log())
		}
	})
	t.Run("proposed of another owner", func(t *testing.T) {
		t.Parallel()
		w := realWorld(t, nil)
		pr := w.propose("feature", linking("other/churn-serving"))
		w.run(w.assessor(), pr)
		if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "neutral" || !strings.Contains(run.Summary, "belongs to another owner") {
			t.Errorf("%s %s", run.Conclusion, run.Summary)
		}
	})
	t.Run("more than five, twice, and itself", func(t *testing.T) {
		t.Parallel()
		w := realWorld(t, linking("churn, s1, acme/S1, s2, s3, s4, s5, s6"))
		for i := range 6 {
			w.serving(fmt.Sprintf("acme/s%d", i+1))
		}
		run := w.judge()
		if n := strings.Count(w.log(), "/git/trees/"); n != 6 {
			t.Errorf("%d trees, want those of five linked repositories and its own", n)
		}
		if !strings.Contains(run.Text, "`acme/s6`: is linked in system.repositories and was not read: it comes after the first 5") {
			t.Errorf("the sixth is not named:\n%s", run.Text)
		}
	})
}

// Links go one step: what a linked repository has by its own links is no news.
func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	w := realWorld(t, linking("middle"))
	githubsim.Must(w.AddRepo("acme/middle", githubsim.FromFiles(map[string]string{
		"train.py": "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit([[1]], [1])\n", config: "version: 1\nsystem: {repositories: [churn-serving]}\n"})))
	w.serving("acme/churn-serving")
	if run := w.judge(); strings.Contains(run.Text, "a push reaches the roll-out") || strings.Contains(w.log(), "/repos/acme/churn-serving/") {
		t.Errorf("the link of a linked repository was followed:\n%s", w.log())
	}
}

// The promise of docs/performance.md: a linked repository costs one request
// once its head was judged, and three more before.
func TestRequestBudgetOfALink(t *testing.T) {
	t.Parallel()
	w := realWorld(t, linking("churn-serving"))
	serving := w.serving("acme/churn-serving")
	a := w.assessor()
	count := func(what string, want int) {
		t.Helper()
		w.ResetRequests()
		if err := a.Run(t.Context(), w.job(0, w.repo.Head("main"))); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range w.Requests() {
			if r.API && !strings.Contains(r.Path, "check-runs") && !strings.Contains(r.Path, "access_tokens") {
				n++
			}
		}
		t.Logf("%s: %d reading requests", what, n)
		if n != want {
			t.Errorf("%s: %d reading requests, want %d\n%s", what, n, want, w.log())
		}
	}
	count("cold", 1+2+3)
	count("warm", 1+1+1) // the head, the linked head, the tree
	githubsim.Must(serving.Commit("main", map[string]string{"README.md": "# Serving\n"}, "Docs"))
	count("a new commit in the linked repository", 1+1+3)
}
