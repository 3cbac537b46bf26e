package local

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// run runs git for a fixture, apart from the machine's own settings.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for p, text := range files {
		name := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// repository makes a git repository with one commit.
func repository(t *testing.T, files map[string]string) (dir, commit string) {
	t.Helper()
	dir = t.TempDir()
	run(t, dir, "init", "-q")
	write(t, dir, files)
	run(t, dir, "add", "-A")
	run(t, dir, "commit", "-q", "-m", "first")
	return dir, run(t, dir, "rev-parse", "HEAD")
}

func open(t *testing.T, path string, o Options) *Source {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func paths(tree repo.Tree) string {
	var out []string
	for _, f := range tree.Files() {
		out = append(out, f.Path)
	}
	return strings.Join(out, " ")
}

func content(t *testing.T, s *Source, path string) string {
	t.Helper()
	f, ok := s.Tree.File(path)
	if !ok {
		t.Fatalf("no %s among %s", path, paths(s.Tree))
	}
	b, ok := s.Snapshot().Content(f.Blob)
	if !ok {
		t.Fatalf("%s cannot be read", path)
	}
	return string(b)
}

var files3 = map[string]string{"train.py": "print(1)\n", "sub/a.py": "a = 1\n", "data.bin": "\x00\x01"}

func TestFolderAsItStands(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files3)
	write(t, dir, map[string]string{".git/config": "x"}) // a .git that git does not know
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "train.py"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, Options{Interested: func(p string) bool { return strings.HasSuffix(p, ".py") }})
	if got := paths(s.Tree); got != "data.bin link sub/a.py train.py" {
		t.Errorf("files: %s", got)
	}
	if s.Repository != dir || s.Commit != "" || len(s.Gaps) > 0 {
		t.Errorf("%q %q %v", s.Repository, s.Commit, s.Gaps)
	}
	if f, _ := s.Tree.File("train.py"); f.Mode != repo.Executable || f.Blob != repo.BlobID([]byte("print(1)\n")) {
		t.Errorf("%+v", f)
	}
	if f, _ := s.Tree.File("link"); f.Mode != repo.Symlink {
		t.Errorf("%+v", f)
	}
	if f, _ := s.Tree.File("data.bin"); f.Blob != "unread:2:data.bin" {
		t.Errorf("a file nobody is interested in was hashed: %+v", f)
	}
	if got := content(t, s, "sub/a.py"); got != "a = 1\n" {
		t.Errorf("%q", got)
	}
}

// Facts are cached under the id of the bytes that were listed, so other bytes
// must not be given for it.
func TestFileThatChangesMeanwhileIsNotRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files3)
	s := open(t, dir, Options{})
	write(t, dir, map[string]string{"train.py": "print(2)\n"})
	if b, ok := s.File("train.py"); ok {
		t.Errorf("got %q", b)
	}
}

func TestUnreadableFileIsAGap(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files3)
	big := filepath.Join(dir, "train.py")
	s := open(t, dir, Options{Interested: func(p string) bool {
		if p == "train.py" {
			os.Remove(big) // gone between listing and reading
		}
		return true
	}})
	if len(s.Gaps) != 1 || s.Gaps[0].Path != "train.py" || strings.Contains(s.Gaps[0].Reason, dir) {
		t.Errorf("%+v", s.Gaps)
	}
}

func TestCommitAndWorkTree(t *testing.T) {
	dir, first := repository(t, files3)
	write(t, dir, map[string]string{"train.py": "print(22)\n", "new.py": "n", ".gitignore": "junk/\n", "junk/j.py": "j"})

	s := open(t, dir, Options{})
	if s.Commit != first || content(t, s, "train.py") != "print(1)\n" || paths(s.Tree) != "data.bin sub/a.py train.py" {
		t.Errorf("HEAD: %q %s", s.Commit, paths(s.Tree))
	}
	if err := s.Measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f, _ := s.Tree.File("train.py"); f.Size != 9 {
		t.Errorf("measured: %+v", f)
	}
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "3 files") || !strings.Contains(s.Notes[0], "--worktree") {
		t.Errorf("notes: %q", s.Notes)
	}
	s = open(t, dir, Options{Worktree: true})
	if s.Commit != "" || content(t, s, "train.py") != "print(22)\n" || paths(s.Tree) != ".gitignore data.bin new.py sub/a.py train.py" || len(s.Notes) > 0 {
		t.Errorf("work tree: %q %s %q", s.Commit, paths(s.Tree), s.Notes)
	}
	run(t, dir, "add", "-A")
	run(t, dir, "commit", "-q", "-m", "second")
	if s = open(t, dir, Options{}); len(s.Notes) > 0 || content(t, s, "new.py") != "n" {
		t.Errorf("a clean work tree has notes: %q", s.Notes)
	}
	if s = open(t, dir, Options{Rev: "HEAD~1"}); s.Commit != first {
		t.Errorf("--rev HEAD~1 is %q", s.Commit)
	}
	for _, rev := range []string{"nowhere", "--all", "HEAD:train.py"} {
		if _, err := Open(t.Context(), dir, Options{Rev: rev}); err == nil || !strings.Contains(err.Error(), "is no commit") {
			t.Errorf("--rev %s: %v", rev, err)
		}
	}
}

