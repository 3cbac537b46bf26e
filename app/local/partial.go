package local

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// NotInClone is the reason of a gap in a partial clone.
const NotInClone = "its contents are not in this partial clone"

// maxLacking bounds how many files of a partial clone are named one by one.
const maxLacking = 200

// partial lists the tree of a clone that has not all blobs. Nothing is fetched:
// git ends with an error whenever it is asked about a blob that is not here, so
// those are found first and never asked about.
func (g *git) partial(ctx context.Context, s *Source) error {
	s.Gaps = nil
	if err := g.entries(ctx, s); err != nil {
		return err
	}
	var err error
	if s.lacks, err = g.lacking(ctx, s.Commit); err != nil {
		return err
	}
	c := &catFile{}
	if err := c.start(ctx, g, "--batch-check"); err != nil {
		return err
	}
	defer c.stop()
	files, lacks := slices.Clone(s.Tree.Files()), 0
	for i := range files {
		f := &files[i]
		if f.Mode == repo.Submodule {
			continue
		}
		if !s.lacks[f.Blob] {
			if _, f.Size, err = c.ask(f.Blob); err != nil {
				return err
			}
			continue
		}
		if lacks++; lacks <= maxLacking {
			s.Gaps = append(s.Gaps, repo.Gap{Path: f.Path, Reason: NotInClone})
		}
	}
	if lacks > maxLacking {
		s.Gaps = append(s.Gaps, repo.Gap{Reason: fmt.Sprintf("the contents of %d files are not in this partial clone", lacks)})
	}
	s.Tree = repo.NewTree(files)
	return nil
}

// lacking lists the objects of a commit that are not here.
func (g *git) lacking(ctx context.Context, commit string) (map[string]bool, error) {
	out, err := g.run(ctx, "rev-list", "--objects", "--missing=print", "--no-walk", commit)
	if err != nil {
		return nil, err
	}
	lacks := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader([]byte(out)))
	lines.Buffer(nil, maxRecord)
	for lines.Scan() {
		if id, ok := bytes.CutPrefix(lines.Bytes(), []byte("?")); ok && objectID.Match(id) {
			lacks[string(id)] = true
		}
	}
	return lacks, lines.Err()
}
