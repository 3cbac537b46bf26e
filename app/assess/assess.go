// Package assess is the use case of the App: a job names a head, and what
// comes of it is a check run, sometimes a comment, and a report in the store.
//
// Assessor.judge is the one place that names every step. Its rules:
//
//   - It can be run again at any point and the effects are those of once: the
//     check run is found by commit, name and App, the comment by its marker
//     and App.
//   - No verdict is published on a head that has moved on.
//   - A fault of GitHub or of ours is never a verdict. It is tried again, or
//     said in a neutral check run; it is never red.
//   - The configuration of the base branch governs; a pull request that edits
//     the file only learns of its mistakes, and of what it would change.
package assess

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/talk"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// CheckRunName is what people select as a required check.
const CheckRunName = "MLOps maturity"

// fresh is how long a head that was read counts as the head. Work that took
// longer reads it again before it publishes. A newer event ends this job's
// context anyhow; this is for the event that never came.
const fresh = 5 * time.Second

// Store is what the use case keeps.
type Store interface {
	Report(ctx context.Context, installation, repositoryID int64, commit, configHash, engine string) (*report.Report, bool, error)
	SaveReport(ctx context.Context, installation, repositoryID int64, ref, configHash string, r *report.Report) error
	Facts(installation int64) extract.Cache
	Comment(ctx context.Context, repositoryID int64, pull int) (id int64, ok bool, err error)
	SaveComment(ctx context.Context, repositoryID int64, pull int, id int64) error
	Judged(ctx context.Context, installation, repositoryID int64) (bool, error)
	effectStore
	SnoozePull(ctx context.Context, installation, repositoryID int64, pull int, until time.Time) error
	PullSnoozed(ctx context.Context, repositoryID int64, pull int) (time.Time, error)
	Snooze(ctx context.Context, installation, repositoryID int64, until time.Time) error // of the tracking issue
}

// Plan is the engine's work on one tree; *checks.Plan is one.
type Plan interface {
	Needed() []repo.File
	Assess(ctx context.Context, snap *repo.Snapshot) (*report.Report, error)
}

// Options sets up an Assessor.
type Options struct {
	GitHub  *gh.App
	Store   Store
	Version string // build revision; reports of another one are not reused
	WebURL  string // of GitHub, "" for https://github.com
	// DetailsURL gives the page of a commit's report; nil for none.
	DetailsURL func(owner, repository, commit string) string
	// BadgeURL gives the address of a repository's badge, "" for none; nil for
	// none at all.
	BadgeURL func(owner, repository string, public bool) string
	// Told is told what else a verdict changed: "tracking issue" and "repository
	// property", each with an outcome. nil for nobody.
	Told func(feature, outcome string)
	// NewPlan starts the engine; nil for the real one.
	NewPlan func(context.Context, repo.Tree, checks.Options) (Plan, error)
	Now     func() time.Time // default time.Now
	// Add queues the judgement that a command asks for.
	Add func(ctx context.Context, work ...jobs.Job) error
}

// Assessor runs jobs. It is safe for concurrent use and a jobs.Runner.
type Assessor struct {
	o         Options
	presets   *recent[preset]
	histories *recent[[]gh.Version]
}

