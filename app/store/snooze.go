package store

import (
	"context"
	"fmt"
	"time"
)

// SnoozePull keeps comments off a pull request until a time; a later word
// replaces an earlier one.
func (s *Store) SnoozePull(ctx context.Context, installation, repositoryID int64, pull int, until time.Time) error {
	if _, err := s.Exec(ctx, `INSERT INTO snoozes (repository, pull, installation, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (repository, pull) DO UPDATE SET until = excluded.until, installation = excluded.installation`,
		repositoryID, pull, installation, until.Unix()); err != nil {
		return fmt.Errorf("snoozing pull request %d: %w", pull, err)
	}
	return nil
}

// PullSnoozed says until when no comment is written on a pull request; the zero
// time is for one that was never snoozed.
func (s *Store) PullSnoozed(ctx context.Context, repositoryID int64, pull int) (time.Time, error) {
	var until int64
	err := s.reader.QueryRow(ctx, `SELECT until FROM snoozes WHERE repository = $1 AND pull = $2`, repositoryID, pull).Scan(&until)
	if IsNoRows(err) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("looking up the snooze of pull request %d: %w", pull, err)
	}
	return time.Unix(until, 0), nil
}
