package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(dieEnv) != "" {
		dieAtWork()
		return
	}
	storetest.Main(m)
}

// within is how long a test waits for what should come at once before it gives
// up. Nobody waits that long who need not: on a slow machine with neighbours a
// few seconds become many.
const within = 3 * time.Minute

type runner func(context.Context, jobs.Job) error

func (r runner) Run(ctx context.Context, j jobs.Job) error { return r(ctx, j) }

func newQueue(t *testing.T, st *store.Store, r runner, o jobs.Options) *jobs.Queue {
	t.Helper()
	o.Logger = zerolog.New(zerolog.NewTestWriter(t))
	q, err := jobs.New(st, r, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func start(t *testing.T, q *jobs.Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, q) })
}

func stop(t *testing.T, q *jobs.Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Error("stopping:", err)
	}
}

func idle(t *testing.T, q *jobs.Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := q.Idle(ctx); err != nil {
		t.Fatal(err)
	}
}

func receive[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(within):
		t.Fatalf("waited %s for %s", within, what)
		panic("unreachable")
	}
}

func pull(number int, head string) jobs.Job {
	return jobs.Job{Installation: 1, RepositoryID: 2, Owner: "o", Repository: "r", Ref: "topic",
		Head: head, PullRequest: number, Reason: jobs.PullRequest}
}

func push(branch, head string) jobs.Job {
	return jobs.Job{Installation: 1, RepositoryID: 2, Owner: "o", Repository: "r", Ref: branch, Head: head, Reason: jobs.Push}
}

func add(t *testing.T, q *jobs.Queue, work ...jobs.Job) {
	t.Helper()
	if err := q.Add(t.Context(), work...); err != nil {
		t.Fatal(err)
	}
}

// log records the heads that ran, in order.
type log struct {
	mu    sync.Mutex
	heads []string
}

func (l *log) run(_ context.Context, j jobs.Job) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heads = append(l.heads, j.Head)
	return nil
}

func (l *log) want(t *testing.T, heads ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.heads, heads) {
		t.Errorf("ran %q, want %q", l.heads, heads)
	}
}

func TestFiftyCopiesOfOneDeliveryGiveOneJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		q := newQueue(t, storetest.Open(t, url), l.run, jobs.Options{})
		start(t, q)
		var fresh atomic.Int32
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				ok, err := q.Accept(t.Context(), jobs.Delivery{ID: "same", Event: "pull_request"}, []jobs.Job{pull(1, "a")})
				if err != nil {
					t.Error(err)
				}
				if ok {
					fresh.Add(1)
				}
			})
		}
		wg.Wait()
		idle(t, q)
		if fresh.Load() != 1 {
			t.Errorf("%d copies were taken for new", fresh.Load())
		}
		l.want(t, "a")
	})
}

func TestNewerReplacesWaiting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		q := newQueue(t, storetest.Open(t, url), l.run, jobs.Options{Workers: 1})
		for i := range 20 {
			add(t, q, pull(1, fmt.Sprint(i)))
		}
		add(t, q, push("main", "m"), push("main", "m")) // the second is covered
		states, err := q.Depth(t.Context())
		if err != nil || states["available"] != 2 {
			t.Errorf("%v jobs wait, want 2 (%v)", states, err)
		}
		start(t, q)
		idle(t, q)
		l.want(t, "19", "m") // the pull request goes first
	})
}

func TestPriorities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		q := newQueue(t, storetest.Open(t, url), l.run, jobs.Options{Workers: 1})
		reason := func(j jobs.Job, r jobs.Reason) jobs.Job { j.Reason = r; return j }
		add(t, q, reason(push("a", "swept"), jobs.Swept))
		add(t, q, reason(push("b", "installed"), jobs.Installed))
		add(t, q, push("c", "push"))
		add(t, q, reason(push("d", "rerun"), jobs.Rerun))
		add(t, q, pull(1, "pull"))
		start(t, q)
		idle(t, q)
		l.want(t, "rerun", "pull", "push", "installed", "swept")
	})
}

func TestNewerHeadEndsRunning(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		started, ended := make(chan string, 9), make(chan error, 9)
		var running, most atomic.Int32
		q := newQueue(t, storetest.Open(t, url), func(ctx context.Context, j jobs.Job) error {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer running.Add(-1)
			started <- j.Head
			if j.Head == "new" {
				return nil
			}
			<-ctx.Done() // a slow assessment of a head nobody waits for
			ended <- context.Cause(ctx)
			return ctx.Err()
		}, jobs.Options{Workers: 4})
		start(t, q)
		add(t, q, pull(1, "old"))
		if head := receive(t, "the old head", started); head != "old" {
			t.Fatal(head)
		}
		add(t, q, pull(1, "new"))
		receive(t, "the old head's end", ended)
		if head := receive(t, "the new head", started); head != "new" {
			t.Fatal(head)
		}
		idle(t, q)
		if most.Load() != 1 {
			t.Errorf("%d ran at once for one key", most.Load())
		}
		if len(started) != 0 {
			t.Errorf("%s ran again", <-started)
		}
	})
}

