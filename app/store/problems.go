package store

import (
	"context"
	"fmt"
	"time"
)

// Problem is what an installation lacks for an optional feature: a permission
// that was not granted, a custom property that is not defined.
type Problem struct {
	Installation int64
	Feature      string // such as "tracking issue"
	Problem      string // one sentence
	Since        time.Time
}

// maxProblems bounds the list of them.
const maxProblems = 1000

// NoteProblem books a problem and says whether it is news, so that it is logged
// once.
func (s *Store) NoteProblem(ctx context.Context, installation int64, feature, problem string) (news bool, err error) {
	n, err := s.Exec(ctx, `INSERT INTO problems (installation, feature, problem, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (installation, feature) DO UPDATE SET problem = excluded.problem, since = excluded.since
		WHERE problems.problem <> excluded.problem`, installation, feature, problem, s.now().Unix())
	if err != nil {
		return false, fmt.Errorf("booking a problem with the %s: %w", feature, err)
	}
	return n == 1, nil
}

// SolveProblem forgets it, for the feature works.
func (s *Store) SolveProblem(ctx context.Context, installation int64, feature string) error {
	var n int
	// Looking first keeps what always works from being a write.
	err := s.reader.QueryRow(ctx, `SELECT 1 FROM problems WHERE installation = $1 AND feature = $2`, installation, feature).Scan(&n)
	if IsNoRows(err) {
		return nil
	}
	if err == nil {
		_, err = s.Exec(ctx, `DELETE FROM problems WHERE installation = $1 AND feature = $2`, installation, feature)
	}
	if err != nil {
		return fmt.Errorf("solving a problem with the %s: %w", feature, err)
	}
	return nil
}

// Problems lists them by installation and feature, at most a thousand.
func (s *Store) Problems(ctx context.Context) ([]Problem, error) {
	return listProblems(ctx, s.reader)
}

func listProblems(ctx context.Context, q Querier) ([]Problem, error) {
	rows, err := q.Query(ctx, `SELECT installation, feature, problem, since FROM problems ORDER BY installation, feature LIMIT $1`, maxProblems)
	if err != nil {
		return nil, fmt.Errorf("listing problems: %w", err)
	}
	defer rows.Close()
	var all []Problem
	for rows.Next() {
		var p Problem
		var since int64
		if err := rows.Scan(&p.Installation, &p.Feature, &p.Problem, &since); err != nil {
			return nil, fmt.Errorf("listing problems: %w", err)
		}
		p.Since = time.Unix(since, 0)
		all = append(all, p)
	}
	return all, rows.Err()
}

// TakeTurn says whether it is this process's turn to do what one replica does
// for all: at most once within gap.
func (s *Store) TakeTurn(ctx context.Context, name string, gap time.Duration) (bool, error) {
	now := s.now()
	n, err := s.Exec(ctx, `INSERT INTO turns (name, taken) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET taken = excluded.taken WHERE turns.taken <= $3`, name, now.Unix(), now.Add(-gap).Unix())
	if err != nil {
		return false, fmt.Errorf("taking the turn to %s: %w", name, err)
	}
	return n == 1, nil
}
