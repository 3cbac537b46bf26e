package assess

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/talk"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// patience is how many tries a command has. A person waits; after these, about
// two minutes, it is said that it could not be done.
const patience = 5

// answer does what a person asked for by a comment or a button, and answers.
// Tried again, it has the effects of once: reactions are there or not, the
// answer is found by its marker, a proposal by its branch.
//
// Who may not write gets a sign and no words: a stranger must not be able to
// make the App talk.
func (a *Assessor) answer(ctx context.Context, j jobs.Job) error {
	w := a.work(j)
	may, err := w.github.MayWrite(ctx, w.Ask.Login, w.Ask.UserID)
	if err != nil {
		return err
	}
	if !may {
		zerolog.Ctx(ctx).Info().Str("login", w.Ask.Login).Msg("somebody without write access asks")
		return w.react(ctx, gh.No)
	}
	if err := w.react(ctx, gh.Eyes); err != nil {
		return err
	}
	said, err := w.do(ctx)
	if err != nil {
		if errors.Is(err, gh.ErrRateLimited) || ctx.Err() != nil || w.Attempt < patience && !final(err) {
			return err
		}
		zerolog.Ctx(ctx).Warn().Err(err).Msg("a command could not be carried out")
		said = talk.FailedAnswer()
	}
	said = said.WithMore(w.Ask.More)
	if err := w.github.Answer(ctx, w.PullRequest, w.asking(), said.Text, time.Unix(w.Ask.At, 0)); err != nil {
		return err
	}
	if said.Done {
		return w.react(ctx, gh.Yes)
	}
	return w.react(ctx, gh.Confused)
}

// asking names what is answered, for the answer's marker.
func (w *work) asking() string {
	if w.Ask.Comment > 0 {
		return "comment " + strconv.FormatInt(w.Ask.Comment, 10)
	}
	return fmt.Sprintf("button %s of check run %d", w.Ask.Line, w.Ask.CheckRun)
}

// react gives a sign on the comment; a button has nothing to give one on, and
// a locked conversation takes none.
func (w *work) react(ctx context.Context, r gh.Reaction) error {
	if w.Ask.Comment == 0 {
		return nil
	}
	err := w.github.React(ctx, w.Ask.Comment, r)
	if errors.Is(err, gh.ErrGone) || errors.Is(err, gh.ErrForbidden) {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("no reaction")
		return nil // the answer is worth more than the sign
	}
	return err
}

// do carries the command out.
func (w *work) do(ctx context.Context) (talk.Answer, error) {
	if w.Ask.Comment == 0 {
		return w.press(ctx)
	}
	c, err := talk.Parse(w.Ask.Line)
	if m, ok := errors.AsType[*talk.Mistake](err); ok {
		return talk.MistakeAnswer(m), nil
	}
	switch {
	case c.Verb == talk.Help:
		return talk.HelpAnswer(), nil
	case c.Verb == talk.Snooze:
		return w.snooze(ctx, c.Days)
	case w.Ask.Issue:
		return talk.OnlyOnPulls(), nil
	}
	h, err := w.readHead(ctx)
	if err != nil {
		return talk.Answer{}, err
	}
	r, err := w.rules(ctx, h.base)
	switch {
	case err != nil:
		return talk.Answer{}, err
	case r.left != "" || !r.config.Enabled:
		return talk.DisabledAnswer(r.left), nil
	case c.Verb == talk.Explain:
		if r.judging.Linked, err = w.system(ctx, r, h.base); err != nil {
			return talk.Answer{}, err
		}
		judged, err := w.known(ctx, h.commit, r)
		if err != nil {
			return talk.Answer{}, err
		}
		return talk.Answer{Text: talk.ExplainText(c.ID, judged, w.o.WebURL), Done: true}, nil
	case c.Verb == talk.Waive:
		return w.waive(ctx, h, r, repoconfig.Waiver{Capability: c.ID, Reason: c.Reason, Expires: c.Until})
	}
	return w.recheck(ctx, h)
}

func (w *work) snooze(ctx context.Context, days int) (talk.Answer, error) {
	// Counted from the asking, so that doing it again changes nothing.
	until := time.Unix(w.Ask.At, 0).AddDate(0, 0, days)
	var err error
	if w.Ask.Issue {
		err = w.o.Store.Snooze(ctx, w.Installation, w.RepositoryID, until)
	} else {
		err = w.o.Store.SnoozePull(ctx, w.Installation, w.RepositoryID, w.PullRequest, until)
	}
	return talk.SnoozeAnswer(until, w.Ask.Issue), err
}

// recheck queues the judgement, which has a key of its own: it coalesces with
// pushes as any other, and this command is done.
func (w *work) recheck(ctx context.Context, h head) (talk.Answer, error) {
	if !h.open {
		return talk.ClosedAnswer(), nil
	}
	j := w.Job
	j.Ask, j.Reason, j.Force, j.Ref, j.Head = nil, jobs.Rerun, true, "HEAD", h.commit
	return talk.RecheckAnswer(h.commit), w.o.Add(ctx, j)
}

