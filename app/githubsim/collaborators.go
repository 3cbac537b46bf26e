package githubsim

import (
	"net/http"
	"strings"
)

// SetRole gives a person a role on the repository: admin, maintain, write,
// triage, read or none. Without one, the owner is admin, and everybody else may
// read what is public and nothing more.
func (r *Repo) SetRole(login, role string) {
	s := r.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user(login)
	if r.roles == nil {
		r.roles = map[string]string{}
	}
	r.roles[strings.ToLower(login)] = role
}

// role is what a person may do; s.mu is held.
func (r *Repo) role(login string) string {
	switch role := r.roles[strings.ToLower(login)]; {
	case role != "":
		return role
	case strings.EqualFold(login, r.owner):
		return "admin"
	case r.private:
		return "none"
	}
	return "read"
}

// getPermission gives the base role as "permission" and the role itself as
// "role_name".
func getPermission(c *call) error {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[strings.ToLower(c.r.PathValue("username"))]
	if u == nil {
		return notFound()
	}
	role := c.repo.role(u.Login)
	base := role
	switch role {
	case "maintain":
		base = "write"
	case "triage":
		base = "read"
	}
	who := s.userJSON(u)
	who["role_name"] = role
	who["permissions"] = fields{
		"admin": role == "admin", "maintain": role == "admin" || role == "maintain", "push": base == "admin" || base == "write",
		"triage": role != "read" && role != "none", "pull": role != "none",
	}
	c.json(http.StatusOK, fields{"permission": base, "role_name": role, "user": who})
	return nil
}

// UserID is the id of an account, made if it is not there.
func (s *Sim) UserID(login string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user(login).ID
}
