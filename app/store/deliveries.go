package store

import (
	"context"
	"fmt"
)

// InsertDelivery books a webhook delivery by GitHub's id. It returns false
// when the id is known already. Insert first, ask later: of any number of
// copies that come at once exactly one sees true.
func (s *Store) InsertDelivery(ctx context.Context, tx *Tx, id, event, outcome string) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO deliveries (id, event, outcome, received) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO NOTHING`, id, event, outcome, s.now().Unix())
	if err != nil {
		return false, fmt.Errorf("booking delivery %s: %w", id, err)
	}
	return n == 1, nil
}

// Delivered says whether a delivery was booked, and with what outcome.
func (s *Store) Delivered(ctx context.Context, id string) (outcome string, ok bool, err error) {
	err = s.reader.QueryRow(ctx, `SELECT outcome FROM deliveries WHERE id = $1`, id).Scan(&outcome)
	if IsNoRows(err) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("looking up delivery %s: %w", id, err)
	}
	return outcome, true, nil
}