// A head that ignores its cancelled context must still be waited for.
func TestOneRunsPerKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		free, started := make(chan struct{}), make(chan string, 9)
		var running, most atomic.Int32
		q := newQueue(t, storetest.Open(t, url), func(_ context.Context, j jobs.Job) error {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer running.Add(-1)
			started <- j.Head
			<-free
			return nil
		}, jobs.Options{Workers: 4, Observe: func(o jobs.Outcome) {
			if o.Result == "busy" { // the newer one has met the older
				select {
				case <-free:
				default:
					close(free)
				}
			}
		}})
		start(t, q)
		add(t, q, pull(1, "old"))
		receive(t, "the old head", started)
		add(t, q, pull(1, "new"))
		if head := receive(t, "the new head", started); head != "new" {
			t.Errorf("%s ran second", head)
		}
		idle(t, q)
		if most.Load() != 1 {
			t.Errorf("%d ran at once for one key", most.Load())
		}
	})
}

// Who waits until nothing is outstanding has been told of all that ran.
func TestObservedBeforeIdle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st, outstanding := storetest.Open(t, url), make(chan int64, 9)
		q := newQueue(t, st, func(context.Context, jobs.Job) error { return nil }, jobs.Options{Observe: func(jobs.Outcome) {
			n, err := st.Outstanding(context.Background())
			if err != nil {
				t.Error(err)
			}
			outstanding <- n
		}})
		start(t, q)
		add(t, q, pull(1, "a"))
		if n := receive(t, "what is outstanding", outstanding); n != 1 {
			t.Errorf("%d outstanding when the outcome is told, want 1", n)
		}
		idle(t, q)
	})
}

func TestClosedCallsOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		q := newQueue(t, storetest.Open(t, url), l.run, jobs.Options{})
		closed := pull(1, "a")
		closed.Reason = jobs.Closed
		add(t, q, pull(1, "a"), pull(2, "b"))
		add(t, q, closed)
		start(t, q)
		idle(t, q)
		l.want(t, "b")
	})
}

func TestForceSurvivesReplacement(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		forced := make(chan bool, 9)
		q := newQueue(t, storetest.Open(t, url), func(_ context.Context, j jobs.Job) error {
			forced <- j.Force
			return nil
		}, jobs.Options{})
		rerun := pull(1, "a")
		rerun.Reason, rerun.Force = jobs.Rerun, true
		add(t, q, rerun)
		add(t, q, pull(1, "a"))
		start(t, q)
		if !receive(t, "the job", forced) {
			t.Error("somebody asked for a re-run, and an event of the same head undid it")
		}
		idle(t, q)
	})
}

type limited struct{}

func (limited) Error() string             { return "limited" }
func (limited) RetryAfter() time.Duration { return time.Millisecond }

func TestErrors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var tries sync.Map
		var l log
		q := newQueue(t, storetest.Open(t, url), func(ctx context.Context, j jobs.Job) error {
			n, _ := tries.LoadOrStore(j.Head, new(atomic.Int32))
			first := n.(*atomic.Int32).Add(1) == 1
			switch {
			case first && j.Head == "limited":
				return fmt.Errorf("listing: %w", limited{})
			case first && j.Head == "panic":
				panic("boom")
			case j.Head == "gone":
				return jobs.Drop(errors.New("the repository is gone"))
			}
			return l.run(ctx, j)
		}, jobs.Options{})
		start(t, q)
		add(t, q, pull(1, "limited"), pull(3, "gone"))
		idle(t, q)
		l.want(t, "limited")
		add(t, q, pull(2, "panic"))
		idle(t, q)
		l.want(t, "limited", "panic")
	})
}

func TestUninstalledForgets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		st := storetest.Open(t, url)
		if err := st.Facts(1).Store(t.Context(), map[string][]byte{"k": {1}}); err != nil {
			t.Fatal(err)
		}
		q := newQueue(t, st, l.run, jobs.Options{Workers: 1})
		other := pull(9, "other")
		other.Installation = 2
		add(t, q, pull(1, "a"), push("main", "b"), other)
		add(t, q, jobs.Job{Installation: 1, Reason: jobs.Uninstalled})
		start(t, q)
		idle(t, q)
		if got, err := st.Facts(1).Load(t.Context(), []string{"k"}); len(got) != 0 || err != nil {
			t.Errorf("%d facts are left (%v)", len(got), err)
		}
		if slices.Contains(l.heads, "b") || !slices.Contains(l.heads, "other") {
			t.Errorf("ran %q", l.heads)
		}
	})
}

func TestStopPutsRunningBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		started := make(chan struct{})
		q := newQueue(t, st, func(ctx context.Context, _ jobs.Job) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		}, jobs.Options{Grace: 10 * time.Millisecond})
		start(t, q)
		add(t, q, pull(1, "a"))
		receive(t, "the job", started)
		stop(t, q)

		var l log
		next := newQueue(t, st, l.run, jobs.Options{})
		start(t, next)
		idle(t, next)
		l.want(t, "a")
	})
}

func TestStopLetsRunningFinish(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		started, free := make(chan struct{}), make(chan struct{})
		q := newQueue(t, storetest.Open(t, url), func(ctx context.Context, j jobs.Job) error {
			close(started)
			<-free
			return errors.Join(ctx.Err(), l.run(ctx, j))
		}, jobs.Options{})
		start(t, q)
		add(t, q, pull(1, "a"))
		receive(t, "the job", started)
		stopped := make(chan struct{})
		go func() { stop(t, q); close(stopped) }()
		close(free)
		receive(t, "the stop", stopped)
		l.want(t, "a")
	})
}
