package githubsim_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v4"
	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

func TestTheAppsOwnTokenIsChecked(t *testing.T) {
	t.Parallel()
	w := newSloppyWorld(t)
	own, err := jwt.ParseRSAPrivateKeyFromPEM(w.PrivateKeyPEM())
	if err != nil {
		t.Fatal(err)
	}
	stranger := githubsim.Must(rsa.GenerateKey(rand.Reader, 2048))
	now := time.Now()
	id := strconv.FormatInt(w.AppID(), 10)
	claims := func(issuer string, issued, expires time.Duration) jwt.RegisteredClaims {
		return jwt.RegisteredClaims{Issuer: issuer, IssuedAt: jwt.NewNumericDate(now.Add(issued)), ExpiresAt: jwt.NewNumericDate(now.Add(expires))}
	}
	for name, c := range map[string]struct {
		method jwt.SigningMethod
		key    any
		claims jwt.RegisteredClaims
		status int
	}{
		"sound":             {jwt.SigningMethodRS256, own, claims(id, -time.Minute, 9*time.Minute), http.StatusOK},
		"a clock ahead":     {jwt.SigningMethodRS256, own, claims(id, 30*time.Second, 9*time.Minute), http.StatusOK},
		"another key":       {jwt.SigningMethodRS256, stranger, claims(id, 0, time.Minute), http.StatusUnauthorized},
		"another App":       {jwt.SigningMethodRS256, own, claims("7", 0, time.Minute), http.StatusUnauthorized},
		"expired":           {jwt.SigningMethodRS256, own, claims(id, -time.Hour, -time.Minute), http.StatusUnauthorized},
		"too long":          {jwt.SigningMethodRS256, own, claims(id, 0, 11*time.Minute), http.StatusUnauthorized},
		"from the future":   {jwt.SigningMethodRS256, own, claims(id, 5*time.Minute, 9*time.Minute), http.StatusUnauthorized},
		"another algorithm": {jwt.SigningMethodHS256, []byte("secret"), claims(id, 0, time.Minute), http.StatusUnauthorized},
		"no expiry":         {jwt.SigningMethodRS256, own, jwt.RegisteredClaims{Issuer: id, IssuedAt: jwt.NewNumericDate(now)}, http.StatusUnauthorized},
	} {
		raw := githubsim.Must(jwt.NewWithClaims(c.method, c.claims).SignedString(c.key))
		req := githubsim.Must(http.NewRequest(http.MethodGet, w.APIURL()+"app", nil))
		req.Header.Set("Authorization", "Bearer "+raw)
		resp := githubsim.Must(http.DefaultClient.Do(req))
		_ = resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, resp.StatusCode, c.status)
		}
	}
}

// clock is a time that tests move.
type clock struct{ at chan time.Time }

func newClock() clock {
	c := clock{make(chan time.Time, 1)}
	c.at <- time.Now()
	return c
}

func (c clock) now() time.Time      { t := <-c.at; c.at <- t; return t }
func (c clock) add(d time.Duration) { c.at <- (<-c.at).Add(d) }

