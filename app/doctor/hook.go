package doctor

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/config"
)

const webhookPage = "on the App's settings page, under Webhook"

// webhook compares the App's webhook with where this server is.
func webhook(cfg *config.Config, hook gh.Webhook, err error) (r Report) {
	wrong := func(says, mend string) {
		r = append(r, Line{Check: "webhook", Status: Fail, Says: says, Mend: mend})
	}
	want := exampleHost + hookRoute
	if cfg.PublicURL != "" {
		want = cfg.PublicURL + hookRoute
	}
	switch {
	case errors.Is(err, gh.ErrGone) || err == nil && hook.URL == "":
		return Report{{Check: "webhook", Status: Fail, Says: "the App has no webhook, so it is told of nothing",
			Mend: "tick Active " + webhookPage + ", with the address " + want}}
	case err != nil:
		return Report{unasked("webhook", "the App's webhook is not known", err)}
	}
	u := parsed(hook.URL)
	switch {
	case cfg.PublicURL != "" && normal(u) != normal(parsed(want)):
		wrong("sends to "+clean(hook.URL)+", and this server is at "+want, "set the address to "+want+" "+webhookPage+", or mend MLOPS_MATURITY_PUBLIC_URL")
	case !strings.HasSuffix(strings.TrimRight(u.Path, "/"), hookRoute):
		wrong("sends to "+clean(hook.URL)+", which does not end in "+hookRoute, "set the address to https://YOUR-HOST"+hookRoute+" "+webhookPage)
	}
	if strings.HasSuffix(u.Path, hookRoute+"/") {
		wrong("sends to "+clean(hook.URL)+"; the slash at the end leads past "+hookRoute, "take the slash away "+webhookPage)
	}
	if hook.ContentType != "json" {
		wrong(fmt.Sprintf("sends %q and not JSON, so every event is refused", clean(hook.ContentType)), "choose application/json "+webhookPage)
	}
	if hook.InsecureSSL {
		wrong("does not verify the server's certificate, so anybody on the way can read and answer", "enable SSL verification "+webhookPage)
	}
	if !hook.Secret {
		wrong("has no secret, so the server refuses every event", "set the value of GITHUB_APP_WEBHOOK_SECRET "+webhookPage)
	}
	if len(r) == 0 {
		r = Report{{Check: "webhook", Status: OK, Says: "sends JSON with a secret to " + clean(hook.URL)}}
	}
	return r
}

// parsed returns the empty address for what is none, which equals no other.
func parsed(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		return &url.URL{}
	}
	return u
}

// normal writes an address so that equal ones look equal: GitHub's page takes
// it as it was typed.
func normal(u *url.URL) string {
	host := strings.ToLower(u.Host)
	scheme := strings.ToLower(u.Scheme)
	if port := map[string]string{"https": ":443", "http": ":80"}[scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	return scheme + "://" + host + strings.TrimRight(u.Path, "/") + "?" + u.RawQuery
}

// deliveries sums up the last attempts, newest first.
func deliveries(all []gh.Attempt, err error) Line {
	if err != nil {
		return unasked("deliveries", "whether events arrive is not known", err)
	}
	l := Line{Check: "deliveries", Status: OK}
	failed := 0
	var last gh.Attempt
	for _, a := range all {
		if a.OK() {
			continue
		}
		if failed++; failed == 1 {
			last = a
		}
	}
	switch {
	case len(all) == 0:
		l.Says = "none in the last day"
		return l
	case failed == 0:
		l.Says = fmt.Sprintf("the last %d of a day: all arrived", len(all))
		return l
	}
	answer := fmt.Sprintf("%d %s", last.Status, clean(last.Words))
	if last.Status == 0 {
		answer = "no answer (" + clean(last.Words) + ")"
	}
	l.Status = Fail
	l.Says = fmt.Sprintf("%d of the last %d failed; the last, %s at %s, with %s", failed, len(all), clean(last.Event), last.At.UTC().Format("15:04 MST"), answer)
	l.Mend = why(last.Status)
	if all[0].OK() {
		l.Status = Warn
		l.Says += "; newer ones have arrived"
	}
	return l
}

// why says what an answer to a delivery usually means.
func why(status int) string {
	switch {
	case status == 0:
		return "let GitHub reach the address: DNS, firewall, proxy and certificate; the App's page, Advanced, tells more of each"
	case status == 400:
		return "the secret on the App's settings page is not GITHUB_APP_WEBHOOK_SECRET: set both to one value"
	case status == 401 || status == 403:
		return "something before the server asks for a login; let " + hookRoute + " through"
	case status == 404 || status == 405:
		return "the address does not lead to " + hookRoute + " of this server: look at the proxy"
	case status >= 300 && status < 400:
		return "GitHub does not follow redirects: give the address that they lead to"
	case status == 502 || status == 503 || status == 504:
		return "the proxy does not reach the server, or the server is not ready: see /readyz"
	}
	return "see the server's log at that time"
}
