package assess_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

const config = ".mlops-maturity.yml"

// organization makes the owner's .github repository with a configuration.
func (w *world) organization(text string) *githubsim.Repo {
	w.t.Helper()
	return githubsim.Must(w.AddRepo("acme/.github", githubsim.FromFiles(map[string]string{config: text})))
}

// below is a change that loses a capability, which fails where the rules say so.
func (w *world) below() *githubsim.Pull {
	w.t.Helper()
	if err := w.repo.Branch("feature", "main"); err != nil {
		w.t.Fatal(err)
	}
	githubsim.Must(w.repo.CommitEntries("feature", []githubsim.Entry{{Path: "tests.py", Remove: true}}, "Drop the tests"))
	return githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
}

var tested = map[string]string{"train.py": "x\n", "tests.py": "x\n"}

func with(files map[string]string, more ...string) map[string]string {
	out := map[string]string{}
	for p, text := range files {
		out[p] = text
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// What the organisation says holds for its repositories, the repository's own
// file has the last word where it may, and neither a pull request nor a fork
// changes either.
func TestOrganizationDefaults(t *testing.T) {
	t.Parallel()
	const strict = "version: 1\nfail_on: [regression]\n"
	for name, test := range map[string]struct {
		organization, own string
		path              string // of the organisation's file, "" for the usual one
		public            bool   // its repository is public, and the App is not installed there
		conclusion        string
		says              []string
	}{
		"none":                             {"", "", "", false, "neutral", nil},
		"holds":                            {strict, "", "", false, "failure", nil},
		"in the other place":               {strict, "", ".github/mlops-maturity.yml", false, "failure", nil},
		"in a public repository":           {strict, "", "", true, "failure", nil},
		"the repository has the last word": {strict, "version: 1\nfail_on: []\n", "", false, "neutral", nil},
		"but not on a locked key": {strict + "organization: {lock: [fail_on]}\n", "version: 1\nfail_on: []\n", "", false, "failure",
			[]string{".mlops-maturity.yml:2", "acme/.github:.mlops-maturity.yml:3", "locks fail_on"}},
		"with mistakes in the repository's file": {strict, "version: 1\nfail_onn: []\n", "", false, "failure", []string{".mlops-maturity.yml:2", "fail_onn"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := tested
			if test.own != "" {
				files = with(tested, config, test.own)
			}
			w := newWorld(t, files)
			if test.organization != "" {
				path := config
				if test.path != "" {
					path = test.path
				}
				r := githubsim.Must(w.AddRepo("acme/.github", githubsim.FromFiles(map[string]string{path: test.organization})))
				if test.public {
					r.MakePublic()
					w.inst.Select("acme/churn")
				}
			}
			pr := w.below()
			w.run(w.assessor(), pr)
			run := w.oneRun(pr.HeadSHA())
			if run.Conclusion != test.conclusion {
				t.Errorf("%s, want %s: %s", run.Conclusion, test.conclusion, run.Summary)
			}
			for _, want := range test.says {
				if !strings.Contains(run.Summary, want) {
					t.Errorf("the summary lacks %q: %s", want, run.Summary)
				}
			}
		})
	}
}

// A private .github repository that the installation does not cover is absent.
func TestOrganizationOutOfReachIsAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, tested)
	w.organization("version: 1\nfail_on: [regression]\n")
	w.inst.Select("acme/churn")
	pr := w.below()
	w.run(w.assessor(), pr)
	if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "neutral" || strings.Contains(run.Summary, ".github") {
		t.Errorf("%s: %s", run.Conclusion, run.Summary)
	}
}

