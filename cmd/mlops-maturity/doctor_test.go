package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

func runDoctor(t *testing.T, args ...string) (out string, status int) {
	t.Helper()
	var b bytes.Buffer
	cmd := newDoctorCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&b)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	if err != nil {
		b.WriteString(err.Error())
	}
	return b.String(), exitStatusOf(err)
}

// The exit status tells the four cases apart, and the settings are serve's own.
func TestDoctorExits(t *testing.T) {
	sim := githubsim.Must(githubsim.New(githubsim.Options{WebhookSecret: "a sentence that nobody guesses"}))
	t.Cleanup(func() { _ = sim.Close() })
	if err := sim.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	inst := sim.Install("acme", nil)
	sim.SetHook(githubsim.Hook{URL: "https://maturity.example.org/api/github/hook", ContentType: "json"})
	dir := folder(t, map[string]string{
		"settings.yml": "mlops_maturity_public_url: https://maturity.example.org\nMLOPS_MATURITY_DATABASE_URL: sqlite:" + filepath.Join(t.TempDir(), "m.db") + "\n",
		"app.pem":      string(sim.PrivateKeyPEM()),
	})
	file := filepath.Join(dir, "settings.yml")

	if out, status := runDoctor(t, "--config", file); status != exitUsage || !strings.Contains(out, "fail  settings  GITHUB_APP_INTEGRATION_ID is not set") {
		t.Errorf("without settings: %d\n%s", status, out)
	}
	t.Setenv("GITHUB_APP_INTEGRATION_ID", "1001")
	t.Setenv("GITHUB_APP_WEBHOOK_SECRET", sim.WebhookSecret())
	t.Setenv("GITHUB_APP_PRIVATE_KEY", "file:"+filepath.Join(dir, "app.pem"))
	t.Setenv("GITHUB_WEB_URL", sim.URL())
	if out, status := runDoctor(t, "--config", file); status != exitDone || !strings.Contains(out, "Nothing is missing.") {
		t.Errorf("all is well: %d\n%s", status, out)
	}
	out, status := runDoctor(t, "--config", file, "--format", "json")
	var report struct {
		Schema string
		OK     bool
		Lines  []struct{ Check, Status, Says, Mend string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != exitDone || !report.OK || report.Schema != "mlops-maturity/doctor/v1" || len(report.Lines) < 10 {
		t.Errorf("as JSON: %d, %v\n%s", status, err, out)
	}
	inst.Grant(githubsim.Permissions{"metadata": "read"})
	if out, status := runDoctor(t, "--config", file); status != exitPolicy || !strings.Contains(out, "has not accepted checks: write, contents: read, issues: read, merge_queues: read, pull_requests: write") {
		t.Errorf("with nothing granted: %d\n%s", status, out)
	}
	if out, status := runDoctor(t, "--format", "yaml"); status != exitUsage || !strings.Contains(out, `"yaml" is not known; give text or json`) {
		t.Errorf("another format: %d\n%s", status, out)
	}
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	if out, status := runDoctor(t, "--config", file); status != exitInput || strings.Contains(out, "must be mended") {
		t.Errorf("without GitHub: %d\n%s", status, out)
	}
}
