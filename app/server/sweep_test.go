package server_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

// names lists the repositories that were judged, sorted.
func (r *runs) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, j := range r.jobs {
		all = append(all, j.Repository+" "+string(j.Reason))
	}
	slices.Sort(all)
	return all
}

func TestSweepFindsWhatHasNoVerdict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		l := newLive(t, url, "version: 1\n")
		l.start(t)
		l.push("notes.txt", "1\n")
		archived := githubsim.Must(l.sim.AddRepo("acme/archived", githubsim.FromFiles(map[string]string{"a.py": "a\n"})))
		archived.Archive()
		lost := githubsim.Must(l.sim.AddRepo("acme/lost", githubsim.FromFiles(map[string]string{"a.py": "a\n"})))
		off := githubsim.Must(l.sim.AddRepo("acme/off", githubsim.FromFiles(map[string]string{".mlops-maturity.yml": "version: 1\nenabled: false\n"})))
		sweep := func(want int) {
			t.Helper()
			n, err := l.Sweep(t.Context())
			if n != want || err != nil {
				t.Errorf("%d heads swept, want %d (%v)", n, want, err)
			}
			l.idle(t)
		}
		sweep(2)
		if runs := l.sim.CheckRuns(lost, lost.Head("main")); len(runs) != 1 || runs[0].Status != "completed" {
			t.Errorf("%+v", runs)
		}
		if n := len(l.sim.CheckRuns(archived, "")) + len(l.sim.CheckRuns(off, "")); n != 0 {
			t.Errorf("%d check runs of what is archived or switched off", n)
		}
		sweep(0) // one is judged, the other was tried today
		lostAgain := githubsim.Must(lost.Commit("main", map[string]string{"b.py": "b\n"}, "A push whose event is lost"))
		sweep(1)
		if runs := l.sim.CheckRuns(lost, lostAgain); len(runs) != 1 {
			t.Errorf("%d check runs", len(runs))
		}
		if _, metrics := l.get(t, "/metrics"); !strings.Contains(metrics, `mlops_maturity_swept_heads_total{outcome="queued"} 3`) {
			t.Error("sweeps are not counted")
		}
	})
}

// The end of a waiver comes without a push. The branch is judged again on the
// day the warning begins and on the day it is over, once each, in the check run
// that is there.
func TestSweepJudgesAgainWhatFellDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		var ahead atomic.Int64 // days
		start := time.Now()
		noon := start.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour) // no midnight comes while the test runs
		clock := func() time.Time { return noon.AddDate(0, 0, int(ahead.Load())).Add(time.Since(start)) }
		day := func(n int) string { return noon.AddDate(0, 0, n).Format(time.DateOnly) }
		l := newLive(t, url, "version: 1\nwaivers:\n  - {capability: application.tests, reason: moved, owner: ml, expires: "+day(20)+"}\n",
			func(w *world) { w.deps.Now = clock })
		l.start(t)
		l.push("notes.txt", "1\n")
		run := func() githubsim.CheckRun {
			t.Helper()
			runs := l.sim.CheckRuns(l.repo, l.repo.Head("main"))
			if len(runs) != 1 || runs[0].Status != "completed" {
				t.Fatalf("%+v", runs)
			}
			return runs[0]
		}
		writes := run().Writes
		for _, c := range []struct {
			day, swept int
			title      string // of the check run has it
			text       string
		}{
			{0, 0, "", ""},
			{5, 0, "", ""},
			{6, 1, "", "1 waiver in force (1 ends within two weeks)"},
			{6, 0, "", ""},
			{20, 0, "", ""},
			{21, 1, "1 waiver expired", "1 waiver expired"},
			{21, 0, "", ""},
			{400, 0, "", ""},
		} {
			ahead.Store(int64(c.day))
			if n, err := l.Sweep(t.Context()); n != c.swept || err != nil {
				t.Fatalf("day %d: %d swept, want %d (%v)", c.day, n, c.swept, err)
			}
			l.idle(t)
			now := run()
			if now.Writes != writes+c.swept || !strings.Contains(now.Title, c.title) || !strings.Contains(now.Summary+now.Text, c.text) {
				t.Errorf("day %d: %d writes after %d, %q\n%s\n%s", c.day, now.Writes, writes, now.Title, now.Summary, now.Text)
			}
			writes = now.Writes
		}
	})
}

