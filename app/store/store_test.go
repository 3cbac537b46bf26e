package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// clock is a time that only the test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func newClock() *clock { return &clock{time.Unix(1_800_000_000, 0)} }

func TestOpenAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				st, err := store.Open(t.Context(), url)
				if err != nil {
					t.Error(err)
					return
				}
				if err := st.Ready(t.Context()); err != nil {
					t.Error(err)
				}
				if err := st.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestEnginesHaveTheSameMigrations(t *testing.T) {
	names := func(dir string) string {
		files, err := fs.Glob(os.DirFS("migrations"), dir+"/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("no migrations for %s: %v", dir, err)
		}
		return strings.ReplaceAll(strings.Join(files, " "), dir+"/", "")
	}
	if a, b := names("sqlite"), names("postgres"); a != b {
		t.Errorf("sqlite has %s\npostgres has %s", a, b)
	}
}

func TestURLs(t *testing.T) {
	for url, wants := range map[string]string{
		"sqlite:a.db": "", "sqlite:/a/b.db": "", "postgres://u:p@h/db": "", "postgresql://h/db": "",
		"sqlite:": "needs the path", "sqlite::memory:": "needs the path", "mysql://x": "must begin with",
		"postgres://u:secret@h:port/db": "no PostgreSQL URL",
	} {
		err := store.ValidURL(url)
		if wants == "" && err != nil || wants != "" && (err == nil || !strings.Contains(err.Error(), wants)) {
			t.Errorf("%s: %v, want %q", url, err, wants)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestSQLitePathWithURISyntax(t *testing.T) {
	path := t.TempDir() + "/new folder/100% #1?.db"
	storetest.Open(t, "sqlite:"+path)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestDeliveryIsBookedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		book := func(fail error) (fresh bool, err error) {
			err = st.InTx(t.Context(), func(tx *store.Tx) error {
				fresh, err = st.InsertDelivery(t.Context(), tx, "id-1", "push", "1 jobs")
				return errors.Join(err, fail)
			})
			return fresh, err
		}
		boom := errors.New("boom")
		if _, err := book(boom); !errors.Is(err, boom) {
			t.Fatalf("the error of the transaction is lost: %v", err)
		}
		if _, ok, err := st.Delivered(t.Context(), "id-1"); ok || err != nil {
			t.Fatalf("a rolled back delivery is booked (%v)", err)
		}
		for i, want := range []bool{true, false, false} {
			if fresh, err := book(nil); fresh != want || err != nil {
				t.Errorf("booking %d: %v, %v", i, fresh, err)
			}
		}
		if outcome, ok, err := st.Delivered(t.Context(), "id-1"); outcome != "1 jobs" || !ok || err != nil {
			t.Errorf("%q %v %v", outcome, ok, err)
		}
	})
}

func TestFacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		const n = 1201 // several chunks of both kinds
		values := map[string][]byte{}
		keys := []string{"never stored"}
		for i := range n {
			key := fmt.Sprintf("%040d", i)
			keys = append(keys, key)
			values[key] = bytes.Repeat([]byte{byte(i)}, i%50)
		}
		cache := st.Facts(7)
		for range 2 { // storing again replaces
			if err := cache.Store(t.Context(), values); err != nil {
				t.Fatal(err)
			}
		}
		got, err := cache.Load(t.Context(), keys)
		if err != nil || len(got) != n {
			t.Fatalf("%d values, %v", len(got), err)
		}
		for k, v := range values {
			if !bytes.Equal(got[k], v) {
				t.Fatalf("%s: %x, want %x", k, got[k], v)
			}
		}
		if other, err := st.Facts(8).Load(t.Context(), keys); len(other) != 0 || err != nil {
			t.Errorf("another installation sees %d facts (%v)", len(other), err)
		}
	})
}

func TestEvict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		put := func(keys ...string) {
			values := map[string][]byte{}
			for _, k := range keys {
				values[k] = make([]byte, 100)
			}
			if err := st.Facts(1).Store(t.Context(), values); err != nil {
				t.Fatal(err)
			}
		}
		left := func() (n int) {
			got, err := st.Facts(1).Load(t.Context(), []string{"old", "read", "new"})
			if err != nil {
				t.Fatal(err)
			}
			return len(got)
		}
		put("old", "read")
		clock.advance(48 * time.Hour)
		if _, err := st.Facts(1).Load(t.Context(), []string{"read"}); err != nil {
			t.Fatal(err)
		}
		put("new")
		if n, err := st.Evict(t.Context(), store.Keep{Facts: 24 * time.Hour}); n != 1 || err != nil {
			t.Errorf("evicted %d by age, want 1, for one was read since (%v)", n, err)
		}
		if n := left(); n != 2 {
			t.Errorf("%d facts left", n)
		}
		if n, err := st.Evict(t.Context(), store.Keep{FactBytes: 200}); n != 0 || err != nil {
			t.Errorf("evicted %d below the limit (%v)", n, err)
		}
		if n, err := st.Evict(t.Context(), store.Keep{FactBytes: 199}); n == 0 || err != nil {
			t.Errorf("evicted nothing above the limit (%v)", err)
		}
		if err := st.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := st.InsertDelivery(t.Context(), tx, "d", "push", "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		save(t, st, 1, 2, sample("c1"))
		clock.advance(time.Hour)
		if n, err := st.Evict(t.Context(), store.Keep{Deliveries: time.Minute, Reports: time.Minute}); n != 2 || err != nil {
			t.Errorf("evicted %d, want a delivery and a report (%v)", n, err)
		}
	})
}

