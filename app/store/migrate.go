package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations
var migrations embed.FS

// migrationLock is the key of PostgreSQL's advisory lock: the ASCII of "mlopsmat".
const migrationLock int64 = 0x6d6c6f70736d6174

// schemaTable is where goose keeps its book.
const schemaTable = "schema_version"

// schemaVersion is the newest of our own migrations, equal on both engines (a
// test holds them together).
func schemaVersion() int64 {
	names, _ := fs.Glob(migrations, "migrations/sqlite/*.sql")
	var newest int64
	for _, name := range names {
		number, _, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], "_")
		n, _ := strconv.ParseInt(number, 10, 64)
		newest = max(newest, n)
	}
	return newest
}

// migrate runs our migrations and River's under one lock: River's migrator
// takes none of its own, and two processes that start at once would collide.
func (s *Store) migrate(ctx context.Context, target string) error {
	if s.engine == SQLite {
		unlock, err := lockSQLite(ctx, target)
		if err != nil {
			return err
		}
		defer unlock()
		// The first connection turns the write-ahead log on, which SQLite refuses
		// at once, timeout or not, while another process does the same.
		if err := s.sqlite.PingContext(ctx); err != nil {
			return fmt.Errorf("opening the database %s: %w", target, err)
		}
		if err := runGoose(ctx, database.DialectSQLite3, s.sqlite, "migrations/sqlite"); err != nil {
			return err
		}
		river, err := rivermigrate.New(riversqlite.New(s.sqlite), nil)
		if err != nil {
			return err
		}
		_, err = river.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return fmt.Errorf("waiting for the migration lock: %w", err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrationLock)
	}()
	db := stdlib.OpenDBFromPool(s.pool)
	if err := errors.Join(runGoose(ctx, database.DialectPostgres, db, "migrations/postgres"), db.Close()); err != nil {
		return err
	}
	river, err := rivermigrate.New(riverpgxv5.New(s.pool), nil)
	if err != nil {
		return err
	}
	_, err = river.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func runGoose(ctx context.Context, dialect database.Dialect, db *sql.DB, dir string) error {
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db, files, goose.WithTableName(schemaTable), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// lockSQLite holds an exclusive transaction on a file beside the database.
// The operating system gives it back when the process dies, on every system
// SQLite runs on.
func lockSQLite(ctx context.Context, path string) (unlock func(), err error) {
	db, err := sql.Open("sqlite", sqliteDSN(path+".lock", "_pragma=busy_timeout(60000)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for the migration lock %s.lock: %w", path, err), db.Close())
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		_ = conn.Close()
		_ = db.Close()
	}, nil
}
