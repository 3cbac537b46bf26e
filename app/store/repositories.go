package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// The visibilities of a repository, the widest first. Any other word, and none,
// counts as private.
const (
	Public   = "public"
	Internal = "internal"
	Private  = "private"
)

// Sighting is what GitHub told of a repository. Empty fields were not told.
type Sighting struct {
	Installation, Repository int64
	FullName                 string // owner/name, in any case
	Visibility               string
	Branch                   string    // the default branch
	At                       time.Time // of the repository's last change, by GitHub's clock
}

// sighted is a row as far as sightings go. told is in unix seconds, -1 for a row
// that is new.
type sighted struct {
	installation                 int64
	fullName, visibility, branch string
	told                         int64
}

// with returns the row after a sighting. Events come late and in any order, and
// nobody may see a private repository's level for that: every word narrows the
// visibility, and only one that is newer than all before widens it.
func (r sighted) with(s Sighting) sighted {
	at := int64(0)
	if !s.At.IsZero() {
		at = s.At.Unix()
	}
	fresh, newer := r.told < 0, at > r.told
	if s.Visibility != "" && (newer || fresh || narrower(s.Visibility, r.visibility)) {
		r.visibility = s.Visibility
	}
	if newer || fresh || at != 0 && at == r.told {
		r.installation = s.Installation
		if s.FullName != "" {
			r.fullName = strings.ToLower(s.FullName)
		}
		if s.Branch != "" {
			r.branch = s.Branch
		}
	}
	r.told = max(r.told, at)
	return r
}

func narrower(a, b string) bool {
	rank := func(v string) int {
		if i := slices.Index([]string{Public, Internal}, v); i >= 0 {
			return i
		}
		return 2
	}
	return rank(a) > rank(b)
}

// See books a sighting. A repository that has moved to another installation is
// forgotten under the one before.
func (tx *Tx) See(ctx context.Context, s Sighting) error {
	var old sighted
	// The update changes nothing; it locks the row and returns it.
	err := tx.QueryRow(ctx, `INSERT INTO repositories (repository, installation, told) VALUES ($1, $2, -1)
		ON CONFLICT (repository) DO UPDATE SET repository = excluded.repository
		RETURNING installation, full_name, visibility, branch, told`, s.Repository, s.Installation).
		Scan(&old.installation, &old.fullName, &old.visibility, &old.branch, &old.told)
	if err != nil {
		return fmt.Errorf("looking up repository %d: %w", s.Repository, err)
	}
	now := old.with(s)
	if now == old {
		return nil
	}
	if now.installation != old.installation {
		if err := tx.forgetRepository(ctx, old.installation, s.Repository); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO repositories (repository, installation) VALUES ($1, $2) ON CONFLICT (repository) DO NOTHING`, s.Repository, now.installation)
		if err != nil {
			return fmt.Errorf("booking repository %d: %w", s.Repository, err)
		}
	}
	if now.fullName != old.fullName { // a name is one repository's
		if _, err := tx.Exec(ctx, `UPDATE repositories SET full_name = '' WHERE full_name = $1 AND repository <> $2`, now.fullName, s.Repository); err != nil {
			return fmt.Errorf("taking the name of repository %d: %w", s.Repository, err)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE repositories SET installation = $2, full_name = $3, visibility = $4, branch = $5, told = $6 WHERE repository = $1`,
		s.Repository, now.installation, now.fullName, now.visibility, now.branch, now.told); err != nil {
		return fmt.Errorf("booking repository %d: %w", s.Repository, err)
	}
	return nil
}

// SaveLevel keeps what the judgement of a default branch said, and from when on
// it may say something else without a push, zero for never. The name that a
// judgement used may be one that GitHub only forwards by now, so it counts for
// a repository that is new.
func (s *Store) SaveLevel(ctx context.Context, seen Sighting, r *report.Report, due time.Time) error {
	return s.InTx(ctx, func(tx *Tx) error {
		name := Sighting{Installation: seen.Installation, Repository: seen.Repository, FullName: seen.FullName}
		seen.FullName = ""
		if err := errors.Join(tx.See(ctx, name), tx.See(ctx, seen)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE repositories SET commit_id = $2, kind = $3, level = $4, judged = $5, due = $6 WHERE repository = $1`,
			seen.Repository, r.Subject.Commit, string(r.Kind), r.Level, s.now().Unix(), unixOrZero(due)); err != nil {
			return fmt.Errorf("saving the level of repository %d: %w", seen.Repository, err)
		}
		return nil
	})
}

// Level is what a badge shows.
type Level struct {
	Visibility string
	Judged     bool // a default branch was
	Kind       report.Kind
	Level      int
}

// Level returns what is known of a repository by its name, in any case.
func (s *Store) Level(ctx context.Context, fullName string) (Level, bool, error) {
	var l Level
	var kind string
	var judged int64
	err := s.reader.QueryRow(ctx, `SELECT visibility, kind, level, judged FROM repositories WHERE full_name = $1 AND full_name <> '' LIMIT 1`,
		strings.ToLower(fullName)).Scan(&l.Visibility, &kind, &l.Level, &judged)
	if IsNoRows(err) {
		return Level{}, false, nil
	}
	if err != nil {
		return Level{}, false, fmt.Errorf("looking up a repository's level: %w", err)
	}
	l.Kind, l.Judged = report.Kind(kind), judged != 0
	return l, true, nil
}

// Swept is how far a repository's default branch got: the commit judged last,
// and the head that a sweep queued last.
type Swept struct {
	Commit, Head string
	At           time.Time // of the sweep
	Due          time.Time // from when on the verdict may be another; zero for never
}

func unixOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// Swept returns that for all repositories of an installation by id.
func (s *Store) Swept(ctx context.Context, installation int64) (map[int64]Swept, error) {
	rows, err := s.reader.Query(ctx, `SELECT repository, commit_id, swept, swept_at, due FROM repositories WHERE installation = $1`, installation)
	if err != nil {
		return nil, fmt.Errorf("loading what was judged: %w", err)
	}
	defer rows.Close()
	all := map[int64]Swept{}
	for rows.Next() {
		var id, at, due int64
		var one Swept
		if err := rows.Scan(&id, &one.Commit, &one.Head, &at, &due); err != nil {
			return nil, fmt.Errorf("loading what was judged: %w", err)
		}
		if one.At = time.Unix(at, 0); due != 0 {
			one.Due = time.Unix(due, 0)
		}
		all[id] = one
	}
	return all, rows.Err()
}

// Sweep books a head that a sweep queues.
func (s *Store) Sweep(ctx context.Context, seen Sighting, head string) error {
	return s.InTx(ctx, func(tx *Tx) error {
		if err := tx.See(ctx, seen); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE repositories SET swept = $2, swept_at = $3 WHERE repository = $1`, seen.Repository, head, s.now().Unix()); err != nil {
			return fmt.Errorf("booking the sweep of repository %d: %w", seen.Repository, err)
		}
		return nil
	})
}
