package local

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// open reads a commit of the repository, or its work tree.
func (g *git) open(ctx context.Context, o Options) (*Source, error) {
	s := &Source{Repository: g.name(ctx), Path: g.prefix}
	if o.Worktree {
		if g.bare {
			return nil, fmt.Errorf("%q has no work tree: leave out --worktree", g.asked)
		}
		return g.worktree(ctx, o, s)
	}
	rev := o.Rev
	if rev == "" {
		rev = "HEAD"
	}
	commit, err := g.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case o.Rev != "":
		return nil, fmt.Errorf("%q is no commit of %q: git rev-parse knows branches, tags and commit ids", o.Rev, g.asked)
	case g.bare:
		return nil, fmt.Errorf("the repository %q has no commit yet", g.asked)
	default:
		s.Notes = append(s.Notes, "the repository has no commit yet: its files are judged as they stand")
		return g.worktree(ctx, o, s)
	}
	if g.prefix != "" {
		if kind, err := g.run(ctx, "cat-file", "-t", commit+":"+g.prefix); err != nil || kind != "tree" {
			if o.Rev != "" {
				return nil, fmt.Errorf("the commit %q has no folder %q", o.Rev, g.prefix)
			}
			s, err := openFolder(ctx, g.asked, o)
			if err == nil {
				s.Notes = append(s.Notes, fmt.Sprintf("%s is not part of the commit: its files are judged as they stand", g.prefix))
			}
			return s, err
		}
	}
	s.Commit = commit
	if err := g.list(ctx, s); err != nil {
		return nil, fmt.Errorf("cannot list the files of %s in %q: %w", commit, g.asked, err)
	}
	if o.Rev == "" && !g.bare {
		n, err := g.changed(ctx, s.Tree, o)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("the commit %.12s was judged; %s in the work tree differ from it: --worktree judges the files as they stand", commit, files(n)))
		}
	}
	b := newBlobs(ctx, g)
	s.read, s.close = func(id string) ([]byte, bool) {
		if s.lacks[id] {
			return nil, false
		}
		return b.read(id)
	}, b.close
	return s, nil
}

func files(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}

// list fills in the tree of the source's commit.
func (g *git) list(ctx context.Context, s *Source) error {
	err := g.entries(ctx, s, "-l")
	if err != nil && strings.Contains(err.Error(), "promisor remote") {
		return g.partial(ctx, s)
	}
	return err
}

// entries lists the tree; with -l git also says the sizes.
func (g *git) entries(ctx context.Context, s *Source, options ...string) error {
	var entries []repo.File
	err := g.records(ctx, func(record []byte) error {
		if len(entries) >= maxFiles {
			s.Gaps = append(s.Gaps, repo.Gap{Reason: fmt.Sprintf("was listed in part: there are more than %d files", maxFiles)})
			return errEnough
		}
		f, ok := parseEntry(string(record))
		if !ok {
			return fmt.Errorf("git ls-tree printed %q", record)
		}
		entries = append(entries, f)
		return nil
	}, slices.Concat([]string{"ls-tree", "-r", "-z", "--full-tree"}, options, []string{"--end-of-options", s.Commit + ":" + g.prefix})...)
	s.Tree = repo.NewTree(entries)
	return err
}

// parseEntry reads "mode type id\tpath", with the size before the tab if git
// was asked for it.
func parseEntry(record string) (repo.File, bool) {
	head, path, ok := strings.Cut(record, "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) < 3 || len(fields) > 4 {
		return repo.File{}, false
	}
	f := repo.File{Path: path, Blob: fields[2]}
	switch fields[0] {
	case "100755":
		f.Mode = repo.Executable
	case "120000":
		f.Mode = repo.Symlink
	case "160000":
		f.Mode = repo.Submodule
	}
	if len(fields) == 4 && fields[3] != "-" {
		n, err := strconv.ParseInt(fields[3], 10, 64)
		f.Size, ok = n, err == nil
	}
	return f, ok
}

// errEnough ends a listing early.
var errEnough = errors.New("enough")

// maxRecord bounds one record: a path of git is at most a few kilobytes.
const maxRecord = 1 << 20

// records calls f for each NUL-ended record a command prints, as it prints it.
func (g *git) records(ctx context.Context, f func([]byte) error, args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := g.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(make([]byte, 64<<10), maxRecord)
	lines.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, 0); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF && len(data) > 0 {
			return 0, nil, io.ErrUnexpectedEOF
		}
		return 0, nil, nil
	})
	for err == nil && lines.Scan() {
		err = f(lines.Bytes())
	}
	if err == nil {
		err = lines.Err()
	}
	if err != nil {
		cancel()
		_ = cmd.Wait() // killed on purpose
		if err == errEnough {
			return nil
		}
		return err
	}
	if err := cmd.Wait(); err != nil {
		return complaint(err, stderr.String())
	}
	return nil
}
