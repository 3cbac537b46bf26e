package assess

import (
	"context"
	"errors"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
)

// await says on the head that the rules could not be read, and returns the
// fault, so that the job comes again. Without the rules there is no verdict:
// the check run stays in progress, and one that is complete keeps its words.
func (w *work) await(ctx context.Context, h head, fault error) error {
	if errors.Is(fault, gh.ErrSuspended) || ctx.Err() != nil {
		return fault
	}
	_, err := w.announceWith(ctx, h, "Waiting for the configuration",
		"GitHub could not give the App the configuration that governs this repository just now. Nothing is judged by other rules meanwhile: the last verdicts stay, and this commit is judged once the configuration can be read.")
	if err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("no check run says that the configuration is awaited")
	}
	return fault
}

// leave is for a repository that is not judged. It leaves no trace, but for
// check runs that somebody may wait for: one that is there already, and those
// of a repository that was judged before the organisation took it out, since a
// required check that nobody reports blocks every pull request.
func (w *work) leave(ctx context.Context, h head, r rules) error {
	zerolog.Ctx(ctx).Info().Str("left", r.left).Bool("enabled", r.config.Enabled).Msg("the repository is not judged")
	if r.left == "" { // by its own word
		return w.leaveOff(ctx, h, r)
	}
	if !h.ownRuns {
		if known, err := w.o.Store.Judged(ctx, w.Installation, w.RepositoryID); err != nil || !known {
			return err
		}
	}
	run, err := w.announce(ctx, h)
	if err != nil {
		return err
	}
	if err := run.announceProjects(ctx, r.config); err != nil {
		return err
	}
	return run.notJudged(ctx, r.left)
}

// leaveOff ends a check run that was begun before the repository switched the
// App off. A verdict that was given stays.
func (w *work) leaveOff(ctx context.Context, h head, r rules) error {
	if !h.ownRuns {
		return nil
	}
	id, status, err := w.github.FindCheckRun(ctx, CheckRunName, h.commit, w.Key())
	if err != nil {
		return err
	}
	projects, err := w.waiting(ctx, h.commit, r.config)
	if err != nil {
		return err
	}
	off := run{work: w, id: id, head: h, done: id == 0 || status == "completed", projects: projects}
	return off.notJudged(ctx, "its configuration has enabled: false")
}

func (r *run) notJudged(ctx context.Context, why string) error {
	return r.finish(ctx, gh.Output{Conclusion: "neutral", Title: "This repository is not judged",
		Summary: "This repository is not judged: " + why + ".\n\nThis check run is here so that nobody waits for one in vain. Where it is a required check, that requirement can be dropped."})
}
