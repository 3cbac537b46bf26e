package demo_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/app/demo"
)

var update = flag.Bool("update", false, "write the golden files anew")

// play opens a scene, plays it and returns what came of it and what was told.
func play(t *testing.T, o demo.Options) (*demo.Outcome, string) {
	t.Helper()
	var told bytes.Buffer
	o.Version, o.Progress = "test", &told
	scene, err := demo.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := scene.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(told.String())
		}
	})
	if err := scene.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	return scene.Outcome(), told.String()
}

// The acceptance test of the whole product: a signed webhook goes in, and a
// check run and a comment come out, judged from the files by the real engine.
// The golden holds the level before and now, and what of its gates was gained;
// other capabilities may come and go with the engine, but none may be lost.
func TestSample(t *testing.T) {
	t.Parallel()
	o, told := play(t, demo.Options{})
	if o.Check == nil || o.Check.Status != "completed" || o.Check.Conclusion != "success" || o.Check.HeadSHA != o.Commit {
		t.Fatalf("check run: %s", o)
	}
	table, proof, ok := strings.Cut(o.Comment, "**What proves it**")
	if !ok {
		t.Fatalf("the comment proves nothing:\n%s", o.Comment)
	}
	level, _, _ := strings.Cut(o.Check.Title, " · ")
	verdict := level + "\n"
	for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \| (.*?) \| (.*?) \|$`).FindAllStringSubmatch(table, -1) {
		if slices.ContainsFunc(gained, func(g gain) bool { return g.title == row[1] }) {
			verdict += row[1] + ": " + row[2] + " → " + row[3] + "\n"
		}
	}
	golden(t, "testdata/verdict.txt", verdict)
	// Each thing gained by automation shows the way there, from the trigger: in
	// its line, or in the line that it and its neighbours stand under.
	for _, g := range gained[1:] {
		chain := regexp.MustCompile("(?m)^- .*(?:\n  - .*)*?`" + regexp.QuoteMeta(g.id) + "`.*$").FindString(proof)
		for _, hop := range []string{".github/workflows/train.yml", "Makefile", "src/churn/train.py"} {
			if !strings.Contains(chain, hop) {
				t.Errorf("the chain of %s lacks %s: %s", g.id, hop, chain)
			}
		}
	}
	for _, want := range []string{"delivered: the App answered 200", "POST /api/graphql", "the queue is empty"} {
		if !strings.Contains(told, want) {
			t.Errorf("nothing told of %q", want)
		}
	}
	if o.Requests == 0 || o.Requests > 12 {
		t.Errorf("%d API requests", o.Requests)
	}
	shown(t, o)
}

// gained is what the sample's pull request is about: the gates of level 2 that
// its main branch lacks, and the schedule.
var gained = []gain{
	{"training.environment", "Reproducible training environment"}, {"training.experiment-tracking", "Experiment tracking"},
	{"training.automated", "Automated training"}, {"model.versioning", "Model versioning"}, {"retraining.scheduled", "Scheduled retraining"},
}

type gain struct{ id, title string }

// shown checks both ways to show an outcome.
func shown(t *testing.T, o *demo.Outcome) {
	t.Helper()
	var screen strings.Builder
	if err := o.Terminal(&screen, false, 100); err != nil {
		t.Fatal(err)
	}
	page, err := o.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"terminal": screen.String(), "page": string(page)} {
		for _, want := range []string{o.Check.Title, "training.automated", "Profile"} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s lacks %q", where, want)
			}
		}
	}
	if strings.Contains(screen.String(), "\x1b") || strings.Contains(screen.String(), "](") {
		t.Errorf("markup on the screen:\n%s", screen.String())
	}
	var coloured strings.Builder
	if err := o.Terminal(&coloured, true, 100); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(coloured.String(), "\x1b[1mLevel\x1b[0m") || strings.Contains(coloured.String(), "`") {
		t.Errorf("no colours on the screen:\n%q", coloured.String())
	}
	links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(string(page), -1)
	inside := 0
	for _, link := range links {
		id, within := strings.CutPrefix(link[1], "#")
		switch {
		case within && !strings.Contains(string(page), `id="`+id+`"`):
			t.Errorf("a link leads nowhere: %s", link[1])
		case within:
			inside++
		case !strings.HasPrefix(link[1], "https://"):
			t.Errorf("a link leaves the page: %s", link[1])
		}
	}
	if inside < 10 || !strings.Contains(string(page), "make train") {
		t.Errorf("%d links to lines in the page", inside)
	}
}

