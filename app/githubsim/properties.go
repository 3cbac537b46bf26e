package githubsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// DefineProperty makes a custom property known to an organisation: its schema,
// without which no repository can have a value of it. allowed are the values
// of a single select, none for a text.
func (s *Sim) DefineProperty(organization, name string, allowed ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(organization)
	if s.properties[key] == nil {
		s.properties[key] = map[string][]string{}
	}
	s.properties[key][name] = allowed
}

// Property is a custom property's value of the repository, "" for none.
func (r *Repo) Property(name string) string {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	return r.properties[name]
}

// SetProperty sets a value as a person does.
func (r *Repo) SetProperty(name, value string) {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	if r.properties == nil {
		r.properties = map[string]string{}
	}
	r.properties[name] = value
}

func listProperties(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.user(c.repo.owner).Type != "Organization" {
		return notFound()
	}
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(c.repo.properties)) {
		list = append(list, fields{"property_name": name, "value": c.repo.properties[name]})
	}
	c.json(http.StatusOK, list)
	return nil
}

func updateProperties(c *call) error {
	var in struct {
		Properties []struct {
			Name  string  `json:"property_name"`
			Value *string `json:"value"`
		} `json:"properties"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.user(c.repo.owner).Type != "Organization" {
		return notFound()
	}
	for _, p := range in.Properties {
		allowed, known := s.properties[strings.ToLower(c.repo.owner)][p.Name]
		switch {
		case !known:
			return &apiError{status: http.StatusUnprocessableEntity, message: "Property " + p.Name + " is not defined for the organization"}
		case p.Value != nil && len(allowed) > 0 && !slices.Contains(allowed, *p.Value):
			return &apiError{status: http.StatusUnprocessableEntity, message: "Invalid value for property " + p.Name}
		}
	}
	if c.repo.properties == nil {
		c.repo.properties = map[string]string{}
	}
	for _, p := range in.Properties {
		if p.Value == nil {
			delete(c.repo.properties, p.Name)
			continue
		}
		c.repo.properties[p.Name] = *p.Value
	}
	s.wrote()
	c.head()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
