package gh

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// The bounds of one archive. It is streamed: nothing is written to a disk, no
// link is followed, and only wanted files are held.
const (
	maxArchiveBytes   = 1 << 30 // decompressed
	maxArchiveEntries = 1_000_000
	maxKeptBytes      = 256 << 20
)

var errArchiveBound = errors.New("the archive is over its bounds")

// archive takes wanted files out of the commit's tarball. Whatever it does not
// find there stays wanted; going over a bound ends it without an error.
func (r *reading) archive(ctx context.Context, commit string, want []repo.File) error {
	c := r.client
	body, err := c.openArchive(ctx, commit)
	if err != nil {
		return err
	}
	defer body.Close()
	byPath := make(map[string]repo.File, len(want))
	for _, f := range want {
		byPath[f.Path] = f
	}
	err = r.untar(body, byPath)
	if errors.Is(err, errArchiveBound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the archive of %s: %w", commit, err)
	}
	return nil
}

// openArchive follows the link that GitHub gives. The link carries its own
// right of access, so our token does not go with it.
func (c *Client) openArchive(ctx context.Context, commit string) (io.ReadCloser, error) {
	doing := "fetch the archive of " + commit
	link, resp, err := c.api.Repositories.GetArchiveLink(ctx, c.owner, c.name, github.Tarball, &github.RepositoryContentGetOptions{Ref: commit}, 1)
	if err != nil {
		if resp != nil {
			if known := c.app.byStatus(resp.Response, ""); known != nil {
				return nil, fmt.Errorf("%s: %w", doing, known)
			}
		}
		return nil, c.app.explain(doing, err)
	}
	link = c.app.v3.ResolveReference(link)
	if link.Scheme != "https" && link.Scheme != c.app.v3.Scheme {
		return nil, fmt.Errorf("%s: GitHub links to %s", doing, link.Scheme)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	req.Header.Set("User-Agent", c.app.o.UserAgent)
	start := c.app.o.Clock.Now()
	answer, err := (&http.Client{Transport: c.app.o.Transport}).Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	c.app.o.Metrics.Request("GET archive", answer.StatusCode, c.app.o.Clock.Now().Sub(start))
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		if known := c.app.byStatus(answer, ""); known != nil && !errors.Is(known, ErrGone) {
			return nil, fmt.Errorf("%s: %w", doing, known)
		}
		return nil, fmt.Errorf("%s: status %s", doing, answer.Status)
	}
	return answer.Body, nil
}

// untar keeps the wanted files whose bytes are the blob's. All names begin
// with one folder that GitHub makes up.
func (r *reading) untar(body io.Reader, byPath map[string]repo.File) error {
	unzipped, err := gzip.NewReader(body)
	if err != nil {
		return err
	}
	defer unzipped.Close()
	archive := tar.NewReader(&cappedReader{from: unzipped, left: maxArchiveBytes})
	kept := int64(0)
	for range maxArchiveEntries {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) || len(byPath) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		_, name, _ := strings.Cut(header.Name, "/")
		f, wanted := byPath[name]
		if !wanted || header.Typeflag != tar.TypeReg || header.Size > MaxFileBytes {
			continue
		}
		if kept += header.Size; kept > maxKeptBytes {
			return errArchiveBound
		}
		content, err := io.ReadAll(io.LimitReader(archive, MaxFileBytes))
		if err != nil {
			return err
		}
		delete(byPath, name)
		r.keep(f.Blob, content)
	}
	return errArchiveBound
}

// cappedReader fails with errArchiveBound at its bound.
type cappedReader struct {
	from io.Reader
	left int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errArchiveBound
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.from.Read(p)
	c.left -= int64(n)
	return n, err
}
