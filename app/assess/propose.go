package assess

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// proposal is what comes of the configuration file that a pull request
// proposes. None of it governs: that does the base branch's.
type proposal struct {
	errors, warnings []repoconfig.Error
	preview          *render.Preview // nil with errors
}

// proposedConfig is the configuration file of a tree, and whether it differs
// from the governing one. Of a file that was taken away there is no blob.
func proposedConfig(tree repo.Tree, r rules) (repo.File, bool) {
	for _, p := range repoconfig.Paths {
		if f, ok := tree.File(p); ok {
			return f, f.Blob != r.blob && f.Mode != repo.Symlink && f.Mode != repo.Submodule
		}
	}
	return repo.File{Path: repoconfig.Paths[0]}, r.blob != ""
}

// propose judges the head once more, under the proposed configuration. The facts
// are there already; only files that the governing configuration leaves out are
// read, and no other repository.
func (w *work) propose(ctx context.Context, read reading, judged *report.Report, r rules, file repo.File) (*proposal, error) {
	var text []byte
	if file.Blob != "" {
		var ok bool
		if text, ok = read.contents[file.Blob]; !ok { // it is a gap of the report
			return nil, nil
		}
	}
	resolved, err := r.proposed(ctx, file.Path, text)
	if err != nil {
		return nil, err
	}
	p := &proposal{errors: resolved.Errors, warnings: resolved.Warnings}
	if text != nil {
		p.warnings = append(p.warnings, repoconfig.TryTools(ctx, repoconfig.File{Path: file.Path, Data: text})...)
	}
	if len(p.errors) > 0 {
		return p, nil
	}
	then := rules{config: resolved.Config}.on(w.o.Now())
	if len(then.errors) > 0 {
		p.errors = then.errors
		return p, nil
	}
	then.judging.Linked = r.judging.Linked
	p.preview = &render.Preview{Settings: then.config, Head: judged}
	if !then.config.Enabled || then.judging.Hash() == r.judging.Hash() {
		return p, nil
	}
	p.preview.Head, err = w.judgeAgain(ctx, read, judged.Subject.Commit, then)
	if errors.Is(err, errPanicked) {
		zerolog.Ctx(ctx).Error().Err(err).Msg("no preview of the proposed configuration")
		p.preview, err = nil, nil
	}
	return p, err
}

// judgeAgain judges a commit that was read under other rules.
func (w *work) judgeAgain(ctx context.Context, read reading, commit string, r rules) (*report.Report, error) {
	plan, err := w.plan(ctx, read.tree, w.options(r, commit))
	if err != nil {
		return nil, err
	}
	need := slices.DeleteFunc(slices.Clone(plan.Needed()), func(f repo.File) bool { _, ok := read.contents[f.Blob]; return ok })
	if len(need) > 0 {
		more, unread, err := w.github.Contents(ctx, commit, need)
		if err != nil {
			return nil, err
		}
		read.contents = maps.Clone(read.contents)
		maps.Copy(read.contents, more)
		read.gaps = slices.Concat(read.gaps, unread)
	}
	return guarded(ctx, func() (*report.Report, error) { return plan.Assess(ctx, read.snapshot(commit)) })
}