func TestInstallationTokensEndAndObeyTheirLimits(t *testing.T) {
	t.Parallel()
	k, ctx := newClock(), context.Background()
	w := newWorldWith(t, contract.WrapAnswers, githubsim.Options{AuthClock: k.now}, map[string]string{"a.txt": "a\n"})
	githubsim.Must(w.AddRepo("acme/other", githubsim.FromFiles(nil)))
	githubsim.Must(w.AddRepo("rival/secret", githubsim.FromFiles(nil)))

	_, _, err := w.app.Repositories.Get(ctx, "acme", "churn")
	wantStatus(t, err, http.StatusUnauthorized, "Bad credentials") // the App itself reads no repository

	token := func(opts *github.InstallationTokenOptions) *github.Client {
		t.Helper()
		tok, _, err := w.app.Apps.CreateInstallationToken(ctx, w.inst.ID(), opts)
		if err != nil {
			t.Fatal(err)
		}
		return githubsim.Must(github.NewClient(nil).WithAuthToken(tok.GetToken()).WithEnterpriseURLs(w.APIURL(), w.APIURL()))
	}
	narrow := token(&github.InstallationTokenOptions{Repositories: []string{"other"}, Permissions: &github.InstallationPermissions{Contents: github.String("read")}})
	if _, _, err := narrow.Repositories.Get(ctx, "acme", "other"); err != nil {
		t.Error(err)
	}
	_, _, err = narrow.Repositories.Get(ctx, "acme", "churn")
	wantStatus(t, err, http.StatusNotFound, "Not Found")
	_, _, err = narrow.PullRequests.List(ctx, "acme", "other", nil)
	wantStatus(t, err, http.StatusForbidden, "Resource not accessible by integration")

	_, _, err = w.app.Apps.CreateInstallationToken(ctx, w.inst.ID(), &github.InstallationTokenOptions{Repositories: []string{"secret"}})
	wantStatus(t, err, http.StatusUnprocessableEntity, "not accessible")
	_, _, err = w.app.Apps.CreateInstallationToken(ctx, w.inst.ID(), &github.InstallationTokenOptions{Permissions: &github.InstallationPermissions{Administration: github.String("write")}})
	wantStatus(t, err, http.StatusUnprocessableEntity, "not granted")
	_, _, err = w.app.Apps.CreateInstallationToken(ctx, 4, nil)
	wantStatus(t, err, http.StatusNotFound, "Not Found")

	wide := token(nil)
	_, _, err = wide.Repositories.Get(ctx, "rival", "secret")
	wantStatus(t, err, http.StatusNotFound, "Not Found")
	k.add(59 * time.Minute)
	if _, _, err := wide.Repositories.Get(ctx, "acme", "churn"); err != nil {
		t.Error(err)
	}
	k.add(2 * time.Minute)
	_, _, err = wide.Repositories.Get(ctx, "acme", "churn")
	wantStatus(t, err, http.StatusUnauthorized, "Bad credentials")
}

func TestRightsAreEnforced(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	_, sha := w.feature(t, map[string]string{"b.txt": "b\n"})
	public := githubsim.Must(w.AddRepo("world/open", githubsim.FromFiles(map[string]string{"a.txt": "a\n"})))
	public.MakePublic()
	if _, _, err := w.gh.Git.GetTree(ctx, "world", "open", "main", true); err != nil {
		t.Errorf("reading a public repository: %v", err)
	}
	_, _, err := w.gh.Checks.CreateCheckRun(ctx, "world", "open", github.CreateCheckRunOptions{Name: "n", HeadSHA: public.Head("main")})
	wantStatus(t, err, http.StatusForbidden, "Resource not accessible by integration")

	w.inst.Grant(githubsim.Permissions{"checks": "read"})
	weak := w.client(w.inst)
	if _, _, err := weak.Checks.ListCheckRunsForRef(ctx, "acme", "churn", sha, nil); err != nil {
		t.Error(err)
	}
	if _, _, err := weak.Repositories.Get(ctx, "acme", "churn"); err != nil {
		t.Errorf("metadata is every App's: %v", err)
	}
	for name, call := range map[string]func() error{
		"check run": func() error {
			_, _, err := weak.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha})
			return err
		},
		"comment": func() error {
			_, _, err := weak.Issues.CreateComment(ctx, "acme", "churn", 1, &github.IssueComment{Body: github.String("b")})
			return err
		},
		"tree":   func() error { _, _, err := weak.Git.GetTree(ctx, "acme", "churn", sha, true); return err },
		"commit": func() error { _, _, err := weak.Repositories.GetCommit(ctx, "acme", "churn", sha, nil); return err },
		"pulls of a commit": func() error {
			_, _, err := weak.PullRequests.ListPullRequestsWithCommit(ctx, "acme", "churn", sha, nil)
			return err
		},
	} {
		t.Log(name)
		wantStatus(t, call(), http.StatusForbidden, "Resource not accessible by integration")
	}

	w.inst.Select("acme/nothing")
	_, _, err = weak.Repositories.Get(ctx, "acme", "churn")
	wantStatus(t, err, http.StatusNotFound, "Not Found")
	w.inst.Suspend(true)
	_, _, err = weak.Repositories.Get(ctx, "acme", "churn")
	wantStatus(t, err, http.StatusForbidden, "suspended")
	w.inst.Remove()
	_, _, err = weak.Repositories.Get(ctx, "acme", "churn")
	wantStatus(t, err, http.StatusUnauthorized, "Bad credentials")
	if _, _, err := w.app.Apps.FindRepositoryInstallation(ctx, "acme", "churn"); err == nil {
		t.Error("an installation that was removed is found")
	}
}

