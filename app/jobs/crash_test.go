package jobs_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

// dieEnv makes the test program a server that dies: "answered 0 URL" right after
// a delivery is accepted, "working 0 URL" in the middle of its job. The number
// is by how many hours its clock is ahead.
const dieEnv = "MLOPS_MATURITY_TEST_DIE"

// ahead is a clock of the store some hours from now. The leases of processes
// before it have ended by then, with nobody having waited for that, and its own
// are as long as in production, so that no slow machine makes them end.
func ahead(hours int) store.Option {
	return store.WithClock(func() time.Time { return time.Now().Add(time.Duration(hours) * time.Hour) })
}

func die(t *testing.T, when string, hours int, url string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s", dieEnv, when, hours, url))
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the process was to be killed: %v\n%s", err, out)
	}
}

func dieAtWork() {
	var when, url string
	var hours int
	if _, err := fmt.Sscan(os.Getenv(dieEnv), &when, &hours, &url); err != nil {
		panic(err)
	}
	ctx := context.Background()
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	st, err := store.Open(ctx, url, ahead(hours))
	fail(err)
	q, err := jobs.New(st, runner(func(context.Context, jobs.Job) error {
		kill()
		return nil
	}), jobs.Options{})
	fail(err)
	_, err = q.Accept(ctx, jobs.Delivery{ID: "d", Event: "pull_request"}, []jobs.Job{pull(1, "a")})
	fail(err)
	if when == "answered" {
		kill()
	}
	fail(q.Start(ctx))
	select {} // the runner kills us
}

// kill is kill -9: nothing is flushed, closed or given back.
func kill() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	fmt.Fprintln(os.Stderr, err)
	select {}
}

func TestKilled(t *testing.T) {
	for _, when := range []string{"answered", "working"} {
		t.Run(when, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, url string) {
				die(t, when, 0, url)
				st := storetest.Open(t, url, ahead(1))
				if _, ok, err := st.Delivered(t.Context(), "d"); !ok || err != nil {
					t.Fatalf("the delivery is lost (%v)", err)
				}
				var l log
				q := newQueue(t, st, l.run, jobs.Options{})
				start(t, q)
				idle(t, q)
				l.want(t, "a")
				if fresh, err := q.Accept(t.Context(), jobs.Delivery{ID: "d", Event: "pull_request"}, []jobs.Job{pull(1, "a")}); fresh || err != nil {
					t.Errorf("GitHub's redelivery is taken for new: %v %v", fresh, err)
				}
			})
		})
	}
}

func TestJobThatKillsIsGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		for hours := range 3 {
			die(t, "working", hours, url)
		}
		var l log
		q := newQueue(t, storetest.Open(t, url, ahead(3)), l.run, jobs.Options{})
		start(t, q)
		idle(t, q)
		l.want(t)
	})
}
