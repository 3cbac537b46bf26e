package githubsim_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

// world is a running stand-in with one installation and one repository, and
// clients as the App has them. All that passes is held against GitHub's
// description.
type world struct {
	*githubsim.Sim
	inst *githubsim.Installation
	repo *githubsim.Repo
	app  *github.Client // speaks as the App
	gh   *github.Client // speaks as the installation
}

type wrapper = func(contract.TestingT, http.Handler) http.Handler

func newWorld(t *testing.T, files map[string]string) world {
	t.Helper()
	return newWorldWith(t, contract.Wrap, githubsim.Options{}, files)
}

// newSloppyWorld is for requests that are wrong on purpose.
func newSloppyWorld(t *testing.T) world {
	t.Helper()
	return newWorldWith(t, contract.WrapAnswers, githubsim.Options{}, map[string]string{"a.txt": "a\n"})
}

func newWorldWith(t *testing.T, wrap wrapper, opts githubsim.Options, files map[string]string) world {
	t.Helper()
	sim := githubsim.Must(githubsim.New(opts))
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := sim.Start(func(h http.Handler) http.Handler { return wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	w := world{Sim: sim, inst: sim.Install("acme", nil), repo: githubsim.Must(sim.AddRepo("acme/churn", githubsim.FromFiles(files)))}
	apps := githubsim.Must(ghinstallation.NewAppsTransport(http.DefaultTransport, sim.AppID(), sim.PrivateKeyPEM()))
	apps.BaseURL = strings.TrimSuffix(sim.APIURL(), "/")
	w.app = githubsim.Must(github.NewClient(&http.Client{Transport: apps}).WithEnterpriseURLs(sim.APIURL(), sim.APIURL()))
	w.gh = w.client(w.inst)
	return w
}

// client speaks as an installation, as go-githubapp's clients do.
func (w world) client(inst *githubsim.Installation) *github.Client {
	tr := githubsim.Must(ghinstallation.New(http.DefaultTransport, w.AppID(), inst.ID(), w.PrivateKeyPEM()))
	tr.BaseURL = strings.TrimSuffix(w.APIURL(), "/")
	return githubsim.Must(github.NewClient(&http.Client{Transport: tr}).WithEnterpriseURLs(w.APIURL(), w.APIURL()))
}

// feature makes a branch with one commit on top of main, and a pull request.
func (w world) feature(t *testing.T, files map[string]string) (*githubsim.Pull, string) {
	t.Helper()
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	sha := githubsim.Must(w.repo.Commit("feature", files, "Change"))
	return githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"})), sha
}

// wantStatus checks that err is GitHub's answer with a status and words.
func wantStatus(t *testing.T, err error, status int, words string) {
	t.Helper()
	var refused *github.ErrorResponse
	if !errors.As(err, &refused) {
		t.Errorf("got %v, want status %d", err, status)
		return
	}
	if refused.Response.StatusCode != status || !strings.Contains(err.Error(), words) {
		t.Errorf("got %d %v, want %d with %q", refused.Response.StatusCode, err, status, words)
	}
}
