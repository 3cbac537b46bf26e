package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Tracking is what is known of a repository's tracking issue.
type Tracking struct {
	Issue   int       // its number, 0 while none was opened
	Reached bool      // there was nothing to track when we last looked
	Words   string    // hash of the text that was written last
	Snoozed time.Time // nothing is written before; zero for no snooze
}

// Tracking returns it, zero for a repository that never had one.
func (s *Store) Tracking(ctx context.Context, repositoryID int64) (Tracking, error) {
	var t Tracking
	var reached, snoozed int64
	err := s.reader.QueryRow(ctx, `SELECT issue, reached, words, snoozed FROM tracking WHERE repository = $1`, repositoryID).Scan(&t.Issue, &reached, &t.Words, &snoozed)
	if err != nil && !IsNoRows(err) {
		return Tracking{}, fmt.Errorf("looking up the tracking issue: %w", err)
	}
	t.Reached = reached != 0
	if snoozed != 0 {
		t.Snoozed = time.Unix(snoozed, 0)
	}
	return t, nil
}

// The bounds of opening issues.
const (
	openingLease = 10 * time.Minute // how long a process that died keeps others from opening
	openingHour  = time.Hour
	MaxOpenings  = 10 // of one installation in an hour
)

var errNotNow = errors.New("not now")

// MayOpen takes the right to open a repository's tracking issue. It is false
// when there is one, when somebody else is opening it, or when the installation
// got MaxOpenings within the hour. Of any number of callers at once one sees
// true.
func (s *Store) MayOpen(ctx context.Context, installation, repositoryID int64) (bool, error) {
	now := s.now()
	err := s.InTx(ctx, func(tx *Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO tracking (repository, installation, opening) VALUES ($1, $2, $3)
			ON CONFLICT (repository) DO UPDATE SET opening = excluded.opening, installation = excluded.installation
			WHERE tracking.issue = 0 AND tracking.opening < $4`, repositoryID, installation, now.Add(openingLease).Unix(), now.Unix())
		if err == nil && n == 0 {
			err = errNotNow
		}
		if err != nil {
			return err
		}
		n, err = tx.Exec(ctx, `INSERT INTO openings (installation, since, opened) VALUES ($1, $2, 1)
			ON CONFLICT (installation) DO UPDATE SET
				opened = CASE WHEN openings.since <= $3 THEN 1 ELSE openings.opened + 1 END,
				since = CASE WHEN openings.since <= $3 THEN excluded.since ELSE openings.since END
			WHERE openings.since <= $3 OR openings.opened < $4`, installation, now.Unix(), now.Add(-openingHour).Unix(), MaxOpenings)
		if err == nil && n == 0 {
			err = errNotNow
		}
		return err
	})
	if errors.Is(err, errNotNow) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("taking the right to open the tracking issue: %w", err)
	}
	return true, nil
}

// SaveTracking remembers all but the snooze, which people set meanwhile. With
// issue 0 it gives back the right that MayOpen took.
func (s *Store) SaveTracking(ctx context.Context, installation, repositoryID int64, t Tracking) error {
	reached := 0
	if t.Reached {
		reached = 1
	}
	if _, err := s.Exec(ctx, `INSERT INTO tracking (repository, installation, issue, reached, words) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (repository) DO UPDATE SET installation = excluded.installation, issue = excluded.issue,
			reached = excluded.reached, words = excluded.words, opening = 0`,
		repositoryID, installation, t.Issue, reached, t.Words); err != nil {
		return fmt.Errorf("saving the tracking issue: %w", err)
	}
	return nil
}

// Snooze keeps the tracking issue silent until a time; the zero time ends a
// snooze.
func (s *Store) Snooze(ctx context.Context, installation, repositoryID int64, until time.Time) error {
	at := int64(0)
	if !until.IsZero() {
		at = until.Unix()
	}
	if _, err := s.Exec(ctx, `INSERT INTO tracking (repository, installation, snoozed) VALUES ($1, $2, $3)
		ON CONFLICT (repository) DO UPDATE SET snoozed = excluded.snoozed`, repositoryID, installation, at); err != nil {
		return fmt.Errorf("snoozing the tracking issue: %w", err)
	}
	return nil
}
