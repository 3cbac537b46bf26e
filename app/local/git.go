package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// git is a local repository, and the folder of it that was asked for.
type git struct {
	dir    string // where git is run: the folder itself
	asked  string // absolute path as it was given
	bare   bool
	top    string // of the work tree, "" for a bare one
	prefix string // of the folder below the top, without slashes at its ends
	index  string // path of git's index, "" while nobody has asked
	head   string // commit of HEAD, "" while nobody has asked
}

// locate returns the repository a folder is in, nil when it is in none.
func locate(ctx context.Context, dir string) (*git, error) {
	g := &git{dir: dir, asked: dir}
	if _, err := exec.LookPath("git"); err != nil {
		if inRepository(dir) {
			return nil, fmt.Errorf("%q is a git repository, and git is not installed: install git, or copy its files to a plain folder", dir)
		}
		return nil, nil
	}
	// One question for all that is needed of the usual repository.
	out, err := g.run(ctx, "rev-parse", "--is-bare-repository", "--is-inside-git-dir", "--show-toplevel", "--show-prefix", "--path-format=absolute", "--git-path", "index", "HEAD^{commit}")
	if lines := strings.Split(out, "\n"); err == nil && len(lines) == 6 && objectID.MatchString(lines[5]) {
		g.top, g.prefix, g.index, g.head = lines[2], strings.TrimSuffix(lines[3], "/"), lines[4], lines[5]
		return g, nil
	}
	// A bare repository has no top, a new one no commit, and a path may hold a line break.
	out, err = g.run(ctx, "rev-parse", "--is-bare-repository", "--is-inside-git-dir")
	if err != nil {
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case strings.Contains(err.Error(), "not a git repository"):
			return nil, nil
		case strings.Contains(err.Error(), "dubious ownership"):
			return nil, fmt.Errorf("git does not trust %q because somebody else owns it: if you do, run git config --global --add safe.directory %q", dir, dir)
		}
		return nil, fmt.Errorf("cannot read the git repository %q: %w", dir, err)
	}
	if strings.Contains(out, "true") { // bare, or the .git folder itself
		g.bare = true
		return g, nil
	}
	if g.top, err = g.run(ctx, "rev-parse", "--show-toplevel"); err == nil {
		g.prefix, err = g.run(ctx, "rev-parse", "--show-prefix")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the git repository %q: %w", dir, err)
	}
	g.prefix = strings.TrimSuffix(g.prefix, "/")
	return g, nil
}

// inRepository says whether a folder or one above it has a .git.
func inRepository(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return false
		}
		dir = up
	}
}

// command is a git call that nothing in the repository can widen: no monitor,
// no fetch of what a partial clone lacks, no question to a person, no
// replacement objects, and none of the variables that would make git look
// elsewhere.
func (g *git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", slices.Concat([]string{"-C", g.dir, "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"}, args)...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") || strings.HasPrefix(v, "GIT_CONFIG") || strings.HasPrefix(v, "GIT_CEILING") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0",
		"GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C")
	cmd.WaitDelay = time.Second
	return cmd
}

// run returns what a command prints, without the last line break.
func (g *git) run(ctx context.Context, args ...string) (string, error) {
	cmd := g.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", complaint(err, stderr.String())
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// complaint is what git itself says is wrong, where it says something.
func complaint(err error, stderr string) error {
	for line := range strings.Lines(stderr) {
		if line = strings.TrimSpace(strings.TrimPrefix(line, "fatal: ")); line != "" && !strings.HasPrefix(line, "warning: ") {
			return errors.New(line)
		}
	}
	return err
}

var githubRemote = regexp.MustCompile(`^(?:(?:https?|git|ssh)://(?:[^@/\s]+@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/|(?:[^@/\s]+@)?github\.com:/?)([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+?)(?:\.git)?/?$`)

// settings reads what the repository's settings say: its name, which is
// owner/name on GitHub where the origin says so, else the path; and whether it is
// a partial clone.
func (g *git) settings(ctx context.Context) (name string, partial bool) {
	out, _ := g.run(ctx, "config", "-z", "--get-regexp", `^(remote\.origin\.url|remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$`)
	name = g.asked
	for entry := range strings.SplitSeq(out, "\x00") {
		key, value, _ := strings.Cut(entry, "\n")
		if key != "remote.origin.url" {
			partial = partial || key != ""
		} else if m := githubRemote.FindStringSubmatch(value); m != nil {
			name = m[1]
		} else {
			name = g.asked // the last of several counts
		}
	}
	return name, partial
}
