package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// GitHub is what the examination asks; *gh.App is one.
type GitHub interface {
	Registration(ctx context.Context) (r gh.Registration, ahead time.Duration, known bool, err error)
	Webhook(ctx context.Context) (gh.Webhook, error)
	Installations(ctx context.Context, most int) (list []gh.Installation, more bool, err error)
	Attempts(ctx context.Context, since time.Time) ([]gh.Attempt, error)
	Budgets(ctx context.Context, installation int64) ([]gh.Budget, error)
}

const (
	maxInstallations = 1000 // that are compared
	maxBudgets       = 20   // installations whose limits are asked for, each a token
	recent           = 24 * time.Hour
)

// Examine looks at everything that valid settings lead to. inspect looks at a
// database without changing it; now is this machine's clock.
func Examine(ctx context.Context, cfg *config.Config, github GitHub, inspect func(context.Context, string) (store.Schema, error), now time.Time) Report {
	r := Report{{Check: "settings", Status: OK, Says: "all that are needed are set, and of the right form"}}
	r = append(r, secrets(cfg)...)
	r = append(r, addresses(cfg)...)
	schema, err := inspect(ctx, cfg.DatabaseURL.Reveal())
	r = append(r, database(schema, err))
	asked, app, list := askGitHub(ctx, cfg, github, now)
	r = append(r, asked...)
	return append(r, lacking(schema.Problems, app, list)...)
}

// askGitHub returns what it learned of the App and its installations too. It
// ends at the first call when GitHub cannot be asked at all.
func askGitHub(ctx context.Context, cfg *config.Config, github GitHub, now time.Time) (r Report, app gh.Registration, list []gh.Installation) {
	app, ahead, known, err := github.Registration(ctx)
	if known {
		r = append(r, clock(ahead))
	}
	if err != nil {
		return append(r, identity(cfg, err, known && abs(ahead) >= maxSkew)), app, nil
	}
	if app.ID != cfg.AppID {
		return append(r, Line{Check: "app", Status: Fail, Says: fmt.Sprintf("the private key belongs to the App %d, GITHUB_APP_INTEGRATION_ID is %d", app.ID, cfg.AppID),
			Mend: "give the id and the key of one App"}), app, nil
	}
	r = append(r, Line{Check: "app", Status: OK, Says: fmt.Sprintf("%s (%d) of %s: GitHub accepts the private key", clean(app.Slug), app.ID, clean(app.Owner))})
	hook, err := github.Webhook(ctx)
	r = append(r, webhook(cfg, hook, err)...)
	attempts, err := github.Attempts(ctx, now.Add(-recent))
	r = append(r, deliveries(attempts, err))
	r = append(r, permissions(app)...)
	r = append(r, events(app)...)
	r = append(r, optional(app)...)
	list, more, err := github.Installations(ctx, maxInstallations)
	if err != nil {
		return append(r, unasked("installations", "where the App is installed, and what was granted there, is not known", err)), app, nil
	}
	r = append(r, installations(app, list, more)...)
	return append(r, limits(ctx, github, app, list)...), app, list
}

// unasked says that GitHub gave no answer, which is no finding.
func unasked(check, unknown string, err error) Line {
	l := Line{Check: check, Status: Fail, Unreachable: true, Says: "GitHub could not be asked: " + strings.TrimSuffix(clean(err.Error()), " []") + "; " + unknown,
		Mend: "GitHub was reached and did not answer this: see its status page (www.githubstatus.com) and run doctor again"}
	if _, ok := errors.AsType[*url.Error](err); ok {
		l.Mend = "look at the network, a proxy (HTTPS_PROXY) and GITHUB_WEB_URL, then run doctor again"
	}
	if limit, ok := errors.AsType[*gh.RateLimitError](err); ok {
		l.Mend = "run doctor again after " + limit.Until.UTC().Format(time.RFC3339)
	}
	return l
}

func identity(cfg *config.Config, err error, skewed bool) Line {
	if !errors.Is(err, gh.ErrIdentity) {
		return unasked("app", "nothing can be said of the App, its webhook, permissions and installations", err)
	}
	l := Line{Check: "app", Status: Fail, Says: clean(err.Error()),
		Mend: fmt.Sprintf("check that GITHUB_APP_INTEGRATION_ID (%d) is the App ID, and that the key was generated for it: the App's settings page shows the id, and the SHA-256 of its keys", cfg.AppID)}
	if skewed {
		l.Mend = "set this machine's clock first, as said above: GitHub refuses tokens from another time"
	}
	return l
}

// The clock's bounds: tokens are dated half a minute back and live for two.
const (
	maxSkew   = time.Minute
	closeSkew = 20 * time.Second
)

func clock(ahead time.Duration) Line {
	l := Line{Check: "clock", Status: OK, Says: "as GitHub's"}
	if abs(ahead) < closeSkew {
		return l
	}
	way := "ahead of"
	if ahead < 0 {
		way = "behind"
	}
	l.Says = fmt.Sprintf("this machine is about %s %s GitHub", abs(ahead).Round(5*time.Second), way)
	l.Status, l.Mend = Warn, "synchronise the clock (NTP); from a minute on GitHub refuses the App's tokens"
	if abs(ahead) >= maxSkew {
		l.Status, l.Mend = Fail, "synchronise the clock (NTP): GitHub refuses the App's tokens"
	}
	return l
}

func abs(d time.Duration) time.Duration { return max(d, -d) }

func limits(ctx context.Context, github GitHub, app gh.Registration, list []gh.Installation) (r Report) {
	asked, low := 0, false
	for _, in := range list {
		if in.Suspended || asked == maxBudgets {
			continue
		}
		asked++
		budgets, err := github.Budgets(ctx, in.ID)
		switch {
		case errors.Is(err, gh.ErrGone) || errors.Is(err, gh.ErrSuspended):
			continue // it went away since it was listed
		case err != nil:
			return append(r, unasked("rate limit", "the limits are not known", err))
		}
		for _, b := range budgets {
			if b.Limit > 0 && b.Remaining*10 < b.Limit {
				low = true
				r = append(r, Line{Check: "rate limit", Status: Warn,
					Says: fmt.Sprintf("%s has %d of %d requests (%s) left until %s", clean(in.Account), b.Remaining, b.Limit, b.Resource, b.Reset.UTC().Format("15:04 MST")),
					Mend: "nothing, if a first look at many repositories is under way: jobs wait and lose nothing; otherwise see what else uses the App's key"})
			}
		}
	}
	if app.Remaining >= 0 && app.Remaining < 100 {
		low = true
		r = append(r, Line{Check: "rate limit", Status: Warn, Says: fmt.Sprintf("the App itself has %d requests left this hour", app.Remaining),
			Mend: "see what else uses the App's key; until the hour is over no tokens can be had"})
	}
	if !low && asked > 0 {
		r = append(r, Line{Check: "rate limit", Status: OK, Says: fmt.Sprintf("every installation that was asked (%d) has more than a tenth left", asked)})
	}
	return r
}
