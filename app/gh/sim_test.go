package gh_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// clock stands still but for what is slept or pushed: nobody waits, and a slow
// machine changes nothing.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// world is the stand-in for GitHub with one repository, and a client of it.
type world struct {
	*githubsim.Sim
	inst *githubsim.Installation
	repo *githubsim.Repo
	*gh.Client
}

func newWorld(t *testing.T, files map[string]string) world {
	t.Helper()
	return newWorldWith(t, githubsim.Options{}, files)
}

func newWorldWith(t *testing.T, o githubsim.Options, files map[string]string) world {
	t.Helper()
	sim := githubsim.Must(githubsim.New(o))
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := sim.Start(func(h http.Handler) http.Handler { return contract.Wrap(t, h) }); err != nil {
		t.Fatal(err)
	}
	sim.FailOnUnexpected(t)
	w := world{Sim: sim, inst: sim.Install("acme", nil), repo: githubsim.Must(sim.AddRepo("acme/churn", githubsim.FromFiles(files)))}
	w.Client = newApp(t, sim).Repository(w.inst.ID(), "acme", "churn")
	return w
}

func newApp(t *testing.T, sim *githubsim.Sim) *gh.App {
	t.Helper()
	app, err := gh.New(gh.Options{AppID: sim.AppID(), PrivateKey: sim.PrivateKeyPEM(), V3URL: sim.APIURL(), V4URL: sim.GraphQLURL(), Clock: &clock{now: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// asked counts requests by method and the start of the path.
func (w world) asked(method, contains string) int {
	n := 0
	for _, r := range w.Requests() {
		if r.Method == method && strings.Contains(r.Path, contains) {
			n++
		}
	}
	return n
}

var ask = gh.Ask{Texts: [2]string{".mlops-maturity.yml", ".github/mlops-maturity.yml"}, CheckRun: "MLOps maturity"}

func TestPullIsReadByOneQuery(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a = 1\n", ".github/mlops-maturity.yml": "version: 1\n"})
	fork := githubsim.Must(w.repo.Fork("mona"))
	head := githubsim.Must(fork.Commit("feature", map[string]string{"b.py": "b = 1\n"}, "Add b"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature", HeadRepo: fork, Draft: true, Author: "renovate[bot]", Bot: true}))

	p, err := w.Pull(t.Context(), pr.Number(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if p.Head != head || !p.Open || !p.Draft || !p.Bot || !p.Fork || p.Base.Name != "main" || p.Base.Commit != w.repo.Head("main") || p.Base.Default != "main" {
		t.Errorf("got %+v", p)
	}
	if len(p.Base.Texts) != 1 || p.Base.Texts[0].Path != ".github/mlops-maturity.yml" || string(p.Base.Texts[0].Content) != "version: 1\n" || !p.Base.Texts[0].Whole {
		t.Errorf("texts: %+v", p.Base.Texts)
	}
	if p.OwnRuns || p.MayHaveOwn {
		t.Errorf("own runs %v, own comments %v, want neither", p.OwnRuns, p.MayHaveOwn)
	}
	if n := len(w.Requests()); n != 2 {
		t.Errorf("%d requests, want the token and the query", n)
	}

	if _, err := w.StartCheckRun(t.Context(), gh.Run{Name: ask.CheckRun, Head: head}); err != nil {
		t.Fatal(err)
	}
	pr.AddComment("mona", "Nice.")
	if p, err = w.Pull(t.Context(), pr.Number(), ask); err != nil || !p.OwnRuns || p.MayHaveOwn {
		t.Errorf("with a run and a person's comment: %+v, %v", p, err)
	}
	for range 100 {
		pr.AddComment("mona", "And more.")
	}
	if p, err = w.Pull(t.Context(), pr.Number(), ask); err != nil || !p.MayHaveOwn {
		t.Errorf("with more comments than the query shows: %+v, %v", p, err)
	}
	pr.AddComment("other[bot]", "Nice, too.")
	pr.Close()
	if p, err = w.Pull(t.Context(), pr.Number(), ask); err != nil || !p.MayHaveOwn || p.Open {
		t.Errorf("with a bot's comment, closed: %+v, %v", p, err)
	}
}

func TestBranch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{".mlops-maturity.yml": "version: 1\n", ".github/mlops-maturity.yml": "version: 2\n", "big.py": strings.Repeat("#", 600_000)})
	b, err := w.Branch(t.Context(), "", gh.Ask{Texts: [2]string{"big.py", ".mlops-maturity.yml"}, CheckRun: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if b.Name != "main" || b.Commit != w.repo.Head("main") || len(b.Texts) != 2 || b.Texts[0].Whole || !b.Texts[1].Whole {
		t.Errorf("got %+v", b)
	}
	if _, err := w.Branch(t.Context(), "nowhere", ask); !errors.Is(err, gh.ErrGone) {
		t.Errorf("a branch that is not there: %v", err)
	}
}

func TestTreeIsReadWholeThoughGitHubTruncates(t *testing.T) {
	t.Parallel()
	files := map[string]string{"top.py": "x = 1\n"}
	for d := range 4 {
		for f := range 5 {
			files[fmt.Sprintf("pkg%d/sub%d/f.py", d, f)] = fmt.Sprintf("x = %d\n", d)
		}
	}
	w := newWorld(t, files)
	commit := githubsim.Must(w.repo.CommitEntries("main", []githubsim.Entry{{Path: "link", Mode: "120000", Data: []byte("top.py")},
		{Path: "run.sh", Mode: "100755", Data: []byte("#!/bin/sh\n")}}, "Add a link"))
	for _, limit := range []int{100_000, 12, 8} {
		w.TruncateTreesOver(limit)
		w.ResetRequests()
		tree, gaps, err := w.Tree(t.Context(), commit)
		if err != nil || len(gaps) > 0 || tree.Len() != len(files)+2 {
			t.Errorf("limit %d: %d files, gaps %v, %v", limit, tree.Len(), gaps, err)
		}
		if f, _ := tree.File("link"); f.Mode != repo.Symlink {
			t.Errorf("link has mode %v", f.Mode)
		}
		if f, _ := tree.File("run.sh"); f.Mode != repo.Executable || f.Size != 10 {
			t.Errorf("run.sh is %+v", f)
		}
		if n := w.asked("GET", "/git/trees/"); (limit == 100_000) != (n == 1) {
			t.Errorf("limit %d: %d tree requests", limit, n)
		}
	}
}

// A folder that GitHub cuts off however it is asked, and a repository with
// folders without end, give gaps instead of a listing that looks whole.
func TestTreeIsBounded(t *testing.T) {
	t.Parallel()
	const cut = `{"sha":"0","truncated":true,"tree":[{"path":"a.py","type":"blob","mode":"100644","sha":"0","size":1}%s]}`
	for name, test := range map[string]struct {
		more     string
		requests int
		gaps     int
	}{
		"cut off":     {"", 2, 1},
		"without end": {`,{"path":"d","type":"tree","mode":"040000","sha":"0"},{"path":"e","type":"tree","mode":"040000","sha":"0"}`, 200, 121},
	} {
		w := newWorld(t, map[string]string{"a.py": "a\n"})
		w.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 200, Times: -1, Body: fmt.Sprintf(cut, test.more)})
		tree, gaps, err := w.Tree(t.Context(), w.repo.Head("main"))
		if err != nil || tree.Len() == 0 || len(gaps) != test.gaps || w.asked("GET", "/git/trees/") != test.requests {
			t.Errorf("%s: %d files, %d gaps, %d requests, %v", name, tree.Len(), len(gaps), w.asked("GET", "/git/trees/"), err)
		}
	}
}

// need lists all files of the main branch.
func (w world) need(t *testing.T) (string, []repo.File) {
	t.Helper()
	commit := w.repo.Head("main")
	tree, _, err := w.Tree(t.Context(), commit)
	if err != nil {
		t.Fatal(err)
	}
	w.ResetRequests()
	return commit, tree.Files()
}

func TestFewContentsComeInOneBatch(t *testing.T) {
	t.Parallel()
	latin := "name = 'caf\xe9'\n"
	files := map[string]string{"a.py": "import a\n", "same.py": "import a\n", "latin.py": latin, "binary.py": "a\x00b", "long.py": strings.Repeat("# long\n", 90_000),
		"pointer.bin": "version https://git-lfs.github.com/spec/v1\n", "empty.py": ""}
	w := newWorld(t, files)
	commit, need := w.need(t)
	contents, gaps, err := w.Contents(t.Context(), commit, append(need, repo.File{Path: "huge.bin", Blob: strings.Repeat("a", 40), Size: 11 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range files {
		if got, ok := contents[repo.BlobID([]byte(want))]; !ok || string(got) != want {
			t.Errorf("%s: got %d bytes, %v", p, len(got), ok)
		}
	}
	if len(gaps) != 1 || gaps[0].Path != "huge.bin" || !strings.Contains(gaps[0].Reason, "too large") {
		t.Errorf("gaps: %v", gaps)
	}
	if posts, blobs := w.asked("POST", "/graphql"), w.asked("GET", "/git/blobs/"); posts != 1 || blobs != 3 {
		t.Errorf("%d queries and %d blob requests, want 1 and 3 (latin, binary, long)", posts, blobs)
	}
}

func TestManyContentsComeFromTheArchive(t *testing.T) {
	t.Parallel()
	files := map[string]string{".gitattributes": "hidden.py export-ignore\nversion.py export-subst\n", "hidden.py": "hidden = 1\n", "version.py": "v = '$Format:%H$'\n"}
	for i := range 150 {
		files[fmt.Sprintf("pkg/f%d.py", i)] = fmt.Sprintf("x = %d\n", i)
	}
	w := newWorld(t, files)
	commit, need := w.need(t)
	contents, gaps, err := w.Contents(t.Context(), commit, need)
	if err != nil || len(gaps) > 0 {
		t.Fatalf("gaps %v, %v", gaps, err)
	}
	for p, want := range files {
		if got := contents[repo.BlobID([]byte(want))]; string(got) != want {
			t.Errorf("%s: got %q, want %q", p, got, want)
		}
	}
	if archives, posts := w.asked("GET", "/tarball/"), w.asked("POST", "/graphql"); archives != 1 || posts != 1 {
		t.Errorf("%d archives and %d queries, want one of each", archives, posts)
	}
}

func TestFaultsWhileReading(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault githubsim.Fault
		gaps  int
		want  error // nil: none
		any   bool  // some error
	}{
		"a blob is gone":            {githubsim.Fault{PathGlob: "/**/git/blobs/*", Status: 404}, 1, nil, false},
		"a blob fails once":         {githubsim.Fault{PathGlob: "/**/git/blobs/*", Status: 502}, 0, nil, false},
		"a blob fails":              {githubsim.Fault{PathGlob: "/**/git/blobs/*", Status: 502, Times: -1}, 1, nil, false},
		"the query fails":           {githubsim.Fault{PathGlob: "/**/graphql", Status: 502, Times: -1}, 0, nil, true},
		"limited":                   {githubsim.Fault{PathGlob: "/**/graphql", Status: 403, Header: http.Header{"Retry-After": {"30"}}}, 0, gh.ErrRateLimited, true},
		"limited at a blob":         {githubsim.Fault{PathGlob: "/**/git/blobs/*", Status: 429, Header: http.Header{"Retry-After": {"30"}}}, 0, gh.ErrRateLimited, true},
		"the connection is cut off": {githubsim.Fault{PathGlob: "/**/graphql", Drop: true}, 0, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]string{"binary.py": "a\x00b", "a.py": "a = 1\n"})
			commit, need := w.need(t)
			w.Fault(test.fault)
			contents, gaps, err := w.Contents(t.Context(), commit, need)
			if (err != nil) != test.any || (test.want != nil && !errors.Is(err, test.want)) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if err == nil && (len(gaps) != test.gaps || len(contents) != 2-test.gaps) {
				t.Errorf("%d contents, gaps %v, want %d", len(contents), gaps, test.gaps)
			}
		})
	}
}

func TestAHeavyQueryIsTriedInHalves(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("f%d.py", i)] = fmt.Sprintf("x = %d\n", i)
	}
	w := newWorld(t, files)
	commit, need := w.need(t)
	w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 502})
	contents, gaps, err := w.Contents(t.Context(), commit, need)
	if err != nil || len(gaps) > 0 || len(contents) != 60 {
		t.Errorf("%d contents, gaps %v, %v", len(contents), gaps, err)
	}
	if n := w.asked("POST", "/graphql"); n != 3 {
		t.Errorf("%d queries, want 3", n)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a = 1\nb = 2\n", "gone.py": "x\n"})
	left := w.repo.Head("main")
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	head := githubsim.Must(w.repo.CommitEntries("feature", []githubsim.Entry{{Path: "a.py", Data: []byte("a = 1\nnew = 1\nb = 2\n")},
		{Path: "n.py", Data: []byte("1\n2\n")}, {Path: "gone.py", Remove: true}}, "Change"))
	base := githubsim.Must(w.repo.Commit("main", map[string]string{"z.py": "z = 1\n"}, "Meanwhile"))
	diff, err := w.Compare(t.Context(), base, head)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]gh.LineRange{"a.py": {{From: 2, To: 2}}, "n.py": {{From: 1, To: 2}}}
	if diff.MergeBase != left || fmt.Sprint(diff.Added) != fmt.Sprint(want) || !diff.Complete || diff.Status != "diverged" {
		t.Errorf("got %+v", diff)
	}
	files := gh.Comparison{Added: map[string][]gh.LineRange{}}
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
	if err := w.PullFiles(t.Context(), pr.Number(), &files); err != nil || !files.Complete || fmt.Sprint(files.Added) != fmt.Sprint(want) {
		t.Errorf("by the pull request's files: %+v, %v", files, err)
	}
}
