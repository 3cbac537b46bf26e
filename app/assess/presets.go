package assess

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

const (
	// tagLife is how long what a tag names is kept: a tag can be moved. What a
	// commit id names is kept for good.
	tagLife = 5 * time.Minute
	// maxPresets bounds the files that are kept, each at most 64 KiB.
	maxPresets = 200
	// maxHistories bounds the histories that are kept, of ten versions each.
	maxHistories = 20
)

// preset is a file that another one extends.
type preset struct {
	data       []byte
	visibility gh.Visibility
}

// fetch reads a file that another one extends, through the installation of the
// repository that is judged.
func (s *sources) fetch(ctx context.Context, ref repoconfig.Ref) ([]byte, error) {
	repository := ref.Owner + "/" + ref.Name
	key := fmt.Sprintf("%d %s %s %s", s.Installation, strings.ToLower(repository), ref.Pinned(), ref.Path)
	p, ok := s.presets.get(key, s.o.Now())
	if !ok {
		text, visibility, err := s.github.Of(ref.Owner, ref.Name).File(ctx, ref.Pinned(), ref.Path)
		switch {
		case errors.Is(err, gh.ErrGone):
			zerolog.Ctx(ctx).Info().Err(err).Msg("a configuration extends what cannot be read")
			return nil, fmt.Errorf("%s: %w", ref, fs.ErrNotExist)
		case err != nil:
			return nil, err
		}
		p = preset{text.Content, visibility}
		if !text.Whole || len(p.data) > repoconfig.MaxSize {
			p.data = bytes.Repeat([]byte{' '}, repoconfig.MaxSize+1) // refused for its size alone
		}
		until := time.Time{}
		if strings.HasPrefix(ref.Pinned(), "refs/") {
			until = s.o.Now().Add(tagLife)
		}
		s.presets.put(key, p, until)
	}
	repository = strings.ToLower(repository)
	s.extended[ref] = true
	s.unnamed[repository] = p.visibility.Narrower(s.base.Visibility)
	// Who writes to this repository chooses what is read, and need not be
	// allowed to read it: only what many may read is repeated.
	s.unquoted[repository] = p.visibility != gh.Public && (p.visibility != gh.Internal || s.base.Visibility != gh.Internal)
	return p.data, nil
}

// errNotInForce says that no file in force extends a file.
var errNotInForce = errors.New("a proposal extends what is not extended yet")

// fetchAgain reads what the files in force extend, and nothing else: whoever
// may propose a change must not choose what the App reads.
func (s *sources) fetchAgain(ctx context.Context, ref repoconfig.Ref) ([]byte, error) {
	if !s.extended[ref] {
		return nil, errNotInForce
	}
	return s.fetch(ctx, ref)
}

// lastGood is the newest version of the organisation's file without mistakes,
// of the last ten, and its commit; nil and "" if there is none.
func (s *sources) lastGood(ctx context.Context, commit, path string) (*repoconfig.File, string, error) {
	key := fmt.Sprintf("%d %s %s", s.Installation, commit, path)
	versions, ok := s.histories.get(key, s.o.Now())
	if !ok {
		var err error
		versions, err = s.github.Of(s.Owner, gh.OrganizationRepository).History(ctx, commit, path)
		if err != nil && !errors.Is(err, gh.ErrGone) && !errors.Is(err, gh.ErrForbidden) {
			return nil, "", err
		}
		if err == nil {
			s.histories.put(key, versions, time.Time{})
		}
	}
	for _, v := range versions {
		if !v.Text.Whole || v.Commit == "" {
			continue
		}
		f := &repoconfig.File{Path: fmt.Sprintf("%s/%s@%s:%s", s.Owner, gh.OrganizationRepository, v.Commit, path), Data: v.Text.Content}
		resolved, err := repoconfig.Resolve(ctx, f, nil, s.fetch)
		if err != nil {
			return nil, "", err
		}
		if len(resolved.Errors) == 0 {
			return f, v.Commit, nil
		}
	}
	return nil, "", nil
}
