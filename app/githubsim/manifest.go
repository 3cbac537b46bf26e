package githubsim

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// manifest is an App manifest, as GitHub's registration page takes it.
type manifest struct {
	Name        string      `json:"name"`
	URL         string      `json:"url"`
	RedirectURL string      `json:"redirect_url"`
	Permissions Permissions `json:"default_permissions"`
	Events      []string    `json:"default_events"`
	Hook        struct {
		URL string `json:"url"`
	} `json:"hook_attributes"`
}

// registerApp is the page that a browser sends a manifest to, with its owner's
// consent taken for granted: it answers with the way back and a code.
func registerApp(c *call) error {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return &apiError{status: http.StatusBadRequest, message: err.Error()}
	}
	var m manifest
	if err := json.Unmarshal([]byte(form.Get("manifest")), &m); err != nil {
		return &apiError{status: http.StatusUnprocessableEntity, message: "the manifest is no JSON"}
	}
	back, err := url.Parse(m.RedirectURL)
	if err != nil || back.Host == "" || m.Name == "" || m.URL == "" || m.Hook.URL == "" || len(m.Permissions) == 0 {
		return &apiError{status: http.StatusUnprocessableEntity, message: "the manifest lacks a name, url, redirect_url, webhook or permission"}
	}
	code := strings.ToLower(rand.Text())
	q := back.Query()
	q.Set("code", code)
	if state := c.r.URL.Query().Get("state"); state != "" {
		q.Set("state", state)
	}
	back.RawQuery = q.Encode()
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.manifests[code] = m
	http.Redirect(c.w, c.r, back.String(), http.StatusFound)
	return nil
}

// convertManifest makes the Sim's App the one of the manifest, once for each
// code. It keeps its id, key and webhook secret, which this call hands out.
func convertManifest(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m, ok := c.s.manifests[c.r.PathValue("code")]
	if !ok {
		return notFound()
	}
	delete(c.s.manifests, c.r.PathValue("code"))
	c.s.permissions, c.s.events, c.s.appHook = m.Permissions, m.Events, Hook{URL: m.Hook.URL, ContentType: "json"}
	app := c.s.appJSON(c.s.permissions, c.s.events)
	app["client_secret"], app["webhook_secret"], app["pem"] = rand.Text(), c.s.opts.WebhookSecret, string(c.s.PrivateKeyPEM())
	c.json(http.StatusCreated, app)
	return nil
}
