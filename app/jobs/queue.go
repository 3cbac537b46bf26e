package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// Options are the settings of a queue; the zero value of a field means the
// default.
type Options struct {
	Workers int            // jobs that run at once in this process; default 4
	Timeout time.Duration  // of one job; default 15 min
	Grace   time.Duration  // for running jobs when the queue stops; default 25 s
	Lease   time.Duration  // how long a dead process keeps its keys; default 30 s
	Logger  zerolog.Logger // default none
	Slog    *slog.Logger   // for River's own lines; default none
	Observe func(Outcome)  // told of every run; default nobody
}

// Outcome is what became of one run of a job. Result is done, failed (a retry
// follows), dropped, limited (waits for the rate limit), superseded, busy (its
// key was held) or interrupted (the process stops).
type Outcome struct {
	Job    Job
	Result string
	Took   time.Duration
}

// Queue is the durable queue. Of one key at most one job waits and at most one
// runs; the newest wins.
type Queue struct {
	store   *store.Store
	runner  Runner
	river   backend
	o       Options
	started atomic.Bool
	stopped chan struct{}
	minder  chan struct{}
}

// New returns a queue in the store's database that hands jobs to runner once
// it is started. Adding jobs works before.
func New(st *store.Store, runner Runner, o Options) (*Queue, error) {
	o = o.withDefaults()
	q := &Queue{store: st, runner: runner, o: o, stopped: make(chan struct{}), minder: make(chan struct{})}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{q: q})
	var err error
	q.river, err = newBackend(st, &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}},
		Workers:              workers,
		JobTimeout:           o.Timeout,
		RescueStuckJobsAfter: o.Timeout + time.Minute,
		SoftStopTimeout:      o.Grace,
		MaxAttempts:          maxAttempts,
		Logger:               o.Slog,
	})
	if err != nil {
		return nil, fmt.Errorf("setting up the job queue: %w", err)
	}
	return q, nil
}

func (o Options) withDefaults() Options {
	orDefault := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	orDefault(&o.Timeout, 15*time.Minute)
	orDefault(&o.Grace, 25*time.Second)
	orDefault(&o.Lease, 30*time.Second)
	if o.Slog == nil {
		o.Slog = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Observe == nil {
		o.Observe = func(Outcome) {}
	}
	return o
}

// Delivery identifies a webhook delivery by GitHub's id.
type Delivery struct{ ID, Event string }

// Accept books a delivery, what it tells of repositories, and queues its jobs in
// one transaction: when it returns nil, all are on disk. A delivery seen before
// changes nothing and gives false.
func (q *Queue) Accept(ctx context.Context, d Delivery, work []Job, seen ...Sighting) (fresh bool, err error) {
	err = q.store.InTx(ctx, func(tx *store.Tx) error {
		fresh, err = q.store.InsertDelivery(ctx, tx, d.ID, d.Event, fmt.Sprintf("%d jobs", len(work)))
		if err != nil || !fresh {
			return err
		}
		for _, s := range seen {
			if err := tx.See(ctx, s); err != nil {
				return err
			}
		}
		return q.add(ctx, tx, work)
	})
	return fresh && err == nil, err
}

// Add queues jobs that no delivery asked for, in one transaction.
func (q *Queue) Add(ctx context.Context, work ...Job) error {
	return q.store.InTx(ctx, func(tx *store.Tx) error { return q.add(ctx, tx, work) })
}

func (q *Queue) add(ctx context.Context, tx *store.Tx, work []Job) error {
	// In key order: two transactions that lock keys in one order cannot wait
	// for each other.
	work = slices.Clone(work)
	slices.SortStableFunc(work, func(a, b Job) int { return strings.Compare(a.Key(), b.Key()) })
	var due time.Time // zero is now
	for i, j := range work {
		if j.Reason == Installed && i > 0 {
			due = time.Now().Add(time.Duration(i) * spread)
		}
		if err := q.addOne(ctx, tx, j, due); err != nil {
			return err
		}
	}
	return nil
}

// addOne coalesces: what waits or runs for the key gives way to j, unless it
// covers j already.
func (q *Queue) addOne(ctx context.Context, tx *store.Tx, j Job, due time.Time) error {
	claim, err := tx.LockClaim(ctx, j.Key(), j.Installation)
	if err != nil {
		return err
	}
	if claim.Job != 0 {
		waiting, running, err := q.river.pending(ctx, tx, claim.Job)
		if err != nil {
			return err
		}
		if waiting || running {
			var older Job
			if err := json.Unmarshal(claim.Args, &older); err != nil {
				return fmt.Errorf("reading job %d: %w", claim.Job, err)
			}
			if covers(older, j) {
				return nil
			}
			j = replace(older, j, waiting)
			if err := q.river.cancel(ctx, tx, claim.Job); err != nil {
				return err
			}
		}
	}
	if j.Reason == Closed {
		return tx.CallOff(ctx, j.Key())
	}
	return q.insert(ctx, tx, j, due, 0)
}

func (q *Queue) insert(ctx context.Context, tx *store.Tx, j Job, due time.Time, crashes int) error {
	id, err := q.river.insert(ctx, tx, args{j}, &river.InsertOpts{Priority: j.priority(), ScheduledAt: due})
	if err != nil {
		return err
	}
	data, err := json.Marshal(j)
	if err != nil {
		return err
	}
	return tx.SetClaim(ctx, j.Key(), id, data, crashes)
}

// Start begins to work jobs off, until Stop. A queue starts once.
func (q *Queue) Start(ctx context.Context) error {
	// River would take the end of ctx as an order to stop; Stop gives that.
	if err := q.river.start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the job queue: %w", err)
	}
	q.started.Store(true)
	go q.mindAbandoned(context.WithoutCancel(ctx))
	return nil
}

// Stop takes no new jobs, gives the running ones Options.Grace to finish, then
// ends their contexts; those go back into the queue as they were. When ctx ends
// first, so does the wait.
func (q *Queue) Stop(ctx context.Context) error {
	if !q.started.CompareAndSwap(true, false) {
		return nil
	}
	close(q.stopped)
	<-q.minder
	return q.river.stop(ctx)
}

// Depth counts the jobs of the queue by state.
func (q *Queue) Depth(ctx context.Context) (map[string]int64, error) {
	return q.store.JobStates(ctx)
}

// Idle waits until no key has work outstanding, or ctx ends.
func (q *Queue) Idle(ctx context.Context) error {
	events, unsubscribe := q.river.subscribe()
	defer unsubscribe()
	// Another process's jobs give no event here.
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := q.store.Outstanding(ctx)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d keys still have work: %w", n, context.Cause(ctx))
		case <-events:
		case <-tick.C:
		}
	}
}
