package store

import (
	"context"
	"fmt"
)

// Comment returns the id of our comment on a pull request, when one is known.
func (s *Store) Comment(ctx context.Context, repositoryID int64, pull int) (id int64, ok bool, err error) {
	err = s.reader.QueryRow(ctx, `SELECT comment FROM comments WHERE repository = $1 AND pull = $2`, repositoryID, pull).Scan(&id)
	if IsNoRows(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("looking up the comment of pull request %d: %w", pull, err)
	}
	return id, true, nil
}

// SaveComment remembers the id of our comment on a pull request.
func (s *Store) SaveComment(ctx context.Context, repositoryID int64, pull int, id int64) error {
	if _, err := s.Exec(ctx, `INSERT INTO comments (repository, pull, comment) VALUES ($1, $2, $3)
		ON CONFLICT (repository, pull) DO UPDATE SET comment = excluded.comment`, repositoryID, pull, id); err != nil {
		return fmt.Errorf("saving the comment of pull request %d: %w", pull, err)
	}
	return nil
}
