package store_test

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

func see(t *testing.T, st *store.Store, s store.Sighting) {
	t.Helper()
	if err := st.InTx(t.Context(), func(tx *store.Tx) error { return tx.See(t.Context(), s) }); err != nil {
		t.Fatal(err)
	}
}

// Events come late and in any order: every word narrows who may see a level,
// only a newer one widens it.
func TestVisibilityNarrowsAtOnceAndWidensByNewerWordsOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		at := func(seconds int64) time.Time { return time.Unix(1_000_000+seconds, 0) }
		for i, c := range []struct {
			visibility string
			at         time.Time
			want       string
		}{
			{"public", time.Time{}, "public"}, // an installation's list tells no time
			{"private", at(10), "private"},
			{"public", at(5), "private"},
			{"public", at(10), "private"},
			{"public", time.Time{}, "private"},
			{"", at(11), "private"},
			{"public", at(11), "private"},
			{"public", at(12), "public"},
			{"internal", at(3), "internal"},
			{"private", time.Time{}, "private"},
			{"public", at(13), "public"},
		} {
			see(t, st, store.Sighting{Installation: 1, Repository: 2, FullName: "Acme/Churn", Visibility: c.visibility, At: c.at})
			if l, ok, err := st.Level(t.Context(), "acme/CHURN"); l.Visibility != c.want || !ok || l.Judged || err != nil {
				t.Errorf("after word %d: %+v %v %v, want %s", i, l, ok, err, c.want)
			}
		}
	})
}

func TestANameIsOneRepositorys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		now := time.Unix(1_000_000, 0)
		see(t, st, store.Sighting{Installation: 1, Repository: 2, FullName: "acme/churn", Visibility: "public", At: now})
		see(t, st, store.Sighting{Installation: 1, Repository: 2, FullName: "acme/older", Visibility: "public", At: now.Add(-time.Hour)})
		see(t, st, store.Sighting{Installation: 1, Repository: 3, FullName: "acme/churn", Visibility: "private", At: now.Add(time.Hour)})
		if l, ok, err := st.Level(t.Context(), "acme/churn"); !ok || l.Visibility != "private" || err != nil {
			t.Errorf("the name is still the other's: %+v %v %v", l, ok, err)
		}
		if _, ok, err := st.Level(t.Context(), "acme/older"); ok || err != nil {
			t.Errorf("an old name was taken: %v", err)
		}
		if _, ok, err := st.Level(t.Context(), ""); ok || err != nil {
			t.Errorf("a repository without a name is found: %v", err)
		}
	})
}

func TestARepositoryThatMovesIsForgottenWhereItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		now := time.Unix(1_000_000, 0)
		before := store.Sighting{Installation: 1, Repository: 2, FullName: "acme/churn", Visibility: "public", Branch: "main", At: now}
		save(t, st, 1, 2, sample("c1"))
		if err := errors.Join(st.SaveLevel(t.Context(), before, sample("c1"), time.Time{}), st.SaveTracking(t.Context(), 1, 2, store.Tracking{Issue: 9, Reached: true})); err != nil {
			t.Fatal(err)
		}
		if l, ok, err := st.Level(t.Context(), "acme/churn"); !ok || !l.Judged || l.Level != 2 || err != nil {
			t.Errorf("%+v %v %v", l, ok, err)
		}
		see(t, st, store.Sighting{Installation: 7, Repository: 2, FullName: "rival/churn", Visibility: "public", At: now.Add(time.Minute)})
		_, report, err1 := st.Report(t.Context(), 1, 2, "c1", "cfg", "v1")
		_, old, err2 := st.Level(t.Context(), "acme/churn")
		l, found, err3 := st.Level(t.Context(), "rival/churn")
		tracking, err4 := st.Tracking(t.Context(), 2)
		if err := errors.Join(err1, err2, err3, err4); err != nil || report || old || !found || l.Judged || tracking.Issue != 0 {
			t.Errorf("report %v, old name %v, %+v, tracking %+v, %v", report, old, l, tracking, err)
		}
	})
}

func TestForgetRepository(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		for _, id := range []int64{2, 3} {
			save(t, st, 1, id, sample("c1"))
			err := errors.Join(st.SaveComment(t.Context(), id, 5, 77), st.SaveTracking(t.Context(), 1, id, store.Tracking{Issue: 4, Reached: false}),
				st.SaveLevel(t.Context(), store.Sighting{Installation: 1, Repository: id, FullName: "acme/r" + strconv.Itoa(int(id))}, sample("c1"), time.Time{}))
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := st.Facts(1).Store(t.Context(), map[string][]byte{"k": {1}}); err != nil {
			t.Fatal(err)
		}
		if err := st.ForgetRepository(t.Context(), 1, 2); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[int64]bool{2: false, 3: true} {
			_, report, err1 := st.Report(t.Context(), 1, id, "c1", "cfg", "v1")
			_, comment, err2 := st.Comment(t.Context(), id, 5)
			history, err3 := st.History(t.Context(), 1, id, "main", 1)
			_, level, err4 := st.Level(t.Context(), "acme/r"+strconv.Itoa(int(id)))
			tracking, err5 := st.Tracking(t.Context(), id)
			if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
				t.Fatal(err)
			}
			if report != want || comment != want || (len(history) == 1) != want || level != want || (tracking.Issue == 4) != want {
				t.Errorf("repository %d: report %v comment %v history %d level %v tracking %+v", id, report, comment, len(history), level, tracking)
			}
		}
		// Whose they were cannot be told.
		if facts, err := st.Facts(1).Load(t.Context(), []string{"k"}); len(facts) != 0 || err != nil {
			t.Errorf("%d facts are left, %v", len(facts), err)
		}
	})
}