// A check run that a dead process left behind is taken up again.
func TestSweepFindsAStuckCheckRun(t *testing.T) {
	t.Parallel()
	l := newLive(t, "sqlite:"+t.TempDir()+"/t.db", "version: 1\n")
	l.start(t)
	l.push("notes.txt", "1\n")
	run := l.sim.CheckRuns(l.repo, l.repo.Head("main"))[0]
	l.sim.Stick(run.ID)
	if n, err := l.Sweep(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	l.idle(t)
	if runs := l.sim.CheckRuns(l.repo, l.repo.Head("main")); len(runs) != 1 || runs[0].Status != "completed" {
		t.Errorf("%+v", runs)
	}
}

// A look costs two requests for fifty repositories, a round queues few of
// them; with less than half of the quota left it queues none.
func TestSweepIsModest(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, "sqlite:"+t.TempDir()+"/t.db", func(*world) {})
	inst := w.sim.Install("acme", nil)
	const many = 70
	for i := range many {
		githubsim.Must(w.sim.AddRepo(fmt.Sprintf("acme/r%d", i), githubsim.FromFiles(nil)))
	}
	w.sim.RateLimit(inst.ID(), 2000, time.Now().Add(time.Hour))
	if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("with two fifths of the quota left %d were queued (%v)", n, err)
	}
	w.sim.RateLimit(inst.ID(), 5000, time.Now().Add(time.Hour))
	w.sim.ResetRequests()
	if n, err := w.Sweep(t.Context()); n != 50 || err != nil {
		t.Errorf("%d were queued in one round (%v)", n, err)
	}
	if n := len(w.sim.Requests()); n > 2*many/50+2 {
		t.Errorf("%d requests to look at %d repositories", n, many)
	}
	// The next round takes what is left.
	if n, err := w.Sweep(t.Context()); n != many-50 || err != nil {
		t.Errorf("%d were queued in the next round (%v)", n, err)
	}
	w.start(t)
	w.idle(t)
	if names := w.runs.names(); len(names) != many || !strings.HasSuffix(names[0], string(jobs.Swept)) {
		t.Errorf("%d ran, %v", len(names), names[:1])
	}
}

// Through the webhook route, on both databases: a push opens the issue, another
// event does not, and it is closed when the target is reached.
func TestTrackingIssueThroughTheWebhook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		l := newLive(t, url, "version: 1\ntracking_issue: true\ntarget_level: 1\n")
		l.start(t)
		l.tell("installation", l.sim.InstallationPayload(l.inst, "created"))
		if n := len(l.repo.Issues()); n != 0 {
			t.Fatalf("%d issues after the installation", n)
		}
		l.push("notes.txt", "1\n")
		for i := range 3 {
			l.push("notes.txt", fmt.Sprintf("more %d\n", i))
		}
		all := l.repo.Issues()
		if len(all) != 1 || all[0].State != "open" || all[0].Edits != 0 {
			t.Fatalf("%+v", all)
		}
		if !strings.Contains(all[0].Body, "application.ci") {
			t.Errorf("the issue:\n%s", all[0].Body)
		}
		for _, f := range archive(t, "../assess/testdata/change.txtar") {
			l.push(f.Name, string(f.Data))
		}
		if all = l.repo.Issues(); len(all) != 1 || all[0].State != "closed" || all[0].Reason != "completed" || len(l.repo.IssueComments(all[0].Number)) != 1 {
			t.Errorf("%+v", all)
		}
	})
}
