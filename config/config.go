// Package config holds the server's settings: environment variables, each also
// a key of a YAML file, the variables winning. Everything wrong is told at
// once, one sentence per problem that names the variable and the mend, and a
// secret is never part of a sentence.
package config

import (
	"errors"
	"fmt"
	"strings"
)

// Secret is a text that prints as a placeholder, whatever prints it.
type Secret string

const hidden = "(hidden)"

// String returns a placeholder.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString returns a placeholder, for %#v.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// MarshalText returns a placeholder, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal returns the text.
func (s Secret) Reveal() string { return string(s) }

// Config is the settings of the server. Load returns it whole and valid.
type Config struct {
	WebURL   string // of GitHub, without a trailing slash
	V3APIURL string // with a trailing slash
	V4APIURL string

	AppID                 int64
	WebhookSecret         Secret
	WebhookSecretPrevious Secret // accepted during a rotation; "" for none
	PrivateKey            Secret // PEM
	OAuthClientID         string
	OAuthClientSecret     Secret

	Listen      string // host:port
	PublicURL   string // without a trailing slash; "" when there is none
	DatabaseURL Secret // may hold a password
	LogLevel    string
	LogFormat   string // text or json
	Workers     int
	BadgeSecret Secret // signs links to badges; "" for none

	// What the database keeps; 0 is no bound.
	KeepReportsDays, MaxReportsMB int
	KeepFactsDays, MaxFactsMB     int
}

// The defaults.
const (
	DefaultWebURL      = "https://github.com"
	DefaultListen      = "127.0.0.1:8080"
	DefaultDatabaseURL = "sqlite:mlops-maturity.db"
	DefaultLogLevel    = "info"
	DefaultLogFormat   = "text"
	DefaultWorkers     = 4
)

// Problem is one thing that is wrong. It holds no value of a secret.
type Problem struct {
	Where string // a variable, or the settings file with a line
	What  string // what is wrong, and the mend
}

func (p Problem) Error() string { return p.Where + " " + p.What }

// Problems returns the problems of an error that Load returned.
func Problems(err error) []Problem {
	if all, ok := errors.AsType[problems](err); ok {
		return all
	}
	return nil
}

type problems []Problem

func (p problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Load reads the settings. lookup is os.LookupEnv; path is a YAML file, or ""
// for none. On error the Config holds what could be read. A file that cannot be
// read at all is the only problem told.
func Load(lookup func(string) (string, bool), path string) (*Config, error) {
	values, found := readFile(path)
	if values == nil {
		return &Config{}, found // what it would have set is not known
	}
	for _, s := range settings {
		if v, ok := lookup(s.Name); ok {
			// A variable that is set but empty means "not set", as container
			// files write it.
			if v != "" {
				values[s.Name] = v
			}
		}
	}
	c := &Config{}
	for _, s := range settings {
		value, given := values[s.Name]
		value = strings.TrimSpace(value)
		switch {
		case value == "" && s.Required:
			found = append(found, Problem{s.Name, "is not set; " + s.mend})
			continue
		case value == "":
			value = s.Default
		}
		if value == "" && !given {
			continue
		}
		if err := s.set(c, value); err != nil {
			found = append(found, Problem{s.Name, err.Error()})
		}
	}
	found = append(found, c.complete()...)
	if len(found) > 0 {
		return c, found
	}
	return c, nil
}

// complete derives what was not given and checks what only makes sense
// together.
func (c *Config) complete() (found problems) {
	if c.V3APIURL == "" {
		c.V3APIURL = "https://api.github.com/"
		if c.WebURL != "" && c.WebURL != DefaultWebURL {
			c.V3APIURL = c.WebURL + "/api/v3/"
		}
	}
	if c.V4APIURL == "" {
		base := strings.TrimSuffix(c.V3APIURL, "/")
		c.V4APIURL = strings.TrimSuffix(base, "/v3") + "/graphql"
	}
	if (c.OAuthClientID == "") != (c.OAuthClientSecret == "") {
		found = append(found, Problem{"GITHUB_OAUTH_CLIENT_ID", "and GITHUB_OAUTH_CLIENT_SECRET belong together; set both or neither"})
	}
	if c.WebhookSecretPrevious != "" && c.WebhookSecretPrevious == c.WebhookSecret {
		found = append(found, Problem{"GITHUB_APP_WEBHOOK_SECRET_PREVIOUS", "is the same as GITHUB_APP_WEBHOOK_SECRET; unset it when the rotation is over"})
	}
	return found
}
