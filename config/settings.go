package config

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Setting is one variable. It documents itself: docs/operate.md holds the same
// table, which a test compares.
type Setting struct {
	Name     string
	Default  string
	Required bool
	Secret   bool
	Doc      string // one sentence
	mend     string // for a required one: what to do when it is missing
	set      func(*Config, string) error
}

// Settings returns all settings in the order of the documentation.
func Settings() []Setting { return slices.Clone(settings) }

var settings = []Setting{
	{Name: "GITHUB_APP_INTEGRATION_ID", Required: true,
		Doc:  "The App ID, on the App's settings page.",
		mend: "give the App ID from the App's settings page",
		set:  func(c *Config, v string) error { return setNumber(&c.AppID, v, 1, 1<<53) }},
	{Name: "GITHUB_APP_WEBHOOK_SECRET", Required: true, Secret: true,
		Doc:  "The secret that webhooks are signed with.",
		mend: "give the webhook secret from the App's settings page (without one anybody could send events)",
		set:  func(c *Config, v string) error { c.WebhookSecret = Secret(v); return nil }},
	{Name: "GITHUB_APP_WEBHOOK_SECRET_PREVIOUS", Secret: true,
		Doc: "The secret before, accepted beside the new one during a rotation.",
		set: func(c *Config, v string) error { c.WebhookSecretPrevious = Secret(v); return nil }},
	{Name: "GITHUB_APP_PRIVATE_KEY", Required: true, Secret: true,
		Doc:  "The App's private key: PEM text, or `file:PATH`.",
		mend: "give the PEM text of a private key generated on the App's settings page, or file:PATH",
		set:  func(c *Config, v string) error { return setKey(&c.PrivateKey, v) }},
	{Name: "GITHUB_WEB_URL", Default: DefaultWebURL,
		Doc: "GitHub's address, for an Enterprise Server.",
		set: func(c *Config, v string) error { return setURL(&c.WebURL, v, "") }},
	{Name: "GITHUB_V3_API_URL",
		Doc: "The REST API's address; derived from `GITHUB_WEB_URL` when not set.",
		set: func(c *Config, v string) error { return setURL(&c.V3APIURL, v, "/") }},
	{Name: "GITHUB_V4_API_URL",
		Doc: "The GraphQL API's address; derived from `GITHUB_V3_API_URL` when not set.",
		set: func(c *Config, v string) error { return setURL(&c.V4APIURL, v, "") }},
	{Name: "GITHUB_OAUTH_CLIENT_ID",
		Doc: "The App's OAuth client id, for pages that need a login; there are none yet.",
		set: func(c *Config, v string) error { c.OAuthClientID = v; return nil }},
	{Name: "GITHUB_OAUTH_CLIENT_SECRET", Secret: true,
		Doc: "The App's OAuth client secret.",
		set: func(c *Config, v string) error { c.OAuthClientSecret = Secret(v); return nil }},
	{Name: "MLOPS_MATURITY_LISTEN", Default: DefaultListen,
		Doc: "The address to listen on, host:port.",
		set: func(c *Config, v string) error { return setListen(&c.Listen, v) }},
	{Name: "MLOPS_MATURITY_PUBLIC_URL",
		Doc: "The address that the server is reached at from outside, for the links to badges; `doctor` compares the App's webhook with it.",
		set: func(c *Config, v string) error { return setURL(&c.PublicURL, v, "") }},
	{Name: "MLOPS_MATURITY_DATABASE_URL", Default: DefaultDatabaseURL, Secret: true,
		Doc: "`sqlite:PATH` for one node, `postgres://…` for several.",
		set: func(c *Config, v string) error { return setDatabase(&c.DatabaseURL, v) }},
	{Name: "MLOPS_MATURITY_LOG_LEVEL", Default: DefaultLogLevel,
		Doc: "trace, debug, info, warn or error.",
		set: func(c *Config, v string) error {
			return setOne(&c.LogLevel, v, "trace", "debug", "info", "warn", "error")
		}},
	{Name: "MLOPS_MATURITY_LOG_FORMAT", Default: DefaultLogFormat,
		Doc: "text or json.",
		set: func(c *Config, v string) error { return setOne(&c.LogFormat, v, "text", "json") }},
	{Name: "MLOPS_MATURITY_WORKERS", Default: strconv.Itoa(DefaultWorkers),
		Doc: "How many assessments run at once, 1 to 256.",
		set: func(c *Config, v string) error {
			var n int64
			err := setNumber(&n, v, 1, 256)
			c.Workers = int(n)
			return err
		}},
	{Name: "MLOPS_MATURITY_BADGE_SECRET", Secret: true,
		Doc: "Signs the links to badges of private repositories, at least 32 characters; without it these have no badge.",
		set: func(c *Config, v string) error {
			if len(v) < 32 {
				return errors.New("is too short to be no guess; give at least 32 characters, such as openssl rand -hex 32 prints")
			}
			c.BadgeSecret = Secret(v)
			return nil
		}},
	{Name: "MLOPS_MATURITY_KEEP_REPORTS_DAYS", Default: "400",
		Doc: "How many days a report is kept, 0 for ever; levels and their history stay.",
		set: func(c *Config, v string) error { return setBound(&c.KeepReportsDays, v) }},
	{Name: "MLOPS_MATURITY_MAX_REPORTS_MB", Default: "4096",
		Doc: "How many megabytes of reports are kept, the oldest go first; 0 for no bound.",
		set: func(c *Config, v string) error { return setBound(&c.MaxReportsMB, v) }},
	{Name: "MLOPS_MATURITY_KEEP_FACTS_DAYS", Default: "60",
		Doc: "How many days the facts of a file are kept after their last use, 0 for ever.",
		set: func(c *Config, v string) error { return setBound(&c.KeepFactsDays, v) }},
	{Name: "MLOPS_MATURITY_MAX_FACTS_MB", Default: "4096",
		Doc: "How many megabytes of facts are kept, the least used go first; 0 for no bound.",
		set: func(c *Config, v string) error { return setBound(&c.MaxFactsMB, v) }},
}

