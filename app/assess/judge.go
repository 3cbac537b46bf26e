package assess

import (
	"context"
	"fmt"
	"slices"

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
	known, ok, err := w.o.Store.Report(ctx, w.Installation, w.RepositoryID, commit, r.config.Hash(), w.o.Version)
	if err != nil {
		return nil, err
	}
	if ok && !w.Force && !slices.ContainsFunc(known.Gaps, func(g repo.Gap) bool { return g.Reason == gh.NotGiven }) {
		return known, nil
	}
	known, _, err = w.judgeCommit(ctx, commit, r, false)
	return known, err
}

// judgeCommit reads a commit and judges it. With proposals it also returns
// what is wrong with the commit's own configuration file, if that is not the
// one in force.
func (w *work) judgeCommit(ctx context.Context, commit string, r rules, proposals bool) (*report.Report, []repoconfig.Error, error) {
	tree, gaps, err := w.github.Tree(ctx, commit)
	if err != nil {
		return nil, nil, err
	}
	plan, err := guarded(ctx, func() (Plan, error) {
		return w.o.NewPlan(ctx, tree, checks.Options{Repository: w.Owner + "/" + w.Repository, Commit: commit,
			Cache: w.facts, Exclude: r.config.Exclude, Version: w.o.Version})
	})
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
