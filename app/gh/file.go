package gh

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

var (
	//go:embed queries/file.graphql
	fileQuery string
	//go:embed queries/history.graphql
	historyQuery string
)

// Of returns a client of another repository through the same installation. It
// makes no request.
func (c *Client) Of(owner, name string) *Client {
	return &Client{installation: c.installation, app: c.app, owner: owner, name: name}
}

// File reads a file as a branch, a tag or a full commit id has it, and who may
// read its repository, which is known also where only the file is not. The error is ErrGone when the repository is not there or
// out of the App's reach, or has no such ref or file; the message says which.
func (c *Client) File(ctx context.Context, ref, path string) (Text, Visibility, error) {
	doing := fmt.Sprintf("read %s of %s/%s at %s", path, c.owner, c.name, ref)
	if !refName(ref) {
		return Text{}, "", fmt.Errorf("%s: %w (%s is no branch, tag or commit)", doing, ErrGone, ref)
	}
	var answer struct {
		Repository *struct {
			Visibility Visibility
			Object     *struct {
				commitAnswer
				Target *commitAnswer
			}
		}
	}
	if err := c.query(ctx, doing, fileQuery, map[string]any{"owner": c.owner, "name": c.name, "ref": ref, "path": path}, false, &answer); err != nil {
		if errors.Is(err, ErrForbidden) {
			err = fmt.Errorf("%s: %w", doing, ErrGone)
		}
		return Text{}, "", err
	}
	r := answer.Repository
	if r == nil {
		return Text{}, "", fmt.Errorf("%s: the answer says nothing of the repository", doing)
	}
	if r.Object == nil {
		return Text{}, "", fmt.Errorf("%s: %w (it has no %s)", doing, ErrGone, ref)
	}
	at := r.Object.commitAnswer
	if r.Object.Target != nil {
		at = *r.Object.Target
	}
	texts := at.texts(Ask{Texts: [2]string{path}})
	if len(texts) == 0 {
		return Text{}, r.Visibility, fmt.Errorf("%s: %w (it has no such file)", doing, ErrGone)
	}
	return texts[0], r.Visibility, nil
}

// Version is a file as one commit left it.
type Version struct {
	Commit string
	Text   Text
}

// History reads the last versions of a file, at most ten, the newest first, up
// to a commit. A commit that deleted the file is left out.
func (c *Client) History(ctx context.Context, commit, path string) ([]Version, error) {
	doing := fmt.Sprintf("read the history of %s in %s/%s", path, c.owner, c.name)
	var answer struct {
		Repository *struct {
			Object *struct {
				History struct{ Nodes []commitAnswer }
			}
		}
	}
	if err := c.query(ctx, doing, historyQuery, map[string]any{"owner": c.owner, "name": c.name, "commit": commit, "path": path}, false, &answer); err != nil {
		return nil, err
	}
	if answer.Repository == nil || answer.Repository.Object == nil {
		return nil, fmt.Errorf("%s: %w", doing, ErrGone)
	}
	var versions []Version
	for _, n := range answer.Repository.Object.History.Nodes {
		if texts := n.texts(Ask{Texts: [2]string{path}}); len(texts) > 0 {
			versions = append(versions, Version{n.OID, texts[0]})
		}
	}
	return versions, nil
}

// refName says whether s can name a branch, a tag or a commit, as
// git-check-ref-format has it, so that nothing is taken for a revision
// expression.
func refName(s string) bool {
	return s != "" && len(s) <= 255 && s != "@" && !strings.ContainsAny(s, "~^:?*[\\ \x7f") && !strings.Contains(s, "..") && !strings.Contains(s, "@{") &&
		!strings.HasPrefix(s, "-") && strings.IndexFunc(s, func(r rune) bool { return r < ' ' }) < 0
}
