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
	Button      Reason = "button"
	Command     Reason = "command"
	MergeGroup  Reason = "merge_group"

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

// Job names one head to judge, or with Ask what else a person asked for.
// PullRequest is 0 for a branch. Head is the commit the event spoke of; the
// worker reads the current head again and drops a job that a newer one has
// overtaken.
type Job struct {
	Installation int64  `json:"installation"`
	RepositoryID int64  `json:"repository_id"`
	Owner        string `json:"owner"`
	Repository   string `json:"repository"`
	Ref          string `json:"ref"`  // branch name without refs/heads/, "" for the default branch
	Head         string `json:"head"` // commit id, "" for "whatever the ref is at"
	PullRequest  int    `json:"pull_request,omitempty"`
	Reason       Reason `json:"reason"`
	Force        bool   `json:"force,omitempty"`   // judge again though a report exists (re-run)
	Explain      bool   `json:"explain,omitempty"` // say in the check run what the next level asks for

	// Retargeted: the pull request has a new base, so the verdict that its head
	// has is of another one.
	Retargeted bool `json:"retargeted,omitempty"`

	// Of a merge group, whose Ref and Head are its own: the branch it is to go
	// to, and the commit there that it stands on, "" if not known.
	Base     string `json:"base,omitempty"`
	BaseHead string `json:"base_head,omitempty"`

	Ask *Ask `json:"ask,omitempty"`

	// Attempt counts the tries of a job, from 1; a Runner is told, the queue
	// stores it elsewhere.
	Attempt int `json:"-"`
}

// Ask is what a person asked for by a comment or a button, beside judging. The
// number of the issue or pull request is Job.PullRequest.
type Ask struct {
	Login    string `json:"login"` // who asks
	UserID   int64  `json:"user_id"`
	At       int64  `json:"at"` // when, in unix seconds
	Comment  int64  `json:"comment,omitempty"`
	CheckRun int64  `json:"check_run,omitempty"` // whose button was pressed; Line is its identifier
	Issue    bool   `json:"issue,omitempty"`     // the comment is on an issue of ours, on no pull request

	// Line is the command as the event told it, the one text of a person that a
	// job carries: read again, it could be an edited one. More is how many
	// further commands the comment has.
	Line string `json:"line"`
	More int    `json:"more,omitempty"`
}

// Key is what jobs coalesce on: one runs per key, a newer replaces a waiting
// older one. What a person asked for has a key of its own, so that no push
// replaces it.
func (j Job) Key() string {
	base := strconv.FormatInt(j.Installation, 10) + "/" + strconv.FormatInt(j.RepositoryID, 10)
	switch {
	case j.Reason == Removed:
		return base + "/removed"
	case j.Ask != nil && j.Ask.Comment > 0:
		return base + "/comment/" + strconv.FormatInt(j.Ask.Comment, 10)
	case j.Ask != nil:
		return base + "/button/" + strconv.FormatInt(j.Ask.CheckRun, 10) + "/" + j.Ask.Line
	case j.Base != "":
		return base + "/queue/" + j.Ref
	case j.PullRequest > 0:
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
