package jobs

import (
	"context"
	"errors"
	"time"
)

// Runner does one job. Its context ends when the job is superseded, has run
// for Options.Timeout, or the process must go. An error is retried with
// back-off; see RateLimited and Drop for the two other outcomes.
//
// A job may run again after it ran (a crash, a lost connection), so its effects
// must be those of running once.
type Runner interface {
	Run(ctx context.Context, j Job) error
}

// RateLimited is implemented by errors that say when to come again. Such a job
// waits that long; the wait does not count as a failed attempt.
type RateLimited interface {
	error
	RetryAfter() time.Duration
}

// Drop marks an error that no retry mends: the repository is gone, the
// installation was withdrawn.
func Drop(err error) error { return &dropped{err} }

type dropped struct{ err error }

func (d *dropped) Error() string { return d.err.Error() }
func (d *dropped) Unwrap() error { return d.err }

// The bounds of waiting. Fifteen attempts with these take more than five hours,
// which outlasts most of GitHub's incidents.
const (
	maxAttempts  = 15
	firstBackoff = 5 * time.Second
	lastBackoff  = 1 * time.Hour
	shortestWait = 1 * time.Second
	longestWait  = 2 * time.Hour
)

// waitFor returns how long a rate-limited error asks to wait.
func waitFor(err error) (time.Duration, bool) {
	limited, ok := errors.AsType[RateLimited](err)
	if !ok {
		return 0, false
	}
	return min(max(limited.RetryAfter(), shortestWait), longestWait), true
}

// backoff is the wait after the attempt of that number (from 1): it doubles,
// and jobs that failed together (a job's id is its jitter) come back apart.
func backoff(attempt int, id int64) time.Duration {
	d := lastBackoff
	if shift := max(attempt-1, 0); shift < 10 {
		d = min(firstBackoff<<shift, lastBackoff)
	}
	return d + d*time.Duration(id%16)/64
}

// priority orders waiting work: 1 first. A person waits for the first two.
func (j Job) priority() int {
	switch j.Reason {
	case Rerun, PullRequest, Uninstalled, Removed, Button, Command, MergeGroup:
		return 1
	case Push, Suite:
		return 2
	case Installed:
		return 3
	default:
		return 4
	}
}

// spread is the distance between the first assessments after an installation,
// so that a large one does not use up its hourly requests at once.
const spread = 2 * time.Second

// covers says whether the older job, not yet done, makes the newer needless: a
// push tells of its commit by push and check_suite, both for one key.
func covers(older, newer Job) bool {
	if newer.Ask != nil && older.Ask != nil {
		return true // one comment, or a button pressed twice
	}
	if newer.Reason == Swept {
		return true // whatever is owed there will do
	}
	if newer.Explain && !older.Explain {
		return false
	}
	if newer.priority() < older.priority() {
		return false // it must not wait, or leave undone, what the older may
	}
	if newer.Force || newer.Reason == Closed || newer.Head == "" || newer.Head != older.Head || newer.Ref != older.Ref {
		return false
	}
	// A pull request's event may mean a new base, which the job does not tell.
	return newer.Reason != PullRequest && newer.PullRequest == older.PullRequest
}

// replace returns newer with what it must take over from the older job that it
// replaces. An explanation that was asked for is owed on the newer head too.
func replace(older, newer Job, waiting bool) Job {
	if waiting && older.Head == newer.Head {
		newer.Force = newer.Force || older.Force
		newer.Retargeted = newer.Retargeted || older.Retargeted
	}
	newer.Explain = newer.Explain || older.Explain
	return newer
}
