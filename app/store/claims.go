package store

import (
	"context"
	"fmt"
	"time"
)

// Claim is the row of one key with work outstanding. Job is the newest job of
// the queue for it, 0 when that was called off; Running the job that holds the
// key, 0 for none; Crashes how often a process died on it.
type Claim struct {
	Key          string
	Installation int64
	Job          int64
	Args         []byte
	Running      int64
	Crashes      int
}

// LockClaim returns the row of a key, made when it is missing, and holds it
// until the transaction ends: enqueuing is serial per key.
func (tx *Tx) LockClaim(ctx context.Context, key string, installation int64) (Claim, error) {
	c := Claim{Key: key, Installation: installation}
	err := tx.QueryRow(ctx, `INSERT INTO claims (key, installation, job, args) VALUES ($1, $2, 0, $3)
		ON CONFLICT (key) DO UPDATE SET installation = excluded.installation
		RETURNING job, args, COALESCE(running, 0), crashes`, key, installation, []byte{}).
		Scan(&c.Job, &c.Args, &c.Running, &c.Crashes)
	if err != nil {
		return Claim{}, fmt.Errorf("locking key %s: %w", key, err)
	}
	return c, nil
}

// SetClaim makes job the newest of a key that LockClaim holds.
func (tx *Tx) SetClaim(ctx context.Context, key string, job int64, args []byte, crashes int) error {
	_, err := tx.Exec(ctx, `UPDATE claims SET job = $2, args = $3, crashes = $4 WHERE key = $1`, key, job, args, crashes)
	if err != nil {
		return fmt.Errorf("booking job %d for key %s: %w", job, key, err)
	}
	return nil
}

// CallOff leaves a key without a newest job; the row goes with the job that
// still runs, or now when none does.
func (tx *Tx) CallOff(ctx context.Context, key string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM claims WHERE key = $1 AND running IS NULL`, key); err != nil {
		return fmt.Errorf("calling off key %s: %w", key, err)
	}
	if _, err := tx.Exec(ctx, `UPDATE claims SET job = 0 WHERE key = $1`, key); err != nil {
		return fmt.Errorf("calling off key %s: %w", key, err)
	}
	return nil
}

// Claims returns the rows of an installation in key order.
func (tx *Tx) Claims(ctx context.Context, installation int64) ([]Claim, error) {
	return scanClaims(tx.Query(ctx, `SELECT key, installation, job, args, COALESCE(running, 0), crashes
		FROM claims WHERE installation = $1 ORDER BY key`, installation))
}

// Acquire lets job hold c.Key for the length of the lease. It returns false
// when another job holds it. newest is the newest job of the key: when it is
// not c.Running, the caller has been superseded.
func (s *Store) Acquire(ctx context.Context, c Claim, lease time.Duration) (newest int64, ok bool, err error) {
	now := s.now()
	err = s.QueryRow(ctx, `INSERT INTO claims (key, installation, job, args, running, lease) VALUES ($1, $2, $3, $4, $3, $5)
		ON CONFLICT (key) DO UPDATE SET running = excluded.running, lease = excluded.lease
		WHERE claims.running IS NULL OR claims.running = excluded.running OR claims.lease < $6
		RETURNING job`, c.Key, c.Installation, c.Running, c.Args, now.Add(lease).Unix(), now.Unix()).Scan(&newest)
	if IsNoRows(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("acquiring key %s: %w", c.Key, err)
	}
	return newest, true, nil
}

// Renew prolongs a lease. It returns false when the job holds the key no more.
func (s *Store) Renew(ctx context.Context, key string, job int64, lease time.Duration) (bool, error) {
	n, err := s.Exec(ctx, `UPDATE claims SET lease = $3 WHERE key = $1 AND running = $2`, key, job, s.now().Add(lease).Unix())
	if err != nil {
		return false, fmt.Errorf("renewing key %s: %w", key, err)
	}
	return n == 1, nil
}

// Release gives a key back. With done the job owes nothing more, and the row
// goes unless a newer job waits.
func (s *Store) Release(ctx context.Context, key string, job int64, done bool) error {
	return s.InTx(ctx, func(tx *Tx) error {
		if done {
			if _, err := tx.Exec(ctx, `DELETE FROM claims WHERE key = $1 AND running = $2 AND job = $2`, key, job); err != nil {
				return fmt.Errorf("releasing key %s: %w", key, err)
			}
		}
		if _, err := tx.Exec(ctx, `DELETE FROM claims WHERE key = $1 AND running = $2 AND job = 0`, key, job); err != nil {
			return fmt.Errorf("releasing key %s: %w", key, err)
		}
		if _, err := tx.Exec(ctx, `UPDATE claims SET running = NULL WHERE key = $1 AND running = $2`, key, job); err != nil {
			return fmt.Errorf("releasing key %s: %w", key, err)
		}
		return nil
	})
}

// Abandoned returns the rows whose holder let its lease run out: its process
// died or was cut off from the database.
func (s *Store) Abandoned(ctx context.Context) ([]Claim, error) {
	return scanClaims(s.reader.Query(ctx, `SELECT key, installation, job, args, running, crashes
		FROM claims WHERE running IS NOT NULL AND lease < $1 ORDER BY key LIMIT 100`, s.now().Unix()))
}

// TakeAbandoned frees a row that Abandoned returned and holds it until the
// transaction ends. It returns false when somebody else was faster.
func (s *Store) TakeAbandoned(ctx context.Context, tx *Tx, c Claim) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE claims SET running = NULL WHERE key = $1 AND running = $2 AND job = $3 AND lease < $4`,
		c.Key, c.Running, c.Job, s.now().Unix())
	if err != nil {
		return false, fmt.Errorf("freeing key %s: %w", c.Key, err)
	}
	return n == 1, nil
}

// Outstanding counts the keys with work outstanding.
func (s *Store) Outstanding(ctx context.Context) (n int64, err error) {
	if err := s.reader.QueryRow(ctx, `SELECT count(*) FROM claims`).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting outstanding keys: %w", err)
	}
	return n, nil
}

func scanClaims(rows Rows, err error) ([]Claim, error) {
	if err != nil {
		return nil, fmt.Errorf("listing claims: %w", err)
	}
	defer rows.Close()
	var claims []Claim
	for rows.Next() {
		var c Claim
		if err := rows.Scan(&c.Key, &c.Installation, &c.Job, &c.Args, &c.Running, &c.Crashes); err != nil {
			return nil, fmt.Errorf("listing claims: %w", err)
		}
		claims = append(claims, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing claims: %w", err)
	}
	return claims, nil
}

// JobStates counts River's jobs that are not done, by state.
func (s *Store) JobStates(ctx context.Context) (map[string]int64, error) {
	rows, err := s.reader.Query(ctx, `SELECT CAST(state AS TEXT), count(*) FROM river_job
		WHERE finalized_at IS NULL GROUP BY state`)
	if err != nil {
		return nil, fmt.Errorf("counting jobs: %w", err)
	}
	defer rows.Close()
	states := make(map[string]int64)
	for rows.Next() {
		var state string
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return nil, fmt.Errorf("counting jobs: %w", err)
		}
		states[state] = n
	}
	return states, rows.Err()
}