// Whatever GitHub fails with while the configuration is read, no verdict is
// given by other rules: the check run waits, the job comes again, and then the
// organisation's rules hold as if nothing had been.
func TestFaultsWhileReadingConfiguration(t *testing.T) {
	t.Parallel()
	graphql := func(f githubsim.Fault) func(*world) {
		f.PathGlob = "/**/graphql"
		return func(w *world) { w.Fault(f) }
	}
	part := func(kind string) func(*world) {
		return func(w *world) { w.BreakPart("acme/.github", kind, "Something went wrong while executing your query") }
	}
	preset := func(kind string) func(*world) {
		return func(w *world) { w.BreakPart("acme/standards", kind, "Something went wrong while executing your query") }
	}
	linked := func(kind string) func(*world) {
		return func(w *world) { w.BreakPart("acme/serving", kind, "Something went wrong while executing your query") }
	}
	for name, test := range map[string]struct {
		break_ func(*world)
		waits  bool // the head was read, so a check run says that it waits
	}{
		"500":                      {graphql(githubsim.Fault{Status: 500}), false},
		"502":                      {graphql(githubsim.Fault{Status: 502}), false},
		"a refused limit":          {graphql(githubsim.Fault{Status: 403, Header: http.Header{"Retry-After": {"60"}}}), false},
		"429":                      {graphql(githubsim.Fault{Status: 429}), false},
		"a cut connection":         {graphql(githubsim.Fault{Drop: true}), false},
		"no JSON":                  {graphql(githubsim.Fault{Status: 200, Body: "<html>"}), false},
		"an empty answer":          {graphql(githubsim.Fault{Status: 200, Body: "{}"}), false},
		"an answer of other shape": {graphql(githubsim.Fault{Status: 200, Body: `{"data":{"repository":{"object":{"oid":"x"}},"organization":[]}}`}), false},
		"an error without a field": {graphql(githubsim.Fault{Status: 200, Body: `{"data":{"repository":null,"organization":null},"errors":[{"message":"timeout"}]}`}), false},
		"the organisation's part":  {part("SERVICE_UNAVAILABLE"), true},
		"a limit in its part":      {part("RATE_LIMITED"), true},
		"a file that is extended":  {preset("SERVICE_UNAVAILABLE"), true},
		"a limit while extending":  {preset("RATE_LIMITED"), true},
		"a linked repository":      {linked("SERVICE_UNAVAILABLE"), true},
		"a limit while linking":    {linked("RATE_LIMITED"), true},
		"the linked tree": {func(w *world) {
			w.Fault(githubsim.Fault{PathGlob: "/repos/acme/serving/git/trees/*", Status: 502, Times: 3})
		}, true},
		"the linked tree is cut": {func(w *world) {
			w.Fault(githubsim.Fault{PathGlob: "/repos/acme/serving/git/trees/*", Drop: true, Times: 3})
		}, true},
		"the linked tree is no JSON": {func(w *world) {
			w.Fault(githubsim.Fault{PathGlob: "/repos/acme/serving/git/trees/*", Status: 200, Body: "<html>"})
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, with(tested, config, "version: 1\nsystem: {repositories: [serving]}\n"))
			githubsim.Must(w.AddRepo("acme/serving", githubsim.FromFiles(map[string]string{"serve.py": "x\n"})))
			githubsim.Must(w.AddRepo("acme/standards", githubsim.FromFiles(map[string]string{"ml.yml": "version: 1\nfail_on: [regression]\n"})))
			if err := w.Repo("acme/standards").Tag("v1", "main"); err != nil {
				t.Fatal(err)
			}
			w.organization("version: 1\nextends: acme/standards@v1:ml.yml\n")
			pr := w.below()
			test.break_(w)
			a := w.assessor()
			err := a.Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
			if err == nil || strings.Contains(fmt.Sprintf("%T", err), "dropped") {
				t.Fatalf("got %v, want an error that is tried again", err)
			}
			if _, limited := errors.AsType[interface {
				error
				RetryAfter() time.Duration
			}](err); limited != strings.Contains(name, "limit") && name != "429" {
				t.Errorf("limited is %v: %v", limited, err)
			}
			runs := w.CheckRuns(w.repo, "")
			for _, run := range runs {
				if run.Status != "in_progress" || run.Conclusion != "" {
					t.Errorf("the check run is %s %s", run.Status, run.Conclusion)
				}
			}
			if len(runs) != map[bool]int{true: 1}[test.waits] {
				t.Errorf("%d check runs", len(runs))
			}
			w.ClearFaults()
			w.clock.push(time.Hour) // a limit has passed
			w.run(a, pr)
			if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "failure" {
				t.Errorf("the next attempt: %s %s", run.Conclusion, run.Summary)
			}
		})
	}
}

// The check run says what it waits for, and a verdict that was given stays.
func TestAwaitedConfigurationIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, tested)
	w.organization("version: 1\nfail_on: [regression]\n")
	pr := w.below()
	w.BreakPart("acme/.github", "SERVICE_UNAVAILABLE", "Something went wrong")
	for range 2 {
		_ = w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
		if run := w.oneRun(pr.HeadSHA()); run.Status != "in_progress" || !strings.Contains(run.Title, "Waiting for the configuration") {
			t.Fatalf("%s %q", run.Status, run.Title)
		}
	}
	w.ClearFaults()
	w.run(w.assessor(), pr)
	before := w.oneRun(pr.HeadSHA())
	w.BreakPart("acme/.github", "SERVICE_UNAVAILABLE", "Something went wrong")
	_ = w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
	if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "failure" || run.Title != before.Title {
		t.Errorf("the verdict did not stay: %s %q", run.Conclusion, run.Title)
	}
}

