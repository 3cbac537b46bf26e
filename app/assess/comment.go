package assess

import (
	"context"
	"errors"
	"regexp"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// comment writes the one comment of a pull request, or edits it when it says
// something else by now, or stays silent. A comment that is there is kept
// right even when the change it told of is undone.
func (w *work) comment(ctx context.Context, h head, in render.Input) error {
	if h.pull == nil {
		return nil
	}
	if until, err := w.o.Store.PullSnoozed(ctx, w.RepositoryID, h.pull.Number); err != nil || w.o.Now().Before(until) {
		return err
	}
	body := render.Comment(in) // "" where silence is due
	old, found, err := w.ownComment(ctx, h.pull, body != "")
	if err != nil {
		return err
	}
	if found && body == "" && in.Settings.Comment == repoconfig.CommentOnChange {
		in.Settings.Comment = repoconfig.CommentAlways
		body = render.Comment(in)
	}
	switch {
	case body == "":
		return nil
	case !found:
		old.ID, err = w.github.CreateComment(ctx, h.pull.Number, body)
	case !sameWords(old.Body, body):
		err = w.github.EditComment(ctx, old.ID, body)
	}
	if errors.Is(err, gh.ErrForbidden) { // a locked conversation, or a permission not granted
		zerolog.Ctx(ctx).Warn().Err(err).Msg("no comment")
		return nil
	}
	if err != nil {
		return err
	}
	return w.o.Store.SaveComment(ctx, w.RepositoryID, h.pull.Number, old.ID)
}

// ownComment finds our comment: by the id we know, else, when a new one would
// be written and an App has commented at all, by search.
func (w *work) ownComment(ctx context.Context, p *gh.Pull, wanted bool) (gh.Comment, bool, error) {
	id, known, err := w.o.Store.Comment(ctx, w.RepositoryID, p.Number)
	if err != nil {
		return gh.Comment{}, false, err
	}
	if known {
		if c, ok, err := w.github.Comment(ctx, id); ok || err != nil {
			return c, ok, err
		}
	}
	if !wanted || !p.MayHaveOwn {
		return gh.Comment{}, false, nil
	}
	return w.github.FindComment(ctx, p.Number)
}

// unsaid matches what may differ between two comments that say the same:
// commit ids, and the numbers of lines.
var unsaid = regexp.MustCompile(`\b[0-9a-f]{7,64}\b|(?::|#L)[0-9]+`)

// sameWords says whether two comments tell the same verdict.
func sameWords(a, b string) bool {
	return unsaid.ReplaceAllString(a, "") == unsaid.ReplaceAllString(b, "")
}
