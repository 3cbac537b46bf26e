package assess_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/assess"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// clock stands still but for what is slept or pushed: nobody waits, and a slow
// machine changes nothing.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) push(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.push(d)
	return ctx.Err()
}

// world is the stand-in for GitHub, a store on disk, and an engine that can be
// told what to do.
type world struct {
	*githubsim.Sim
	t      *testing.T
	inst   *githubsim.Installation
	repo   *githubsim.Repo
	store  *store.Store
	clock  *clock
	engine *engine
	added  []jobs.Job // by commands
}

func newWorld(t *testing.T, files map[string]string) *world {
	t.Helper()
	sim := githubsim.Must(githubsim.New(githubsim.Options{}))
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := sim.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	sim.FailOnUnexpected(t)
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return &world{Sim: sim, t: t, inst: sim.Install("acme", nil), store: st, clock: &clock{now: time.Now()}, engine: &engine{},
		repo: githubsim.Must(sim.AddRepo("acme/churn", githubsim.FromFiles(files)))}
}

// assessor is a freshly started App on the same store.
func (w *world) assessor() *assess.Assessor {
	w.t.Helper()
	app, err := gh.New(gh.Options{AppID: w.AppID(), PrivateKey: w.PrivateKeyPEM(), V3URL: w.APIURL(), V4URL: w.GraphQLURL(), Clock: w.clock})
	if err != nil {
		w.t.Fatal(err)
	}
	o := assess.Options{GitHub: app, Store: w.store, Version: "test", Now: w.clock.Now, WebURL: w.URL(),
		Add: func(_ context.Context, work ...jobs.Job) error { w.added = append(w.added, work...); return nil }}
	if w.engine != nil {
		o.NewPlan = w.engine.plan
	}
	return assess.New(o)
}

func (w *world) job(pull int, head string) jobs.Job {
	ref := ""
	if pull == 0 {
		ref = "main"
	}
	return jobs.Job{Installation: w.inst.ID(), RepositoryID: w.repo.ID(), Owner: "acme", Repository: w.repo.Name(), Ref: ref, Head: head,
		PullRequest: pull, Reason: jobs.PullRequest}
}

// open commits files to a branch and opens a pull request.
func (w *world) open(files map[string]string, how githubsim.NewPull) *githubsim.Pull {
	w.t.Helper()
	if err := w.repo.Branch("feature", "main"); err != nil {
		w.t.Fatal(err)
	}
	w.push(files)
	how.Head = "feature"
	return githubsim.Must(w.repo.OpenPull(how))
}

func (w *world) push(files map[string]string) string {
	w.t.Helper()
	return githubsim.Must(w.repo.Commit("feature", files, "Change"))
}

func (w *world) run(a *assess.Assessor, p *githubsim.Pull) {
	w.t.Helper()
	if err := a.Run(w.t.Context(), w.job(p.Number(), p.HeadSHA())); err != nil {
		w.t.Fatal(err)
	}
}

// oneRun is the only check run of a commit.
func (w *world) oneRun(sha string) githubsim.CheckRun {
	w.t.Helper()
	runs := w.CheckRuns(w.repo, sha)
	if len(runs) != 1 {
		w.t.Fatalf("%d check runs on %s, want one", len(runs), sha)
	}
	return runs[0]
}

// requests counts calls of the API, the exchange of the token with them.
func (w *world) requests() int {
	n := 0
	for _, r := range w.Requests() {
		if r.API {
			n++
		}
	}
	return n
}

func (w *world) log() string {
	var b strings.Builder
	for _, r := range w.Requests() {
		b.WriteString(r.Method + " " + r.Path + "\n")
	}
	return b.String()
}

// engine is a small engine with the real one's contract: it caches by blob,
// wants the Python files, and grants one capability for a file called tests.py
// and a level for train.py.
type engine struct {
	before  func(commit string) error // called when a commit is judged
	lenient bool                      // judge although contents are missing
}

type plan struct {
	*engine
	o      checks.Options
	tree   repo.Tree
	needed []repo.File
}

func (e *engine) plan(ctx context.Context, tree repo.Tree, o checks.Options) (assess.Plan, error) {
	p := &plan{engine: e, o: o, tree: tree}
	var keys []string
	for _, f := range tree.Files() {
		if strings.HasSuffix(f.Path, ".py") && f.Mode != repo.Symlink {
			p.needed = append(p.needed, f)
			keys = append(keys, f.Blob)
		}
	}
	have, err := o.Cache.Load(ctx, keys)
	p.needed = slices.DeleteFunc(p.needed, func(f repo.File) bool { return have[f.Blob] != nil })
	return p, err
}

func (p *plan) Needed() []repo.File { return p.needed }

func (p *plan) Assess(ctx context.Context, snap *repo.Snapshot) (*report.Report, error) {
	if p.before != nil {
		if err := p.before(snap.Commit); err != nil {
			return nil, err
		}
	}
	facts := map[string][]byte{}
	for _, f := range p.needed {
		if _, ok := snap.Content(f.Blob); !ok && p.lenient {
			continue
		} else if !ok {
			return nil, errors.New(f.Path + " was needed and is not there")
		}
		facts[f.Blob] = []byte("read")
	}
	if err := p.o.Cache.Store(ctx, facts); err != nil {
		return nil, err
	}
	r := &report.Report{Schema: report.Schema, Engine: report.Engine{Version: p.o.Version, Model: "microsoft"}, Gaps: snap.Gaps(),
		Subject: report.Subject{Repository: p.o.Repository, Commit: p.o.Commit}}
	r.Kind, r.KindReason = report.MLProject, "It trains."
	r.Capabilities = []report.Capability{p.capability("application.tests", "tests.py"), p.capability("training.scripted", "train.py")}
	if r.Capabilities[1].Status == report.Met {
		r.Level = 1
	}
	if _, ok := p.tree.File("library.txt"); ok {
		r.Kind = report.MLLibrary
	}
	return r, nil
}

func (p *plan) capability(id, path string) report.Capability {
	c := report.Capability{ID: id, Title: id, Status: report.Missing, Reason: "There is no " + path + ".", Role: "gate", Level: 1}
	if f, ok := p.tree.File(path); ok {
		c.Status, c.Reason = report.Met, "There is "+path+"."
		c.Evidence = []report.Evidence{{Path: f.Path, Line: 1, What: "it"}}
	}
	return c
}
