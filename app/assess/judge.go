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

// rules is the configuration in force and what is wrong with its file. blob is
// the file's id, "" when there is none.
type rules struct {
	config repoconfig.Config
	errors []repoconfig.Error
	blob   string

	judging checks.Options // what config means to the engine on the day of the job
}

// governing reads the first configuration file there is. One with mistakes
// leaves the defaults in force.
func governing(texts []gh.Text) rules {
	if len(texts) == 0 {
		return rules{config: repoconfig.Default()}
	}
	t := texts[0]
	r := rules{blob: repo.BlobID(t.Content)}
	if !t.Whole {
		r.config = repoconfig.Default()
		r.errors = []repoconfig.Error{{Path: t.Path, Line: 1, Column: 1, Message: "the file is binary or longer than 500 kB"}}
		return r
	}
	r.config, r.errors = repoconfig.Parse(t.Path, t.Content)
	if len(r.errors) > 0 {
		r.config = repoconfig.Default()
	}
	return r
}

// known takes a verdict of the same engine under the same configuration from
// the store, or else judges the commit. A verdict that rests on a stumble of
// GitHub is not taken.
func (w *work) known(ctx context.Context, commit string, r rules) (*report.Report, error) {
	o := w.options(r, commit)
	known, ok, err := w.o.Store.Report(ctx, w.Installation, w.RepositoryID, commit, o.Hash(), w.o.Version)
	if err != nil {
		return nil, err
	}
	if ok && !w.Force && !slices.ContainsFunc(known.Gaps, func(g repo.Gap) bool { return g.Reason == gh.NotGiven }) {
		return known, nil
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
// what is wrong with the commit's own configuration file, if that is not the
// one in force.
func (w *work) judgeCommit(ctx context.Context, commit string, r rules, proposals bool) (*report.Report, []repoconfig.Error, error) {
	tree, gaps, err := w.github.Tree(ctx, commit)
	if err != nil {
		return nil, nil, err
	}
	o := w.options(r, commit)
	plan, err := guarded(ctx, func() (Plan, error) { return w.o.NewPlan(ctx, tree, o) })
	if plan == nil {
		return nil, nil, fmt.Errorf("plan the reading of %s: %w", commit, err)
	}
	if err != nil { // the cache failed; the plan is to read everything
		zerolog.Ctx(ctx).Warn().Err(err).Msg("judging without the fact cache")
	}
	need := plan.Needed()
	proposed, proposes := proposedConfig(tree, r)
	if proposes = proposes && proposals; proposes {
		need = append(slices.Clone(need), proposed)
	}
	contents, unread, err := w.github.Contents(ctx, commit, need)
	if err != nil {
		return nil, nil, err
	}
	var mistakes []repoconfig.Error
	if text, ok := contents[proposed.Blob]; ok && proposes {
		_, mistakes = repoconfig.Parse(proposed.Path, text)
	}
	judged, err := guarded(ctx, func() (*report.Report, error) {
		return plan.Assess(ctx, repo.NewSnapshot(commit, tree, contents, slices.Concat(gaps, unread)))
	})
	return judged, mistakes, err
}

// proposedConfig is the configuration file of a tree, and whether it differs
// from the governing one.
func proposedConfig(tree repo.Tree, r rules) (repo.File, bool) {
	for _, p := range repoconfig.Paths {
		if f, ok := tree.File(p); ok {
			return f, f.Blob != r.blob && f.Mode != repo.Symlink && f.Mode != repo.Submodule
		}
	}
	return repo.File{}, false
}
