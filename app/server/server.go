// Package server puts the App together from its settings: the webhook door,
// the queue with its workers, the store, health and metrics. It decides
// nothing about repositories.
//
// A Server's life: New opens the database; Start begins to work; Handler takes
// requests; Stop lets running work finish and closes everything. Run does all
// of it around a listener.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/assess"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/webhook"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// Deps is what a Server is given rather than makes; the zero value is right for
// production, but for Version.
type Deps struct {
	Version   string             // build revision
	Log       io.Writer          // default standard error
	Runner    jobs.Runner        // default the assessor over GitHub
	Transport http.RoundTripper  // to GitHub; default http.DefaultTransport
	Clock     gh.Clock           // of the pauses between requests to GitHub; default the system's
	Grace     time.Duration      // for running jobs at the end; default 25 s
	Observe   func(jobs.Outcome) // told how each try of a job ended; nil for nobody
	NoSweep   bool               // leave sweeping to who calls Sweep
	Now       func() time.Time   // the day and the time of what is judged and stored; default time.Now
}

// Server is the App.
type Server struct {
	cfg      *config.Config
	logger   zerolog.Logger
	store    *store.Store
	queue    *jobs.Queue
	github   GitHub
	hook     *hook
	metrics  *metrics
	badges   *badges
	grace    time.Duration
	handler  http.Handler
	noSweep  bool
	now      func() time.Time
	draining atomic.Bool
	stop     context.CancelFunc
	timers   sync.WaitGroup
}

// New opens the database, brings it up to date and builds everything. Close it
// with Stop.
func New(ctx context.Context, cfg *config.Config, deps Deps) (*Server, error) {
	if deps.Log == nil {
		deps.Log = os.Stderr
	}
	if deps.Grace == 0 {
		deps.Grace = 25 * time.Second
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	logger, err := newLogger(deps.Log, cfg.LogLevel, cfg.LogFormat)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, logger: logger, metrics: newMetrics(), grace: deps.Grace, noSweep: deps.NoSweep, now: deps.Now, stop: func() {}}
	github, err := gh.New(gh.Options{AppID: cfg.AppID, PrivateKey: []byte(cfg.PrivateKey.Reveal()), V3URL: cfg.V3APIURL, V4URL: cfg.V4APIURL,
		UserAgent: "mlops-maturity/" + deps.Version, Transport: deps.Transport, Clock: deps.Clock, Metrics: s.metrics})
	if err != nil {
		return nil, err
	}
	s.github = github
	if s.store, err = store.Open(ctx, cfg.DatabaseURL.Reveal(), store.WithClock(deps.Now)); err != nil {
		return nil, err
	}
	s.badges = newBadges(s.store, s.metrics, cfg.PublicURL, cfg.BadgeSecret.Reveal())
	if deps.Runner == nil {
		deps.Runner = assess.New(assess.Options{GitHub: github, Store: s.store, Version: deps.Version, WebURL: cfg.WebURL, Now: deps.Now,
			BadgeURL: s.badges.address, Told: s.metrics.told,
			Add: func(ctx context.Context, work ...jobs.Job) error { return s.queue.Add(ctx, work...) }})
	}
	observe := s.metrics.observe
	if deps.Observe != nil {
		observe = func(o jobs.Outcome) { s.metrics.observe(o); deps.Observe(o) }
	}
	s.queue, err = jobs.New(s.store, deps.Runner, jobs.Options{Workers: cfg.Workers, Grace: deps.Grace, Logger: logger,
		Slog: slogTo(logger), Observe: observe})
	if err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	s.metrics.watch(s.queue)
	s.hook = newHook(s.queue, s.metrics, webhook.Self{AppID: cfg.AppID}, cfg.WebhookSecret.Reveal(), cfg.WebhookSecretPrevious.Reveal())
	if len(s.hook.secrets) == 0 {
		return nil, errors.Join(errors.New("GITHUB_APP_WEBHOOK_SECRET is not set; without one anybody could send events"), s.store.Close())
	}
	s.handler = s.routes()
	return s, nil
}

// Handler serves all routes.
func (s *Server) Handler() http.Handler { return s.handler }

// Store is the server's database.
func (s *Server) Store() *store.Store { return s.store }

// Idle waits until no work is outstanding, or ctx ends.
func (s *Server) Idle(ctx context.Context) error { return s.queue.Idle(ctx) }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+githubapp.DefaultWebhookRoute, s.hook)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.Handle("GET "+badgeRoute+"{owner}/{file}", s.badges)
	return s.guard(mux)
}

// guard puts the logger into every request and turns a panic into an answer.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.logger.Error().Bytes("stack", debug.Stack()).Msgf("request panicked: %v", p)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}()
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r.WithContext(s.logger.WithContext(r.Context())))
	})
}

// ready says whether new work can be taken.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if s.draining.Load() {
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	if err := s.store.Ready(ctx); err != nil {
		s.logger.Warn().Err(err).Msg("not ready")
		http.Error(w, "the database is not reachable or not up to date", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}

// Start begins to work jobs off and to look after missed deliveries and old
// rows, until Stop.
func (s *Server) Start(ctx context.Context) error {
	if err := s.queue.Start(ctx); err != nil {
		return err
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.timers.Go(func() { s.housekeep(ctx) })
	s.timers.Go(func() { s.evict(ctx) })
	if !s.noSweep {
		s.timers.Go(func() { s.sweep(ctx) })
	}
	return nil
}

// Stop lets running jobs finish within Deps.Grace; what does not goes back into
// the queue. Then it closes the database. When ctx ends first, jobs are left
// to their leases.
func (s *Server) Stop(ctx context.Context) error {
	s.draining.Store(true)
	s.stop()
	err := s.queue.Stop(ctx)
	s.timers.Wait()
	return errors.Join(err, s.store.Close())
}

// Run listens, works, and ends when ctx does: it stops accepting, answers what
// has come in, and stops.
func (s *Server) Run(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listening on MLOPS_MATURITY_LISTEN: %w", err), s.store.Close())
	}
	return s.Serve(ctx, listener)
}

// Serve is Run on a listener that is open already.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	if err := s.Start(ctx); err != nil {
		return errors.Join(err, listener.Close(), s.store.Close())
	}
	web := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second, // a 25 MB body over a slow line
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	s.logger.Info().Str("address", listener.Addr().String()).Str("database", string(s.store.Engine())).Msg("listening")
	var err error
	select {
	case <-ctx.Done():
		s.logger.Info().Dur("grace", s.grace).Msg("shutting down")
	case err = <-failed:
		err = fmt.Errorf("serving: %w", err)
	}
	s.draining.Store(true)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace+15*time.Second)
	defer cancel()
	if e := web.Shutdown(end); e != nil {
		err = errors.Join(err, fmt.Errorf("closing connections: %w", e))
	}
	return errors.Join(err, s.Stop(end))
}
