package gh

import (
	"context"
	"fmt"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// The bounds of reading one tree.
const (
	maxTreeRequests = 200
	maxTreeEntries  = 1_000_000
)

// Tree lists all files of a commit: one request when GitHub gives the whole
// tree, else folder by folder. What was not listed is a gap.
func (c *Client) Tree(ctx context.Context, commit string) (repo.Tree, []repo.Gap, error) {
	w := treeWalk{client: c}
	if err := w.walk(ctx, commit); err != nil {
		return repo.Tree{}, nil, err
	}
	return repo.NewTree(w.files), w.gaps, nil
}

type folder struct{ path, id string }

type treeWalk struct {
	client   *Client
	files    []repo.File
	gaps     []repo.Gap
	queue    []folder
	requests int
}

// walk reads the queue of folders breadth first, so that the bound cuts off
// what lies deepest.
func (w *treeWalk) walk(ctx context.Context, commit string) error {
	w.queue = []folder{{"", commit}}
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		if w.requests >= maxTreeRequests || len(w.files) >= maxTreeEntries {
			w.giveUp(append([]folder{next}, w.queue...))
			return nil
		}
		if err := w.folder(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

// giveUp names the folders that stay unread, the first few one by one, and says
// of the root that its listing is a part: nothing may be concluded from what is
// not in it.
func (w *treeWalk) giveUp(unread []folder) {
	const named = 20
	for _, f := range unread[:min(named, len(unread))] {
		w.gap(f.path, fmt.Sprintf("was not listed: the bounds are %d requests and %d files", maxTreeRequests, maxTreeEntries))
	}
	w.gap("", fmt.Sprintf("was listed in part: %d folders were not listed", len(unread)))
}

// folder takes all below a folder by one request, or its own entries when
// that is too much, and puts the folders in it at the end of the queue.
func (w *treeWalk) folder(ctx context.Context, f folder) error {
	tree, err := w.get(ctx, f, true)
	if err != nil {
		return err
	}
	if !tree.GetTruncated() {
		w.take(f, tree, false)
		return nil
	}
	if tree, err = w.get(ctx, f, false); err != nil {
		return err
	}
	if tree.GetTruncated() {
		w.gap(f.path, "was listed in part: GitHub cuts off so large a folder")
	}
	w.take(f, tree, true)
	return nil
}

func (w *treeWalk) get(ctx context.Context, f folder, recursive bool) (*github.Tree, error) {
	w.requests++
	tree, _, err := w.client.api.Git.GetTree(ctx, w.client.owner, w.client.name, f.id, recursive)
	if err != nil {
		return nil, w.client.app.explain("list the files of "+f.id, err)
	}
	return tree, nil
}

func (w *treeWalk) take(f folder, tree *github.Tree, descend bool) {
	for _, e := range tree.Entries {
		if len(w.files) >= maxTreeEntries {
			w.gap(f.path, fmt.Sprintf("was listed in part: the repository has more than %d files", maxTreeEntries))
			return
		}
		p := e.GetPath()
		if f.path != "" {
			p = f.path + "/" + p
		}
		switch {
		case e.GetType() == "tree" && descend:
			w.queue = append(w.queue, folder{p, e.GetSHA()})
		case e.GetType() == "blob" || e.GetType() == "commit":
			w.files = append(w.files, repo.File{Path: p, Blob: e.GetSHA(), Size: int64(e.GetSize()), Mode: mode(e.GetMode())})
		}
	}
}

func (w *treeWalk) gap(p, reason string) {
	if p == "" {
		p = "."
	}
	w.gaps = append(w.gaps, repo.Gap{Path: p, Reason: reason})
}

func mode(git string) repo.Mode {
	switch git {
	case "100755":
		return repo.Executable
	case "120000":
		return repo.Symlink
	case "160000":
		return repo.Submodule
	}
	return repo.Regular
}
