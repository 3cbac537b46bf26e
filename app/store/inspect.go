package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Schema says how far a database is. Version 0 is an empty one; one that is not
// there yet, which only SQLite can be, is New. Queue says whether the queue's
// own tables are up to date. Problems are those that the App booked, at most a
// thousand; an older version's database has none.
type Schema struct {
	Engine        Engine
	New           bool
	Version, Want int64
	Queue         bool
	Problems      []Problem
}

// Current says whether this version of the program can work on it as it is.
func (s Schema) Current() bool { return s.Version >= s.Want && s.Queue }

// Inspect looks at a database without changing it or making it. No error holds
// the URL.
func Inspect(ctx context.Context, url string) (Schema, error) {
	engine, target, err := parseURL(url)
	if err != nil {
		return Schema{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	found := Schema{Engine: engine, Want: schemaVersion()}
	if engine == SQLite {
		return inspectSQLite(ctx, target, found)
	}
	return inspectPostgres(ctx, target, found)
}

func inspectSQLite(ctx context.Context, path string, found Schema) (Schema, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		found.New = true
		return found, writable(filepath.Dir(path))
	} else if err != nil {
		return found, fmt.Errorf("opening the database: %w", err)
	}
	// rw: it must be there, and be ours to write to; query_only: nothing is
	// written all the same.
	db, err := sql.Open("sqlite", sqliteDSN(path, "mode=rw", "_pragma=busy_timeout(5000)", "_pragma=query_only(1)"))
	if err != nil {
		return found, fmt.Errorf("opening the database: %w", err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if found.Version, err = versionOf(ctx, sqlQuerier{db}, `SELECT count(*) FROM sqlite_master WHERE name = $1`); err != nil {
		return found, err
	}
	if found.Problems, err = booked(ctx, sqlQuerier{db}, found.Version); err != nil {
		return found, err
	}
	queue, err := rivermigrate.New(riversqlite.New(db), nil)
	if err != nil {
		return found, err
	}
	found.Queue, err = queueCurrent(ctx, queue)
	return found, err
}

// writable says whether a file can be made in a folder, or in the nearest one
// above it that is there.
func writable(dir string) error {
	for {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
			continue
		}
		probe, err := os.CreateTemp(dir, ".mlops-maturity-*")
		if err != nil {
			return fmt.Errorf("the database is not there and cannot be made: %w", err)
		}
		return errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
}

func inspectPostgres(ctx context.Context, url string, found Schema) (Schema, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return found, errors.New("the database URL is no PostgreSQL URL")
	}
	cfg.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return found, fmt.Errorf("opening the database: %w", err)
	}
	defer pool.Close()
	if err := pool.Ping(ctx); err != nil {
		return found, fmt.Errorf("reaching the database at %s:%d: %w", cfg.ConnConfig.Host, cfg.ConnConfig.Port, err)
	}
	if found.Version, err = versionOf(ctx, pgxQuerier{pool}, `SELECT count(to_regclass($1::text))`); err != nil {
		return found, err
	}
	if found.Problems, err = booked(ctx, pgxQuerier{pool}, found.Version); err != nil {
		return found, err
	}
	queue, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return found, err
	}
	found.Queue, err = queueCurrent(ctx, queue)
	return found, err
}

// versionOf returns the newest migration that was applied, 0 for none; there is
// the query that counts tables of a name.
func versionOf(ctx context.Context, q Querier, there string) (version int64, err error) {
	var tables int
	if err := q.QueryRow(ctx, there, schemaTable).Scan(&tables); err != nil {
		return 0, fmt.Errorf("the database does not answer: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	err = q.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM schema_version WHERE is_applied`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("the database does not tell its version: %w", err)
	}
	return version, nil
}

// problemsSince is the schema that made the table of problems.
const problemsSince = 2

func booked(ctx context.Context, q Querier, version int64) ([]Problem, error) {
	if version < problemsSince {
		return nil, nil
	}
	return listProblems(ctx, q)
}

// migrator is the queue's, whatever it runs on.
type migrator interface {
	AllVersions() []rivermigrate.Migration
	ExistingVersions(ctx context.Context) ([]rivermigrate.Migration, error)
}

func queueCurrent(ctx context.Context, m migrator) (bool, error) {
	done, err := m.ExistingVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("the queue's tables do not tell their version: %w", err)
	}
	return len(done) >= len(m.AllVersions()), nil
}