func TestSwept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		seen := store.Sighting{Installation: 1, Repository: 2, FullName: "acme/churn", Branch: "main"}
		for _, due := range []time.Time{clock.now().Add(time.Hour), {}} {
			if err := errors.Join(st.Sweep(t.Context(), seen, "c2"), st.SaveLevel(t.Context(), seen, sample("c1"), due)); err != nil {
				t.Fatal(err)
			}
			all, err := st.Swept(t.Context(), 1)
			if s := all[2]; err != nil || len(all) != 1 || s.Commit != "c1" || s.Head != "c2" || s.At.Unix() != clock.now().Unix() || !s.Due.Equal(due) {
				t.Errorf("%+v %v", all, err)
			}
		}
	})
}

// Of fifty who would open the one issue at the same moment, one may.
func TestOneMayOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		var opened atomic.Int32
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				ok, err := st.MayOpen(t.Context(), 1, 2)
				if err != nil {
					t.Error(err)
				}
				if ok {
					opened.Add(1)
				}
			})
		}
		wait.Wait()
		if n := opened.Load(); n != 1 {
			t.Errorf("%d may open", n)
		}
		// The one died: after a while another may, and once it is open nobody.
		clock.advance(11 * time.Minute)
		if ok, err := st.MayOpen(t.Context(), 1, 2); !ok || err != nil {
			t.Errorf("%v %v", ok, err)
		}
		if err := st.SaveTracking(t.Context(), 1, 2, store.Tracking{Issue: 4, Reached: false}); err != nil {
			t.Fatal(err)
		}
		clock.advance(2 * time.Hour)
		if ok, err := st.MayOpen(t.Context(), 1, 2); ok || err != nil {
			t.Errorf("a second one: %v %v", ok, err)
		}
	})
}

func TestOpeningsOfAnInstallationAreBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		count := func(installation int64) (n int) {
			for id := range int64(3 * store.MaxOpenings) {
				ok, err := st.MayOpen(t.Context(), installation, 100*installation+id)
				if err != nil {
					t.Fatal(err)
				}
				if ok {
					n++
				}
			}
			return n
		}
		if n := count(1); n != store.MaxOpenings {
			t.Errorf("%d issues in an hour", n)
		}
		if n := count(2); n != store.MaxOpenings {
			t.Errorf("%d issues of another installation", n)
		}
		clock.advance(time.Hour)
		if n := count(1); n != store.MaxOpenings {
			t.Errorf("%d issues in the next hour", n)
		}
	})
}

func TestSnooze(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		until := time.Unix(2_000_000, 0)
		if err := errors.Join(st.SaveTracking(t.Context(), 1, 2, store.Tracking{Issue: 4, Reached: true}), st.Snooze(t.Context(), 1, 2, until)); err != nil {
			t.Fatal(err)
		}
		if got, err := st.Tracking(t.Context(), 2); err != nil || got != (store.Tracking{Issue: 4, Reached: true, Snoozed: until}) {
			t.Errorf("%+v %v", got, err)
		}
		if err := st.Snooze(t.Context(), 1, 2, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if got, err := st.Tracking(t.Context(), 2); err != nil || !got.Snoozed.IsZero() {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestProblemsAreNewsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		for i, want := range []bool{true, false, false} {
			if news, err := st.NoteProblem(t.Context(), 1, "repository property", "It is not defined."); news != want || err != nil {
				t.Errorf("time %d: %v %v", i, news, err)
			}
		}
		all, err := st.Problems(t.Context())
		if err != nil || len(all) != 1 || all[0].Installation != 1 || all[0].Problem != "It is not defined." {
			t.Errorf("%+v %v", all, err)
		}
		if err := st.SolveProblem(t.Context(), 1, "repository property"); err != nil {
			t.Fatal(err)
		}
		if all, err := st.Problems(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		if news, err := st.NoteProblem(t.Context(), 1, "repository property", "It is not defined."); !news || err != nil {
			t.Errorf("after it was solved: %v %v", news, err)
		}
	})
}

func TestTurnsAreOnePerGap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		for i, want := range []bool{true, false, true} {
			if ok, err := st.TakeTurn(t.Context(), "sweep", time.Hour); ok != want || err != nil {
				t.Errorf("turn %d: %v %v", i, ok, err)
			}
			clock.advance(40 * time.Minute)
		}
	})
}
