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

// dieEnv makes the test program a server that dies: "answered:URL" right after
// a delivery is accepted, "working:URL" in the middle of its job.
const dieEnv = "MLOPS_MATURITY_TEST_DIE"

func dieAtWork() {
	when, url := os.Getenv(dieEnv)[:8], os.Getenv(dieEnv)[9:]
	ctx := context.Background()
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	st, err := store.Open(ctx, url)
	fail(err)
	q, err := jobs.New(st, runner(func(context.Context, jobs.Job) error {
		kill()
		return nil
	}), jobs.Options{Lease: 2 * time.Second})
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
	for _, when := range []string{"answered", "working:"} {
		t.Run(when[:7], func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, url string) {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), dieEnv+"="+when+":"+url)
				if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != -1 {
					t.Fatalf("the process was to be killed: %v\n%s", err, out)
				}
				st := storetest.Open(t, url)
				if _, ok, err := st.Delivered(t.Context(), "d"); !ok || err != nil {
					t.Fatalf("the delivery is lost (%v)", err)
				}
				var l log
				q := newQueue(t, st, l.run, jobs.Options{Lease: 2 * time.Second})
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
		for range 3 {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), dieEnv+"=working::"+url)
			if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != -1 {
				t.Fatalf("the process was to be killed: %v\n%s", err, out)
			}
		}
		var l log
		q := newQueue(t, storetest.Open(t, url), l.run, jobs.Options{Lease: 2 * time.Second})
		start(t, q)
		idle(t, q)
		l.want(t)
	})
}
