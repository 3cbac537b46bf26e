package githubsim

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

// maxAppToken is the longest life GitHub allows an App's own token, and skew
// the clock difference it forgives.
const (
	maxAppToken = 10 * time.Minute
	skew        = time.Minute
)

// checkAppToken verifies the App's own token as GitHub does: RS256, signed by
// the App's key, issued by the App, not from the future, ten minutes at most.
func (s *Sim) checkAppToken(raw string) error {
	var claims jwt.RegisteredClaims
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation())
	if _, err := parser.ParseWithClaims(raw, &claims, func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil }); err != nil {
		return unauthorized("A JSON web token could not be decoded")
	}
	now := s.opts.AuthClock()
	switch {
	case claims.Issuer != strconv.FormatInt(s.appID, 10):
		return unauthorized("Integration not found")
	case claims.IssuedAt == nil || claims.IssuedAt.After(now.Add(skew)):
		return unauthorized("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
	case claims.ExpiresAt == nil || !claims.ExpiresAt.After(now):
		return unauthorized("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	case claims.ExpiresAt.Sub(now) > maxAppToken:
		return unauthorized("'Expiration time' claim ('exp') is too far in the future")
	}
	return nil
}

func createToken(c *call) error {
	inst, err := pathInstallation(c)
	if err != nil {
		return err
	}
	var ask struct {
		Repositories  []string    `json:"repositories"`
		RepositoryIDs []int64     `json:"repository_ids"`
		Permissions   Permissions `json:"permissions"`
	}
	if len(c.body) > 0 {
		if err := json.Unmarshal(c.body, &ask); err != nil {
			return &apiError{status: 400, message: "Problems parsing JSON"}
		}
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if inst.suspended {
		return &apiError{status: 403, message: "This installation has been suspended"}
	}
	t := &token{installation: inst, permissions: maps.Clone(inst.permissions), expires: s.opts.AuthClock().Add(tokenLife).UTC().Truncate(time.Second)}
	if len(ask.Permissions) > 0 {
		for name, level := range ask.Permissions {
			if !allows(inst.permissions, name, level) {
				return &apiError{status: 422, message: "The permissions requested are not granted to this installation."}
			}
		}
		t.permissions = ask.Permissions
	}
	var listed []any
	for _, r := range s.sortedRepos() {
		if !inst.covers(r) || !slices.Contains(ask.Repositories, r.name) && !slices.Contains(ask.RepositoryIDs, r.id) {
			continue
		}
		if t.repos == nil {
			t.repos = map[int64]bool{}
		}
		t.repos[r.id] = true
		listed = append(listed, s.repoJSON(r))
	}
	if len(listed) != len(ask.Repositories)+len(ask.RepositoryIDs) {
		return &apiError{status: 422, message: "There is at least one repository that does not exist or is not accessible to the parent installation."}
	}
	secret := "ghs_" + rand.Text()
	s.tokens[secret] = t
	answer := fields{"token": secret, "expires_at": stamp(t.expires), "permissions": t.permissions, "repository_selection": inst.selection()}
	if t.repos != nil {
		answer["repositories"], answer["repository_selection"] = listed, "selected"
	}
	c.json(http.StatusCreated, answer)
	return nil
}

// allows tells whether p includes level ("read" or "write") of a permission.
func allows(p Permissions, name, level string) bool {
	got := p[name]
	if name == "metadata" && got == "" {
		got = "read" // GitHub grants it to every App
	}
	return got == "write" || got == "admin" || got == "read" && level == "read"
}

func (i *Installation) selection() string {
	if i.selected != nil {
		return "selected"
	}
	return "all"
}
