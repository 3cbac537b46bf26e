package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// The optional features, as doctor names them too.
const (
	trackingFeature = "tracking issue"
	propertyFeature = "repository property"
)

// effectStore is what the effects beside the check run keep.
type effectStore interface {
	SaveLevel(ctx context.Context, seen store.Sighting, r *report.Report, due time.Time) error
	Tracking(ctx context.Context, repositoryID int64) (store.Tracking, error)
	MayOpen(ctx context.Context, installation, repositoryID int64) (bool, error)
	SaveTracking(ctx context.Context, installation, repositoryID int64, t store.Tracking) error
	NoteProblem(ctx context.Context, installation int64, feature, problem string) (news bool, err error)
	SolveProblem(ctx context.Context, installation int64, feature string) error
}

// clockSkew is how far our clock and GitHub's may differ.
const clockSkew = 2 * time.Minute

// onDefault says whether the head is that of the default branch, which alone
// has a level, a badge, a property and a tracking issue.
func (h head) onDefault() bool {
	return h.pull == nil && h.base.Name != "" && h.base.Name == h.base.Default && h.commit == h.base.Commit
}

// effects is what a verdict on the default branch changes beside its check run.
// It comes last: a permission that is missing here costs nobody a verdict.
func (w *work) effects(ctx context.Context, h head, r rules, in render.Input) error {
	if !h.onDefault() {
		return nil
	}
	seen := store.Sighting{Installation: w.Installation, Repository: w.RepositoryID, FullName: w.Owner + "/" + w.Repository,
		Visibility: strings.ToLower(string(h.base.Visibility)), Branch: h.base.Default, At: h.read.Add(-clockSkew)}
	if err := w.o.Store.SaveLevel(ctx, seen, in.Head, r.due); err != nil {
		return err
	}
	if slices.ContainsFunc(in.Head.Gaps, func(g repo.Gap) bool { return g.Reason == gh.NotGiven }) {
		return nil // the level rests on a stumble of GitHub
	}
	if err := w.property(ctx, r.config.Organization.Property, in.Head); err != nil {
		return err
	}
	return w.track(ctx, r.config, in)
}

// notes are what the check run of the default branch says beside the verdict.
func (w *work) notes(ctx context.Context, h head, c repoconfig.Config) []string {
	if !h.onDefault() {
		return nil
	}
	var notes []string
	if c.TrackingIssue && !w.mayTrack(ctx) {
		notes = append(notes, "There is no tracking issue, which the configuration asks for: this installation has not granted the permission `issues: write`.")
	}
	if w.o.BadgeURL != nil {
		if address := w.o.BadgeURL(w.Owner, w.Repository, h.base.Visibility == gh.Public); address != "" {
			notes = append(notes, "A badge for the README: `[![MLOps maturity]("+address+")]("+w.webURL()+"/"+w.Owner+"/"+w.Repository+"/commits/HEAD)`")
		}
	}
	return notes
}

func (w *work) webURL() string {
	if w.o.WebURL == "" {
		return "https://github.com"
	}
	return strings.TrimSuffix(w.o.WebURL, "/")
}

// mayTrack says whether issues may be written. What cannot be told is tried.
func (w *work) mayTrack(ctx context.Context) bool {
	level, err := w.github.Granted(ctx, "issues")
	return err != nil || level == "write"
}

// property writes the level to the custom property that the organisation
// names, when it is another one. A repository that is not judged has none.
func (w *work) property(ctx context.Context, name string, r *report.Report) error {
	if name == "" {
		return nil
	}
	value := ""
	if r.Kind.Judged() {
		value = strconv.Itoa(r.Level)
	}
	now, err := w.github.Property(ctx, name)
	if err == nil && now != value {
		if err = w.github.SetProperty(ctx, name, value); err == nil {
			w.o.Told(propertyFeature, "written")
		}
	}
	switch {
	case errors.Is(err, gh.ErrNoProperty):
		return w.lacks(ctx, propertyFeature, fmt.Sprintf("The owner has no custom property %q that takes the level %q. Define it in the organisation's settings, as a text or with every level among its values.", name, value))
	case errors.Is(err, gh.ErrForbidden):
		return w.lacks(ctx, propertyFeature, "The installation has not granted the permission repository_custom_properties: write.")
	case err != nil:
		return err
	}
	return w.o.Store.SolveProblem(ctx, w.Installation, propertyFeature)
}

// lacks books what a feature lacks, for doctor to show, and logs it once.
func (w *work) lacks(ctx context.Context, feature, problem string) error {
	w.o.Told(feature, "refused")
	news, err := w.o.Store.NoteProblem(ctx, w.Installation, feature, problem)
	if news {
		zerolog.Ctx(ctx).Warn().Str("feature", feature).Msg(problem)
	}
	return err
}
