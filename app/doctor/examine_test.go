package doctor_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/doctor"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// noon is the time of the examination, and of what the stand-in wrote down.
var noon = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

const (
	public = "https://maturity.example.org"
	route  = public + "/api/github/hook"
)

// world is an App that is set up as it must be, until a test breaks it.
type world struct {
	t *testing.T
	*githubsim.Sim
	acme   *githubsim.Installation
	cfg    *config.Config
	today  time.Time     // that stands still, so that no pause between the two clocks is taken for a skew
	skew   time.Duration // of GitHub's clock
	status int           // that the App's door answers
	door   *httptest.Server
	key    []byte
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, status: http.StatusAccepted, today: time.Now()}
	w.Sim = githubsim.Must(githubsim.New(githubsim.Options{
		Clock: func() time.Time { return noon }, AuthClock: func() time.Time { return w.today.Add(w.skew) },
		WebhookSecret: "a sentence that nobody guesses",
	}))
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := w.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	w.FailOnUnexpected(t)
	w.door = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(w.status) }))
	t.Cleanup(w.door.Close)
	w.acme = w.Install("acme", nil)
	w.SetHook(githubsim.Hook{URL: route, ContentType: "json"})
	w.cfg = &config.Config{
		AppID: w.AppID(), WebhookSecret: config.Secret(w.WebhookSecret()), Listen: config.DefaultListen, PublicURL: public,
		DatabaseURL: config.Secret("sqlite:" + filepath.Join(t.TempDir(), "new.db")),
	}
	w.key = w.PrivateKeyPEM()
	w.deliver("ping")
	return w
}

