package gh

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"
)

// ErrIdentity means that GitHub does not take our word for being the App: the
// App id and the private key do not belong together, or the clocks differ.
var ErrIdentity = errors.New("GitHub does not accept the App id with this private key")

// Rights are permissions by GitHub's key, each "read", "write" or "admin".
type Rights map[string]string

// Registration is the App as its settings page has it.
type Registration struct {
	ID          int64
	Slug, Owner string
	Permissions Rights
	Events      []string
	Remaining   int // requests that the App itself may still make this hour; -1 when GitHub does not say
}

// Registration asks who the App is. ahead is by how much this machine's clock
// is ahead of GitHub's, to a second or so, and known says whether GitHub told;
// both also with an error, which is ErrIdentity, a limit, or the network's.
func (a *App) Registration(ctx context.Context) (r Registration, ahead time.Duration, known bool, err error) {
	var app struct {
		ID    int64  `json:"id"`
		Slug  string `json:"slug"`
		Owner struct {
			Login string `json:"login"`
			Slug  string `json:"slug"` // of an enterprise
		} `json:"owner"`
		Permissions Rights   `json:"permissions"`
		Events      []string `json:"events"`
	}
	resp, err := a.ask(ctx, "app", &app)
	if resp != nil {
		if date, e := http.ParseTime(resp.Header.Get("Date")); e == nil {
			ahead, known = a.o.Clock.Now().Sub(date), true
		}
	}
	if err != nil {
		return Registration{}, ahead, known, a.identity("ask GitHub who the App is", err)
	}
	r = Registration{ID: app.ID, Slug: app.Slug, Owner: app.Owner.Login, Permissions: app.Permissions, Events: app.Events, Remaining: -1}
	if r.Owner == "" {
		r.Owner = app.Owner.Slug
	}
	if resp.Rate.Limit > 0 {
		r.Remaining = resp.Rate.Remaining
	}
	return r, ahead, known, nil
}

// ask reads one App-level resource. go-github's own types know only some of the
// permissions.
func (a *App) ask(ctx context.Context, path string, into any) (*github.Response, error) {
	req, err := a.self.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	return a.self.Do(ctx, req, into)
}

// identity is explain for calls that the App makes as itself, where 401 is
// about who we are, and so is the 404 that GitHub has for an unknown App id.
func (a *App) identity(doing string, err error) error {
	answer, ok := errors.AsType[*github.ErrorResponse](err)
	if ok && answer.Response != nil && (answer.Response.StatusCode == http.StatusUnauthorized || answer.Message == "Integration not found") {
		return fmt.Errorf("%w (it says: %s)", ErrIdentity, answer.Message)
	}
	return a.explain(doing, err)
}

// Webhook is the App's webhook as its settings page has it.
type Webhook struct {
	URL         string
	ContentType string // "json" or "form"
	InsecureSSL bool   // certificates are not verified
	Secret      bool   // there is one
}

// Webhook reads the App's webhook; the error is ErrGone when it has none.
func (a *App) Webhook(ctx context.Context) (Webhook, error) {
	var hook struct {
		URL         string `json:"url"`
		ContentType string `json:"content_type"`
		Secret      string `json:"secret"`
		InsecureSSL any    `json:"insecure_ssl"` // "0", "1", 0 or 1
	}
	if _, err := a.ask(ctx, "app/hook/config", &hook); err != nil {
		return Webhook{}, a.identity("read the App's webhook", err)
	}
	insecure := hook.InsecureSSL == "1" || hook.InsecureSSL == float64(1)
	return Webhook{URL: hook.URL, ContentType: hook.ContentType, InsecureSSL: insecure, Secret: hook.Secret != ""}, nil
}

// Installation is the App on one account, with what that account has granted.
type Installation struct {
	ID          int64
	Account     string
	Page        string // where its owners accept new permissions
	Suspended   bool
	Permissions Rights
	Events      []string
}

// Installations lists where the App is installed, most at most; more says that
// there are others.
func (a *App) Installations(ctx context.Context, most int) (list []Installation, more bool, err error) {
	for page := 1; page != 0; {
		var found []struct {
			ID      int64 `json:"id"`
			Account struct {
				Login string `json:"login"`
				Slug  string `json:"slug"` // of an enterprise
			} `json:"account"`
			HTMLURL     string     `json:"html_url"`
			SuspendedAt *time.Time `json:"suspended_at"`
			Permissions Rights     `json:"permissions"`
			Events      []string   `json:"events"`
		}
		resp, err := a.ask(ctx, fmt.Sprintf("app/installations?per_page=100&page=%d", page), &found)
		if err != nil {
			return nil, false, a.identity("list the App's installations", err)
		}
		for _, f := range found {
			if len(list) == most {
				return list, true, nil
			}
			list = append(list, Installation{ID: f.ID, Account: f.Account.Login + f.Account.Slug, Page: f.HTMLURL,
				Suspended: f.SuspendedAt != nil, Permissions: f.Permissions, Events: f.Events})
		}
		page = resp.NextPage
	}
	return list, false, nil
}

// Budget is what an installation may still ask of one of GitHub's limits.
type Budget struct {
	Resource         string // "core" or "graphql"
	Remaining, Limit int
	Reset            time.Time
}

// Budgets asks for an installation's limits, which costs a token exchange and
// none of the limits. The error is ErrSuspended, ErrGone, or the network's.
func (a *App) Budgets(ctx context.Context, installation int64) ([]Budget, error) {
	limits, _, err := a.installation(installation).api.RateLimit.Get(ctx)
	if err != nil {
		return nil, a.explain("ask for the rate limit", err)
	}
	var all []Budget
	add := func(resource string, r *github.Rate) {
		if r != nil {
			all = append(all, Budget{resource, r.Remaining, r.Limit, r.Reset.Time})
		}
	}
	add("core", limits.Core)
	add("graphql", limits.GraphQL)
	return all, nil
}

// Attempt is one try of GitHub to deliver an event.
type Attempt struct {
	Event  string
	At     time.Time
	Status int    // HTTP; 0 when no answer came
	Words  string // GitHub's word for it
}

// OK says whether the event arrived.
func (t Attempt) OK() bool { return t.Status >= 200 && t.Status < 300 }

// Attempts returns the last deliveries, newest first: at most a hundred, none
// before since.
func (a *App) Attempts(ctx context.Context, since time.Time) ([]Attempt, error) {
	page, _, err := a.self.Apps.ListHookDeliveries(ctx, &github.ListCursorOptions{PerPage: 100})
	if err != nil {
		return nil, a.identity("list webhook deliveries", err)
	}
	var all []Attempt
	for _, d := range page {
		if at := d.GetDeliveredAt().Time; !at.Before(since) {
			all = append(all, Attempt{d.GetEvent(), at, d.GetStatusCode(), strings.TrimSpace(d.GetStatus())})
		}
	}
	return all, nil
}