// Mistakes in the organisation's file break no repository: its last good
// version applies, or else it counts for nothing, and that is said with the
// place.
func TestMistakesInTheOrganization(t *testing.T) {
	t.Parallel()
	const good, bad = "version: 1\nfail_on: [regression]\n", "version: 1\nfail_onn: [regression]\n"
	t.Run("the last good version applies", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, tested)
		org := w.organization(good)
		commit := org.Head("main")
		githubsim.Must(org.Commit("main", map[string]string{config: bad}, "Oops"))
		githubsim.Must(org.Commit("main", map[string]string{config: bad + "# still\n"}, "Oops again"))
		pr := w.below()
		a := w.assessor()
		for range 2 {
			w.ResetRequests()
			w.run(a, pr)
		}
		if n := strings.Count(w.log(), "/graphql"); n != 1 {
			t.Errorf("%d queries, want the history kept:\n%s", n, w.log())
		}
		run := w.oneRun(pr.HeadSHA())
		for _, want := range []string{"acme/.github:.mlops-maturity.yml:2:1", "fail_onn", commit[:12]} {
			if !strings.Contains(run.Summary, want) {
				t.Errorf("the summary lacks %q: %s", want, run.Summary)
			}
		}
		if run.Conclusion != "failure" || len(run.Annotations) != 0 || strings.Contains(run.Title, "configuration not used") {
			t.Errorf("%s %q %+v", run.Conclusion, run.Title, run.Annotations)
		}
	})
	t.Run("there is no good version", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, with(tested, config, "version: 1\nfail_on: [regression]\n"))
		w.organization(bad)
		pr := w.below()
		w.run(w.assessor(), pr)
		if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "failure" || !strings.Contains(run.Summary, "it counts for nothing") {
			t.Errorf("%s %s", run.Conclusion, run.Summary)
		}
	})
	t.Run("a private file is not quoted in public", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, tested)
		w.repo.MakePublic()
		w.organization("version: 1\nsecret_project: [regression]\n")
		pr := w.below()
		w.run(w.assessor(), pr)
		run := w.oneRun(pr.HeadSHA())
		if strings.Contains(run.Summary, "secret_project") || !strings.Contains(run.Summary, "acme/.github:.mlops-maturity.yml:2:1") {
			t.Errorf("%s", run.Summary)
		}
	})
	t.Run("are shown on the organisation's own pull request", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, tested)
		w.repo = w.organization(good + "organization: {include: [churn]}\n")
		pr := w.open(map[string]string{config: bad}, githubsim.NewPull{})
		job := w.job(pr.Number(), pr.HeadSHA())
		job.Repository, job.RepositoryID = ".github", w.repo.ID()
		if err := w.assessor().Run(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		run := w.oneRun(pr.HeadSHA())
		if run.Conclusion != "neutral" || len(run.Annotations) != 1 || run.Annotations[0].Path != config {
			t.Errorf("%s %+v %s", run.Conclusion, run.Annotations, run.Summary)
		}
	})
}

// A repository that the organisation leaves out gets nothing; one that it takes
// out later gets a neutral check run, so that nobody waits for a required one.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"include: [ml-*]", "exclude: [CHURN]"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tested)
			org := w.organization("version: 1\norganization: {" + rule + "}\n")
			pr := w.below()
			w.run(w.assessor(), pr)
			if n := len(w.CheckRuns(w.repo, "")) + len(w.Comments(pr)); n != 0 {
				t.Fatalf("%d check runs and comments, want none", n)
			}
			githubsim.Must(org.Commit("main", map[string]string{config: "version: 1\n"}, "Take it in"))
			w.run(w.assessor(), pr)
			w.oneRun(pr.HeadSHA())
			githubsim.Must(org.Commit("main", map[string]string{config: "version: 1\norganization: {" + rule + "}\n"}, "Take it out"))
			w.push(map[string]string{"more.py": "x\n"})
			w.run(w.assessor(), pr)
			if run := w.oneRun(pr.HeadSHA()); run.Status != "completed" || run.Conclusion != "neutral" || run.Title != "This repository is not judged" {
				t.Errorf("%s %s %q", run.Status, run.Conclusion, run.Title)
			}
		})
	}
}

