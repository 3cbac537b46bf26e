package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// backend is River without its type parameter, which is the one thing that
// differs between the engines.
type backend interface {
	start(context.Context) error
	stop(context.Context) error
	stopAndCancel(context.Context) error
	insert(ctx context.Context, tx *store.Tx, a args, o *river.InsertOpts) (id int64, err error)
	cancel(ctx context.Context, tx *store.Tx, id int64) error
	pending(ctx context.Context, tx *store.Tx, id int64) (waiting, running bool, err error)
	subscribe() (events <-chan *river.Event, unsubscribe func())
}

// args is a Job as River stores it.
type args struct{ Job }

// Kind is the name River books jobs under; it must never change.
func (args) Kind() string { return "assess" }

type client[TTx any] struct {
	river *river.Client[TTx]
	tx    func(*store.Tx) TTx
}

func newBackend(st *store.Store, cfg *river.Config) (backend, error) {
	if st.Engine() == store.SQLite {
		c, err := river.NewClient(riversqlite.New(st.SQLite()), cfg)
		return client[*sql.Tx]{c, func(tx *store.Tx) *sql.Tx { return tx.SQL }}, err
	}
	c, err := river.NewClient(riverpgxv5.New(st.Postgres()), cfg)
	return client[pgx.Tx]{c, func(tx *store.Tx) pgx.Tx { return tx.PGX }}, err
}

func (c client[TTx]) start(ctx context.Context) error         { return c.river.Start(ctx) }
func (c client[TTx]) stop(ctx context.Context) error          { return c.river.Stop(ctx) }
func (c client[TTx]) stopAndCancel(ctx context.Context) error { return c.river.StopAndCancel(ctx) }

func (c client[TTx]) insert(ctx context.Context, tx *store.Tx, a args, o *river.InsertOpts) (int64, error) {
	res, err := c.river.InsertTx(ctx, c.tx(tx), a, o)
	if err != nil {
		return 0, fmt.Errorf("queueing %s: %w", a.Key(), err)
	}
	return res.Job.ID, nil
}

// cancel ends a job: at once when it waits, through its context when it runs.
// A job that is done or gone is fine.
func (c client[TTx]) cancel(ctx context.Context, tx *store.Tx, id int64) error {
	_, err := c.river.JobCancelTx(ctx, c.tx(tx), id)
	if err != nil && !errors.Is(err, rivertype.ErrNotFound) {
		return fmt.Errorf("cancelling job %d: %w", id, err)
	}
	return nil
}

func (c client[TTx]) pending(ctx context.Context, tx *store.Tx, id int64) (waiting, running bool, err error) {
	row, err := c.river.JobGetTx(ctx, c.tx(tx), id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("looking up job %d: %w", id, err)
	}
	running = row.State == rivertype.JobStateRunning
	return row.FinalizedAt == nil && !running, running, nil
}

func (c client[TTx]) subscribe() (<-chan *river.Event, func()) {
	return c.river.Subscribe(river.EventKindJobCompleted, river.EventKindJobCancelled,
		river.EventKindJobFailed, river.EventKindJobSnoozed, river.EventKindJobInterrupted)
}

// worker hands River's jobs to the queue.
type worker struct {
	river.WorkerDefaults[args]
	q *Queue
}

// Work runs one job.
func (w *worker) Work(ctx context.Context, job *river.Job[args]) error {
	return w.q.work(ctx, job)
}

// NextRetry says when a failed job comes again.
func (w *worker) NextRetry(job *river.Job[args]) time.Time {
	return time.Now().Add(backoff(job.Attempt, job.ID))
}
