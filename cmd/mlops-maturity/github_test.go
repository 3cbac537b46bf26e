package main

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bradleyfalzon/ghinstallation/v2"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

// onSim puts the project on the stand-in for GitHub.
func onSim(t *testing.T, dir string) *githubsim.Sim {
	t.Helper()
	sim := githubsim.Must(githubsim.New(githubsim.Options{}))
	t.Cleanup(func() { sim.Close() })
	if err := sim.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	sim.FailOnUnexpected(t)
	inst := sim.Install("acme", nil)
	githubsim.Must(sim.AddRepo("acme/churn", githubsim.FromGit(dir)))
	app, err := ghinstallation.NewAppsTransport(http.DefaultTransport, sim.AppID(), sim.PrivateKeyPEM())
	if err != nil {
		t.Fatal(err)
	}
	app.BaseURL = strings.TrimSuffix(sim.APIURL(), "/")
	token, err := ghinstallation.NewFromAppsTransport(app, inst.ID()).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GITHUB_TOKEN", token)
	t.Setenv("GITHUB_V3_API_URL", sim.APIURL())
	t.Setenv("GITHUB_V4_API_URL", sim.GraphQLURL())
	return sim
}

// gitFolder is folder as a git repository with one commit and one tag.
func gitFolder(t *testing.T, name, tag string, files map[string]string) string {
	t.Helper()
	dir := folder(t, files)
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"remote", "add", "origin", "https://github.com/" + name + ".git"}, {"add", "-A"},
		{"-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first"},
		{"-c", "user.name=t", "-c", "user.email=t@example.org", "tag", "-a", "-m", "one", tag}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return dir
}

// The bytes of a report are the same whether a commit was read from a clone or
// over GitHub's API.
func TestScanOverTheAPIGivesTheSameBytes(t *testing.T) {
	files := map[string]string{".mlops-maturity.yml": "version: 1\nexclude: [attic]\n", "attic/old.py": "import tensorflow\n"}
	for k, v := range project {
		files[k] = v
	}
	dir := gitFolder(t, "acme/churn", "v1", files)
	want, _, err := runScan(t, dir, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	onSim(t, dir)
	t.Chdir(t.TempDir())
	for _, subject := range []string{"acme/churn", "acme/churn@main", "acme/churn@v1"} {
		got, _, err := runScan(t, subject, "--format", "json", "--no-cache")
		if err != nil || got != want {
			t.Errorf("%s: %v; other bytes:\n%.600s", subject, err, got)
		}
	}
	for subject, c := range map[string]struct {
		status  int
		message string
	}{
		"acme/other":        {exitInput, "acme/other has no default branch"},
		"acme/churn@v2":     {exitInput, `"v2"`},
		"acme/churn@x^{/y}": {exitInput, "is no branch"},
	} {
		if _, _, err := runScan(t, subject); exitStatusOf(err) != c.status || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %v", subject, err)
		}
	}
	if _, _, err := runScan(t, "acme/churn", "--rev", "v1"); exitStatusOf(err) != exitUsage {
		t.Errorf("--rev: %v", err)
	}
	t.Setenv("GITHUB_TOKEN", "")
	if _, _, err := runScan(t, "acme/churn"); exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), "GITHUB_TOKEN") {
		t.Errorf("without a token: %v", err)
	}
	if err := exec.Command("mkdir", "-p", filepath.Join("acme", "churn")).Run(); err != nil {
		t.Fatal(err)
	}
	if r := scanned(t, "acme/churn"); r.Kind.Judged() {
		t.Error("a folder of that name does not go first")
	}
}

// What the organisation rules holds for a scan as it does for the App: over the
// API it is read, for a folder it is given, and the bytes are the same.
func TestScanUnderAnOrganisation(t *testing.T) {
	files := map[string]string{".mlops-maturity.yml": "version: 1\nminimum_level: 0\n"}
	for k, v := range project {
		files[k] = v
	}
	rules := "version: 1\nexclude: [.github]\nminimum_level: 4\norganization: {lock: [minimum_level]}\n"
	dir, org := gitFolder(t, "acme/churn", "v1", files), filepath.Join(folder(t, map[string]string{"org.yml": rules}), "org.yml")
	without, _, err := runScan(t, dir, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	want, problems, err := runScan(t, dir, "--format", "json", "--org", org)
	if want == without || exitStatusOf(err) != exitPolicy || !strings.Contains(problems, "minimum_level is left out: "+org+":4 locks minimum_level") {
		t.Errorf("%v, %s", err, problems)
	}
	sim := onSim(t, dir)
	githubsim.Must(sim.AddRepo("acme/.github", githubsim.FromFiles(map[string]string{".mlops-maturity.yml": rules})))
	t.Chdir(t.TempDir())
	got, problems, err := runScan(t, "acme/churn", "--format", "json", "--no-cache")
	if got != want || exitStatusOf(err) != exitPolicy || !strings.Contains(problems, "acme/.github:.mlops-maturity.yml:4 locks minimum_level") {
		t.Errorf("%s; other bytes:\n%.600s", problems, got)
	}
}