func (w *world) deliver(event string) {
	w.t.Helper()
	if _, err := w.Deliver(w.t.Context(), w.door.URL, event, []byte(`{"zen":"Design for failure."}`)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) grant(name, level string) githubsim.Permissions {
	p := githubsim.LeastPrivilege()
	if p[name] = level; level == "" {
		delete(p, name)
	}
	return p
}

// lacks books a problem as the server does.
func (w *world) lacks(feature, problem string) {
	w.t.Helper()
	st, err := store.Open(w.t.Context(), w.cfg.DatabaseURL.Reveal())
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = st.NoteProblem(w.t.Context(), w.acme.ID(), feature, problem)
	if err == nil {
		_, err = st.Exec(w.t.Context(), `UPDATE problems SET since = $1`, noon.Unix())
	}
	if err = errors.Join(err, st.Close()); err != nil {
		w.t.Fatal(err)
	}
}

// still is a clock that stands.
type still time.Time

func (s still) Now() time.Time { return time.Time(s) }

func (still) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func (w *world) examine() doctor.Report {
	w.t.Helper()
	app, err := gh.New(gh.Options{AppID: w.cfg.AppID, PrivateKey: w.key, V3URL: w.APIURL(), V4URL: w.GraphQLURL(), Clock: still(w.today)})
	if err != nil {
		w.t.Fatal(err)
	}
	return doctor.Examine(w.t.Context(), w.cfg, app, store.Inspect, noon)
}

// Each defect gives its own line, and no other: want names every line that is
// not ok. The words are a golden file.
func TestEachDefectIsNamed(t *testing.T) {
	t.Parallel()
	all := githubsim.LeastEvents()
	for name, c := range map[string]struct {
		breaks  func(w *world)
		want    string
		verdict doctor.Verdict
	}{
		"nothing": {func(*world) {}, "", doctor.Fine},

		"short-secret":     {func(w *world) { w.cfg.WebhookSecret = "hunter2" }, "fail webhook secret", doctor.Missing},
		"repeating-secret": {func(w *world) { w.cfg.WebhookSecret = "abababababababababababab" }, "fail webhook secret", doctor.Missing},
		"rotation":         {func(w *world) { w.cfg.WebhookSecretPrevious = "the sentence that was there before" }, "warn webhook secret", doctor.Fine},
		"every-interface":  {func(w *world) { w.cfg.Listen = ":8080" }, "warn listen", doctor.Fine},
		"random-port":      {func(w *world) { w.cfg.Listen = "127.0.0.1:0" }, "fail listen", doctor.Missing},
		"no-public-url":    {func(w *world) { w.cfg.PublicURL = "" }, "warn public address", doctor.Fine},
		"plain-http": {func(w *world) {
			w.cfg.PublicURL = "http://maturity.example.org"
			w.SetHook(githubsim.Hook{URL: w.cfg.PublicURL + "/api/github/hook", ContentType: "json"})
		}, "warn public address", doctor.Fine},
		"database-elsewhere": {func(w *world) { w.cfg.DatabaseURL = "postgres://maturity:hunter22@127.0.0.1:1/maturity" }, "fail database", doctor.Missing},

		"clock-ahead":    {func(w *world) { w.skew = -5 * time.Minute }, "fail clock, fail app", doctor.Missing},
		"clock-behind":   {func(w *world) { w.skew = 5 * time.Minute }, "fail clock, fail app", doctor.Missing},
		"clock-a-little": {func(w *world) { w.skew = 25*time.Second + 500*time.Millisecond }, "warn clock", doctor.Fine},
		"another-app":    {func(w *world) { w.cfg.AppID = 4 }, "fail app", doctor.Missing},
		"another-key":    {func(w *world) { w.key = otherKey(w.t) }, "fail app", doctor.Missing},
		"no-webhook":     {func(w *world) { w.SetHook(githubsim.Hook{}) }, "fail webhook", doctor.Missing},
		"webhook-astray": {func(w *world) {
			w.SetHook(githubsim.Hook{URL: "https://old.example.org/api/github/hook", ContentType: "json"})
		}, "fail webhook", doctor.Missing},
		"webhook-typed": {func(w *world) {
			w.SetHook(githubsim.Hook{URL: "HTTPS://Maturity.example.org:443/api/github/hook", ContentType: "json"})
		}, "", doctor.Fine},
		"webhook-slash":   {func(w *world) { w.SetHook(githubsim.Hook{URL: route + "/", ContentType: "json"}) }, "fail webhook", doctor.Missing},
		"webhook-root":    {func(w *world) { w.cfg.PublicURL = ""; w.SetHook(githubsim.Hook{URL: public, ContentType: "json"}) }, "warn public address, fail webhook", doctor.Missing},
		"webhook-hostile": {func(w *world) { w.SetHook(githubsim.Hook{URL: "https://x/\x1b[31m\u202e%zz", ContentType: "js\non"}) }, "fail webhook, fail webhook", doctor.Missing},
		"webhook-careless": {func(w *world) {
			w.SetHook(githubsim.Hook{URL: route, ContentType: "form", InsecureSSL: true, NoSecret: true})
		}, "fail webhook, fail webhook, fail webhook", doctor.Missing},

		"refused-deliveries":  {func(w *world) { w.status = http.StatusBadRequest; w.deliver("push"); w.deliver("pull_request") }, "fail deliveries", doctor.Missing},
		"redirected-delivery": {func(w *world) { w.status = http.StatusTemporaryRedirect; w.deliver("push") }, "fail deliveries", doctor.Missing},
		"lost-delivery":       {func(w *world) { w.LoseDelivery(w.door.URL, "push", []byte("{}")) }, "fail deliveries", doctor.Missing},
		"mended-deliveries": {func(w *world) {
			w.status = http.StatusBadGateway
			w.deliver("push")
			w.status = http.StatusAccepted
			w.deliver("push")
		}, "warn deliveries", doctor.Fine},

		"permission-missing": {func(w *world) { w.Register(w.grant("checks", ""), all); w.acme.Grant(w.grant("checks", "")) }, "fail permissions", doctor.Missing},
		"permission-too-low": {func(w *world) {
			w.Register(w.grant("pull_requests", "read"), all)
			w.acme.Grant(w.grant("pull_requests", "read"))
		}, "fail permissions", doctor.Missing},
		"permission-too-many": {func(w *world) { w.Register(w.grant("administration", "write"), all) }, "warn permissions", doctor.Fine},
		"event-missing":       {func(w *world) { w.Register(w.grant("", ""), without(all, "pull_request")) }, "fail events", doctor.Missing},
		"event-too-many":      {func(w *world) { w.Register(w.grant("", ""), append(slices.Clone(all), "star")) }, "warn events", doctor.Fine},
		"features-that-write": {func(w *world) {
			w.Register(everything(), all)
			w.acme.Grant(everything())
		}, "", doctor.Fine},

		"not-accepted": {func(w *world) {
			w.Install("beta", w.grant("checks", "read")).Subscribe("check_run", "push", "pull_request", "repository")
		}, "fail installation beta", doctor.Missing},
		"write-not-accepted": {func(w *world) { w.Register(w.grant("contents", "write"), all) }, "warn installation acme", doctor.Fine},
		"suspended":          {func(w *world) { w.Install("beta", nil).Suspend(true) }, "warn installation beta", doctor.Fine},
		"nowhere":            {func(w *world) { w.acme.Remove() }, "warn installations", doctor.Fine},
		"limit-used-up":      {func(w *world) { w.RateLimit(w.acme.ID(), 12, noon.AddDate(50, 0, 0)) }, "warn rate limit", doctor.Fine},
		"own-limit-used-up":  {func(w *world) { w.RateLimit(0, 50, noon.AddDate(50, 0, 0)) }, "warn rate limit", doctor.Fine},

		"feature-not-granted": {func(w *world) {
			w.lacks("tracking issue", "The installation has not granted the permission issues: write.")
		}, "warn features", doctor.Fine},
		"feature-not-accepted": {func(w *world) {
			w.Register(w.grant("issues", "write"), all)
			w.lacks("tracking issue", "The installation has not granted the permission issues: write.")
		}, "warn installation acme, warn features", doctor.Fine},
		"property-undefined": {func(w *world) {
			w.Register(everything(), all)
			w.acme.Grant(everything())
			w.lacks("repository property", "The owner has no custom property \"m\x1b[31m\" that takes the level \"1\". Define it in the organisation's settings.")
		}, "warn features", doctor.Fine},

		"github-away":      {func(w *world) { w.Fault(githubsim.Fault{Status: 502, Times: -1}) }, "fail app", doctor.Unreachable},
		"github-cuts":      {func(w *world) { w.Fault(githubsim.Fault{PathGlob: "/app", Drop: true, Times: -1}) }, "fail app", doctor.Unreachable},
		"webhook-unasked":  {func(w *world) { w.Fault(githubsim.Fault{PathGlob: "/app/hook/config", Status: 500, Times: -1}) }, "fail webhook", doctor.Unreachable},
		"log-unasked":      {func(w *world) { w.Fault(githubsim.Fault{PathGlob: "/app/hook/deliveries", Status: 500, Times: -1}) }, "fail deliveries", doctor.Unreachable},
		"accounts-unasked": {func(w *world) { w.Fault(githubsim.Fault{PathGlob: "/app/installations", Status: 500, Times: -1}) }, "fail installations", doctor.Unreachable},
		"limits-unasked":   {func(w *world) { w.Fault(githubsim.Fault{PathGlob: "/rate_limit", Status: 500, Times: -1}) }, "fail rate limit", doctor.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.breaks(w)
			r := w.examine()
			var wrong []string
			for _, l := range r {
				if l.Status != doctor.OK {
					wrong = append(wrong, string(l.Status)+" "+l.Check)
					if l.Mend == "" {
						t.Errorf("%s: no mend: %s", l.Check, l.Says)
					}
				}
			}
			if got := strings.Join(wrong, ", "); got != c.want || r.Verdict() != c.verdict {
				t.Errorf("got %q, verdict %d; want %q, %d", got, r.Verdict(), c.want, c.verdict)
			}
			var text, data bytes.Buffer
			if err := r.Text(&text); err != nil {
				t.Fatal(err)
			}
			if err := r.JSON(&data); err != nil {
				t.Fatal(err)
			}
			var parsed struct {
				OK    bool          `json:"ok"`
				Lines doctor.Report `json:"lines"`
			}
			if err := json.Unmarshal(data.Bytes(), &parsed); err != nil || parsed.OK != (c.verdict == doctor.Fine) || !slices.Equal(parsed.Lines, r) {
				t.Errorf("as JSON it is another report: %v\n%s", err, data.String())
			}
			for _, secret := range []string{"hunter2", "hunter22", "abababab", w.cfg.WebhookSecret.Reveal(), "PRIVATE KEY", "ghs_"} {
				if strings.Contains(text.String()+data.String(), secret) {
					t.Errorf("a secret is told: %s", text.String())
				}
			}
			golden := text.String()
			if c.want != "" {
				golden = defects(t, r)
			}
			hold(t, "app/doctor/testdata/"+name+".txt", strings.ReplaceAll(golden, w.URL(), "http://GITHUB"))
		})
	}
}

