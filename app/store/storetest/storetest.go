//go:build unix

// Package storetest runs a test on every database engine the store supports.
// PostgreSQL is taken from MLOPS_MATURITY_TEST_POSTGRES (a URL of a server
// where databases may be made), or started from the programs found on this
// machine. Without either its tests are skipped by name; with the variable set
// to "required" that is a failure.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// Variable names the environment variable.
const Variable = "MLOPS_MATURITY_TEST_POSTGRES"

// Each runs f as a parallel subtest per engine with the URL of an empty
// database.
func Each(t *testing.T, f func(t *testing.T, url string)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, postgres(t))
	})
}

// Open opens a store that is closed when the test ends.
func Open(t *testing.T, url string, options ...store.Option) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), url, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

// Main runs a package's tests and stops the server they started. Call it from
// TestMain.
func Main(m *testing.M) {
	status := m.Run()
	if server.stop != nil {
		server.stop()
	}
	os.Exit(status)
}

var errNone = errors.New("no PostgreSQL: neither " + Variable + " is set nor are initdb and postgres found")

var server struct {
	once      sync.Once
	url       *url.URL
	err       error
	stop      func()
	databases atomic.Int64
}

// postgres makes a database and returns its URL.
func postgres(t *testing.T) string {
	t.Helper()
	server.once.Do(func() { server.url, server.stop, server.err = find() })
	if errors.Is(server.err, errNone) && os.Getenv(Variable) != "required" {
		fmt.Fprintln(os.Stderr, "*** NOT TESTED ON POSTGRESQL: "+server.err.Error())
		t.Skip(server.err)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	conn, err := pgx.Connect(t.Context(), server.url.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	u := *server.url
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), server.databases.Add(1))
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func find() (*url.URL, func(), error) {
	if given := os.Getenv(Variable); given != "" && given != "required" {
		u, err := url.Parse(given)
		return u, nil, err
	}
	initdb, server := program("initdb"), program("postgres")
	if initdb == "" || server == "" {
		return nil, nil, errNone
	}
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, nil, err
	}
	as := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		if as.Credential, err = unprivileged(); err != nil {
			return nil, nil, err
		}
		if err := os.Chown(dir, int(as.Credential.Uid), int(as.Credential.Gid)); err != nil {
			return nil, nil, err
		}
	}
	data := filepath.Join(dir, "data")
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.SysProcAttr = dir, as
		return cmd
	}
	if out, err := run(initdb, "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	// A socket in our own folder: no port to collide on, nothing to reach from outside.
	cmd := run(server, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	stop := func() {
		_ = cmd.Process.Signal(syscall.SIGQUIT)
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}
	u := &url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: "host=" + dir}
	if err := answers(u.String()); err != nil {
		stop()
		return nil, nil, err
	}
	return u, stop, nil
}

func answers(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not come up: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}
