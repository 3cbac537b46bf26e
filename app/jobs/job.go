// Package jobs is the work the App owes: one Job per thing to judge, kept in a
// durable queue (River), coalesced per repository and ref, run one at a time
// per key. A Job holds identifiers only, never a payload.
package jobs

import (
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// Reason says what asked for a job.
type Reason string

// The reasons.
const (
	Push        Reason = "push"
	PullRequest Reason = "pull_request"
	Rerun       Reason = "rerun"
	Suite       Reason = "check_suite"
	Installed   Reason = "installed"
	Swept       Reason = "swept" // the reconciler found a head without a report

	// Closed and Uninstalled never reach a Runner. Closed asks for nothing and
	// calls off what is owed for its key; Uninstalled (RepositoryID 0) erases
	// what was learnt through its installation.
	Closed      Reason = "closed"
	Uninstalled Reason = "uninstalled"
	// Removed never reaches a Runner either: it calls off what is owed to one
	// repository and erases what was learnt about it.
	Removed Reason = "removed"
)

// Sighting is what GitHub told of a repository.
type Sighting = store.Sighting

// Job names one head to judge. PullRequest is 0 for a branch. Head is the
// commit the event spoke of; the worker reads the current head again and drops
// a job that a newer one has overtaken.
type Job struct {
	Installation int64  `json:"installation"`
	RepositoryID int64  `json:"repository_id"`
	Owner        string `json:"owner"`
	Repository   string `json:"repository"`
	Ref          string `json:"ref"`  // branch name without refs/heads/, "" for the default branch
	Head         string `json:"head"` // commit id, "" for "whatever the ref is at"
	PullRequest  int    `json:"pull_request,omitempty"`
	Reason       Reason `json:"reason"`
	Force        bool   `json:"force,omitempty"` // judge again though a report exists (re-run)
}

// Key is what jobs coalesce on: one runs per key, a newer replaces a waiting
// older one.
func (j Job) Key() string {
	base := strconv.FormatInt(j.Installation, 10) + "/" + strconv.FormatInt(j.RepositoryID, 10)
	if j.Reason == Removed {
		return base + "/removed"
	}
	if j.PullRequest > 0 {
		return base + "/pull/" + strconv.Itoa(j.PullRequest)
	}
	return base + "/branch/" + j.Ref
}

// PullOf returns the number of the pull request that a key of this installation
// and repository names, with or without more behind it, and 0 when it names
// none.
func PullOf(key string, installation, repositoryID int64) int {
	prefix := Job{Installation: installation, RepositoryID: repositoryID, PullRequest: 1}.Key()
	rest, ok := strings.CutPrefix(key, strings.TrimSuffix(prefix, "1"))
	if !ok {
		return 0
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	n, err := strconv.Atoi(rest[:digits])
	if err != nil || n < 0 {
		return 0
	}
	return n
}
