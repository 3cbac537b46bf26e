// Package gh is the only door to GitHub's API: it reads pull requests,
// branches, trees and contents, and writes check runs and comments.
//
// Everything is counted. GitHub grants an installation some thousand requests
// an hour, so one commit is read by one recursive tree call and one batch of
// the contents that are still wanted, and one query brings all that must be
// known of a pull request. A limit is never waited out here: the call fails
// with a *RateLimitError that says when to come again, and the job is put off.
//
// What cannot be read for good is a repo.Gap, part of the report; what may
// work later is an error, and the job is tried again.
package gh

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"
)

// Options says who we are and where GitHub is. The zero values of the URLs are
// github.com's; an Enterprise Server has its own.
type Options struct {
	AppID      int64
	PrivateKey []byte // PEM, PKCS #1 or PKCS #8
	V3URL      string // default https://api.github.com
	V4URL      string // default https://api.github.com/graphql
	UserAgent  string
	Transport  http.RoundTripper // default http.DefaultTransport
	Clock      Clock             // default the system's
	Metrics    Metrics           // default none
	Timeout    time.Duration     // of one request, its body included; default 60 s
}

// App makes clients for the App's installations and keeps their tokens.
type App struct {
	o    Options
	key  *rsa.PrivateKey
	v3   *url.URL
	v4   *url.URL
	self *github.Client // speaks as the App itself

	mu            sync.Mutex
	installations map[int64]*installation
	bot           string // login that we write under, "" until it is asked for
}

// installation is what the clients of one installation share: the token, the
// limits that GitHub spoke of, and the pace of writes.
type installation struct {
	api      *github.Client
	http     *http.Client // as api, for what go-github cannot say
	lastUsed time.Time
	token    func(context.Context) (string, error) // nil when we speak with somebody else's
	seen     *transport
}

// maxInstallations bounds the tokens that are kept; the longest unused goes.
const maxInstallations = 1000

// New checks the key and the URLs.
func New(o Options) (*App, error) {
	key, err := parseKey(o.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("the App's private key: %w", err)
	}
	a, err := prepare(o)
	if err != nil {
		return nil, err
	}
	a.key = key
	a.self = a.client(&http.Client{Transport: a.signer(a.limited()), Timeout: a.o.Timeout})
	return a, nil
}

// prepare fills in the defaults.
func prepare(o Options) (*App, error) {
	if o.V3URL == "" {
		o.V3URL = "https://api.github.com"
	}
	if o.V4URL == "" {
		o.V4URL = "https://api.github.com/graphql"
	}
	v3, err := parseURL(strings.TrimRight(o.V3URL, "/") + "/")
	if err != nil {
		return nil, err
	}
	v4, err := parseURL(o.V4URL)
	if err != nil {
		return nil, err
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Metrics == nil {
		o.Metrics = noMetrics{}
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.UserAgent == "" {
		o.UserAgent = "mlops-maturity"
	}
	return &App{o: o, v3: v3, v4: v4, installations: map[int64]*installation{}}, nil
}

// signer makes a transport that speaks as the App itself, with limits and a
// pace of its own. It is not shared: a token exchange writes to it.
func (a *App) signer(below *transport) *ghinstallation.AppsTransport {
	apps := ghinstallation.NewAppsTransportFromPrivateKey(below, a.o.AppID, a.key)
	apps.BaseURL = strings.TrimSuffix(a.v3.String(), "/")
	return apps
}

// limited makes the transport below authentication.
func (a *App) limited() *transport {
	return &transport{next: a.o.Transport, clock: a.o.Clock, metrics: a.o.Metrics, prefix: a.v3.Path, graphql: a.v4.Path}
}

func (a *App) client(over *http.Client) *github.Client {
	api := github.NewClient(over)
	api.BaseURL, api.UserAgent = a.v3, a.o.UserAgent
	return api
}

// Client reads and writes one repository as one installation.
type Client struct {
	*installation
	app         *App
	owner, name string
}

// Repository returns a client. It makes no request.
func (a *App) Repository(installationID int64, owner, name string) *Client {
	return &Client{installation: a.installation(installationID), app: a, owner: owner, name: name}
}

func (a *App) installation(id int64) *installation {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.o.Clock.Now()
	if in, ok := a.installations[id]; ok {
		in.lastUsed = now
		return in
	}
	if len(a.installations) >= maxInstallations {
		a.forgetOldest()
	}
	seen := a.limited()
	tokens := ghinstallation.NewFromAppsTransport(a.signer(seen), id)
	client := &http.Client{Transport: tokens, Timeout: a.o.Timeout, CheckRedirect: sameHost}
	in := &installation{api: a.client(client), http: client, lastUsed: now, token: tokens.Token, seen: seen}
	a.installations[id] = in
	return in
}

// sameHost follows a renamed repository, but takes our token to no other host.
func sameHost(req *http.Request, via []*http.Request) error {
	if req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme || len(via) > 3 {
		return fmt.Errorf("GitHub redirects to %s", req.URL.Host)
	}
	return nil
}

func (a *App) forgetOldest() {
	var oldest int64
	var when time.Time
	for id, in := range a.installations {
		if when.IsZero() || in.lastUsed.Before(when) {
			oldest, when = id, in.lastUsed
		}
	}
	delete(a.installations, oldest)
}

func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("GitHub's API address: %w", err)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, fmt.Errorf("GitHub's API address %q: want http(s)://host/path", s)
	}
	return u, nil
}

func parseKey(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("is not PEM text")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("is neither PKCS #1 nor PKCS #8")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("is not an RSA key")
	}
	return key, nil
}
