package gh

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
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

// asApp is a client that speaks as the App itself, not as an installation.
func (a *App) asApp() *github.Client {
	limited := &transport{next: a.o.Transport, clock: a.o.Clock, metrics: a.o.Metrics, prefix: a.v3.Path, graphql: a.v4.Path}
	apps := ghinstallation.NewAppsTransportFromPrivateKey(limited, a.o.AppID, a.key)
	apps.BaseURL = strings.TrimSuffix(a.v3.String(), "/")
	api := github.NewClient(&http.Client{Transport: apps, Timeout: a.o.Timeout})
	api.BaseURL, api.UserAgent = a.v3, a.o.UserAgent
	return api
}

// Slug returns the App's name in addresses, which its bot's login begins with.
func (a *App) Slug(ctx context.Context) (string, error) {
	app, _, err := a.asApp().Apps.Get(ctx, "")
	if err != nil {
		return "", fmt.Errorf("asking GitHub who the App is: %w", err)
	}
	return app.GetSlug(), nil
}

// FailedDeliveries returns the events since a time that no attempt has brought
// to us, the latest attempt of each, oldest first. Attempts younger than a
// minute are left out: another may be under way.
func (a *App) FailedDeliveries(ctx context.Context, since time.Time) ([]Delivery, error) {
	api, settled := a.asApp(), a.o.Clock.Now().Add(-time.Minute)
	known := map[string]bool{} // by GUID; newest first, so the first seen is the latest
	good := map[string]bool{}
	var failed []Delivery
	opts := &github.ListCursorOptions{PerPage: 100}
	for range maxDeliveryPages {
		page, resp, err := api.Apps.ListHookDeliveries(ctx, opts)
		if err != nil {
			return nil, fmt.Errorf("listing webhook deliveries: %w", err)
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
	_, _, err := a.asApp().Apps.RedeliverHookDelivery(ctx, d.ID)
	if _, accepted := errors.AsType[*github.AcceptedError](err); accepted {
		return nil
	}
	if err != nil {
		return fmt.Errorf("asking for delivery %s again: %w", d.GUID, err)
	}
	return nil
}
