// Package store is everything the App remembers, in one SQL database: the
// deliveries it has seen, who may work on which key, facts by content,
// reports, history and the ids of its comments. The job queue (River) lives in
// the same database, so that an event and its jobs are written in one
// transaction.
//
// The database is SQLite (embedded, one node, the default) or PostgreSQL (many
// replicas). Both run the same statements with $N parameters; only the schema
// files differ. Times are unix seconds and JSON is bytes, because there the
// engines would differ.
//
// SQLite has one connection that writes, shared with River, and a pool that
// only reads. Inside InTx use the transaction alone: asking the store for
// another writer there would wait for itself.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Engine names a database engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Store is an open, migrated database. It is safe for concurrent use.
type Store struct {
	Querier // one statement on its own, written durably when it returns

	engine Engine
	reader Querier
	begin  func(context.Context) (*Tx, error)
	sqlite *sql.DB
	pool   *pgxpool.Pool
	close  func() error
	now    func() time.Time
}

// Option changes how a store behaves.
type Option func(*Store)

// WithClock sets the clock that stamps rows; the default is time.Now.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// Open opens the database a URL names (sqlite:PATH or postgres://…), creates
// it when it is SQLite and new, and brings its schema up to date. Processes
// that open one database at once migrate it one after the other.
func Open(ctx context.Context, url string, options ...Option) (*Store, error) {
	engine, target, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	s := &Store{engine: engine, now: time.Now}
	for _, o := range options {
		o(s)
	}
	switch engine {
	case SQLite:
		err = s.openSQLite(target)
	default:
		err = s.openPostgres(ctx, target)
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, target); err != nil {
		return nil, errors.Join(fmt.Errorf("bringing the database up to date: %w", err), s.Close())
	}
	return s, nil
}

// Engine says which engine the database runs on.
func (s *Store) Engine() Engine { return s.engine }

// SQLite returns the writing pool (one connection), nil on PostgreSQL. It is
// there for River.
func (s *Store) SQLite() *sql.DB { return s.sqlite }

// Postgres returns the pool, nil on SQLite. It is there for River.
func (s *Store) Postgres() *pgxpool.Pool { return s.pool }

// Close closes the database. River must have stopped before.
func (s *Store) Close() error { return s.close() }

// Ready says whether the database answers and its schema is up to date.
func (s *Store) Ready(ctx context.Context) error {
	var version int64
	err := s.reader.QueryRow(ctx, `SELECT max(version_id) FROM schema_version WHERE is_applied`).Scan(&version)
	if err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	if want := schemaVersion(); version < want {
		return fmt.Errorf("the database is at schema %d, this version needs %d", version, want)
	}
	return nil
}

// InTx runs f in one transaction, committed when f returns nil and rolled back
// otherwise.
func (s *Store) InTx(ctx context.Context, f func(*Tx) error) (err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	done := false
	defer func() {
		if !done { // f failed or panicked
			err = errors.Join(err, tx.rollback())
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	done = true
	if err := tx.commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}
