package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// busyWait is how long a job waits for the one that holds its key. That one
// has been told to stop already.
const busyWait = 500 * time.Millisecond

// maxCrashes is how many processes may die on one job before it is given up.
const maxCrashes = 3

// errLeaseLost ends the context of a job whose process was taken for dead.
var errLeaseLost = errors.New("the lease on the key was lost")

// work runs one of River's jobs while it holds the job's key.
func (q *Queue) work(ctx context.Context, job *river.Job[args]) error {
	j, key := job.Args.Job, job.Args.Key()
	logger := q.o.Logger.With().Int64("job", job.ID).Str("key", key).Str("reason", string(j.Reason)).Str("head", j.Head).Logger()
	ctx = logger.WithContext(ctx)
	data, err := json.Marshal(j)
	if err != nil {
		return err
	}
	claim := store.Claim{Key: key, Installation: j.Installation, Args: data, Running: job.ID}
	newest, held, err := q.store.Acquire(ctx, claim, q.o.Lease)
	if err != nil {
		return err
	}
	if !held {
		q.o.Observe(Outcome{Job: j, Result: "busy"})
		return river.JobSnooze(busyWait)
	}
	start := time.Now()
	result, err := "superseded", river.JobCancel(errors.New("a newer job has taken the key"))
	if newest == job.ID {
		result, err = q.judge(ctx, job)
	}
	took := time.Since(start)
	// Told before the key is given back: whoever finds nothing outstanding has
	// been told of all that ran.
	q.o.Observe(Outcome{Job: j, Result: result, Took: took})
	event := logger.Info()
	if result == "failed" || result == "dropped" {
		event = logger.Warn().Err(err).Int("attempt", job.Attempt)
	}
	event.Str("result", result).Dur("took", took).Msg("job ended")
	done := result == "done" || result == "dropped"
	// The key must be given back though the job's context may have ended.
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if e := q.store.Release(release, key, job.ID, done); e != nil {
		logger.Error().Err(e).Msg("giving back the key failed; its lease will end")
	}
	return err
}

// judge runs the job and sorts its error into a result and what River does
// with it.
func (q *Queue) judge(ctx context.Context, job *river.Job[args]) (string, error) {
	held, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	go q.keepLease(held, lose, job.Args.Key(), job.ID)

	j := job.Args.Job
	j.Attempt = job.Attempt
	err := q.run(held, job.ID, j)
	if wait, limited := waitFor(err); limited {
		return "limited", river.JobSnooze(wait)
	}
	final, isFinal := errors.AsType[*dropped](err)
	switch {
	case err == nil:
		return "done", nil
	case errors.Is(context.Cause(held), river.ErrJobCancelledRemotely), errors.Is(context.Cause(held), errLeaseLost):
		return "superseded", err
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		err = fmt.Errorf("ran longer than %s: %w", q.o.Timeout, err)
	case ctx.Err() != nil:
		return "interrupted", err // River puts it back without counting an attempt
	case isFinal:
		return "dropped", river.JobCancel(final)
	}
	if job.Attempt >= job.MaxAttempts {
		return "dropped", err
	}
	return "failed", err
}

// run calls the runner; a panic is an error.
func (q *Queue) run(ctx context.Context, id int64, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			zerolog.Ctx(ctx).Error().Bytes("stack", debug.Stack()).Msgf("job panicked: %v", p)
			err = fmt.Errorf("the job panicked: %v", p)
		}
	}()
	if j.Reason == Uninstalled || j.Reason == Removed {
		return q.forget(ctx, id, j)
	}
	return q.runner.Run(ctx, j)
}

// forget calls off what is owed to an installation, or to one repository of it,
// and erases what is known. What was queued for the repository after the job of
// that id is for its return, and stays.
func (q *Queue) forget(ctx context.Context, id int64, j Job) error {
	of := strings.TrimSuffix(j.Key(), "removed")
	err := q.store.InTx(ctx, func(tx *store.Tx) error {
		claims, err := tx.Claims(ctx, j.Installation)
		if err != nil {
			return err
		}
		for _, c := range claims {
			if c.Key == j.Key() || j.Reason == Removed && (!strings.HasPrefix(c.Key, of) || c.Job > id) {
				continue
			}
			if err := q.river.cancel(ctx, tx, c.Job); err != nil {
				return err
			}
			if err := tx.CallOff(ctx, c.Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.Reason == Removed {
		return q.store.ForgetRepository(ctx, j.Installation, j.RepositoryID)
	}
	return q.store.Forget(ctx, j.Installation)
}

// keepLease renews the lease until ctx ends, and ends it by lose when another
// process has taken the key.
func (q *Queue) keepLease(ctx context.Context, lose context.CancelCauseFunc, key string, job int64) {
	tick := time.NewTicker(q.o.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// An error may pass; while it lasts nobody else can take the key
			// before the lease ends either.
			if ok, err := q.store.Renew(ctx, key, job, q.o.Lease); err == nil && !ok {
				lose(errLeaseLost)
				return
			}
		}
	}
}

// mindAbandoned requeues jobs whose process died, long before River would take
// them for stuck.
func (q *Queue) mindAbandoned(ctx context.Context) {
	defer close(q.minder)
	tick := time.NewTicker(max(q.o.Lease/2, 10*time.Millisecond))
	defer tick.Stop()
	for {
		if err := q.requeueAbandoned(ctx); err != nil {
			q.o.Logger.Error().Err(err).Msg("requeueing the jobs of dead processes failed")
		}
		select {
		case <-q.stopped:
			return
		case <-tick.C:
		}
	}
}

func (q *Queue) requeueAbandoned(ctx context.Context) error {
	abandoned, err := q.store.Abandoned(ctx)
	if err != nil {
		return err
	}
	for _, c := range abandoned {
		err := q.store.InTx(ctx, func(tx *store.Tx) error {
			ok, err := q.store.TakeAbandoned(ctx, tx, c)
			if err != nil || !ok {
				return err
			}
			// For River it still runs; it must not come back beside the new one.
			if err := q.river.cancel(ctx, tx, c.Running); err != nil {
				return err
			}
			if c.Job != c.Running && c.Job != 0 {
				return nil // a newer one waits already
			}
			var j Job
			if err := json.Unmarshal(c.Args, &j); err != nil || c.Job == 0 || c.Crashes+1 >= maxCrashes {
				q.o.Logger.Error().Err(err).Str("key", c.Key).Int("crashes", c.Crashes+1).Msg("job given up")
				return tx.CallOff(ctx, c.Key)
			}
			return q.insert(ctx, tx, j, time.Time{}, c.Crashes+1)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
