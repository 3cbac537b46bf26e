package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Querier runs statements with $N parameters, the same text on both engines.
type Querier interface {
	// Exec returns the number of rows it changed.
	Exec(ctx context.Context, statement string, args ...any) (int64, error)
	Query(ctx context.Context, statement string, args ...any) (Rows, error)
	QueryRow(ctx context.Context, statement string, args ...any) Row
}

// Row is one row. Scan returns an error for which IsNoRows holds when there is
// none.
type Row interface{ Scan(dest ...any) error }

// Rows is a result set. Close is idempotent; Err is to be asked after Next
// returned false.
type Rows interface {
	Row
	Next() bool
	Err() error
	Close()
}

// Tx is an open transaction: a Querier that also shows what River needs to
// insert jobs in it.
type Tx struct {
	Querier
	SQL      *sql.Tx // set on SQLite
	PGX      pgx.Tx  // set on PostgreSQL
	commit   func() error
	rollback func() error
}

// IsNoRows says whether err means that a row was asked for and none is there.
func IsNoRows(err error) bool {
	return errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows)
}

// sqlQuerier runs statements on a *sql.DB or a *sql.Tx.
type sqlQuerier struct {
	q interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}
}

func (s sqlQuerier) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	res, err := s.q.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (s sqlQuerier) Query(ctx context.Context, statement string, args ...any) (Rows, error) {
	rows, err := s.q.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	return sqlRows{rows}, nil
}

func (s sqlQuerier) QueryRow(ctx context.Context, statement string, args ...any) Row {
	return s.q.QueryRowContext(ctx, statement, args...)
}

type sqlRows struct{ *sql.Rows }

// Close drops the error: Err has it when it matters.
func (r sqlRows) Close() { _ = r.Rows.Close() }

// pgxQuerier runs statements on a pool or a pgx.Tx.
type pgxQuerier struct {
	q interface {
		Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
		Query(context.Context, string, ...any) (pgx.Rows, error)
		QueryRow(context.Context, string, ...any) pgx.Row
	}
}

func (p pgxQuerier) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	tag, err := p.q.Exec(ctx, statement, args...)
	return tag.RowsAffected(), err
}

func (p pgxQuerier) Query(ctx context.Context, statement string, args ...any) (Rows, error) {
	return p.q.Query(ctx, statement, args...)
}

func (p pgxQuerier) QueryRow(ctx context.Context, statement string, args ...any) Row {
	return p.q.QueryRow(ctx, statement, args...)
}

func beginSQL(db *sql.DB) func(context.Context) (*Tx, error) {
	return func(ctx context.Context) (*Tx, error) {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		return &Tx{Querier: sqlQuerier{tx}, SQL: tx, commit: tx.Commit, rollback: func() error {
			if err := tx.Rollback(); !errors.Is(err, sql.ErrTxDone) {
				return err
			}
			return nil // a cancelled context has rolled it back already
		}}, nil
	}
}

func beginPGX(pool *pgxpool.Pool) func(context.Context) (*Tx, error) {
	return func(ctx context.Context) (*Tx, error) {
		tx, err := pool.Begin(ctx)
		if err != nil {
			return nil, err
		}
		return &Tx{Querier: pgxQuerier{tx}, PGX: tx,
			commit: func() error { return tx.Commit(ctx) },
			// A rollback must reach the server though ctx has ended.
			rollback: func() error {
				if err := tx.Rollback(context.WithoutCancel(ctx)); !errors.Is(err, pgx.ErrTxClosed) {
					return err
				}
				return nil
			}}, nil
	}
}