func TestEvictBoundsReportsBySize(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		save(t, st, 1, 2, sample("c1"))
		if n, err := st.Evict(t.Context(), store.Keep{ReportBytes: 1 << 20}); n != 0 || err != nil {
			t.Errorf("evicted %d below the limit (%v)", n, err)
		}
		if n, err := st.Evict(t.Context(), store.Keep{ReportBytes: 1}); n != 1 || err != nil {
			t.Errorf("evicted %d above the limit (%v)", n, err)
		}
		if points, err := st.History(t.Context(), 1, 2, "main", 1); len(points) != 1 || err != nil {
			t.Errorf("the history went with the report: %v", err)
		}
	})
}

func sample(commit string) *report.Report {
	two := 2
	return &report.Report{
		Schema:  report.Schema,
		Engine:  report.Engine{Version: "v1", Model: "microsoft", ModelEdition: "2025-10-28"},
		Subject: report.Subject{Repository: "o/r", Commit: commit},
		Project: report.Project{Kind: report.MLProject, Level: 2, LevelName: "Automated training",
			Dimensions: []report.Dimension{{ID: "training", Title: "Training", Level: &two, Met: 1, Of: 2}, {ID: "people"}},
			Capabilities: []report.Capability{{ID: "training.automated", Status: report.Met, Evidence: []report.Evidence{
				{Path: "a.yml", Line: 3, What: "schedule <weekly> & more", Via: []report.Hop{{Path: "b", Line: 1, What: "x", Guessed: true}}}}}},
			Next: []string{"a"}},
		Gaps: []repo.Gap{{Path: "x", Reason: "is too large"}},
	}
}

func save(t *testing.T, st *store.Store, installation, repository int64, r *report.Report) {
	t.Helper()
	if err := st.SaveReport(t.Context(), installation, repository, "main", "cfg", r); err != nil {
		t.Fatal(err)
	}
}

func TestReports(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		clock := newClock()
		st := storetest.Open(t, url, store.WithClock(clock.now))
		want := sample("c1")
		save(t, st, 1, 2, want)
		got, ok, err := st.Report(t.Context(), 1, 2, "c1", "cfg", "v1")
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(got)
		if !bytes.Equal(a, b) {
			t.Errorf("stored\n%s\nread\n%s", a, b)
		}
		for _, miss := range [][]any{{int64(9), "c1", "cfg", "v1"}, {int64(2), "c2", "cfg", "v1"}, {int64(2), "c1", "other", "v1"}, {int64(2), "c1", "cfg", "v2"}} {
			if _, ok, err := st.Report(t.Context(), 1, miss[0].(int64), miss[1].(string), miss[2].(string), miss[3].(string)); ok || err != nil {
				t.Errorf("%v: found %v, %v", miss, ok, err)
			}
		}
		clock.advance(time.Minute)
		save(t, st, 1, 2, sample("c2"))
		save(t, st, 1, 2, sample("c2")) // again: replaced, no second entry
		points, err := st.History(t.Context(), 1, 2, "main", 10)
		if err != nil || len(points) != 2 || points[0].Commit != "c2" || points[1].Level != 2 {
			t.Errorf("%+v %v", points, err)
		}
	})
}

func TestForget(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		st := storetest.Open(t, url)
		for installation := int64(1); installation <= 2; installation++ {
			save(t, st, installation, 10*installation, sample("c"))
			_, opened := st.MayOpen(t.Context(), installation, 10*installation)
			_, noted := st.NoteProblem(t.Context(), installation, "tracking issue", "No.")
			seen := store.Sighting{Installation: installation, Repository: 10 * installation, FullName: "o/r" + string(rune('0'+installation))}
			if err := errors.Join(opened, noted, st.SaveTracking(t.Context(), installation, 10*installation, store.Tracking{Issue: 4, Reached: true}), st.SaveLevel(t.Context(), seen, sample("c"), time.Time{})); err != nil {
				t.Fatal(err)
			}
			if err := st.SaveComment(t.Context(), 10*installation, 5, 77); err != nil {
				t.Fatal(err)
			}
			if err := st.Facts(installation).Store(t.Context(), map[string][]byte{"k": {1}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := st.Forget(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		for installation, want := range map[int64]bool{1: false, 2: true} {
			_, report, err1 := st.Report(t.Context(), installation, 10*installation, "c", "cfg", "v1")
			id, comment, err2 := st.Comment(t.Context(), 10*installation, 5)
			facts, err3 := st.Facts(installation).Load(t.Context(), []string{"k"})
			history, err4 := st.History(t.Context(), installation, 10*installation, "main", 1)
			tracking, err5 := st.Tracking(t.Context(), 10*installation)
			_, level, err6 := st.Level(t.Context(), "o/r"+string(rune('0'+installation)))
			if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
				t.Fatal(err)
			}
			if (tracking.Issue == 4) != want || level != want {
				t.Errorf("installation %d: tracking %+v, level %v", installation, tracking, level)
			}
			if report != want || comment != want || (len(facts) == 1) != want || (len(history) == 1) != want || want && id != 77 {
				t.Errorf("installation %d: report %v comment %v facts %d history %d", installation, report, comment, len(facts), len(history))
			}
		}
	})
}