// defects is the text without the lines that are ok, which stand in
// testdata/nothing.txt.
func defects(t *testing.T, r doctor.Report) string {
	t.Helper()
	var b strings.Builder
	if err := slices.DeleteFunc(slices.Clone(r), func(l doctor.Line) bool { return l.Status == doctor.OK }).Text(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What the guide shows of doctor is what doctor says.
func TestGuideShowsRealLines(t *testing.T) {
	t.Parallel()
	const guide = "../../docs/install.md"
	said := map[string]bool{}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(files, guide) {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		shown := 0
		for line := range strings.Lines(string(data)) {
			words := strings.Fields(line)
			if len(words) == 0 || !slices.Contains([]string{"ok", "warn", "fail", "→"}, words[0]) {
				continue
			}
			shown++
			if f != guide {
				said[strings.Join(words, " ")] = true
			} else if !said[strings.Join(words, " ")] {
				t.Errorf("doctor never says: %s", line)
			}
		}
		if f == guide && shown < 3 {
			t.Errorf("%s shows %d lines", f, shown)
		}
	}
}

// An account list over several pages is read to its end, or to the bound.
func TestManyInstallations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 120 {
		w.Install("org-"+string(rune('a'+i%26))+string(rune('a'+i/26)), nil)
	}
	w.Install("last", w.grant("checks", "read"))
	r := w.examine()
	if i := slices.IndexFunc(r, func(l doctor.Line) bool { return l.Check == "installation last" && l.Status == doctor.Fail }); i < 0 {
		t.Errorf("the last installation was not looked at: %+v", r)
	}
	app := githubsim.Must(gh.New(gh.Options{AppID: w.AppID(), PrivateKey: w.key, V3URL: w.APIURL()}))
	list, more, err := app.Installations(t.Context(), 105)
	if len(list) != 105 || !more || err != nil {
		t.Errorf("%d installations, more %t, %v; want 105 and more", len(list), more, err)
	}
	tokens := 0
	for _, q := range w.Requests() {
		if strings.HasSuffix(q.Path, "/access_tokens") {
			tokens++
		}
	}
	if tokens != 20 {
		t.Errorf("%d tokens were asked for, want no more than 20", tokens)
	}
}

// What does not load is told whole, and nothing is asked.
func TestSettingsThatDoNotLoad(t *testing.T) {
	t.Parallel()
	_, err := config.Load(func(name string) (string, bool) {
		v, ok := map[string]string{"GITHUB_APP_INTEGRATION_ID": "x1", "GITHUB_APP_WEBHOOK_SECRET": "s", "GITHUB_APP_PRIVATE_KEY": "hunter2 is my key"}[name]
		return v, ok
	}, "")
	r := doctor.Settings(err)
	if r.Verdict() != doctor.BadSettings || len(r) != 3 {
		t.Errorf("%+v", r)
	}
	var text bytes.Buffer
	if err := r.Text(&text); err != nil || strings.Contains(text.String(), "hunter2") {
		t.Errorf("%v: %s", err, text.String())
	}
	if v := doctor.Key(context.Canceled).Verdict(); v != doctor.BadSettings {
		t.Errorf("a key that signs nothing has verdict %d", v)
	}
}

// The installation is bigger than the least one where the features that write
// are granted too.
func everything() githubsim.Permissions {
	p := githubsim.Permissions{}
	for _, n := range doctor.Permissions(true) {
		p[n.Name] = n.Level
	}
	return p
}

func otherKey(t *testing.T) []byte {
	t.Helper()
	key := githubsim.Must(rsa.GenerateKey(rand.Reader, 2048))
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

func without(events []string, event string) []string {
	return slices.DeleteFunc(slices.Clone(events), func(e string) bool { return e == event })
}
