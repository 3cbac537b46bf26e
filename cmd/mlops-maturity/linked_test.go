package main

import (
	"bytes"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// service is a repository that serves and rolls out, of the same system as project.
var service = map[string]string{
	"requirements.txt":             "fastapi==0.115.5\nmlflow==2.17.0\n",
	"app/main.py":                  "import mlflow\nfrom fastapi import FastAPI\n\napp = FastAPI()\nmodel = mlflow.pyfunc.load_model('models:/churn@champion')\n\n\n@app.post('/predict')\ndef predict(customer: dict):\n    return float(model.predict([list(customer.values())])[0])\n",
	".github/workflows/deploy.yml": "on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: gcloud run deploy churn --source .\n",
}

func linkedProject(t *testing.T, names string) string {
	t.Helper()
	files := maps.Clone(project)
	files[".mlops-maturity.yml"] = "version: 1\nsystem: {repositories: [" + names + "]}\n"
	return folder(t, files)
}

func TestScanReadsLinkedFolders(t *testing.T) {
	dir, other := linkedProject(t, "churn-serving, acme/churn-monitoring"), folder(t, service)
	for range 2 { // the second time from the cache
		r := scanned(t, dir, "--linked", "churn-serving="+other)
		c, _ := r.Capability("deployment.automated")
		if c.Status != report.Met || len(c.Evidence) == 0 || c.Evidence[0].Repository != "churn-serving" || c.Evidence[0].Path != ".github/workflows/deploy.yml" {
			t.Errorf("%+v", c)
		}
		if len(r.Gaps) != 1 || r.Gaps[0].Path != "acme/churn-monitoring" || !strings.Contains(r.Gaps[0].Reason, "--linked churn-monitoring=PATH") {
			t.Errorf("gaps: %+v", r.Gaps)
		}
	}
	alone := scanned(t, dir)
	if c, _ := alone.Capability("deployment.automated"); c.Status == report.Met || len(alone.Gaps) != 2 {
		t.Errorf("without folders: %s, %+v", c.Status, alone.Gaps)
	}
}

// Over the API the other repositories are read with the same token, and what
// the report says is what the App says.
func TestScanReadsLinkedRepositories(t *testing.T) {
	files := maps.Clone(project)
	files[".mlops-maturity.yml"] = "version: 1\nsystem: {repositories: [churn-serving, churn-monitoring]}\n"
	sim := onSim(t, gitFolder(t, "acme/churn", "v1", files))
	serving := githubsim.Must(sim.AddRepo("acme/churn-serving", githubsim.FromFiles(service)))
	t.Chdir(t.TempDir())
	r := scanned(t, "acme/churn", "--no-cache")
	c, _ := r.Capability("deployment.automated")
	if c.Status != report.Met || len(c.Evidence) == 0 || c.Evidence[0].Repository != "acme/churn-serving" || c.Evidence[0].Path != ".github/workflows/deploy.yml" {
		t.Errorf("%+v", c)
	}
	if len(r.Gaps) != 1 || r.Gaps[0].Path != "acme/churn-monitoring" || !strings.Contains(r.Gaps[0].Reason, "GITHUB_TOKEN may not read it") {
		t.Errorf("gaps: %+v", r.Gaps)
	}
	sameAsServed(t, sim, "acme/churn", func(said []byte) []byte {
		return bytes.ReplaceAll(said, []byte(linkedOutOfReachOfTheApp), []byte(outOfReach))
	})
	// A public repository says nothing of a private one.
	sim.Repo("acme/churn").MakePublic()
	r = scanned(t, "acme/churn", "--no-cache")
	if c, _ := r.Capability("deployment.automated"); c.Status != report.Met || len(c.Evidence) > 0 && c.Evidence[0].Repository == "acme/churn-serving" {
		t.Errorf("%+v", c)
	}
	serving.MakePublic()
	r = scanned(t, "acme/churn", "--no-cache")
	if c, _ := r.Capability("deployment.automated"); len(c.Evidence) == 0 || c.Evidence[0].Repository != "acme/churn-serving" {
		t.Errorf("%+v", c)
	}
}

// linkedOutOfReachOfTheApp is what the App says where scan speaks of its token.
const linkedOutOfReachOfTheApp = "it is not there, it is empty, or the App cannot read it: install the App on it, or take it out of the list"

func TestScanRefusesLinksThatAreNone(t *testing.T) {
	dir, other := linkedProject(t, "churn-serving"), folder(t, service)
	bad := folder(t, map[string]string{".mlops-maturity.yml": "enabled: maybe\n"})
	for name, c := range map[string]struct {
		args    []string
		status  int
		message string
	}{
		"no path":           {[]string{"--linked", "churn-serving"}, exitUsage, "NAME=PATH"},
		"another name":      {[]string{"--linked", "churn-servin=" + other}, exitUsage, "no such name"},
		"twice":             {[]string{"--linked", "churn-serving=" + other, "--linked", "churn-serving=" + other}, exitUsage, "twice"},
		"no folder":         {[]string{"--linked", "churn-serving=" + filepath.Join(dir, "nowhere")}, exitInput, "nowhere"},
		"bad configuration": {[]string{"--linked", "churn-serving=" + bad}, exitUsage, ".mlops-maturity.yml:1:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := runScan(t, append([]string{dir}, c.args...)...)
			if got := exitStatusOf(err); got != c.status || !strings.Contains(err.Error(), c.message) {
				t.Errorf("exit status %d, want %d: %v", got, c.status, err)
			}
		})
	}
}
