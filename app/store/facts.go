package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
)

// The sizes of statements: both engines take tens of thousands of parameters,
// these keep each statement short enough to leave the writer to others.
const (
	loadChunk  = 500
	storeChunk = 200
)

// touchAfter is how stale "last used" may be. Writing it on every read would
// turn each cache hit into a write.
const touchAfter = 24 * time.Hour

// Facts returns the cache of one installation. Installations never share
// entries, so that uninstalling can erase what was learnt from private code.
func (s *Store) Facts(installation int64) extract.Cache {
	return factCache{s, installation}
}

type factCache struct {
	s            *Store
	installation int64
}

// Load returns the values of the keys it has.
func (c factCache) Load(ctx context.Context, keys []string) (map[string][]byte, error) {
	now := c.s.now()
	values := make(map[string][]byte, len(keys))
	var stale []string
	for chunk := range slices.Chunk(keys, loadChunk) {
		rows, err := c.s.reader.Query(ctx, `SELECT key, value, used FROM facts WHERE installation = $1 AND key IN (`+
			placeholders(2, len(chunk))+`)`, c.args(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("loading facts: %w", err)
		}
		for rows.Next() {
			var key string
			var value []byte
			var used int64
			if err := rows.Scan(&key, &value, &used); err != nil {
				rows.Close()
				return nil, fmt.Errorf("loading facts: %w", err)
			}
			values[key] = value
			if used < now.Add(-touchAfter).Unix() {
				stale = append(stale, key)
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("loading facts: %w", err)
		}
	}
	return values, c.touch(ctx, stale, now)
}

// Store writes the values in one transaction.
func (c factCache) Store(ctx context.Context, values map[string][]byte) error {
	if len(values) == 0 {
		return nil
	}
	now := c.s.now().Unix()
	// Sorted: two writers that lock rows in one order cannot wait for each other.
	keys := slices.Sorted(maps.Keys(values))
	return c.s.InTx(ctx, func(tx *Tx) error {
		for chunk := range slices.Chunk(keys, storeChunk) {
			var rows strings.Builder
			args := make([]any, 0, 4*len(chunk))
			for i, key := range chunk {
				if i > 0 {
					rows.WriteString(", ")
				}
				rows.WriteString("(" + placeholders(4*i+1, 4) + ")")
				args = append(args, c.installation, key, values[key], now)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO facts (installation, key, value, used) VALUES `+rows.String()+
				` ON CONFLICT (installation, key) DO UPDATE SET value = excluded.value, used = excluded.used`, args...); err != nil {
				return fmt.Errorf("storing facts: %w", err)
			}
		}
		return nil
	})
}

func (c factCache) touch(ctx context.Context, keys []string, now time.Time) error {
	slices.Sort(keys)
	for chunk := range slices.Chunk(keys, loadChunk) {
		n := strconv.Itoa(len(chunk) + 2)
		if _, err := c.s.Exec(ctx, `UPDATE facts SET used = $`+n+` WHERE installation = $1 AND key IN (`+
			placeholders(2, len(chunk))+`)`, append(c.args(chunk), now.Unix())...); err != nil {
			return fmt.Errorf("marking facts as used: %w", err)
		}
	}
	return nil
}

func (c factCache) args(keys []string) []any {
	args := make([]any, 0, len(keys)+2)
	args = append(args, c.installation)
	for _, k := range keys {
		args = append(args, k)
	}
	return args
}

// placeholders returns "$first, $first+1, …", n of them.
func placeholders(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
