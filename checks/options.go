package checks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Options says how to judge. What depends on a day, such as whether a waiver
// still holds, is decided before: the engine has no clock.
type Options struct {
	Repository string        // owner/name, or a path; only shown
	Commit     string        // object id, "" for a plain folder; only shown
	Cache      extract.Cache // nil: every file is read
	Exclude    []string      // path globs ("**" crosses folders) that are not judged
	Model      string        // microsoft (the default) or google
	Version    string        // build revision, part of every cache key

	Catalog     *catalog.Catalog // nil: the built-in one
	CatalogName string           // names Catalog wherever a report is kept; "" keeps none of one's own

	Linked []Linked // the other repositories of the same system
	// Part judges the repository as a part of another one's system: its
	// capabilities are judged whatever kind of repository it is by itself.
	Part bool

	Decisions []report.Decision // waivers and attestations, with their states
	Demands   []report.Demand   // of the repository, and of projects that are not listed
	Projects  []Project         // folders that are projects, found or not
}

// Project is a folder that is judged as a project of its own.
type Project struct {
	Path    string          // slashes, from the repository's root
	Name    string          // no other project's
	Demands []report.Demand // of this project, in place of the repository's
}

// Hash names all that the options decide of a verdict: the same commit judged
// by the same engine with the same hash gives the same report. A waiver that
// expires makes another hash.
func (o Options) Hash() string {
	data, err := json.Marshal(struct {
		Exclude   []string
		Model     string
		Catalog   string
		Decisions []report.Decision
		Demands   []report.Demand
		Projects  []Project
		Linked    []Linked // with their reports: the same commit may be judged by other rules of its own
		Part      bool
	}{o.Exclude, o.Model, o.CatalogName, o.Decisions, o.Demands, o.Projects, o.Linked, o.Part})
	if err != nil { // plain data: cannot happen
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
