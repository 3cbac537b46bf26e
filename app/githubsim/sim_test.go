package githubsim_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// world is a running stand-in with one installation and one repository, and
// clients as the App has them.
type world struct {
	*githubsim.Sim
	inst *githubsim.Installation
	repo *githubsim.Repo
	app  *github.Client // speaks as the App
	gh   *github.Client // speaks as the installation
}

func newWorld(t *testing.T, files map[string]string) world {
	t.Helper()
	sim := githubsim.Must(githubsim.New(githubsim.Options{}))
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	w := world{Sim: sim, inst: sim.Install("acme", nil), repo: githubsim.Must(sim.AddRepo("acme/churn", githubsim.FromFiles(files)))}
	apps := githubsim.Must(ghinstallation.NewAppsTransport(http.DefaultTransport, sim.AppID(), sim.PrivateKeyPEM()))
	apps.BaseURL = strings.TrimSuffix(sim.APIURL(), "/")
	w.app = githubsim.Must(github.NewClient(&http.Client{Transport: apps}).WithEnterpriseURLs(sim.APIURL(), sim.APIURL()))
	w.gh = w.client(t, w.inst)
	return w
}

func (w world) client(t *testing.T, inst *githubsim.Installation) *github.Client {
	t.Helper()
	tr := githubsim.Must(ghinstallation.New(http.DefaultTransport, w.AppID(), inst.ID(), w.PrivateKeyPEM()))
	tr.BaseURL = strings.TrimSuffix(w.APIURL(), "/")
	return githubsim.Must(github.NewClient(&http.Client{Transport: tr}).WithEnterpriseURLs(w.APIURL(), w.APIURL()))
}

func TestFromPullRequestToCheckRunAndComment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "import mlflow\n", "src/a/b.py": "x = 1\n"})
	w.FailOnUnexpected(t)
	ctx := context.Background()
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	sha := githubsim.Must(w.repo.Commit("feature", map[string]string{"new.py": "y = 2\n"}, "Add new"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))

	tree, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", sha, true)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range tree.Entries {
		paths = append(paths, e.GetPath())
	}
	if got, want := strings.Join(paths, " "), "new.py src src/a src/a/b.py train.py"; got != want {
		t.Errorf("tree: got %q, want %q", got, want)
	}
	run, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{Name: "MLOps maturity", HeadSHA: sha, Status: github.String("in_progress")})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.gh.Checks.UpdateCheckRun(ctx, "acme", "churn", run.GetID(), github.UpdateCheckRunOptions{Name: "MLOps maturity", Conclusion: github.String("success"), Output: &github.CheckRunOutput{Title: github.String("Level 1"), Summary: github.String("fine")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.gh.Issues.CreateComment(ctx, "acme", "churn", pr.Number(), &github.IssueComment{Body: github.String("hello")}); err != nil {
		t.Fatal(err)
	}
	runs := w.CheckRuns(w.repo, sha)
	if len(runs) != 1 || runs[0].Status != "completed" || runs[0].Conclusion != "success" || runs[0].Title != "Level 1" {
		t.Errorf("check runs: %+v", runs)
	}
	comments := w.Comments(pr)
	if len(comments) != 1 || comments[0].Author != w.BotLogin() || comments[0].Body != "hello" {
		t.Errorf("comments: %+v", comments)
	}
}
