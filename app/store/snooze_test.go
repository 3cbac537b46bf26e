package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

func TestPullSnooze(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		now := time.Unix(1_800_000_000, 0)
		st := storetest.Open(t, url, store.WithClock(func() time.Time { return now }))
		until := now.Add(time.Hour)
		if err := errors.Join(st.SnoozePull(t.Context(), 1, 2, 3, now.Add(time.Minute)), st.SnoozePull(t.Context(), 1, 2, 3, until)); err != nil {
			t.Fatal(err)
		}
		want := func(pull int, want time.Time) {
			t.Helper()
			if got, err := st.PullSnoozed(t.Context(), 2, pull); !got.Equal(want) || err != nil {
				t.Errorf("pull request %d: %v, %v, want %v", pull, got, err, want)
			}
		}
		want(3, until)
		want(4, time.Time{})
		if n, err := st.Evict(t.Context(), store.Keep{}); n != 0 || err != nil {
			t.Errorf("evicted %d, %v while it holds", n, err)
		}
		now = until.Add(time.Second)
		if n, err := st.Evict(t.Context(), store.Keep{}); n != 1 || err != nil {
			t.Errorf("evicted %d, %v after its end", n, err)
		}
		want(3, time.Time{})
		for name, forget := range map[string]func() error{
			"installation": func() error { return st.Forget(t.Context(), 1) },
			"repository":   func() error { return st.ForgetRepository(t.Context(), 1, 2) },
		} {
			if err := errors.Join(st.SnoozePull(t.Context(), 1, 2, 3, until), forget()); err != nil {
				t.Fatal(name, err)
			}
			want(3, time.Time{})
		}
	})
}
