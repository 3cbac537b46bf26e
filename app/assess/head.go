package assess

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// head is what a job speaks of, as GitHub shows it at one moment.
type head struct {
	commit  string
	open    bool      // false for a closed pull request
	ownRuns bool      // the commit has check runs of ours
	base    gh.Branch // of a branch, itself
	pull    *gh.Pull  // nil for a branch
	read    time.Time
}

// ask is what is read together with a head.
var ask = gh.Ask{Texts: [2]string(repoconfig.Paths), CheckRun: CheckRunName}

// readHead reads the head and the configuration that governs it.
func (w *work) readHead(ctx context.Context) (head, error) {
	h := head{open: true, read: w.o.Now()} // before the answer: it may be old already
	if w.Base != "" {
		return w.readGroup(ctx, ask, h)
	}
	if w.PullRequest == 0 {
		branch, err := w.github.Branch(ctx, w.Ref, ask)
		h.base, h.commit, h.ownRuns = branch, branch.Commit, branch.OwnRuns
		return h, err
	}
	pull, err := w.github.Pull(ctx, w.PullRequest, ask)
	h.pull, h.base, h.commit, h.open, h.ownRuns = &pull, pull.Base, pull.Head, pull.Open, pull.OwnRuns
	if err == nil && h.open && h.base.Commit == "" {
		err = fmt.Errorf("the base branch %s: %w", h.base.Name, gh.ErrGone)
	}
	return h, err
}

// overtaken says whether the job's head is no longer the head, or nobody waits
// for it. For a moment after an event GitHub may still show the head before
// it; that is no overtaking but an error, and the job comes again.
func (w *work) overtaken(ctx context.Context, h head) (bool, error) {
	switch {
	case !h.open:
		zerolog.Ctx(ctx).Debug().Msg("the pull request is closed")
		return true, nil
	case w.Head == "" || w.Head == h.commit:
		return false, nil
	}
	diff, err := w.github.Compare(ctx, w.Head, h.commit)
	late := errors.Is(err, gh.ErrGone) || diff.Status == "behind" || (diff.Status == "diverged" && h.ownRuns)
	switch {
	case late:
		return false, fmt.Errorf("GitHub shows %s as the head, not yet %s", h.commit, w.Head)
	case err != nil:
		return false, err
	}
	zerolog.Ctx(ctx).Info().Str("now", h.commit).Msg("the head has moved on")
	return true, w.closeOld(ctx, h)
}

// closeOld ends the check runs of ours that still wait on the job's old head:
// those that were asked for again, or whose process died.
func (w *work) closeOld(ctx context.Context, h head) error {
	id, status, err := w.github.FindCheckRun(ctx, CheckRunName, w.Head, w.Key())
	if err != nil || id == 0 {
		return err
	}
	old := run{work: w, id: id, done: status == "completed"}
	if r, err := w.rules(ctx, h.base); err == nil { // else the next job of that commit finds them
		if old.projects, err = w.waiting(ctx, w.Head, r.config); err != nil {
			return err
		}
	}
	return old.supersede(ctx, h.commit)
}

// moved reads the head again if it was read long ago, and returns it.
func (w *work) moved(ctx context.Context, h head) (string, bool, error) {
	if w.o.Now().Sub(h.read) < fresh || w.Base != "" { // a group's head does not move
		return h.commit, false, nil
	}
	now, err := w.readHead(ctx)
	if err != nil {
		return "", false, err
	}
	return now.commit, now.commit != h.commit, nil
}

// compare finds where the head left the base branch, and what it changes.
func (w *work) compare(ctx context.Context, h head) (gh.Comparison, error) {
	if w.BaseHead != "" { // a merge group stands right on it
		return gh.Comparison{MergeBase: w.BaseHead}, nil
	}
	diff, err := w.github.Compare(ctx, h.base.Commit, h.commit)
	if errors.Is(err, gh.ErrGone) { // no common history: then it is all new
		return gh.Comparison{MergeBase: h.base.Commit}, nil
	}
	if err != nil || diff.Complete || h.pull == nil {
		return diff, err
	}
	return diff, w.github.PullFiles(ctx, w.PullRequest, &diff)
}

func pullInfo(p *gh.Pull) *render.PullInfo {
	if p == nil {
		return nil
	}
	return &render.PullInfo{Number: p.Number, Draft: p.Draft, BotAuthor: p.Bot, BaseRef: p.Base.Name, HeadSHA: p.Head}
}

func lines(diff gh.Comparison) map[string][]render.LineRange {
	out := make(map[string][]render.LineRange, len(diff.Added))
	for path, ranges := range diff.Added {
		for _, r := range ranges {
			out[path] = append(out[path], render.LineRange{Start: r.From, End: r.To})
		}
	}
	return out
}