func TestTheRateLimitIsCountedAndEnforced(t *testing.T) {
	t.Parallel()
	k, ctx := newClock(), context.Background()
	w := newWorldWith(t, contract.Wrap, githubsim.Options{AuthClock: k.now}, map[string]string{"a.txt": "a\n"})
	_, resp, err := w.gh.Repositories.Get(ctx, "acme", "churn")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, resp.Rate.Limit, 5000)
	expect(t, resp.Rate.Remaining, 4999)
	reset := k.now().Add(20 * time.Second).Truncate(time.Second)
	w.RateLimit(w.inst.ID(), 1, reset)
	if _, resp, err = w.gh.Repositories.Get(ctx, "acme", "churn"); err != nil {
		t.Fatal(err)
	}
	expect(t, resp.Rate.Remaining, 0)
	// go-github would not even ask before the reset: a client of its own does.
	other := w.client(w.inst)
	_, _, err = other.Repositories.Get(ctx, "acme", "churn")
	if limited, ok := err.(*github.RateLimitError); !ok || !limited.Rate.Reset.Equal(github.Timestamp{Time: reset}) { //nolint:errorlint // returned as it is
		t.Errorf("got %v, want a rate limit error until %v", err, reset)
	}
	k.add(30 * time.Second)
	third := w.client(w.inst)
	if _, _, err := third.Repositories.Get(ctx, "acme", "churn"); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

func TestWhatHasNotChangedCostsNothing(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	first := githubsim.Must(w.gh.NewRequest(http.MethodGet, "repos/acme/churn", nil))
	resp, err := w.gh.Do(ctx, first, nil)
	if err != nil {
		t.Fatal(err)
	}
	again := githubsim.Must(w.gh.NewRequest(http.MethodGet, "repos/acme/churn", nil))
	again.Header.Set("If-None-Match", resp.Header.Get("ETag"))
	left := resp.Rate.Remaining
	resp, err = w.gh.Do(ctx, again, nil)
	wantStatus(t, err, http.StatusNotModified, "")
	expect(t, resp.Rate.Remaining, left)
}

func TestFaultsArePlayedInTurn(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	get := func() error { _, _, err := w.gh.Repositories.Get(ctx, "acme", "churn"); return err }
	if err := get(); err != nil {
		t.Fatal(err)
	}
	w.ResetRequests()
	w.Fault(githubsim.Fault{Method: "GET", PathGlob: "/repos/*/churn", Status: http.StatusBadGateway, Times: 2, Header: http.Header{"Retry-After": {"7"}}})
	if _, _, err := w.gh.Repositories.GetBranch(ctx, "acme", "churn", "main", 0); err != nil {
		t.Errorf("another path: %v", err)
	}
	wantStatus(t, get(), http.StatusBadGateway, "Bad Gateway")
	wantStatus(t, get(), http.StatusBadGateway, "Bad Gateway")
	if err := get(); err != nil {
		t.Error(err)
	}
	w.Fault(githubsim.Fault{PathGlob: "/repos/**", Drop: true, Times: -1})
	if err := get(); err == nil {
		t.Error("the connection was not cut")
	}
	w.ClearFaults()
	var seen []string
	for _, r := range w.Requests() {
		seen = append(seen, strconv.Itoa(r.Status))
	}
	expect(t, strings.Join(seen[:4], " "), "200 502 502 200")

	release := make(chan struct{})
	w.Fault(githubsim.Fault{PathGlob: "/repos/acme/churn", Hold: release})
	done := make(chan error)
	go func() { done <- get() }()
	select {
	case err := <-done:
		t.Errorf("answered before it was released: %v", err)
	default:
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
	w.Fault(githubsim.Fault{Status: http.StatusInternalServerError, Times: -1})
	wantStatus(t, get(), http.StatusInternalServerError, "")
	wantStatus(t, get(), http.StatusInternalServerError, "")
	w.ClearFaults()
	if err := get(); err != nil {
		t.Error(err)
	}
}