// New returns an Assessor.
func New(o Options) *Assessor {
	if o.NewPlan == nil {
		o.NewPlan = func(ctx context.Context, tree repo.Tree, co checks.Options) (Plan, error) {
			p, err := checks.NewPlan(ctx, tree, co)
			if p == nil {
				return nil, err
			}
			return p, err
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Told == nil {
		o.Told = func(string, string) {}
	}
	return &Assessor{o, &recent[preset]{most: maxPresets}, &recent[[]gh.Version]{most: maxHistories}}
}

// Run does one job. Errors that no retry mends are marked with jobs.Drop,
// limits say how long to wait.
func (a *Assessor) Run(ctx context.Context, j jobs.Job) error {
	var err error
	switch {
	case j.Ask != nil:
		err = a.answer(ctx, j)
	case j.Base != "":
		err = a.work(j).letGo(ctx, a.judge(ctx, j))
	default:
		err = a.judge(ctx, j)
	}
	if final(err) {
		return jobs.Drop(err)
	}
	return err
}

// judge is the main job from its first step to its last.
func (a *Assessor) judge(ctx context.Context, j jobs.Job) (err error) {
	w := a.work(j)

	// What is asked for: the head as it stands now, and the rules that govern.
	head, err := w.readHead(ctx)
	if err != nil {
		return err
	}
	if over, err := w.overtaken(ctx, head); over || err != nil {
		return err
	}
	rules, err := w.rules(ctx, head.base)
	if err != nil {
		return w.await(ctx, head, err)
	}
	if passed, err := w.passed(ctx, head, rules); passed || err != nil {
		return err
	}
	if rules.left != "" || !rules.config.Enabled {
		return w.leave(ctx, head, rules)
	}

	// Say at once that something happens; from here on a check run is owed.
	run, err := w.announce(ctx, head)
	if err != nil {
		return err
	}
	defer func() { err = w.settle(ctx, run, err) }()
	if err := run.announceProjects(ctx, rules.config); err != nil {
		return err
	}

	// Judge what else belongs to the system.
	if rules.judging.Linked, err = w.system(ctx, rules, head.base); err != nil {
		return err
	}

	// Judge the head, and for a pull request the commit it left its base at.
	in := render.Input{Settings: rules.config, WebURL: a.o.WebURL, DetailsURL: w.details(head.commit)}
	judged, proposed, err := w.judgeCommit(ctx, head.commit, rules, head.pull != nil)
	if err != nil {
		return err
	}
	in.Head, in.ConfigErrors = judged, rules.errors
	in.ConfigWarnings, in.Elsewhere = rules.warnings, rules.elsewhere
	if proposed != nil {
		in.ConfigErrors = slices.Concat(rules.errors, proposed.errors)
		in.ConfigProposed = len(rules.errors) == 0 && len(proposed.errors) > 0 // what governs is whole
		in.Preview, in.ProposedWarnings = proposed.preview, proposed.warnings
	}
	if w.Explain {
		in.Explanation = talk.NextLevel(judged)
	}
	if head.pull != nil || w.Base != "" {
		diff, err := w.compare(ctx, head)
		if err != nil {
			return err
		}
		if in.Base, err = w.known(ctx, diff.MergeBase, rules); err != nil {
			return err
		}
		in.Pull, in.ChangedLines = pullInfo(head.pull), lines(diff)
	}

	in.Notes = w.notes(ctx, head, rules.config)

	// Publish, unless the head has moved on meanwhile.
	if now, moved, err := w.moved(ctx, head); err != nil || moved {
		return errors.Join(err, run.supersede(ctx, now))
	}
	if err := run.complete(ctx, in); err != nil {
		return err
	}
	if err := w.comment(ctx, head, in); err != nil {
		return err
	}
	if err := w.remember(ctx, head, rules, in); err != nil {
		return err
	}
	return w.effects(ctx, head, rules, in)
}

// work is one job with all it needs.
type work struct {
	*Assessor
	jobs.Job
	github *gh.Client
	facts  extract.Cache
}

func (a *Assessor) work(j jobs.Job) *work {
	return &work{Assessor: a, Job: j, github: a.o.GitHub.Repository(j.Installation, j.Owner, j.Repository), facts: a.o.Store.Facts(j.Installation)}
}

func (w *work) details(commit string) string {
	if w.o.DetailsURL == nil {
		return ""
	}
	return w.o.DetailsURL(w.Owner, w.Repository, commit)
}

// errPanicked is a defect of the engine: the same commit would fail again.
var errPanicked = errors.New("the engine failed on this commit")

// guarded calls f; a panic in it is errPanicked, and its stack goes to the log.
func guarded[T any](ctx context.Context, f func() (T, error)) (out T, err error) {
	defer func() {
		if p := recover(); p != nil {
			zerolog.Ctx(ctx).Error().Bytes("stack", debug.Stack()).Msgf("the engine panicked: %v", p)
			err = fmt.Errorf("%w: %v", errPanicked, p)
		}
	}()
	return f()
}
