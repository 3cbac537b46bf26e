package jobs_test

import (
	"context"
	"slices"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

func because(j jobs.Job, reason jobs.Reason) jobs.Job {
	j.Reason = reason
	return j
}

// reasons records what ran, in order.
func reasons(l *log) runner {
	return func(ctx context.Context, j jobs.Job) error {
		j.Head = string(j.Reason) + " " + j.Head
		return l.run(ctx, j)
	}
}

// A sweep is last in everything: it replaces nothing, and anything replaces it.
func TestASweepGivesWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		q := newQueue(t, storetest.Open(t, url), reasons(&l), jobs.Options{Workers: 1})
		add(t, q, push("main", "a"))
		add(t, q, because(push("main", "b"), jobs.Swept)) // a push of b is on its way, or the next sweep sees it
		add(t, q, because(push("dev", "c"), jobs.Swept))
		add(t, q, push("dev", "c")) // must not wait behind, nor be taken for, a sweep
		add(t, q, because(push("old", "d"), jobs.Swept))
		add(t, q, push("new", "e"))
		start(t, q)
		idle(t, q)
		slices.Sort(l.heads[:3])
		l.want(t, "push a", "push c", "push e", "swept d")
	})
}

func TestRemovedForgetsOneRepository(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var l log
		st := storetest.Open(t, url)
		q := newQueue(t, st, l.run, jobs.Options{Workers: 1})
		see := jobs.Sighting{Installation: 1, Repository: 2, FullName: "o/r", Visibility: store.Public}
		if fresh, err := q.Accept(t.Context(), jobs.Delivery{ID: "d", Event: "push"}, []jobs.Job{push("main", "owed")}, see); !fresh || err != nil {
			t.Fatal(fresh, err)
		}
		if l, ok, err := st.Level(t.Context(), "o/r"); !ok || l.Visibility != store.Public || err != nil {
			t.Fatalf("%+v %v %v", l, ok, err)
		}
		other := push("main", "other's")
		other.RepositoryID = 22
		add(t, q, other)
		add(t, q, jobs.Job{Installation: 1, RepositoryID: 2, Owner: "o", Repository: "r", Reason: jobs.Removed})
		back := because(push("", "back"), jobs.Installed) // it was added again at once
		add(t, q, back)
		start(t, q)
		idle(t, q)
		l.want(t, "other's", "back")
		if _, ok, err := st.Level(t.Context(), "o/r"); ok || err != nil {
			t.Errorf("the repository is still known: %v", err)
		}
	})
}
