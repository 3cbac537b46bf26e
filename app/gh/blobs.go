package gh

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// batch asks for the texts of up to a hundred blobs by one query and returns
// those that have to be asked for one by one: binary ones, and texts that
// GraphQL cannot carry unaltered. GitHub gives up on a heavy query with a 502;
// then it is tried in halves.
func (r *reading) batch(ctx context.Context, batch []repo.File) ([]repo.File, error) {
	var answer struct {
		Repository map[string]*struct {
			Text        *string
			IsBinary    *bool
			IsTruncated bool
		}
	}
	variables := map[string]any{"owner": r.client.owner, "name": r.client.name}
	err := r.client.query(ctx, "read files", batchQuery(batch), variables, true, &answer)
	if err != nil && temporary(err) && len(batch) > 10 {
		half := len(batch) / 2
		left, err := r.batch(ctx, batch[:half])
		if err != nil {
			return nil, err
		}
		more, err := r.batch(ctx, batch[half:])
		return append(left, more...), err
	}
	if err != nil {
		return nil, err
	}
	if answer.Repository == nil {
		return nil, fmt.Errorf("read files: %w", ErrGone)
	}
	var left []repo.File
	for i, f := range batch {
		blob := answer.Repository[alias(i)]
		if blob == nil || blob.Text == nil || blob.IsTruncated || !r.keep(f.Blob, []byte(*blob.Text)) {
			left = append(left, f)
		}
	}
	return left, nil
}

func alias(i int) string { return fmt.Sprintf("b%d", i) }

// batchQuery names each blob by an alias. The ids are checked hexadecimal.
func batchQuery(batch []repo.File) string {
	var b strings.Builder
	b.WriteString("query Blobs($owner: String!, $name: String!) {\n  repository(owner: $owner, name: $name) {\n")
	for i, f := range batch {
		fmt.Fprintf(&b, "    %s: object(oid: %q) { ... on Blob { text isBinary isTruncated } }\n", alias(i), f.Blob)
	}
	b.WriteString("  }\n}\n")
	return b.String()
}

// NotGiven is the reason of the one kind of gap that another try may close.
const NotGiven = "was not read: GitHub did not give it"

// single asks for one blob, twice if GitHub stumbles. What it will not give is
// a gap; limits and lost access end the whole reading.
func (r *reading) single(ctx context.Context, f repo.File) error {
	if r.singles >= maxSingleBlobs {
		r.gap(f.Path, fmt.Sprintf("was not read: more than %d files have to be asked for one by one", maxSingleBlobs))
		return nil
	}
	r.singles++
	content, err := r.client.blob(ctx, f.Blob)
	if err != nil && temporary(err) {
		content, err = r.client.blob(ctx, f.Blob)
	}
	switch {
	case err == nil && r.keep(f.Blob, content):
	case err == nil:
		r.gap(f.Path, "was not read: GitHub gave other bytes than the commit names")
	case errors.Is(err, ErrRateLimited), errors.Is(err, ErrSuspended), ctx.Err() != nil:
		return err
	default:
		r.gap(f.Path, NotGiven)
	}
	return nil
}

func (c *Client) blob(ctx context.Context, id string) ([]byte, error) {
	blob, _, err := c.api.Git.GetBlob(ctx, c.owner, c.name, id)
	if err != nil {
		return nil, c.app.explain("read blob "+id, err)
	}
	if blob.GetEncoding() != "base64" {
		return []byte(blob.GetContent()), nil
	}
	content, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(blob.GetContent(), "\n", ""))
	if err != nil {
		return nil, fmt.Errorf("read blob %s: %w", id, err)
	}
	return content, nil
}
