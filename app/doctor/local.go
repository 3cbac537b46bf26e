package doctor

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// Settings returns the findings for settings that do not load: what is wrong
// with each, and nothing else, since all the rest hangs on them.
func Settings(err error) Report {
	var r Report
	for _, p := range config.Problems(err) {
		r = append(r, Line{Check: "settings", Status: Fail, Settings: true, Says: clean(p.Error())})
	}
	if len(r) == 0 {
		r = Report{{Check: "settings", Status: Fail, Settings: true, Says: clean(err.Error())}}
	}
	return append(r, Line{Check: "github", Status: Warn, Says: "not asked, and the database not opened, until the settings are right"})
}

// Key returns the finding for a private key that the App cannot sign with.
func Key(err error) Report {
	return Report{{Check: "private key", Status: Fail, Settings: true, Says: "GITHUB_APP_PRIVATE_KEY: " + clean(err.Error()),
		Mend: "generate a private key on the App's settings page and give the whole file, or file:PATH"}}
}

// A secret of fewer characters, or of fewer different ones, can be found out
// by trying.
const (
	minSecret    = 20
	minDifferent = 8
)

func secrets(cfg *config.Config) Report {
	weak := func(s config.Secret) string {
		different := map[rune]bool{}
		for _, c := range s.Reveal() {
			different[c] = true
		}
		switch {
		case len(s.Reveal()) < minSecret:
			return fmt.Sprintf("is shorter than %d characters, so it can be guessed, and with it anybody can send events", minSecret)
		case len(different) < minDifferent:
			return "repeats few characters, so it can be guessed, and with it anybody can send events"
		}
		return ""
	}
	var r Report
	judge := func(name string, secret config.Secret) {
		if what := weak(secret); what != "" && secret != "" {
			r = append(r, Line{Check: "webhook secret", Status: Fail, Says: name + " " + what,
				Mend: "make one with `openssl rand -hex 32`, and set it here and on the App's settings page"})
		}
	}
	judge("GITHUB_APP_WEBHOOK_SECRET", cfg.WebhookSecret)
	judge("GITHUB_APP_WEBHOOK_SECRET_PREVIOUS", cfg.WebhookSecretPrevious)
	if len(r) == 0 {
		r = Report{{Check: "webhook secret", Status: OK, Says: "is set, and long enough"}}
	}
	if cfg.WebhookSecretPrevious != "" {
		r = append(r, Line{Check: "webhook secret", Status: Warn, Says: "the previous secret is accepted too", Mend: "unset GITHUB_APP_WEBHOOK_SECRET_PREVIOUS once deliveries arrive with the new one"})
	}
	return r
}

// addresses looks at where the server listens and where people find it.
func addresses(cfg *config.Config) (r Report) {
	host, port, _ := net.SplitHostPort(cfg.Listen) // config has checked it
	listen := Line{Check: "listen", Status: OK, Says: cfg.Listen}
	ip := net.ParseIP(host)
	switch {
	case port == "0":
		listen.Status, listen.Says = Fail, "MLOPS_MATURITY_LISTEN has port 0, which is another port at every start"
		listen.Mend = "give a fixed port, such as 127.0.0.1:8080"
	case host == "" || ip != nil && ip.IsUnspecified():
		listen.Status, listen.Says = Warn, cfg.Listen+" is every address of this machine, so /metrics and /readyz can be reached from outside too"
		listen.Mend = "right in a container whose port is not published; otherwise listen on 127.0.0.1 behind a proxy that passes " + hookRoute
	}
	r = append(r, listen)
	public := Line{Check: "public address", Status: OK, Says: cfg.PublicURL}
	u, err := url.Parse(cfg.PublicURL)
	switch {
	case cfg.PublicURL == "":
		public.Status, public.Says = Warn, "MLOPS_MATURITY_PUBLIC_URL is not set, so the webhook's address cannot be compared"
		public.Mend = "set it to the address that GitHub reaches this server at, such as " + exampleHost
	case err == nil && u.Scheme == "http" && !loopback(u.Hostname()):
		public.Status, public.Says = Warn, cfg.PublicURL+" is not https: what GitHub sends can be read on the way"
		public.Mend = "put a proxy with a certificate before the server"
	}
	return append(r, public)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func database(found store.Schema, err error) Line {
	l := Line{Check: "database", Status: OK}
	switch {
	case err != nil:
		l.Status, l.Says = Fail, clean(err.Error())
		l.Mend = "check MLOPS_MATURITY_DATABASE_URL, that the server runs, and that this user may open it"
	case found.New:
		l.Says = "is not there yet; serve makes it"
	case found.Version > found.Want:
		l.Status, l.Says = Warn, fmt.Sprintf("is at schema %d, newer than this version's %d", found.Version, found.Want)
		l.Mend = "run the version that brought it there, or a later one"
	case !found.Current():
		l.Status, l.Says = Warn, fmt.Sprintf("is reachable, and at schema %d of %d", found.Version, found.Want)
		l.Mend = "start serve, which brings it up to date; make a backup before"
	default:
		l.Says = fmt.Sprintf("%s is reachable and up to date (schema %d)", found.Engine, found.Version)
	}
	return l
}
