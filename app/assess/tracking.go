package assess

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// tracker keeps the one tracking issue of a repository. Its rules:
//
//   - People decide. What they close as not planned stays closed, what they
//     delete is not opened again, and a snooze is silence.
//   - It is opened, edited, closed and reopened by one write each, which says
//     all: doing it again changes nothing.
//   - Words that did not change are not written, whatever people ticked.
type tracker struct {
	*work
	was  store.Tracking
	want render.Tracking
}

// track brings the tracking issue up to date after a push. An installation and
// a sweep reach many repositories at once and write none.
func (w *work) track(ctx context.Context, c repoconfig.Config, in render.Input) error {
	if w.Reason == jobs.Installed || w.Reason == jobs.Swept {
		return nil
	}
	was, err := w.o.Store.Tracking(ctx, w.RepositoryID)
	if err != nil {
		return err
	}
	idle := !c.TrackingIssue && (was.Issue == 0 || was.Reached)
	if idle || w.o.Now().Before(was.Snoozed) {
		return nil
	}
	t := &tracker{work: w, was: was, want: render.Track(in)}
	if !c.TrackingIssue {
		t.want.Standing, t.want.Remark = render.Unjudged, render.RemarkOff
	}
	if w.mayTrack(ctx) {
		err = t.keep(ctx)
	} else {
		err = gh.ErrForbidden
	}
	switch {
	case errors.Is(err, gh.ErrForbidden):
		return w.lacks(ctx, trackingFeature, "The installation has not granted the permission issues: write.")
	case errors.Is(err, gh.ErrGone): // issues are switched off, or the issue went this very moment
		zerolog.Ctx(ctx).Info().Err(err).Msg("no tracking issue")
		return nil
	case err != nil:
		return err
	}
	return w.o.Store.SolveProblem(ctx, w.Installation, trackingFeature)
}

func (t *tracker) keep(ctx context.Context) error {
	if t.was.Issue == 0 {
		if t.want.Standing != render.Below {
			return nil
		}
		return t.open(ctx)
	}
	issue, found, err := t.github.Issue(ctx, t.was.Issue)
	if err != nil || !found {
		return err
	}
	return t.update(ctx, issue)
}

// open opens the issue, unless an earlier one of ours is found.
func (t *tracker) open(ctx context.Context) error {
	may, err := t.o.Store.MayOpen(ctx, t.Installation, t.RepositoryID)
	if err != nil {
		return err
	}
	if !may {
		t.o.Told(trackingFeature, "postponed")
		zerolog.Ctx(ctx).Info().Msg("the tracking issue waits for a later push: the installation got many within the hour")
		return nil
	}
	issue, found, err := t.github.FindIssue(ctx)
	if err == nil && found {
		return t.update(ctx, issue)
	}
	if err == nil {
		issue.Number, err = t.github.OpenIssue(ctx, t.want.Title, t.want.Body)
	}
	if err != nil { // the next try may come at once, and looks first
		return errors.Join(err, t.o.Store.SaveTracking(context.WithoutCancel(ctx), t.Installation, t.RepositoryID, store.Tracking{}))
	}
	t.o.Told(trackingFeature, "opened")
	return t.save(ctx, issue.Number, false, t.words())
}

// update changes what is to change of an issue that is there.
func (t *tracker) update(ctx context.Context, issue gh.Issue) error {
	over := t.want.Standing == render.Reached || t.want.Standing == render.Unjudged
	switch {
	case issue.Open && over:
		reason := gh.Completed
		if t.want.Standing == render.Unjudged {
			reason = gh.NotPlanned
		}
		return t.write(ctx, issue, "closed", gh.IssueChange{State: "closed", Reason: reason})
	case issue.Open:
		found := t.was.Issue == 0 && issue.Title == t.want.Title && sameWords(strings.TrimSpace(issue.Body), strings.TrimSpace(t.want.Body))
		if found || t.was.Words == t.words() {
			return t.save(ctx, issue.Number, false, t.words())
		}
		return t.write(ctx, issue, "edited", gh.IssueChange{})
	case t.want.Standing == render.Below && t.mayReopen(issue):
		return t.write(ctx, issue, "reopened", gh.IssueChange{State: "open"})
	}
	return t.save(ctx, issue.Number, t.was.Reached || over, t.was.Words)
}

// mayReopen says whether a closed issue is ours to open again: we closed it, or
// a person did as completed and it was so, but is no more.
func (t *tracker) mayReopen(issue gh.Issue) bool {
	return issue.ClosedByUs || t.was.Reached && issue.Reason != gh.NotPlanned && issue.Reason != "duplicate"
}

// write changes text and state at once, and says a word where the state moved.
// The word comes after the change, so that no second try repeats it.
func (t *tracker) write(ctx context.Context, issue gh.Issue, outcome string, change gh.IssueChange) error {
	change.Title, change.Body = t.want.Title, t.want.Body
	if err := t.github.ChangeIssue(ctx, issue.Number, change); err != nil {
		return err
	}
	t.o.Told(trackingFeature, outcome)
	if err := t.save(ctx, issue.Number, outcome == "closed", t.words()); err != nil || change.State == "" {
		return err
	}
	if err := t.github.Remark(ctx, issue.Number, t.want.Remark); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("no word on the tracking issue")
	}
	return nil
}

// save remembers the issue when something of it is new.
func (t *tracker) save(ctx context.Context, number int, reached bool, words string) error {
	now := store.Tracking{Issue: number, Reached: reached, Words: words, Snoozed: t.was.Snoozed}
	if now == t.was {
		return nil
	}
	return t.o.Store.SaveTracking(ctx, t.Installation, t.RepositoryID, now)
}

// words is a hash of what the issue is to say, commits and lines aside.
func (t *tracker) words() string {
	sum := sha256.Sum256([]byte(t.want.Title + "\n" + unsaid.ReplaceAllString(t.want.Body, "")))
	return hex.EncodeToString(sum[:])
}
