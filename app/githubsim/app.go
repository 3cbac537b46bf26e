package githubsim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Permissions are an installation's rights, GitHub's names to "read" or
// "write".
type Permissions map[string]string

// LeastPrivilege is what the App needs and no more.
func LeastPrivilege() Permissions {
	return Permissions{"checks": "write", "contents": "read", "issues": "read", "merge_queues": "read", "metadata": "read", "pull_requests": "write"}
}

// LeastEvents is what the App subscribes to, sorted.
func LeastEvents() []string {
	return []string{"check_run", "check_suite", "issue_comment", "merge_group", "pull_request", "push", "repository"}
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
		events: LeastEvents(),
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

func unauthorized(message string) error {
	return &apiError{status: http.StatusUnauthorized, message: message}
}

func forbidden(format string, args ...any) error {
	return &apiError{status: http.StatusForbidden, message: fmt.Sprintf(format, args...)}
}
