package githubsim

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

// Permissions are an installation's rights, GitHub's names to "read" or
// "write".
type Permissions map[string]string

// LeastPrivilege is what the App needs and no more.
func LeastPrivilege() Permissions {
	return Permissions{"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "write"}
}

// Installation is the App on one account.
type Installation struct {
	sim         *Sim
	id          int64
	account     *user
	permissions Permissions
	selected    map[string]bool // lower-cased full names; nil for all
	suspended   bool
	events      []string
	createdAt   time.Time
}

type token struct {
	installation *Installation
	permissions  Permissions
	repos        map[int64]bool // nil for all of the installation
	expires      time.Time
}

// tokenLife is how long GitHub's installation tokens live.
const tokenLife = time.Hour

// Install puts the App on an organisation, on all its repositories. nil
// permissions mean LeastPrivilege.
func (s *Sim) Install(account string, permissions Permissions) *Installation {
	if permissions == nil {
		permissions = LeastPrivilege()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.user(account)
	owner.Type = "Organization"
	inst := &Installation{
		sim: s, id: s.nextID(), account: owner, permissions: maps.Clone(permissions), createdAt: s.opts.Clock(),
		events: []string{"check_run", "check_suite", "pull_request", "push"},
	}
	s.installs = append(s.installs, inst)
	s.wrote()
	return inst
}

// ID is the installation's id.
func (i *Installation) ID() int64 { return i.id }

// Account is the login of the account it is on.
func (i *Installation) Account() string { return i.account.Login }

// Select limits the installation to the named repositories ("owner/name").
func (i *Installation) Select(fullNames ...string) {
	i.sim.mu.Lock()
	defer i.sim.mu.Unlock()
	i.selected = map[string]bool{}
	for _, n := range fullNames {
		i.selected[strings.ToLower(n)] = true
	}
}

// Grant replaces the permissions; tokens handed out before keep theirs.
func (i *Installation) Grant(p Permissions) {
	i.sim.mu.Lock()
	defer i.sim.mu.Unlock()
	i.permissions = maps.Clone(p)
}

// Suspend stops or resumes the installation.
func (i *Installation) Suspend(suspended bool) {
	i.sim.mu.Lock()
	defer i.sim.mu.Unlock()
	i.suspended = suspended
}

// Remove uninstalls the App; its tokens die.
func (i *Installation) Remove() {
	s := i.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	s.installs = slices.DeleteFunc(s.installs, func(x *Installation) bool { return x == i })
	maps.DeleteFunc(s.tokens, func(_ string, t *token) bool { return t.installation == i })
	s.wrote()
}

// covers tells whether the installation reaches a repository; s.mu is held.
func (i *Installation) covers(r *Repo) bool {
	return strings.EqualFold(i.account.Login, r.owner) &&
		(i.selected == nil || i.selected[strings.ToLower(r.FullName())])
}

func (s *Sim) installation(id int64) *Installation {
	for _, i := range s.installs {
		if i.id == id {
			return i
		}
	}
	return nil
}

// installationOf finds the installation that covers a repository; s.mu is held.
func (s *Sim) installationOf(r *Repo) *Installation {
	for _, i := range s.installs {
		if i.covers(r) {
			return i
		}
	}
	return nil
}

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
		return errors.New("A JSON web token could not be decoded")
	}
	now := s.opts.AuthClock()
	switch {
	case claims.Issuer != strconv.FormatInt(s.appID, 10):
		return errors.New("Integration not found")
	case claims.IssuedAt == nil || claims.IssuedAt.After(now.Add(skew)):
		return errors.New("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
	case claims.ExpiresAt == nil || !claims.ExpiresAt.After(now):
		return errors.New("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	case claims.ExpiresAt.Sub(now) > maxAppToken:
		return errors.New("'Expiration time' claim ('exp') is too far in the future")
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

func pathInstallation(c *call) (*Installation, error) {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if inst := c.s.installation(id); err == nil && inst != nil {
		return inst, nil
	}
	return nil, notFound()
}

func (s *Sim) sortedRepos() []*Repo {
	return slices.SortedFunc(maps.Values(s.repos), func(a, b *Repo) int { return int(a.id - b.id) })
}

func getApp(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	app := c.s.appJSON(LeastPrivilege(), []string{"check_run", "check_suite", "pull_request", "push"})
	app["installations_count"] = len(c.s.installs)
	c.json(http.StatusOK, app)
	return nil
}

func listInstallations(c *call) error {
	c.s.mu.Lock()
	var all []any
	for _, i := range c.s.installs {
		all = append(all, c.s.installationJSON(i))
	}
	c.s.mu.Unlock()
	page, err := paginate(c, all)
	if err != nil {
		return err
	}
	c.json(http.StatusOK, page)
	return nil
}

func getInstallation(c *call) error {
	inst, err := pathInstallation(c)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, c.s.installationJSON(inst))
	return nil
}

func getRepoInstallation(c *call) error {
	r := c.s.Repo(c.r.PathValue("owner") + "/" + c.r.PathValue("repo"))
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if r == nil || c.s.installationOf(r) == nil {
		return notFound()
	}
	c.json(http.StatusOK, c.s.installationJSON(c.s.installationOf(r)))
	return nil
}

func listInstallationRepos(c *call) error {
	c.s.mu.Lock()
	var all []any
	for _, r := range c.s.sortedRepos() {
		if c.token.reaches(r) {
			all = append(all, c.s.repoJSON(r))
		}
	}
	c.s.mu.Unlock()
	page, err := paginate(c, all)
	if err != nil {
		return err
	}
	c.json(http.StatusOK, fields{"total_count": len(all), "repositories": page, "repository_selection": c.token.installation.selection()})
	return nil
}

// reaches tells whether the token was made for a repository; s.mu is held.
func (t *token) reaches(r *Repo) bool {
	return t.installation.covers(r) && (t.repos == nil || t.repos[r.id])
}

func notFound() error { return &apiError{status: http.StatusNotFound, message: "Not Found"} }

func forbidden(format string, args ...any) error {
	return &apiError{status: http.StatusForbidden, message: fmt.Sprintf(format, args...)}
}
