package gh

import (
	"context"
	"fmt"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// The bounds of reading contents.
const (
	MaxFileBytes   = 10 << 20 // a larger file is a gap and never asked for
	batchBlobs     = 100      // above it the archive is cheaper
	batchBytes     = 8 << 20  // of one GraphQL answer
	textBytes      = 512_000  // GraphQL cuts text off there
	maxBatches     = 20       // of one call
	maxSingleBlobs = 50       // blob requests of one call
)

// Contents reads files of a commit, by blob id. Up to a hundred come in one
// GraphQL batch; for more the archive is streamed once, and what it lacks or
// alters (export-ignore, export-subst) is then asked for by id. A file that
// cannot be read is a gap. The result never holds bytes other than the blob's:
// every text is hashed as git would and compared.
func (c *Client) Contents(ctx context.Context, commit string, need []repo.File) (map[string][]byte, []repo.Gap, error) {
	r := reading{client: c, got: map[string][]byte{}, seen: map[string]bool{}}
	want := r.admit(need)
	if len(want) > batchBlobs {
		if err := r.archive(ctx, commit, want); err != nil {
			return nil, nil, err
		}
		want = slices.DeleteFunc(want, func(f repo.File) bool { _, ok := r.got[f.Blob]; return ok })
	}
	if err := r.batches(ctx, want); err != nil {
		return nil, nil, err
	}
	return r.got, r.gaps, nil
}

// reading is the state of one call of Contents.
type reading struct {
	client  *Client
	got     map[string][]byte
	seen    map[string]bool // blobs
	gaps    []repo.Gap
	singles int
}

// admit keeps one file per blob, in path order, and turns what is too large
// or has no valid id into gaps.
func (r *reading) admit(need []repo.File) []repo.File {
	want := make([]repo.File, 0, len(need))
	for _, f := range need {
		switch {
		case r.seen[f.Blob]:
		case f.Size > MaxFileBytes:
			r.gap(f.Path, fmt.Sprintf("is too large: %d bytes, the limit is %d", f.Size, MaxFileBytes))
		case !objectID(f.Blob):
			r.gap(f.Path, "has no valid object id")
		default:
			want = append(want, f)
		}
		r.seen[f.Blob] = true
	}
	return want
}

func (r *reading) gap(path, reason string) {
	r.gaps = append(r.gaps, repo.Gap{Path: path, Reason: reason})
}

// batches splits by count and bytes. Texts that GraphQL would cut off go one
// by one.
func (r *reading) batches(ctx context.Context, want []repo.File) error {
	var batch, singles []repo.File
	bytes, sent := int64(0), 0
	send := func() error {
		if len(batch) == 0 {
			return nil
		}
		sent++
		if sent > maxBatches {
			for _, f := range batch {
				r.gap(f.Path, "was not read: too many files are missing from the archive")
			}
			batch, bytes = nil, 0
			return nil
		}
		left, err := r.batch(ctx, batch)
		singles = append(singles, left...)
		batch, bytes = nil, 0
		return err
	}
	for _, f := range want {
		if f.Size >= textBytes {
			singles = append(singles, f)
			continue
		}
		if len(batch) == batchBlobs || bytes+f.Size > batchBytes {
			if err := send(); err != nil {
				return err
			}
		}
		batch, bytes = append(batch, f), bytes+f.Size
	}
	if err := send(); err != nil {
		return err
	}
	for _, f := range singles {
		if err := r.single(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// keep takes content if it is the blob's.
func (r *reading) keep(blob string, content []byte) bool {
	if repo.BlobID(content) != blob {
		return false
	}
	r.got[blob] = content
	return true
}

// objectID says whether s is a hexadecimal SHA-1 or SHA-256.
func objectID(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
