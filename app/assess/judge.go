package assess

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// stored is a verdict of the same engine under the same rules, if the store has
// one and nobody asked for a new one. A verdict that rests on a stumble of
// GitHub is not taken.
func (w *work) stored(ctx context.Context, commit string, r rules) (*report.Report, bool, error) {
	if w.Force {
		return nil, false, nil
	}
	known, ok, err := w.o.Store.Report(ctx, w.Installation, w.RepositoryID, commit, r.judging.Hash(), w.o.Version)
	if err != nil || !ok || slices.ContainsFunc(known.Gaps, func(g repo.Gap) bool { return g.Reason == gh.NotGiven }) {
		return nil, false, err
	}
	return known, true, nil
}

// known takes a verdict from the store, or else judges the commit.
func (w *work) known(ctx context.Context, commit string, r rules) (*report.Report, error) {
	known, ok, err := w.stored(ctx, commit, r)
	if ok || err != nil {
		return known, err
	}
	known, _, err = w.judgeCommit(ctx, commit, r, false)
	return known, err
}

// on works out what the rules mean on a day, once for all of a job: midnight
// must not come between what is judged and what it is kept under.
func (r rules) on(day time.Time) rules {
	var err error
	if r.judging, err = r.config.Options(day); err != nil {
		r.errors = append(r.errors, repoconfig.Error{Path: repoconfig.Paths[0], Line: 1, Column: 1, Message: err.Error()})
		r.config = repoconfig.Default()
		r.judging, _ = r.config.Options(day) // the defaults have no tools that could be wrong
	}
	r.due = r.config.Due(day)
	return r
}

// options are how a commit is judged under the rules. Their hash names the
// report in the store: a waiver that expires makes another report.
func (w *work) options(r rules, commit string) checks.Options {
	o := r.judging
	o.Repository, o.Commit, o.Cache, o.Version = w.Owner+"/"+w.Repository, commit, w.facts, w.o.Version
	return o
}

// judgeCommit reads a commit and judges it. With proposals it also returns
// what comes of the commit's own configuration file, if that is not the one in
// force; nil if it is.
func (w *work) judgeCommit(ctx context.Context, commit string, r rules, proposals bool) (*report.Report, *proposal, error) {
	tree, gaps, err := w.github.Tree(ctx, commit)
	if err != nil {
		return nil, nil, err
	}
	plan, err := w.plan(ctx, tree, w.options(r, commit))
	if err != nil {
		return nil, nil, fmt.Errorf("plan the reading of %s: %w", commit, err)
	}
	need := plan.Needed()
	file, proposes := proposedConfig(tree, r)
	if proposes = proposes && proposals; proposes && file.Blob != "" {
		need = append(slices.Clone(need), file)
	}
	contents, unread, err := w.github.Contents(ctx, commit, need)
	if err != nil {
		return nil, nil, err
	}
	read := reading{tree: tree, contents: contents, gaps: slices.Concat(gaps, unread)}
	judged, err := guarded(ctx, func() (*report.Report, error) { return plan.Assess(ctx, read.snapshot(commit)) })
	if err != nil || !proposes {
		return judged, nil, err
	}
	p, err := w.propose(ctx, read, judged, r, file)
	return judged, p, err
}

// plan starts the engine on a tree.
func (w *work) plan(ctx context.Context, tree repo.Tree, o checks.Options) (Plan, error) {
	plan, err := guarded(ctx, func() (Plan, error) { return w.o.NewPlan(ctx, tree, o) })
	if plan == nil {
		return nil, err
	}
	if err != nil { // the cache failed; the plan is to read everything
		zerolog.Ctx(ctx).Warn().Err(err).Msg("judging without the fact cache")
	}
	return plan, nil
}

// reading is what was read of a commit.
type reading struct {
	tree     repo.Tree
	contents map[string][]byte
	gaps     []repo.Gap
}

func (r reading) snapshot(commit string) *repo.Snapshot {
	return repo.NewSnapshot(commit, r.tree, r.contents, r.gaps)
}
