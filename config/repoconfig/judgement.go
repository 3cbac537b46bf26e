package repoconfig

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Options says how a commit is judged under this configuration on a day (UTC).
// It is all of the configuration that the engine sees, and the engine has no
// clock, so whatever the day decides is decided here. The error is of tools that
// the catalogue cannot take, which no file without mistakes has.
func (c Config) Options(day time.Time) (checks.Options, error) {
	o := checks.Options{Exclude: c.Exclude, Model: c.Model, Demands: demands(c.Bounds(), c.Dimensions)}
	for _, w := range c.Waivers {
		o.Decisions = append(o.Decisions, report.Decision{Capability: w.Capability, Paths: w.Paths,
			Waiver: &report.Waiver{Reason: w.Reason, Owner: w.Owner, Expires: w.Expires, State: decided(c.Organization.State(w, day))}})
	}
	for _, a := range c.Attestations {
		o.Decisions = append(o.Decisions, report.Decision{Capability: a.Capability, Paths: a.Paths,
			Attestation: &report.Attestation{Statement: a.Statement, By: a.By, On: a.On, Link: a.Link, Expires: a.Expires, State: decided(a.State(day))}})
	}
	for _, p := range c.NamedProjects() {
		o.Projects = append(o.Projects, checks.Project{Path: p.Path, Name: p.Name, Demands: demands(p.Bounds, p.Dimensions)})
	}
	if len(c.Tools) == 0 {
		return o, nil
	}
	var err error
	o.Catalog, o.CatalogName, err = withTools(c.Tools)
	return o, err
}

// Bounds are the repository's own.
func (c Config) Bounds() Bounds { return Bounds{Target: c.TargetLevel, Minimum: c.MinimumLevel} }

// NamedProjects are the listed projects as they count: each folder once, with a
// name that no other has and that no commit changes, and with the repository's
// bounds where it sets none.
func (c Config) NamedProjects() []Project {
	var out []Project
	base := map[string]int{}
	for _, p := range c.Projects {
		p.Path = path.Clean(p.Path)
		if slices.ContainsFunc(out, func(other Project) bool { return other.Path == p.Path }) {
			continue
		}
		base[cmp.Or(p.Name, path.Base(p.Path))]++
		p.Bounds = p.or(c.Bounds())
		dimensions := maps.Clone(c.Dimensions)
		for id, b := range p.Dimensions {
			if dimensions == nil {
				dimensions = Dimensions{}
			}
			dimensions[id] = b.or(c.Dimensions[id])
		}
		p.Dimensions = dimensions
		out = append(out, p)
	}
	for i := range out {
		p := &out[i]
		if p.Name = cmp.Or(p.Name, path.Base(p.Path)); base[p.Name] > 1 {
			p.Name = p.Path
		}
	}
	return out
}

// or fills in what is not set.
func (b Bounds) or(other Bounds) Bounds {
	return Bounds{Target: cmp.Or(b.Target, other.Target), Minimum: cmp.Or(b.Minimum, other.Minimum)}
}

// demands lists bounds as the engine takes them: the overall ones first, then
// those of dimensions by id.
func demands(overall Bounds, dimensions Dimensions) []report.Demand {
	var out []report.Demand
	add := func(id string, b Bounds) {
		if b.Target != nil || b.Minimum != nil {
			out = append(out, report.Demand{Dimension: id, Target: b.Target, Minimum: b.Minimum})
		}
	}
	add("", overall)
	for _, id := range slices.Sorted(maps.Keys(dimensions)) {
		add(id, dimensions[id])
	}
	return out
}

// withTools is the built-in catalogue with an organisation's own tools, and a
// name for it that tells it from any other.
func withTools(tools []Tool) (*catalog.Catalog, string, error) {
	parsed := make([]*catalog.Tool, 0, len(tools))
	for _, t := range tools {
		tool, err := catalog.Parse(t.ID+".yml", []byte(t.Source))
		if err != nil {
			return nil, "", fmt.Errorf("tools: %w", err)
		}
		parsed = append(parsed, tool)
	}
	with, err := catalog.Default().With(parsed...)
	if err != nil {
		return nil, "", fmt.Errorf("tools: %w", err)
	}
	data, err := json.Marshal(tools)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(data)
	return with, hex.EncodeToString(sum[:]), nil
}

// decided is a state as reports have it.
func decided(s State) report.State {
	switch s.Phase {
	case InForce:
		return report.InForce
	case Ending:
		return report.Expiring
	case Expired:
		return report.Expired
	case NotYet:
		return report.NotYet
	case TooLong:
		return report.TooLong
	default:
		return report.Malformed
	}
}
