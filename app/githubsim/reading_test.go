package githubsim_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

func paths(t *github.Tree) string {
	var list []string
	for _, e := range t.Entries {
		list = append(list, e.GetMode()+" "+e.GetPath())
	}
	return strings.Join(list, ", ")
}

func TestLargeTreesAreCutWithoutAnError(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a/1": "", "a/2": "", "b/1": "", "c": ""}), context.Background()
	w.TruncateTreesOver(3)
	tree, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", "main", true)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, tree.GetTruncated(), true)
	expect(t, paths(tree), "040000 a, 100644 a/1, 100644 a/2")
	flat, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", "main", false)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, flat.GetTruncated(), false)
	sub, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", flat.Entries[1].GetSHA(), true)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, paths(sub), "100644 1")
	_, _, err = w.gh.Git.GetTree(ctx, "acme", "churn", "main~1", true)
	wantStatus(t, err, http.StatusNotFound, "Not Found") // git's own language is not GitHub's
}

func TestEveryKindOfEntryIsServed(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	odd := "odd \"name\"\n@mention \\ é"
	sha := githubsim.Must(w.repo.CommitEntries("main", []githubsim.Entry{
		{Path: "run.sh", Mode: "100755", Data: []byte("true\n")},
		{Path: "link", Mode: "120000", Data: []byte("a.txt")},
		{Path: "module", Mode: "160000", Data: []byte(strings.Repeat("1", 40))},
		{Path: odd, Data: []byte("x")},
		{Path: "large", Data: bytes.Repeat([]byte("x"), 2<<20)},
		{Path: "a.txt", Remove: true},
	}, "Odd"))
	tree, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", sha, true)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, paths(tree), "100644 large, 120000 link, 160000 module, 100644 "+odd+", 100755 run.sh")
	expect(t, tree.Entries[2].GetType(), "commit")
	opts := &github.RepositoryContentGetOptions{Ref: sha}
	for name, want := range map[string]string{"run.sh": "file base64", "link": "symlink ", "module": "submodule ", "large": "file none"} {
		f, _, _, err := w.gh.Repositories.GetContents(ctx, "acme", "churn", name, opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		expect(t, f.GetType()+" "+f.GetEncoding(), want)
	}
	_, _, _, err = w.gh.Repositories.GetContents(ctx, "acme", "churn", "a.txt", opts)
	wantStatus(t, err, http.StatusNotFound, "Not Found")
	_, _, err = w.gh.Git.GetBlob(ctx, "acme", "churn", strings.Repeat("0", 40))
	wantStatus(t, err, http.StatusNotFound, "Not Found")
}

func TestAForksHeadIsReadThroughTheBase(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	w.FailOnUnexpected(t)
	fork := githubsim.Must(w.repo.Fork("stranger"))
	if err := fork.Branch("patch", "main"); err != nil {
		t.Fatal(err)
	}
	sha := githubsim.Must(fork.Commit("patch", map[string]string{"b.txt": "b\n"}, "From outside"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "patch", HeadRepo: fork, Author: "stranger"}))
	tree, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", sha, true)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, paths(tree), "100644 a.txt, 100644 b.txt")
	_, _, err = w.gh.Git.GetTree(ctx, "stranger", "churn", sha, true)
	wantStatus(t, err, http.StatusNotFound, "Not Found")
	p, _, err := w.gh.PullRequests.Get(ctx, "acme", "churn", pr.Number())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, p.GetHead().GetRepo().GetFullName()+" "+p.GetHead().GetLabel(), "stranger/churn stranger:patch")
	ref, _, err := w.gh.Git.GetRef(ctx, "acme", "churn", fmt.Sprintf("pull/%d/head", pr.Number()))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, ref.GetObject().GetSHA(), sha)

	// Check events do not name a pull request from a fork; its commit does.
	if _, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha}); err != nil {
		t.Fatal(err)
	}
	event := githubsim.Must(github.ParseWebHook("check_run", w.CheckRunPayload(w.CheckRuns(w.repo, sha)[0], "rerequested"))).(*github.CheckRunEvent)
	expect(t, len(event.GetCheckRun().PullRequests), 0)
	expect(t, event.GetCheckRun().GetCheckSuite().GetHeadBranch(), "")
	found, _, err := w.gh.PullRequests.ListPullRequestsWithCommit(ctx, "acme", "churn", sha, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, len(found), 1)

	// A push to the fork moves the pull request.
	next := githubsim.Must(fork.Commit("patch", map[string]string{"c.txt": "c\n"}, "More"))
	expect(t, pr.HeadSHA(), next)
	files, _, err := w.gh.PullRequests.ListFiles(ctx, "acme", "churn", pr.Number(), nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, len(files), 2)
}

