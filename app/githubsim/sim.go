// Package githubsim is a stand-in for GitHub: an HTTP server that speaks the
// part of GitHub's REST and GraphQL interface that the App calls, over real git
// repositories on disk. The demo and the tests run the App against it
// unmodified, so the whole way from a signed webhook to a comment is exercised
// without a network and without client mocks.
//
// It is strict where GitHub is strict: App tokens and installation tokens are
// checked, permissions and visibility enforced, lists paginated, sizes limited,
// rate limits counted. A call that it does not know is answered 404 and kept in
// Unexpected, so a test can fail on it. Faults are scripted, never random.
//
// The package imports nothing of this module and needs the git binary.
package githubsim

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options sets up a Sim. The zero value is usable.
type Options struct {
	// Clock gives the times written into objects (commits, comments, check
	// runs). Default: time.Now.
	Clock func() time.Time
	// AuthClock is the time that tokens and rate limits are judged by. It stays
	// the wall clock by default, since the client libraries sign and renew
	// tokens by the wall clock whatever a test's own clock says.
	AuthClock func() time.Time
	// AppSlug is the App's name in URLs; its bot user is "<slug>[bot]".
	// Default: "mlops-maturity".
	AppSlug string
	// WebhookSecret signs deliveries. Default: random.
	WebhookSecret string
	// KeepCompleted makes a completed check run stay so when it is set back, as
	// an Enterprise Server from before 2025 does.
	KeepCompleted bool
}

// Sim is one simulated GitHub with one registered App. All methods are safe for
// concurrent use.
type Sim struct {
	opts     Options
	dir      string
	key      *rsa.PrivateKey
	appID    int64
	appOwner *user
	mux      *http.ServeMux
	wg       sync.WaitGroup // background redeliveries

	mu         sync.Mutex
	changed    chan struct{} // closed and replaced on every write
	server     *http.Server
	base       string
	lastID     int64
	born       time.Time
	users      map[string]*user
	repos      map[string]*Repo // by lower-cased full name
	installs   []*Installation
	appHook    Hook
	manifests  map[string]manifest // by code
	tokens     map[string]*token
	runs       []*CheckRun
	suites     []*checkSuite
	comments   []*Comment
	properties map[string]map[string][]string // by organisation and name: the values allowed
	reactions  []*reaction
	deliveries []*delivery
	faults     []*Fault
	broken     map[string]gqlError // by lower-cased full name
	requests   []Request
	unexpected []string
	treeLimit  int

	permissions Permissions // that the App asks for
	events      []string    // likewise

	answers atomic.Int64
	quotaMu sync.Mutex
	quotas  map[quotaKey]*quota
}

// sharedKey is the RSA key of every App in this process: making one costs more
// than everything else a test does.
var sharedKey = sync.OnceValues(func() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, 2048)
})

// New makes an empty GitHub with one App. It fails when the git binary is
// missing. Close it to stop its server and delete its repositories.
func New(opts Options) (*Sim, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("the stand-in for GitHub keeps real repositories and needs the git binary, which is not installed (PATH has no git)")
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.AuthClock == nil {
		opts.AuthClock = time.Now
	}
	if opts.AppSlug == "" {
		opts.AppSlug = "mlops-maturity"
	}
	if opts.WebhookSecret == "" {
		opts.WebhookSecret = rand.Text()
	}
	key, err := sharedKey()
	if err != nil {
		return nil, fmt.Errorf("making the App's key: %w", err)
	}
	dir, err := os.MkdirTemp("", "githubsim-")
	if err != nil {
		return nil, err
	}
	s := &Sim{
		opts: opts, dir: dir, key: key, base: "http://github.invalid",
		changed: make(chan struct{}), lastID: 1000, born: opts.Clock(),
		users: map[string]*user{}, repos: map[string]*Repo{}, tokens: map[string]*token{}, properties: map[string]map[string][]string{},
		quotas: map[quotaKey]*quota{}, treeLimit: maxTreeEntries,
		permissions: LeastPrivilege(), events: LeastEvents(), manifests: map[string]manifest{},
	}
	s.appID = s.nextID()
	s.appOwner = s.user("mlops-maturity-owner")
	s.appOwner.Type = "Organization"
	s.mux = s.routes()
	return s, nil
}

// Must returns v and panics on an error; it keeps test set-up in one line.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Start serves the Sim on a free port of 127.0.0.1 until Close. Each wrap is
// put around the handler, the last one outermost.
func (s *Sim) Start(wrap ...func(http.Handler) http.Handler) error {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening for the stand-in for GitHub: %w", err)
	}
	handler := s.Handler()
	for _, w := range wrap {
		handler = w(handler)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	s.mu.Lock()
	s.server, s.base = server, "http://"+l.Addr().String()
	s.mu.Unlock()
	s.wg.Go(func() { _ = server.Serve(l) }) // always ends with ErrServerClosed
	return nil
}

// SetURL tells the Sim under which address its Handler is reachable, when it
// was not started with Start.
func (s *Sim) SetURL(u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimSuffix(u, "/")
}

// Close stops the server, waits for what runs in the background and deletes the
// repositories.
func (s *Sim) Close() error {
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	var err error
	if server != nil {
		err = server.Close()
	}
	s.wg.Wait()
	return errors.Join(err, os.RemoveAll(s.dir))
}

// URL is the web address, without a slash at the end.
func (s *Sim) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

// APIURL is the address of the REST interface, with a slash at the end.
func (s *Sim) APIURL() string { return s.URL() + restPrefix + "/" }

// GraphQLURL is the address of the GraphQL interface.
func (s *Sim) GraphQLURL() string { return s.URL() + "/api/graphql" }

// AppID is the App's id.
func (s *Sim) AppID() int64 { return s.appID }

// AppSlug is the App's name in URLs.
func (s *Sim) AppSlug() string { return s.opts.AppSlug }

// BotLogin is the login the App writes under.
func (s *Sim) BotLogin() string { return s.opts.AppSlug + "[bot]" }

// WebhookSecret signs every delivery.
func (s *Sim) WebhookSecret() string { return s.opts.WebhookSecret }

// PrivateKeyPEM is the App's key as GitHub hands it out: PKCS#1 in PEM.
func (s *Sim) PrivateKeyPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.key)})
}

// nextID hands out ids that are unique over all kinds of objects; the caller
// holds s.mu or is alone.
func (s *Sim) nextID() int64 {
	s.lastID++
	return s.lastID
}

// wrote wakes everyone in WaitFor; the caller holds s.mu.
func (s *Sim) wrote() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// WaitFor returns once done reports true. done is asked now and again after
// every write to the Sim and every request, without a lock held, so it may call
// any method; but not call over HTTP, which is itself a write. It returns the context's error when that ends first.
func (s *Sim) WaitFor(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for the stand-in for GitHub: %w", ctx.Err())
		}
	}
}