// A check run that was begun is ended when the repository switches the App off.
func TestSwitchedOffMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, tested)
	pr := w.below()
	w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 502, Times: 3})
	_ = w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
	if run := w.oneRun(pr.HeadSHA()); run.Status != "in_progress" {
		t.Fatalf("the check run is %s", run.Status)
	}
	w.ClearFaults()
	githubsim.Must(w.repo.Commit("main", map[string]string{config: "version: 1\nenabled: false\n"}, "Off"))
	w.run(w.assessor(), pr)
	if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "neutral" || !strings.Contains(run.Summary, "enabled: false") {
		t.Errorf("%s %s", run.Conclusion, run.Summary)
	}
}

// What is extended is pinned: a commit id is read once, a tag again after some
// minutes; what is not there is said at the line that names it.
func TestExtends(t *testing.T) {
	t.Parallel()
	w := newWorld(t, tested)
	standards := githubsim.Must(w.AddRepo("acme/standards", githubsim.FromFiles(map[string]string{"ml.yml": "version: 1\nfail_on: [regression]\n"})))
	if err := standards.Tag("v1", "main"); err != nil {
		t.Fatal(err)
	}
	pinned := standards.Head("main")
	pr := w.below()
	a := w.assessor()
	for _, step := range []struct {
		extends, conclusion string
		queries             int
		wait                time.Duration
	}{
		{"acme/standards@v1:ml.yml", "failure", 3, 0}, // the head, the file, and what the verdict needs
		{"acme/standards@v1:ml.yml", "failure", 1, time.Minute},
		{"acme/standards@v1:ml.yml", "failure", 2, 10 * time.Minute},
		{"acme/standards@" + pinned + ":ml.yml", "failure", 2, 0},
		{"acme/standards@" + pinned + ":ml.yml", "failure", 1, 24 * time.Hour},
		{"acme/standards@v2:ml.yml", "neutral", 2, 0},
		{"acme/standards@main:ml.yml", "neutral", 1, 0}, // a branch pins nothing
		{"other/secret@v1:ml.yml", "neutral", 2, 0},
	} {
		githubsim.Must(w.repo.Commit("main", map[string]string{config: "version: 1\nextends: " + step.extends + "\n", "n.txt": fmt.Sprint(step)}, "Extend"))
		w.clock.push(step.wait)
		w.ResetRequests()
		w.run(a, pr)
		run := w.oneRun(pr.HeadSHA())
		if n := strings.Count(w.log(), "/graphql"); n != step.queries || run.Conclusion != step.conclusion {
			t.Errorf("%+v: %d queries, %s: %s", step, n, run.Conclusion, run.Summary)
		}
		if step.conclusion == "neutral" && !strings.Contains(run.Summary, ".mlops-maturity.yml:2") {
			t.Errorf("%+v: no line is named: %s", step, run.Summary)
		}
	}
}

// Who writes a file need not be allowed to read what it extends: a proposal
// makes the App read nothing new, and the words of a private file stay there.
func TestExtendsIsNoWayToRead(t *testing.T) {
	t.Parallel()
	secret := func(w *world) {
		payroll := githubsim.Must(w.AddRepo("acme/payroll", githubsim.FromFiles(map[string]string{"db.yml": "version: 1\nhunter2: yes\n"})))
		if err := payroll.Tag("v1", "main"); err != nil {
			t.Fatal(err)
		}
	}
	const extends = "version: 1\nextends: acme/payroll@v1:db.yml\n"
	t.Run("proposed", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, tested)
		secret(w)
		pr := w.open(map[string]string{config: extends}, githubsim.NewPull{})
		w.BreakPart("acme/payroll", "SERVICE_UNAVAILABLE", "asked for") // would stop the job
		w.run(w.assessor(), pr)
		if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "success" || strings.Contains(run.Summary, "payroll") {
			t.Errorf("%s %s", run.Conclusion, run.Summary)
		}
	})
	for name, public := range map[string]bool{"in force": false, "in force, in public": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, with(tested, config, extends))
			secret(w)
			where := "acme/payroll@"
			if public {
				w.repo.MakePublic()
				where = "(a private file)"
			}
			pr := w.open(map[string]string{config: extends + "comment: sometimes\n"}, githubsim.NewPull{})
			w.run(w.assessor(), pr)
			run := w.oneRun(pr.HeadSHA())
			all := strings.ReplaceAll(run.Summary+run.Text+fmt.Sprint(run.Annotations), "\u200b", "")
			if run.Conclusion != "neutral" || strings.Contains(all, "hunter2") || !strings.Contains(all, where) || !strings.Contains(all, ":2:1") {
				t.Errorf("%s %s", run.Conclusion, all)
			}
			if public && strings.Contains(all, "payroll@v1:db.yml:") {
				t.Errorf("the private file is named: %s", all)
			}
		})
	}
}
