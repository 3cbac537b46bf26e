package assess

import (
	"cmp"
	"context"
	"errors"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/talk"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// A merge queue stands still until the head of its group is reported. So a
// group always gets a check run: judged, or passed by the base branch's
// configuration, or neutral, which GitHub takes for a pass, when the App is
// turned off or fails. It gets one too when the group is gone meanwhile.

// queueTries is how often a group's judgement is tried, within a minute, before
// the queue is let go on.
const queueTries = 4

// readGroup reads the branch that the group is to go to, whose configuration
// governs. The group's own branch may be gone any time; its commit is known.
func (w *work) readGroup(ctx context.Context, ask gh.Ask, h head) (head, error) {
	branch, err := w.github.Branch(ctx, w.Base, ask)
	h.base, h.commit, h.ownRuns = branch, w.Head, true
	return h, err
}

// passed reports a group that is not to be judged, and says whether it was one.
func (w *work) passed(ctx context.Context, h head, r rules) (bool, error) {
	o := gh.Output{Conclusion: "success", Title: "Passed: merge groups are not judged",
		Summary: "The configuration of the base branch has `merge_queue: pass`. The pull requests themselves were judged."}
	switch {
	case w.Base == "":
		return false, nil
	case r.left != "" || !r.config.Enabled:
		o = gh.Output{}
	case r.config.MergeQueue != repoconfig.MergeQueuePass:
		return false, nil
	}
	run, err := w.announce(ctx, h)
	if err != nil {
		return false, err
	}
	if err := run.announceProjects(ctx, r.config); err != nil {
		return false, err
	}
	if o.Title == "" {
		return true, run.notJudged(ctx, cmp.Or(r.left, "its configuration has enabled: false"))
	}
	return true, run.finish(ctx, o)
}

// letGo ends a group that could not be judged with a neutral check run, once it
// is certain that it cannot, or has been tried often enough.
func (w *work) letGo(ctx context.Context, err error) error {
	late := errors.Is(ctx.Err(), context.DeadlineExceeded)
	switch {
	case err == nil || errors.Is(err, gh.ErrRateLimited):
		return err // within a limit nothing can be written either
	case ctx.Err() != nil && !late:
		return err // the process stops, and the job comes again
	case !late && !final(err) && w.Attempt < queueTries:
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	run, failed := w.announce(ctx, head{commit: w.Head, ownRuns: true})
	if failed == nil {
		// The checks of projects may be required too; which there are can be told
		// only as far as the configuration can be read.
		if h, e := w.readHead(ctx); e == nil {
			if r, e := w.rules(ctx, h.base); e == nil {
				failed = run.announceProjects(ctx, r.config)
			}
		}
	}
	if failed == nil {
		failed = run.finish(ctx, gh.Output{Conclusion: "neutral", Title: "This merge group could not be judged",
			Summary: "The App failed on it, and does not hold the queue up for that. The pull requests themselves were judged; the App's operator finds the details in the log.",
			Actions: buttons(talk.Buttons(false))})
	}
	if failed != nil {
		return errors.Join(err, failed)
	}
	zerolog.Ctx(ctx).Warn().Err(err).Msg("a merge group was let go on without a verdict")
	return nil
}
