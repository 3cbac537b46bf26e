package local

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// open reads a commit of the repository, or its work tree.
func (g *git) open(ctx context.Context, o Options) (*Source, error) {
	s := &Source{Path: g.prefix}
	if o.Worktree {
		if g.bare {
			return nil, fmt.Errorf("%q has no work tree: leave out --worktree", g.asked)
		}
		return g.worktree(ctx, o, s)
	}
	commit, err := g.commit(ctx, o.Rev)
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
	changed, err := g.list(ctx, s, o)
	if err != nil {
		return nil, err
	}
	if changed > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("the commit %.12s was judged; %s in the work tree differ from it: --worktree judges the files as they stand", commit, files(changed)))
	}
	s.measure = func(ctx context.Context) error { return g.measure(ctx, s) }
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

// commit returns the id of the commit that a revision names, HEAD's for "".
func (g *git) commit(ctx context.Context, rev string) (string, error) {
	if rev == "" && g.head != "" {
		return g.head, nil
	}
	return g.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", cmp.Or(rev, "HEAD")+"^{commit}")
}

// list fills in the name and the tree of the source's commit, and counts the
// files of the work tree that differ from it where HEAD was asked for. What git
// is asked does not wait for one another.
func (g *git) list(ctx context.Context, s *Source, o Options) (changed int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		asked            sync.WaitGroup
		partial, compare = false, o.Rev == "" && !g.bare
		untracked        int
		untrackedErr     error
	)
	asked.Go(func() { s.Repository, partial = g.settings(ctx) })
	if compare {
		asked.Go(func() { untracked, untrackedErr = g.untracked(ctx, o) })
	}
	if err = g.entries(ctx, s); err != nil {
		err = g.unlisted(s, err)
	} else if compare {
		changed, err = g.changed(ctx, s.Tree, o)
	}
	if err != nil {
		cancel()
	}
	asked.Wait()
	if err == nil {
		err = untrackedErr
	}
	if err == nil && partial {
		err = g.measure(ctx, s) // what it lacks is a gap, with or without sizes
	}
	return changed + untracked, err
}

func (g *git) unlisted(s *Source, err error) error {
	return fmt.Errorf("cannot list the files of %s in %q: %w", s.Commit, g.asked, err)
}

// measure fills in the sizes, for which git looks every blob up: it takes five
// times as long as the listing. A report that is recalled needs none.
func (g *git) measure(ctx context.Context, s *Source) error {
	if s.measured {
		return nil
	}
	s.Gaps, s.measured = nil, true
	err := g.entries(ctx, s, "-l")
	if err != nil && strings.Contains(err.Error(), "promisor remote") {
		err = g.partial(ctx, s)
	}
	if err != nil {
		return g.unlisted(s, err)
	}
	return nil
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
