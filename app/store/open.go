package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // registers the "sqlite" driver
)

// readers is how many connections read SQLite beside the one that writes.
const readers = 4

// answerWithin bounds the first connection, so that a wrong host is an error
// and not a server that never starts.
const answerWithin = 15 * time.Second

// parseURL splits a database URL into the engine and what its driver wants: a
// path for SQLite, the URL itself for PostgreSQL. Errors never hold the URL,
// which may hold a password.
func parseURL(raw string) (Engine, string, error) {
	scheme, rest, _ := strings.Cut(raw, ":")
	switch scheme {
	case "sqlite":
		path := strings.TrimPrefix(rest, "//")
		if path == "" || strings.HasPrefix(path, ":memory:") {
			return "", "", errors.New("the database URL sqlite:PATH needs the path of a file, as in sqlite:mlops-maturity.db")
		}
		return SQLite, path, nil
	case "postgres", "postgresql":
		if _, err := pgxpool.ParseConfig(raw); err != nil {
			return "", "", errors.New("the database URL is no PostgreSQL URL, which looks like postgres://user:password@host:5432/name")
		}
		return Postgres, raw, nil
	}
	return "", "", errors.New("the database URL must begin with sqlite: or postgres://")
}

// ValidURL says whether Open would understand a URL, without opening it.
func ValidURL(raw string) error {
	_, _, err := parseURL(raw)
	return err
}

func (s *Store) openSQLite(path string) error {
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("making the folder of the database: %w", err)
		}
	}
	// FULL: a webhook is acknowledged on a commit, which must outlive a power cut.
	writer, err := sql.Open("sqlite", sqliteDSN(path, "_txlock=immediate",
		"_pragma=journal_mode(WAL)", "_pragma=busy_timeout(5000)", "_pragma=synchronous(FULL)", "_pragma=foreign_keys(1)"))
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", sqliteDSN(path, "_pragma=busy_timeout(5000)", "_pragma=query_only(1)"))
	if err != nil {
		return errors.Join(fmt.Errorf("opening the database for reading: %w", err), writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	s.Querier, s.reader = sqlQuerier{writer}, sqlQuerier{reader}
	s.sqlite, s.begin = writer, beginSQL(writer)
	s.close = func() error { return errors.Join(reader.Close(), writer.Close()) }
	return nil
}

// sqliteDSN escapes what SQLite reads as the syntax of a URI.
func sqliteDSN(path string, params ...string) string {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
	return "file:" + escaped + "?" + strings.Join(params, "&")
}

func (s *Store) openPostgres(ctx context.Context, raw string) error {
	cfg, err := pgxpool.ParseConfig(raw)
	if err != nil {
		return errors.New("the database URL is no PostgreSQL URL")
	}
	if u, err := url.Parse(raw); err != nil || !u.Query().Has("pool_max_conns") {
		// River listens on one, elects on another; a webhook must find one free.
		cfg.MaxConns = max(cfg.MaxConns, 12)
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	within, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err := pool.Ping(within); err != nil {
		pool.Close()
		return fmt.Errorf("reaching the database at %s:%d: %w", cfg.ConnConfig.Host, cfg.ConnConfig.Port, err)
	}
	s.Querier, s.reader = pgxQuerier{pool}, pgxQuerier{pool}
	s.pool, s.begin = pool, beginPGX(pool)
	s.close = func() error { pool.Close(); return nil }
	return nil
}