// setBound reads a bound on what is kept.
func setBound(into *int, v string) error {
	var n int64
	err := setNumber(&n, v, 0, 1<<20)
	*into = int(n)
	return err
}

func setNumber(into *int64, v string, low, high int64) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < low || n > high {
		return fmt.Errorf("is %q; give a whole number from %d to %d", clip(v), low, high)
	}
	*into = n
	return nil
}

func setOne(into *string, v string, allowed ...string) error {
	*into = strings.ToLower(v)
	if !slices.Contains(allowed, *into) {
		return fmt.Errorf("is %q; give one of %s", clip(v), strings.Join(allowed, ", "))
	}
	return nil
}

// Address checks an address as the settings take one, and returns it without
// slashes at its end. The error begins with "is".
func Address(v string) (string, error) {
	err := setURL(&v, v, "")
	return v, err
}

// setURL stores v with exactly the given suffix in place of trailing slashes.
func setURL(into *string, v, suffix string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("is no address; give one like https://host/path, without user, query or fragment")
	}
	*into = strings.TrimRight(v, "/") + suffix
	return nil
}

func setListen(into *string, v string) error {
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("is %q; give host:port, such as 127.0.0.1:8080 or :8080", clip(v))
	}
	*into = v
	return nil
}

func setDatabase(into *Secret, v string) error {
	*into = Secret(v)
	if path, ok := strings.CutPrefix(v, "sqlite:"); ok && path != "" {
		return nil
	}
	if u, err := url.Parse(v); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return nil
	}
	return errors.New("is no database; give sqlite:PATH or postgres://user:password@host:5432/name")
}

// maxKey bounds a key file, in bytes.
const maxKey = 64 << 10

func setKey(into *Secret, v string) error {
	text := v
	if path, ok := strings.CutPrefix(v, "file:"); ok {
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("names a file that cannot be read (%w); give file:PATH of the PEM file", err)
		}
		defer func() { _ = f.Close() }()
		data, err := io.ReadAll(io.LimitReader(f, maxKey))
		if err != nil {
			return fmt.Errorf("names a file that cannot be read (%w); give file:PATH of the PEM file", err)
		}
		text = string(data)
	} else if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, `\n`, "\n") // how .env files hold line ends
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return errors.New("is not PEM text; give the whole file, from -----BEGIN to END-----, or file:PATH")
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return errors.New("is PEM text but no private key; give the key that the App's settings page generated")
		}
		if _, ok := key.(*rsa.PrivateKey); !ok {
			return errors.New("is a private key, but no RSA key, which GitHub wants; give the key that the App's settings page generated")
		}
	}
	*into = Secret(text)
	return nil
}

// clip keeps a wrong value short in a message.
func clip(v string) string {
	if len(v) > 60 {
		return strings.ToValidUTF8(v[:60], "") + "…"
	}
	return v
}