func TestComparisonsAndRetargeting(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n", "gone.txt": "g\n", "old.txt": strings.Repeat("line\n", 20)}), context.Background()
	base := w.repo.Head("main")
	if err := w.repo.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(w.repo.CommitEntries("feature", []githubsim.Entry{
		{Path: "a.txt", Mode: "120000", Data: []byte("new.txt")}, {Path: "gone.txt", Remove: true}, {Path: "old.txt", Remove: true},
		{Path: "new.txt", Data: []byte(strings.Repeat("line\n", 20))}, {Path: "z.bin", Data: []byte{0, 1, 2}},
		{Path: "zz.txt", Data: []byte("z\n")},
	}, "Everything"))
	githubsim.Must(w.repo.Commit("main", map[string]string{"main.txt": "m\n"}, "Meanwhile"))
	k, _, err := w.gh.Repositories.CompareCommits(ctx, "acme", "churn", "main", "feature", nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, k.GetStatus(), "diverged")
	expect(t, k.GetAheadBy()*10+k.GetBehindBy(), 11)
	expect(t, k.GetMergeBaseCommit().GetSHA(), base)
	var got []string
	for _, f := range k.Files {
		got = append(got, f.GetStatus()+" "+f.GetFilename())
		if f.GetFilename() == "zz.txt" {
			expect(t, f.GetPatch(), "@@ -0,0 +1 @@\n+z")
		}
	}
	expect(t, strings.Join(got, ", "), "changed a.txt, removed gone.txt, renamed new.txt, added z.bin, added zz.txt")

	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
	expect(t, pr.BaseSHA(), w.repo.Head("main"))
	if err := w.repo.Branch("release", base); err != nil {
		t.Fatal(err)
	}
	if err := pr.Retarget("release"); err != nil {
		t.Fatal(err)
	}
	expect(t, pr.BaseSHA(), base)
	pr.Close()
	list, _, err := w.gh.PullRequests.List(ctx, "acme", "churn", &github.PullRequestListOptions{State: "closed", Base: "release", Head: "acme:feature"})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, len(list), 1)
	if _, err := w.repo.OpenPull(githubsim.NewPull{Head: "nowhere"}); err == nil {
		t.Error("a pull request from a branch that is not there")
	}
}

func TestAnArchiveIsGitsOwn(t *testing.T) {
	t.Parallel()
	k, ctx := newClock(), context.Background()
	w := newWorldWith(t, contract.Wrap, githubsim.Options{AuthClock: k.now}, map[string]string{
		"a.txt": "a\n", "secret.txt": "s\n", ".gitattributes": "secret.txt export-ignore\n",
	})
	link, _, err := w.gh.Repositories.GetArchiveLink(ctx, "acme", "churn", github.Tarball, &github.RepositoryContentGetOptions{Ref: "main"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	resp := githubsim.Must(http.Get(link.String()))
	defer resp.Body.Close()
	expect(t, resp.StatusCode, http.StatusOK)
	r := tar.NewReader(githubsim.Must(gzip.NewReader(resp.Body)))
	var names []string
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			expect(t, h.PAXRecords["comment"], w.repo.Head("main"))
			continue
		}
		names = append(names, h.Name)
	}
	root := "acme-churn-" + w.repo.Head("main")[:7] + "/"
	expect(t, strings.Join(names, " "), root+" "+root+".gitattributes "+root+"a.txt")
	k.add(6 * time.Minute)
	late := githubsim.Must(http.Get(link.String()))
	defer late.Body.Close()
	expect(t, late.StatusCode, http.StatusNotFound)
}

func TestRepositoriesComeFromEverySource(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, nil), context.Background()
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"a.txt": 0o644, "bin/run": 0o755} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755), os.WriteFile(filepath.Join(dir, name), []byte("x\n"), mode)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a.txt", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	local := t.TempDir()
	for _, args := range [][]string{
		{"init", "-q", "-b", "trunk"}, {"-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "first"}, {"branch", "topic/x"},
	} {
		cmd := exec.Command("git", append([]string{"-C", local}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	for name, c := range map[string]struct {
		source       githubsim.Source
		branch, want string
	}{
		"txtar": {githubsim.FromTxtar([]byte("why\n-- a.txt --\na\n-- b/c.txt --\nc\n")), "main", "100644 a.txt, 040000 b, 100644 b/c.txt"},
		"dir":   {githubsim.FromDir(dir), "main", "100644 a.txt, 040000 bin, 100755 bin/run, 120000 link"},
		"git":   {githubsim.FromGit(local), "trunk", ""},
	} {
		r := githubsim.Must(w.AddRepo("acme/"+name, c.source))
		expect(t, r.DefaultBranch(), c.branch)
		tree, _, err := w.gh.Git.GetTree(ctx, "acme", name, c.branch, true)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, paths(tree), c.want)
	}
	for i, want := range []string{"main", "main", "trunk"} { // no branch checked out: a new main, then one that was there
		args := [][]string{{"checkout", "-q", "--detach"}, {"branch", "main"}, {"checkout", "-q", "trunk"}}[i]
		if out, err := exec.Command("git", append([]string{"-C", local}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		r := githubsim.Must(w.AddRepo(fmt.Sprintf("acme/git%d", i), githubsim.FromGit(local)))
		expect(t, r.DefaultBranch(), want)
		expect(t, r.Head(want), w.Repo("acme/git").Head("trunk"))
	}
	copied := w.Repo("ACME/git")
	if copied.Head("topic/x") == "" {
		t.Error("a branch was not copied")
	}
	if _, err := copied.OpenPull(githubsim.NewPull{Head: "topic/x"}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "acme", "acme/", "acme/a/b", "acme/..", "acme/dir"} {
		if _, err := w.AddRepo(name, githubsim.FromFiles(nil)); err == nil {
			t.Errorf("a repository called %q", name)
		}
	}
	if _, err := w.AddRepo("acme/none", githubsim.FromGit(filepath.Join(dir, "nowhere"))); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a copy of nothing: %v", err)
	}
	if w.Repo("acme/none") != nil {
		t.Error("a repository that could not be made is there")
	}
}

func TestWithoutGitItSaysSo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := githubsim.New(githubsim.Options{}); err == nil || !strings.Contains(err.Error(), "git binary") {
		t.Errorf("got %v", err)
	}
}

func TestBlobContentIsWrapped(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0123456789", 20)
	w := newWorld(t, map[string]string{"a": text})
	blob, _, err := w.gh.Git.GetBlob(context.Background(), "acme", "churn", oid(t, w, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(blob.GetContent()[:62], "\n") {
		t.Errorf("content in one line: %q", blob.GetContent())
	}
	got, err := base64.StdEncoding.DecodeString(blob.GetContent())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, string(got), text)
}