// final says whether an error stays however often it is tried.
func final(err error) bool {
	return errors.Is(err, gh.ErrGone) || errors.Is(err, gh.ErrSuspended) || errors.Is(err, gh.ErrForbidden) || errors.Is(err, errPanicked)
}

// waive proposes a waiver by a pull request on the configuration of the base
// branch, or says why not and what to paste.
func (w *work) waive(ctx context.Context, h head, r rules, waiver repoconfig.Waiver) (talk.Answer, error) {
	waiver.Owner = "@" + w.Ask.Login
	p := talk.Waiving{Waiver: waiver, Path: repoconfig.Paths[0], Base: h.base.Name, Login: w.Ask.Login, Pull: w.PullRequest, Link: w.link()}
	var file gh.Text
	if len(h.base.Texts) > 0 {
		file = h.base.Texts[0]
		p.Path = file.Path
	}
	now := w.o.Now()
	if state := r.config.Organization.State(waiver, now); !state.Holds() {
		return p.Late(state, r.config.Organization.MaxWaiverDays), nil
	}
	own, _ := repoconfig.Parse(p.Path, file.Content) // the defaults for a file with mistakes
	for _, old := range own.Waivers {
		if old.Capability == waiver.Capability && len(old.Paths) == 0 {
			return p.InForce(old, now), nil
		}
	}
	text, err := repoconfig.AddWaiver(p.Path, file.Content, waiver)
	switch {
	case len(r.errors) > 0:
		return p.ByHand(talk.HasMistakes), nil
	case err != nil:
		return p.ByHand(talk.NotEditable), nil
	}
	if merged, err := r.proposed(ctx, p.Path, text); err != nil {
		return talk.Answer{}, err
	} else if len(merged.Errors) > 0 { // the organisation locks the key, say
		return talk.NotTaken(merged.Errors[0].Message), nil
	}
	if address, err := w.github.OpenPull(ctx, p.Branch(), p.Base); err != nil || address != "" {
		return p.There(address), err
	}
	address, err := w.github.Propose(ctx, gh.Proposal{Branch: p.Branch(), Base: p.Base, From: h.base.Commit, Path: p.Path, Old: r.blob, Text: text,
		Message: p.Title(), Title: p.Title(), Body: p.Body()})
	switch {
	case errors.Is(err, gh.ErrForbidden):
		return p.ByHand(talk.NoPermission), nil
	case errors.Is(err, gh.ErrExists):
		return p.ByHand(talk.BranchExists), nil
	case errors.Is(err, gh.ErrRefused):
		return p.ByHand(talk.Refused), nil
	}
	return p.Proposed(address), err
}

// link is the address of the comment that is answered, "" for a button.
func (w *work) link() string {
	if w.Ask.Comment == 0 {
		return ""
	}
	web := w.o.WebURL
	if web == "" {
		web = "https://github.com"
	}
	return fmt.Sprintf("%s/%s/%s/pull/%d#issuecomment-%d", strings.TrimSuffix(web, "/"), w.Owner, w.Repository, w.PullRequest, w.Ask.Comment)
}

// buttonDays is how long a waiver holds that the button proposes.
const buttonDays = 30

// press is the button that proposes a waiver of what the check run is about.
func (w *work) press(ctx context.Context) (talk.Answer, error) {
	h, err := w.readHead(ctx)
	if err != nil {
		return talk.Answer{}, err
	}
	r, err := w.rules(ctx, h.base)
	if err != nil {
		return talk.Answer{}, err
	}
	if r.left != "" || !r.config.Enabled {
		return talk.DisabledAnswer(r.left), nil
	}
	if r.judging.Linked, err = w.system(ctx, r, h.base); err != nil {
		return talk.Answer{}, err
	}
	diff, err := w.compare(ctx, h)
	if err != nil {
		return talk.Answer{}, err
	}
	var judged [2]*report.Report
	for i, commit := range []string{diff.MergeBase, h.commit} {
		if judged[i], err = w.known(ctx, commit, r); err != nil {
			return talk.Answer{}, err
		}
	}
	id := waivable(w, h, r, judged[0], judged[1])
	if id == "" {
		return talk.NothingToWaive(), nil
	}
	days := buttonDays
	if most := r.config.Organization.MaxWaiverDays; most > 0 {
		days = min(days, most)
	}
	return w.waive(ctx, h, r, repoconfig.Waiver{Capability: id, Expires: time.Unix(w.Ask.At, 0).UTC().AddDate(0, 0, days).Format(time.DateOnly),
		Reason: fmt.Sprintf("Asked for on the check of pull request %d; say why before you merge this", w.PullRequest)})
}
