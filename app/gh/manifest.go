package gh

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
)

// Created is what GitHub hands out, once, for an App that was made from a
// manifest. All but the first two are secrets or belong to one.
type Created struct {
	ID                        int64
	Slug, Page                string
	PrivateKey, WebhookSecret string
	ClientID, ClientSecret    string
}

var manifestCode = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// Convert exchanges the code that GitHub sends a browser back with, within an
// hour and once. Of the options, AppID and PrivateKey are not needed. The error
// is ErrGone for a code that is none or was used.
func Convert(ctx context.Context, o Options, code string) (Created, error) {
	if len(code) > 200 || !manifestCode.MatchString(code) {
		return Created{}, fmt.Errorf("exchange the code for the App: %w", ErrGone)
	}
	a, err := prepare(o)
	if err != nil {
		return Created{}, err
	}
	api := a.client(&http.Client{Transport: a.limited(), Timeout: a.o.Timeout, CheckRedirect: sameHost})
	app, _, err := api.Apps.CompleteAppManifest(ctx, code)
	if err != nil {
		return Created{}, a.explain("exchange the code for the App", err)
	}
	made := Created{ID: app.GetID(), Slug: app.GetSlug(), Page: app.GetHTMLURL(), PrivateKey: app.GetPEM(), WebhookSecret: app.GetWebhookSecret(),
		ClientID: app.GetClientID(), ClientSecret: app.GetClientSecret()}
	if made.ID <= 0 || made.WebhookSecret == "" {
		return Created{}, fmt.Errorf("exchange the code for the App: GitHub's answer has no App id or no webhook secret")
	}
	if _, err := parseKey([]byte(made.PrivateKey)); err != nil {
		return Created{}, fmt.Errorf("exchange the code for the App: the private key that GitHub made %w", err)
	}
	return made, nil
}
