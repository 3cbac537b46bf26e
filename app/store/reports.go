package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxReport bounds what a stored report may unpack to, in bytes.
const maxReport = 256 << 20

// Report returns the report of a commit for one configuration and engine.
func (s *Store) Report(ctx context.Context, installation, repositoryID int64, commit, configHash, engine string) (*report.Report, bool, error) {
	var data []byte
	err := s.reader.QueryRow(ctx, `SELECT data FROM reports
		WHERE installation = $1 AND repository = $2 AND commit_id = $3 AND config = $4 AND engine = $5`,
		installation, repositoryID, commit, configHash, engine).Scan(&data)
	if IsNoRows(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("loading the report of %s: %w", commit, err)
	}
	r, err := unpack(data)
	if err != nil {
		return nil, false, fmt.Errorf("reading the stored report of %s: %w", commit, err)
	}
	return r, true, nil
}

// Judged says whether there is any report of a repository.
func (s *Store) Judged(ctx context.Context, installation, repositoryID int64) (bool, error) {
	var one int
	err := s.reader.QueryRow(ctx, `SELECT 1 FROM reports WHERE installation = $1 AND repository = $2 LIMIT 1`, installation, repositoryID).Scan(&one)
	if IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for reports of repository %d: %w", repositoryID, err)
	}
	return true, nil
}

// SaveReport keeps a report, replacing one of the same commit, configuration
// and engine, and adds its level to the history of ref when ref is not "".
func (s *Store) SaveReport(ctx context.Context, installation, repositoryID int64, ref, configHash string, r *report.Report) error {
	data, err := pack(r)
	if err != nil {
		return fmt.Errorf("packing the report of %s: %w", r.Subject.Commit, err)
	}
	now := s.now().Unix()
	return s.InTx(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO reports (installation, repository, commit_id, config, engine, data, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (installation, repository, commit_id, config, engine)
			DO UPDATE SET data = excluded.data, created = excluded.created`,
			installation, repositoryID, r.Subject.Commit, configHash, r.Engine.Version, data, now); err != nil {
			return fmt.Errorf("saving the report of %s: %w", r.Subject.Commit, err)
		}
		if ref == "" {
			return nil
		}
		if _, err := tx.Exec(ctx, `INSERT INTO history (installation, repository, ref, commit_id, engine, kind, level, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (installation, repository, ref, commit_id, engine)
			DO UPDATE SET kind = excluded.kind, level = excluded.level`,
			installation, repositoryID, ref, r.Subject.Commit, r.Engine.Version, string(r.Kind), r.Level, now); err != nil {
			return fmt.Errorf("adding %s to the history: %w", r.Subject.Commit, err)
		}
		return nil
	})
}

// Point is one entry of a ref's history. Created is in unix seconds.
type Point struct {
	Commit  string
	Engine  string
	Kind    report.Kind
	Level   int
	Created int64
}

// History returns what the evaluations of a ref said, newest first, at most
// limit of them.
func (s *Store) History(ctx context.Context, installation, repositoryID int64, ref string, limit int) ([]Point, error) {
	rows, err := s.reader.Query(ctx, `SELECT commit_id, engine, kind, level, created FROM history
		WHERE installation = $1 AND repository = $2 AND ref = $3 ORDER BY created DESC, commit_id LIMIT $4`,
		installation, repositoryID, ref, limit)
	if err != nil {
		return nil, fmt.Errorf("loading the history of %s: %w", ref, err)
	}
	defer rows.Close()
	var points []Point
	for rows.Next() {
		var p Point
		var kind string
		if err := rows.Scan(&p.Commit, &p.Engine, &kind, &p.Level, &p.Created); err != nil {
			return nil, fmt.Errorf("loading the history of %s: %w", ref, err)
		}
		p.Kind = report.Kind(kind)
		points = append(points, p)
	}
	return points, rows.Err()
}

func pack(r *report.Report) ([]byte, error) {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	if err := errors.Join(json.NewEncoder(zip).Encode(r), zip.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(data []byte) (*report.Report, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var r report.Report
	if err := json.NewDecoder(io.LimitReader(zip, maxReport)).Decode(&r); err != nil {
		return nil, err
	}
	return &r, nil
}
