package githubsim

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// gitDir is a bare repository on disk.
type gitDir string

// gitEnv is the environment git runs in: nothing of the user's settings, so
// that hooks, signing and aliases of the machine have no say.
func gitEnv() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "HOME=" + os.TempDir(), "LC_ALL=C", "TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
		"GIT_AUTHOR_NAME=sim", "GIT_AUTHOR_EMAIL=sim@example.com", "GIT_COMMITTER_NAME=sim", "GIT_COMMITTER_EMAIL=sim@example.com",
	}
}

// git runs git on the repository and returns what it printed.
func (g gitDir) git(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	return runGit(ctx, gitEnv(), stdin, append([]string{"--git-dir", string(g)}, args...)...)
}

func runGit(ctx context.Context, env []string, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	var out, problem bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, stdin, &out, &problem
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(problem.String()))
	}
	return out.Bytes(), nil
}

var (
	fullSHA  = regexp.MustCompile(`^[0-9a-f]{40}$`)
	shortSHA = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
)

// resolve gives the object id that ref names, peeled to kind ("commit",
// "tree"), or "" when there is none. It takes what GitHub takes, not all of
// git's revision syntax: a branch, a tag, a ref with or without "refs/", a
// commit id.
func (g gitDir) resolve(ctx context.Context, ref, kind string) string {
	names := []string{"refs/heads/" + ref, "refs/tags/" + ref, "refs/" + strings.TrimPrefix(ref, "refs/")}
	if shortSHA.MatchString(ref) {
		names = append([]string{ref}, names...)
	}
	if ref == "HEAD" {
		names = []string{ref}
	}
	if strings.ContainsAny(ref, "^~:@{}?*[\\ \x00\n") || strings.Contains(ref, "..") {
		return ""
	}
	for _, name := range names {
		out, err := g.git(ctx, nil, "rev-parse", "--verify", "--quiet", name+"^{"+kind+"}")
		if err == nil {
			return strings.TrimSpace(string(out))
		}
	}
	return ""
}

// object is one object as cat-file gives it; Kind is "" for a missing one.
type object struct {
	OID, Kind string
	Data      []byte
}

// objects reads objects in the order asked, with one git process.
func (g gitDir) objects(ctx context.Context, oids ...string) ([]object, error) {
	for _, oid := range oids {
		if !fullSHA.MatchString(oid) {
			return nil, fmt.Errorf("%q is no object id", oid)
		}
	}
	out, err := g.git(ctx, strings.NewReader(strings.Join(oids, "\n")+"\n"), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(bytes.NewReader(out))
	found := make([]object, 0, len(oids))
	for _, oid := range oids {
		head, err := r.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("reading what cat-file said of %s: %w", oid, err)
		}
		fields := strings.Fields(head)
		if len(fields) != 3 {
			found = append(found, object{OID: oid})
			continue
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil {
			return nil, fmt.Errorf("cat-file: %q", head)
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, err
		}
		if _, err := r.Discard(1); err != nil {
			return nil, err
		}
		found = append(found, object{OID: oid, Kind: fields[1], Data: data})
	}
	return found, nil
}

// treeEntry is one line of ls-tree. Size is -1 for what is no blob.
type treeEntry struct {
	Mode, Kind, OID, Path string
	Size                  int64
}

// tree lists a tree in git's own order; a recursive list names the sub-trees
// too, as GitHub's does.
func (g gitDir) tree(ctx context.Context, oid string, recursive bool) ([]treeEntry, error) {
	args := []string{"ls-tree", "-l", "-z", "--full-tree"}
	if recursive {
		args = append(args, "-r", "-t")
	}
	out, err := g.git(ctx, nil, append(args, oid)...)
	if err != nil {
		return nil, err
	}
	var entries []treeEntry
	for line := range strings.SplitSeq(string(out), "\x00") {
		meta, path, ok := strings.Cut(line, "\t")
		fields := strings.Fields(meta)
		if !ok || len(fields) != 4 {
			continue
		}
		e := treeEntry{Mode: fields[0], Kind: fields[1], OID: fields[2], Path: path, Size: -1}
		if n, err := strconv.ParseInt(fields[3], 10, 64); err == nil {
			e.Size = n
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Entry is one change of a commit. Mode is git's: "" or "100644" for a file,
// "100755" for an executable, "120000" for a symbolic link (Data is its target),
// "160000" for a submodule (Data is the commit id). Remove deletes the path, a
// folder with all it holds.
type Entry struct {
	Path   string
	Mode   string
	Data   []byte
	Remove bool
}

// blobAt gives the id of the file at a path of a commit, "" when there is none.
func (g gitDir) blobAt(ctx context.Context, commit, path string) (string, error) {
	out, err := g.git(ctx, nil, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", path)
	if err != nil {
		return "", err
	}
	meta, _, _ := strings.Cut(string(out), "\t")
	if f := strings.Fields(meta); len(f) == 3 && f[1] == "blob" {
		return f[2], nil
	}
	return "", nil
}

// commit writes one commit of Mona's on top of parent ("" for none) and moves
// branch to it.
func (g gitDir) commit(ctx context.Context, branch, parent string, entries []Entry, message string, when time.Time) (string, error) {
	return g.commitAs(ctx, "Mona Lisa <mona@example.com>", branch, parent, entries, message, when)
}

// commitAs is commit by somebody ("Name <address>"). One fast-import process
// does it, however many files there are.
func (g gitDir) commitAs(ctx context.Context, author, branch, parent string, entries []Entry, message string, when time.Time) (string, error) {
	var in bytes.Buffer
	who := fmt.Sprintf("%s %d +0000", author, when.Unix())
	fmt.Fprintf(&in, "commit refs/heads/%s\nauthor %s\ncommitter %s\ndata %d\n%s\n", branch, who, who, len(message), message)
	if parent != "" {
		fmt.Fprintf(&in, "from %s\n", parent)
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	for _, e := range entries {
		path := `"` + quote.Replace(e.Path) + `"`
		switch {
		case e.Remove:
			fmt.Fprintf(&in, "D %s\n", path)
		case e.Mode == "160000":
			fmt.Fprintf(&in, "M 160000 %s %s\n", e.Data, path)
		default:
			mode := e.Mode
			if mode == "" {
				mode = "100644"
			}
			fmt.Fprintf(&in, "M %s inline %s\ndata %d\n%s\n", mode, path, len(e.Data), e.Data)
		}
	}
	if _, err := g.git(ctx, &in, "fast-import", "--quiet", "--force", "--date-format=raw"); err != nil {
		return "", err
	}
	sha := g.resolve(ctx, "refs/heads/"+branch, "commit")
	if sha == "" {
		return "", fmt.Errorf("branch %q is missing after the commit", branch)
	}
	return sha, nil
}
