// Package demo plays the App's main job on one machine: a pull request, a
// signed webhook, a check run and a comment. Nothing is mocked but GitHub: the
// App is app/server with its real route, queue, database and engine, and
// app/githubsim answers it over HTTP out of real git repositories, with tokens
// and permissions checked.
//
// A Scene is one running pair. Open starts it with a repository (the sample
// project, or a copy of a local one), Play delivers the webhook of a pull
// request and waits until the App has nothing left to do, Close ends it and
// removes every file it made. An Outcome is what GitHub then holds, shown by
// Terminal and HTML.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/server"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// patience bounds Play. The sample takes about a second; a large repository on
// a busy machine a few.
const patience = 2 * time.Minute

// Options say what is played and who hears of it.
type Options struct {
	// Repo is the path of a local git repository; "" plays the sample project.
	// It is copied, never written to, and nothing in it is executed.
	Repo string
	// Base and Head are branches, tags or commit ids of Repo. Without them Base
	// is main or master and Head what is checked out.
	Base, Head string
	Version    string    // of the engine, as reports name it
	Progress   io.Writer // a line for each thing that happens; nil for none
}

// Scene is a running App beside a running stand-in for GitHub.
type Scene struct {
	say    *narrator
	sim    *githubsim.Sim
	repo   *githubsim.Repo
	pull   *githubsim.Pull
	title  string
	base   string // as the reader named it
	head   string
	app    *server.Server
	url    string // of the App
	dir    string // holds the database
	failed chan error
	stop   context.CancelFunc
	ended  chan error // what the App's Serve returned
	took   time.Duration
}

// Open starts both sides and opens the pull request. Close the Scene, also
// after an error of Play.
func Open(ctx context.Context, o Options) (*Scene, error) {
	s := &Scene{say: narrate(o.Progress), failed: make(chan error, 1), stop: func() {}}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Scene) open(ctx context.Context, o Options) (err error) {
	if s.sim, err = githubsim.New(githubsim.Options{}); err != nil {
		return err
	}
	if err := s.sim.Start(s.say.requests); err != nil {
		return err
	}
	s.say.linef("GitHub, played by a stand-in on %s", s.sim.URL())
	if err := s.propose(o); err != nil {
		return err
	}
	if err := s.startApp(ctx, o.Version); err != nil {
		return err
	}
	s.say.linef("the App on %s, its queue and store in %s", s.url, filepath.Join(s.dir, "demo.db"))
	s.say.linef("pull request %s#%d: %s ← %s at %.12s", s.repo.FullName(), s.pull.Number(), s.base, s.head, s.pull.HeadSHA())
	return nil
}

func (s *Scene) startApp(ctx context.Context, version string) (err error) {
	if s.dir, err = os.MkdirTemp("", "mlops-maturity-demo-"); err != nil {
		return err
	}
	s.app, err = server.New(ctx, &config.Config{
		WebURL: s.sim.URL(), V3APIURL: s.sim.APIURL(), V4APIURL: s.sim.GraphQLURL(),
		AppID: s.sim.AppID(), PrivateKey: config.Secret(s.sim.PrivateKeyPEM()), WebhookSecret: config.Secret(s.sim.WebhookSecret()),
		DatabaseURL: config.Secret("sqlite:" + filepath.Join(s.dir, "demo.db")),
		LogLevel:    "warn", LogFormat: "text", Workers: 2,
	}, server.Deps{Version: version, Log: s.say, Observe: s.observe, Grace: time.Second, NoSweep: true})
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, s.app.Stop(ctx))
	}
	s.url = "http://" + listener.Addr().String()
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop, s.ended = stop, make(chan error, 1)
	go func() { s.ended <- s.app.Serve(life, listener) }()
	return nil
}

// observe hears of every try of a job. One that would be tried again later is
// the end of a demo: nobody waits minutes for it.
func (s *Scene) observe(o jobs.Outcome) {
	s.say.linef("job %s: %s after %d ms", o.Job.Key(), o.Result, o.Took.Milliseconds())
	if o.Result == "failed" || o.Result == "limited" {
		select {
		case s.failed <- fmt.Errorf("the App could not judge the pull request (%s); the lines above tell why", o.Result):
		default:
		}
	}
}

// Play delivers the webhook of the pull request and waits until the App has
// nothing left to do.
func (s *Scene) Play(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the App was not done after %s", patience))
	defer cancel()
	ctx, give := context.WithCancelCause(ctx)
	defer give(nil)
	go func() {
		select {
		case err := <-s.failed:
			give(err)
		case <-ctx.Done():
		}
	}()
	began := time.Now()
	s.say.startCounting()
	status, err := s.sim.Deliver(ctx, s.url+"/api/github/hook", "pull_request", s.sim.PullPayload(s.pull, "opened"))
	if err != nil {
		return fmt.Errorf("delivering the webhook: %w", err)
	}
	s.say.linef("webhook pull_request.opened, signed, delivered: the App answered %d", status)
	if status/100 != 2 {
		return fmt.Errorf("the App answered the webhook with %d %s", status, http.StatusText(status))
	}
	if err := s.app.Idle(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return err
	}
	s.took = time.Since(began)
	s.say.linef("the queue is empty, %d ms after the webhook, %d API requests", s.took.Milliseconds(), s.say.counted())
	if wrong := s.sim.Unexpected(); len(wrong) > 0 {
		return fmt.Errorf("the stand-in for GitHub was asked for what it does not serve: %s", strings.Join(wrong, ", "))
	}
	return nil
}

// URL is the address of the App.
func (s *Scene) URL() string { return s.url }

// Close ends both sides and removes what they kept.
func (s *Scene) Close() error {
	var err error
	s.stop()
	if s.ended != nil {
		err = <-s.ended
	}
	if s.sim != nil {
		err = errors.Join(err, s.sim.Close())
	}
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}