// A local repository is played from a copy: nothing of it changes, and its hooks
// do not run.
func TestLocalRepository(t *testing.T) {
	t.Parallel()
	dir := localRepository(t)
	before := contents(t, dir)
	o, _ := play(t, demo.Options{Repo: dir, Base: "main", Head: "weekly"})
	if o.Base != "main" || o.Head != "weekly" || o.Check == nil || !strings.Contains(o.Check.Title, "Level 1 → 2") {
		t.Errorf("%s ← %s: %+v", o.Base, o.Head, o.Check)
	}
	if !strings.Contains(o.Comment, "`training.automated`") {
		t.Errorf("comment:\n%s", o.Comment)
	}
	shown(t, o)
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("the repository changed (-before +after):\n%s", diff)
	}
}

// Tags and commit ids do as well as branches; without them it is main and what
// is checked out. A change for the worse is told, and fails nothing.
func TestLocalRepositoryRefs(t *testing.T) {
	t.Parallel()
	dir := localRepository(t)
	git(t, dir, "tag", "v1", "main")
	git(t, dir, "checkout", "--quiet", "-b", "undo", "weekly")
	git(t, dir, "rm", "--quiet", ".github/workflows/train.yml")
	git(t, dir, "commit", "--quiet", "-m", "Back to the laptop")
	git(t, dir, "checkout", "--quiet", "weekly")
	detached := filepath.Join(t.TempDir(), "detached")
	git(t, dir, "clone", "--quiet", ".", detached)
	git(t, detached, "branch", "main", "origin/main")
	git(t, detached, "checkout", "--quiet", "--detach")
	weekly := strings.TrimSpace(git(t, dir, "rev-parse", "weekly"))
	for name, o := range map[string]demo.Options{
		"defaults":   {Repo: dir},
		"git's way":  {Repo: dir, Base: "HEAD~1", Head: "HEAD^0"},
		"detached":   {Repo: detached},
		"tag and id": {Repo: dir, Base: "v1", Head: weekly},
		"undo":       {Repo: dir, Base: "weekly", Head: "undo"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, _ := play(t, o)
			want, conclusion := "Level 1 → 2", "success"
			if name == "undo" {
				want, conclusion = "Level 2 → 1", "neutral"
			}
			if !strings.Contains(out.Check.Title, want) || out.Check.Conclusion != conclusion {
				t.Errorf("%s: %s", out.Check.Conclusion, out.Check.Title)
			}
		})
	}
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	dir := localRepository(t)
	file := filepath.Join(dir, "Makefile")
	for name, test := range map[string]struct {
		o    demo.Options
		want string
	}{
		"no such folder":  {demo.Options{Repo: filepath.Join(dir, "nothing")}, "no such file"},
		"a file":          {demo.Options{Repo: file}, "is a file"},
		"no repository":   {demo.Options{Repo: t.TempDir()}, "is no git repository: give the top folder"},
		"no such base":    {demo.Options{Repo: dir, Base: "develop"}, "--base develop is no branch"},
		"no such head":    {demo.Options{Repo: dir, Base: "main", Head: "--upload-pack=x"}, "is no branch"},
		"the same commit": {demo.Options{Repo: dir, Base: "main", Head: "main"}, "the same commit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scene, err := demo.Open(t.Context(), test.o)
			if err == nil {
				t.Fatalf("it played: %v", scene.Close())
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want a sentence with %q", err, test.want)
			}
		})
	}
}

// localRepository makes a git repository of the sample with a branch weekly, and
// a hook that leaves a trace for every way git could run one.
func localRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	commit(t, dir, "sample/base.txtar")
	git(t, dir, "checkout", "--quiet", "-b", "weekly")
	commit(t, dir, "sample/change.txtar")
	git(t, dir, "checkout", "--quiet", "main")
	for _, hook := range []string{"post-checkout", "reference-transaction", "pre-receive", "update", "post-update"} {
		if err := os.WriteFile(filepath.Join(dir, ".git", "hooks", hook), []byte("#!/bin/sh\ntouch "+dir+"/hooked\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func commit(t *testing.T, dir, archive string) {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git(t, dir, "add", ".")
	git(t, dir, "commit", "--quiet", "-m", "Change")
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com",
		"GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// contents are all files below a folder, git's own too.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
