package store

import (
	"context"
	"fmt"
	"time"
)

// Forget erases everything learnt through an installation: facts, reports,
// history and the ids of comments.
func (s *Store) Forget(ctx context.Context, installation int64) error {
	return s.InTx(ctx, func(tx *Tx) error {
		for _, statement := range []string{
			// Comments are found through the repositories, so they go first.
			`DELETE FROM comments WHERE repository IN (SELECT repository FROM reports WHERE installation = $1)
				OR repository IN (SELECT repository FROM history WHERE installation = $1)`,
			`DELETE FROM facts WHERE installation = $1`,
			`DELETE FROM reports WHERE installation = $1`,
			`DELETE FROM history WHERE installation = $1`,
		} {
			if _, err := tx.Exec(ctx, statement, installation); err != nil {
				return fmt.Errorf("forgetting installation %d: %w", installation, err)
			}
		}
		return nil
	})
}

// Keep bounds what Evict leaves. Zero means no bound.
type Keep struct {
	Deliveries time.Duration // GitHub redelivers for three days
	Facts      time.Duration // since last used
	FactBytes  int64         // of all values together
	Reports    time.Duration // since made
}

// DefaultKeep is what the server keeps.
var DefaultKeep = Keep{
	Deliveries: 14 * 24 * time.Hour,
	Facts:      60 * 24 * time.Hour,
	FactBytes:  4 << 30,
	Reports:    400 * 24 * time.Hour,
}

// evictChunk keeps a delete short: other writers wait for it on SQLite.
const evictChunk = 1000

// Evict deletes what is older than keep, and the least recently used facts
// above its size. It returns the number of rows deleted.
func (s *Store) Evict(ctx context.Context, keep Keep) (deleted int64, err error) {
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
	if keep.FactBytes == 0 {
		return deleted, nil
	}
	n, err := s.evictFacts(ctx, keep.FactBytes)
	return deleted + n, err
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

func (s *Store) evictFacts(ctx context.Context, limit int64) (deleted int64, err error) {
	for {
		var size int64
		if err := s.reader.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(length(value)), 0) AS BIGINT) FROM facts`).Scan(&size); err != nil {
			return deleted, fmt.Errorf("measuring facts: %w", err)
		}
		if size <= limit {
			return deleted, nil
		}
		n, err := s.Exec(ctx, `DELETE FROM facts WHERE (installation, key) IN
			(SELECT installation, key FROM facts ORDER BY used, key LIMIT $1)`, evictChunk)
		if err != nil {
			return deleted, fmt.Errorf("evicting facts: %w", err)
		}
		deleted += n
	}
}