func TestSubtreeAndBareRepository(t *testing.T) {
	dir, commit := repository(t, files3)
	run(t, dir, "remote", "add", "origin", "git@github.com:acme/churn.git")
	s := open(t, filepath.Join(dir, "sub"), Options{})
	if paths(s.Tree) != "a.py" || s.Path != "sub" || s.Repository != "acme/churn" || content(t, s, "a.py") != "a = 1\n" {
		t.Errorf("subtree: %s %q %q", paths(s.Tree), s.Path, s.Repository)
	}
	s = open(t, filepath.Join(dir, "sub"), Options{Worktree: true})
	if paths(s.Tree) != "a.py" || content(t, s, "a.py") != "a = 1\n" {
		t.Errorf("subtree of the work tree: %s", paths(s.Tree))
	}
	bare := filepath.Join(t.TempDir(), "b.git")
	run(t, dir, "clone", "-q", "--bare", dir, bare)
	if s = open(t, bare, Options{}); s.Commit != commit || content(t, s, "train.py") != "print(1)\n" {
		t.Errorf("bare: %q", s.Commit)
	}
	if _, err := Open(t.Context(), bare, Options{Worktree: true}); err == nil {
		t.Error("a bare repository has no work tree")
	}
	untracked := filepath.Join(dir, "out")
	write(t, untracked, map[string]string{"x.py": "x"})
	if s = open(t, untracked, Options{}); paths(s.Tree) != "x.py" || len(s.Notes) != 1 {
		t.Errorf("untracked folder: %s %q", paths(s.Tree), s.Notes)
	}
}

func TestPartialCloneHasGaps(t *testing.T) {
	dir, _ := repository(t, files3)
	run(t, dir, "config", "uploadpack.allowFilter", "true")
	clone := filepath.Join(t.TempDir(), "c")
	run(t, dir, "clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+dir, clone)
	s := open(t, clone, Options{})
	if len(s.Gaps) != 3 || s.Gaps[0].Reason != NotInClone {
		t.Fatalf("gaps: %+v", s.Gaps)
	}
	if _, ok := s.File("train.py"); ok {
		t.Error("a blob was fetched")
	}
	if out := run(t, clone, "rev-list", "--objects", "--all", "--missing=print"); !strings.Contains(out, "?") {
		t.Error("the clone is whole, so this test shows nothing")
	}
}

// What a repository's own settings name is never run.
func TestHostileSettingsRunNothing(t *testing.T) {
	dir, _ := repository(t, map[string]string{"a.py": "x", ".gitattributes": "*.py filter=evil diff=evil\n"})
	trap := filepath.Join(t.TempDir(), "sprung")
	script := filepath.Join(t.TempDir(), "evil.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch "+trap+"\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"core.fsmonitor", "core.pager", "core.sshCommand", "filter.evil.clean", "filter.evil.smudge",
		"filter.evil.process", "diff.evil.textconv", "diff.evil.command", "core.askPass", "core.gitProxy", "uploadpack.packObjectsHook"} {
		run(t, dir, "config", key, script)
	}
	write(t, dir, map[string]string{"a.py": "y"})
	for _, o := range []Options{{}, {Worktree: true}, {Rev: "HEAD"}} {
		s := open(t, dir, o)
		if _, ok := s.File("a.py"); !ok {
			t.Errorf("%+v: a.py cannot be read", o)
		}
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("a program that the repository's settings name was run")
	}
}

func TestNoCommitYet(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, "init", "-q")
	write(t, dir, map[string]string{"a.py": "x"})
	if s := open(t, dir, Options{}); paths(s.Tree) != "a.py" || len(s.Notes) != 1 {
		t.Errorf("%s %q", paths(s.Tree), s.Notes)
	}
}

func TestErrorsNameTheInput(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"f": ""})
	for _, p := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "f")} {
		if _, err := Open(t.Context(), p, Options{}); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := Open(t.Context(), dir, Options{Rev: "v1"}); err == nil || !strings.Contains(err.Error(), "--rev") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, dir, Options{}); err == nil {
		t.Error("a context that has ended is not heeded")
	}
}

func TestGitHubRemote(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/acme/churn.git":          "acme/churn",
		"https://tok:x@github.com/acme/churn":        "acme/churn",
		"git@github.com:acme/churn.git":              "acme/churn",
		"ssh://git@ssh.github.com:443/acme/churn.js": "acme/churn.js",
		"https://gitlab.com/acme/churn.git":          "",
		"https://evil.com/github.com/acme/churn":     "",
		"../github.com/acme/churn":                   "",
	} {
		got := ""
		if m := githubRemote.FindStringSubmatch(url); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

// A partial clone that has some blobs reads those.
func TestPartialCloneReadsWhatItHas(t *testing.T) {
	dir, _ := repository(t, files3)
	run(t, dir, "config", "uploadpack.allowFilter", "true")
	clone := filepath.Join(t.TempDir(), "c")
	run(t, dir, "clone", "-q", "--filter=blob:limit=8", "--no-checkout", "file://"+dir, clone)
	s := open(t, clone, Options{})
	if len(s.Gaps) != 1 || s.Gaps[0].Path != "train.py" || content(t, s, "sub/a.py") != "a = 1\n" {
		t.Errorf("%+v", s.Gaps)
	}
	if f, _ := s.Tree.File("sub/a.py"); f.Size != 6 {
		t.Errorf("%+v", f)
	}
}
