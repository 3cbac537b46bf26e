package store

import (
	"context"
	"fmt"
	"time"
)

// Forget erases everything learnt through an installation: facts, reports,
// history, levels, and the ids of comments and issues.
func (s *Store) Forget(ctx context.Context, installation int64) error {
	return s.InTx(ctx, func(tx *Tx) error {
		for _, statement := range []string{
			// Comments are found through the repositories, so they go first.
			`DELETE FROM comments WHERE repository IN (SELECT repository FROM reports WHERE installation = $1)
				OR repository IN (SELECT repository FROM history WHERE installation = $1)`,
			`DELETE FROM facts WHERE installation = $1`,
			`DELETE FROM reports WHERE installation = $1`,
			`DELETE FROM history WHERE installation = $1`,
			`DELETE FROM repositories WHERE installation = $1`,
			`DELETE FROM tracking WHERE installation = $1`,
			`DELETE FROM openings WHERE installation = $1`,
			`DELETE FROM problems WHERE installation = $1`,
			`DELETE FROM snoozes WHERE installation = $1`,
		} {
			if _, err := tx.Exec(ctx, statement, installation); err != nil {
				return fmt.Errorf("forgetting installation %d: %w", installation, err)
			}
		}
		return nil
	})
}

// ForgetRepository erases everything learnt about one repository. Facts are
// kept by content and do not tell whose they are, so the installation's cache
// goes too; what is left of it is read from GitHub again.
func (s *Store) ForgetRepository(ctx context.Context, installation, repositoryID int64) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.forgetRepository(ctx, installation, repositoryID) })
}

func (tx *Tx) forgetRepository(ctx context.Context, installation, repositoryID int64) error {
	for _, statement := range []string{
		`DELETE FROM reports WHERE installation = $1 AND repository = $2`,
		`DELETE FROM history WHERE installation = $1 AND repository = $2`,
		`DELETE FROM tracking WHERE installation = $1 AND repository = $2`,
		`DELETE FROM snoozes WHERE installation = $1 AND repository = $2`,
		`DELETE FROM comments WHERE repository = $2 AND NOT EXISTS (SELECT 1 FROM repositories WHERE repository = $2 AND installation <> $1)`,
		`DELETE FROM repositories WHERE installation = $1 AND repository = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, installation, repositoryID); err != nil {
			return fmt.Errorf("forgetting repository %d: %w", repositoryID, err)
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM facts WHERE installation = $1`, installation); err != nil {
		return fmt.Errorf("forgetting the facts of installation %d: %w", installation, err)
	}
	return nil
}

// Keep bounds what Evict leaves. Zero means no bound.
type Keep struct {
	Deliveries time.Duration // GitHub redelivers for three days
	Facts      time.Duration // since last used
	FactBytes  int64         // of all values together
	Reports    time.Duration // since made
	// ReportBytes bounds the reports together, as stored; the oldest go first.
	ReportBytes int64
}

// DefaultKeep is what the server keeps.
var DefaultKeep = Keep{
	Deliveries: 14 * 24 * time.Hour,
	Facts:      60 * 24 * time.Hour,
	FactBytes:  4 << 30,
	Reports:    400 * 24 * time.Hour,

	ReportBytes: 4 << 30,
}

// evictChunk keeps a delete short: other writers wait for it on SQLite.
const evictChunk = 1000

// Evict deletes what is older than keep, and the least recently used facts
// above its size. It returns the number of rows deleted.
func (s *Store) Evict(ctx context.Context, keep Keep) (deleted int64, err error) {
	// A snooze that has ended is nothing any more.
	if deleted, err = s.Exec(ctx, `DELETE FROM snoozes WHERE until < $1`, s.now().Unix()); err != nil {
		return 0, fmt.Errorf("evicting: %w", err)
	}
	for _, old := range []struct {
		statement string
		age       time.Duration
	}{
		{`DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE received < $1 LIMIT $2)`, keep.Deliveries},
		{`DELETE FROM facts WHERE (installation, key) IN (SELECT installation, key FROM facts WHERE used < $1 LIMIT $2)`, keep.Facts},
		{`DELETE FROM reports WHERE (installation, repository, commit_id, config, engine) IN
			(SELECT installation, repository, commit_id, config, engine FROM reports WHERE created < $1 LIMIT $2)`, keep.Reports},
	} {
		if old.age == 0 {
			continue
		}
		n, err := s.deleteChunks(ctx, old.statement, s.now().Add(-old.age).Unix())
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	for _, size := range []struct {
		measure, oldest string
		limit           int64
	}{
		{`SELECT CAST(COALESCE(SUM(length(value)), 0) AS BIGINT) FROM facts`,
			`DELETE FROM facts WHERE (installation, key) IN (SELECT installation, key FROM facts ORDER BY used, key LIMIT $1)`, keep.FactBytes},
		{`SELECT CAST(COALESCE(SUM(length(data)), 0) AS BIGINT) FROM reports`,
			`DELETE FROM reports WHERE (installation, repository, commit_id, config, engine) IN
			(SELECT installation, repository, commit_id, config, engine FROM reports ORDER BY created, commit_id LIMIT $1)`, keep.ReportBytes},
	} {
		n, err := s.evictAbove(ctx, size.measure, size.oldest, size.limit)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

func (s *Store) deleteChunks(ctx context.Context, statement string, before int64) (deleted int64, err error) {
	for {
		n, err := s.Exec(ctx, statement, before, evictChunk)
		if err != nil {
			return deleted, fmt.Errorf("evicting: %w", err)
		}
		deleted += n
		if n < evictChunk {
			return deleted, nil
		}
	}
}

// evictAbove deletes the oldest rows until what they hold fits; limit 0 is no
// bound.
func (s *Store) evictAbove(ctx context.Context, measure, oldest string, limit int64) (deleted int64, err error) {
	for limit > 0 {
		var size int64
		if err := s.reader.QueryRow(ctx, measure).Scan(&size); err != nil {
			return deleted, fmt.Errorf("measuring what is kept: %w", err)
		}
		if size <= limit {
			return deleted, nil
		}
		n, err := s.Exec(ctx, oldest, evictChunk)
		if err != nil {
			return deleted, fmt.Errorf("evicting: %w", err)
		}
		deleted += n
	}
	return deleted, nil
}
