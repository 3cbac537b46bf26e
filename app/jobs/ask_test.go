package jobs_test

import (
	"context"
	"sync"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

func command(comment int64, line string) jobs.Job {
	j := pull(1, "")
	j.Reason, j.Ask = jobs.Command, &jobs.Ask{Login: "ada", UserID: 5, At: 1, Comment: comment, Line: line}
	return j
}

// No push replaces what a person asked for, no command another, and none runs
// twice.
func TestCommandsAreNotSwallowed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		ran := map[string]int{}
		q := newQueue(t, storetest.Open(t, url), func(_ context.Context, j jobs.Job) error {
			mu.Lock()
			defer mu.Unlock()
			if j.Ask == nil {
				ran[j.Head]++
				return nil
			}
			ran[j.Ask.Line]++
			if j.Attempt != 1 {
				t.Errorf("try %d", j.Attempt)
			}
			return nil
		}, jobs.Options{Workers: 1})
		button := pull(1, "a")
		button.Reason, button.Ask = jobs.Button, &jobs.Ask{Login: "ada", UserID: 5, At: 1, CheckRun: 7, Line: "waive"}
		add(t, q, pull(1, "a"), command(1, "first"), pull(1, "b"), command(2, "second"), button, pull(1, "c"), command(1, "first"), button)
		closed := pull(1, "c")
		closed.Reason = jobs.Closed
		add(t, q, closed)
		start(t, q)
		idle(t, q)
		if len(ran) != 3 || ran["first"] != 1 || ran["second"] != 1 || ran["waive"] != 1 {
			t.Errorf("ran %v", ran)
		}
	})
}

// An explanation that was asked for is given with the verdict on whatever head
// there is by then.
func TestExplanationsAreNotSwallowed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		var ran []jobs.Job
		q := newQueue(t, storetest.Open(t, url), func(_ context.Context, j jobs.Job) error {
			mu.Lock()
			defer mu.Unlock()
			ran = append(ran, j)
			return nil
		}, jobs.Options{Workers: 1})
		asked := pull(1, "a")
		asked.Reason, asked.Explain = jobs.Button, true
		again := pull(1, "a")
		again.Reason = jobs.Suite
		add(t, q, asked)
		add(t, q, again) // says nothing new
		add(t, q, pull(1, "b"))
		start(t, q)
		idle(t, q)
		if len(ran) != 1 || ran[0].Head != "b" || !ran[0].Explain {
			t.Errorf("ran %+v", ran)
		}
	})
}

func TestKeys(t *testing.T) {
	group := push("gh-readonly-queue/main/pr-1-abc", "h")
	group.Base = "main"
	keys := map[string]bool{}
	button := pull(1, "a")
	button.Ask = &jobs.Ask{CheckRun: 7, Line: "waive"}
	for _, j := range []jobs.Job{pull(1, "a"), push("main", "a"), command(1, ""), command(2, ""), group, button} {
		if keys[j.Key()] {
			t.Errorf("two jobs have the key %s", j.Key())
		}
		keys[j.Key()] = true
	}
	if n := jobs.PullOf(command(1, "").Key(), 1, 2); n != 0 {
		t.Errorf("the key of a command names pull request %d", n)
	}
}
