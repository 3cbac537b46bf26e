package githubsim

import (
	"maps"
	"net/http"
	"slices"
)

// Hook is the App's webhook as its settings page has it. The zero value is no
// webhook.
type Hook struct {
	URL         string
	ContentType string // "json" or "form"
	InsecureSSL bool   // certificates are not verified
	NoSecret    bool
}

// Register changes what the App asks for, as its settings page does; what
// installations granted before stays as it is. A new Sim asks for
// LeastPrivilege and LeastEvents.
func (s *Sim) Register(p Permissions, events []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.permissions, s.events = maps.Clone(p), slices.Clone(events)
}

// SetHook changes the App's webhook, of which GitHub tells but which Deliver
// does not use.
func (s *Sim) SetHook(h Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.appHook = h
}

// Subscribe replaces the events that the installation has accepted.
func (i *Installation) Subscribe(events ...string) {
	i.sim.mu.Lock()
	defer i.sim.mu.Unlock()
	i.events = slices.Clone(events)
}

func getApp(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	app := c.s.appJSON(c.s.permissions, c.s.events)
	app["installations_count"] = len(c.s.installs)
	c.json(http.StatusOK, app)
	return nil
}

// getHookConfig never tells the secret, only that there is one.
func getHookConfig(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	h := c.s.appHook
	if h == (Hook{}) {
		return notFound()
	}
	config := fields{"url": h.URL, "content_type": h.ContentType, "insecure_ssl": "0"}
	if h.InsecureSSL {
		config["insecure_ssl"] = "1"
	}
	if !h.NoSecret {
		config["secret"] = "********"
	}
	c.json(http.StatusOK, config)
	return nil
}
