package gh

import (
	"context"
	"errors"
	"time"

	"github.com/google/go-github/v62/github"
)

// Delivery is one entry of the App's webhook log: ID is the attempt, GUID the
// X-GitHub-Delivery that all attempts of an event share.
type Delivery struct {
	ID    int64
	GUID  string
	Event string
	At    time.Time
}

// maxDeliveryPages bounds how far one look goes back, a hundred entries a page.
const maxDeliveryPages = 50

// Slug returns the App's name in addresses, which its bot's login begins with.
func (a *App) Slug(ctx context.Context) (string, error) {
	app, _, err := a.self.Apps.Get(ctx, "")
	if err != nil {
		return "", a.explain("ask GitHub who the App is", err)
	}
	return app.GetSlug(), nil
}

// FailedDeliveries returns the events since a time that no attempt has brought
// to us, the latest attempt of each, oldest first. Attempts younger than a
// minute are left out: another may be under way.
func (a *App) FailedDeliveries(ctx context.Context, since time.Time) ([]Delivery, error) {
	api, settled := a.self, a.o.Clock.Now().Add(-time.Minute)
	known := map[string]bool{} // by GUID; newest first, so the first seen is the latest
	good := map[string]bool{}
	var failed []Delivery
	opts := &github.ListCursorOptions{PerPage: 100}
	for range maxDeliveryPages {
		page, resp, err := api.Apps.ListHookDeliveries(ctx, opts)
		if err != nil {
			return nil, a.explain("list webhook deliveries", err)
		}
		for _, d := range page {
			at := d.GetDeliveredAt().Time
			if at.Before(since) {
				return oldestFirst(failed, good), nil
			}
			guid := d.GetGUID()
			if d.GetStatusCode() >= 200 && d.GetStatusCode() < 300 || at.After(settled) {
				good[guid] = true
			} else if !known[guid] {
				failed = append(failed, Delivery{ID: d.GetID(), GUID: guid, Event: d.GetEvent(), At: at})
			}
			known[guid] = true
		}
		if opts.Cursor = resp.Cursor; opts.Cursor == "" {
			break
		}
	}
	return oldestFirst(failed, good), nil
}

func oldestFirst(failed []Delivery, good map[string]bool) []Delivery {
	var owed []Delivery
	for i := len(failed) - 1; i >= 0; i-- {
		if !good[failed[i].GUID] {
			owed = append(owed, failed[i])
		}
	}
	return owed
}

// Redeliver asks GitHub to send an event again, under the same GUID.
func (a *App) Redeliver(ctx context.Context, d Delivery) error {
	_, _, err := a.self.Apps.RedeliverHookDelivery(ctx, d.ID)
	if _, accepted := errors.AsType[*github.AcceptedError](err); accepted {
		return nil
	}
	return a.explain("ask for delivery "+d.GUID+" again", err)
}
