package main

import (
	"bufio"
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

// The whole way, as a person goes it: the page, GitHub's page, back again; then
// doctor finds nothing to mend in what was made, and serve's settings load.
func TestRegisterMakesAnAppThatDoctorFindsSound(t *testing.T) {
	sim := githubsim.Must(githubsim.New(githubsim.Options{WebhookSecret: "a sentence that nobody guesses"}))
	t.Cleanup(func() { _ = sim.Close() })
	if err := sim.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	sim.FailOnUnexpected(t)
	sim.Install("acme", nil)
	sim.Register(githubsim.Permissions{"metadata": "read"}, nil) // as of another App
	t.Setenv("GITHUB_WEB_URL", sim.URL())
	t.Setenv("MLOPS_MATURITY_DATABASE_URL", "sqlite:"+filepath.Join(t.TempDir(), "m.db"))
	file := filepath.Join(t.TempDir(), "settings.yml")

	read, write := io.Pipe()
	cmd := newRegisterCommand()
	cmd.SetArgs([]string{"--url", "https://maturity.example.org/", "--org", "acme", "--output", file})
	cmd.SetOut(write)
	ended := make(chan error, 1)
	go func() {
		err := cmd.ExecuteContext(t.Context())
		_ = write.CloseWithError(io.EOF)
		ended <- err
	}()
	out := bufio.NewReader(read)
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	page := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(line)
	text := fetch(t, page, http.StatusOK)
	action, manifest := attribute(t, text, `action="([^"]+)"`), attribute(t, text, `name="manifest" value="([^"]+)"`)
	if !strings.HasPrefix(action, sim.URL()+"/organizations/acme/settings/apps/new?state=") || !strings.Contains(text, "<code>checks</code>") {
		t.Errorf("the page leads to %s\n%s", action, text)
	}
	// What another page could send is not taken.
	fetch(t, page+"created?code=abc&state=guessed", http.StatusForbidden)
	state := action[strings.LastIndex(action, "=")+1:]
	fetch(t, page+"created?code=never-given&state="+state, http.StatusBadRequest)
	fetch(t, page+"created?code=..%2f..%2fapp&state="+state, http.StatusBadRequest)
	elsewhere, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page, nil)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere.Host = "evil.example"
	if resp, err := http.DefaultClient.Do(elsewhere); err != nil || resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("under a foreign name: %v, %v", resp, err)
	}

	resp, err := http.PostForm(action, url.Values{"manifest": {manifest}}) // and back, as a browser goes
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "mlops-maturity is registered") || strings.Contains(string(body), sim.WebhookSecret()) {
		t.Errorf("%d %v\n%s", resp.StatusCode, err, body)
	}
	_ = resp.Body.Close()
	said, err := io.ReadAll(out)
	if err != nil || !strings.Contains(string(said), "doctor --config "+file) || strings.Contains(string(said), sim.WebhookSecret()) {
		t.Errorf("%v: %s", err, said)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: others can read it", info, err)
	}
	t.Setenv("GITHUB_WEB_URL", "")
	if out, status := runDoctor(t, "--config", file); status != exitDone || !strings.Contains(out, "Nothing is missing.") {
		t.Errorf("doctor: %d\n%s", status, out)
	}
}

// Nothing is left behind, and nothing overwritten, when no App is made.
func TestRegisterGivesUp(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.yml")
	run := func(ctx context.Context, args ...string) error {
		cmd := newRegisterCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs(args)
		cmd.SetOut(io.Discard)
		return cmd.ExecuteContext(ctx)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(gone, "--url", "https://maturity.example.org", "--output", file); exitStatusOf(err) != exitInput {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("an empty settings file is left")
	}
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), "--url", "https://maturity.example.org", "--output", file); exitStatusOf(err) != exitInput || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("%v", err)
	}
	for _, args := range [][]string{{}, {"--url", "ftp://x"}, {"--url", "https://x", "--org", "../x"}} {
		if err := run(t.Context(), args...); exitStatusOf(err) != exitUsage {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func fetch(t *testing.T, address string, status int) string {
	t.Helper()
	resp, err := http.Get(address) //nolint:noctx // of this test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		t.Errorf("%s: %d, %v; want %d\n%s", address, resp.StatusCode, err, status, body)
	}
	return string(body)
}

func attribute(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in\n%s", pattern, text)
	}
	return html.UnescapeString(m[1])
}
