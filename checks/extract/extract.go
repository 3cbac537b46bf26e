// Package extract turns the bytes of files into facts. It holds what all file
// formats share: the Extractor interface, the guard in front of every parser,
// and the bounded runner. One folder below holds one format each.
//
// Everything that comes in is hostile. Size, encoding and nesting are bounded
// before a parser sees a byte; a deadline and recover stand around each call;
// what cannot be read becomes a gap in the report, never a crash.
package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Extractor reads one file format.
//
// Route decides by path alone and Extract by bytes and dialect alone, so that
// (extractor, dialect, blob id) is a sound cache key: equal bytes at two paths
// give equal facts unless the dialect differs.
type Extractor interface {
	// Name is short, unique and stable: "python".
	Name() string
	// Route says whether a path is of this format, and in which dialect.
	Route(path string) (dialect string, ok bool)
	// Limits bounds what Extract may be handed.
	Limits() Limits
	// Extract returns the facts in line order. Facts that stand before an
	// error are returned with it. src must not be kept or changed.
	Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error)
}

// Limits bounds the input of an extractor. The zero value of a field means the
// default.
type Limits struct {
	Bytes   int64         // default 1 MiB
	Nesting int           // open brackets at any point; default 200, -1 for no bound
	Time    time.Duration // default 2 s
}

// The defaults. Nesting is counted because the shell and HCL parsers overflow
// the stack on deep input, which recover cannot catch.
const (
	DefaultBytes   = 1 << 20
	DefaultNesting = 200
	DefaultTime    = 2 * time.Second
)

// ErrBinary and the others below are the reasons of gaps.
var (
	ErrBinary   = errors.New("is binary or not UTF-8")
	ErrDeep     = errors.New("nests too deeply")
	ErrTooLarge = errors.New("is too large")
	ErrTimeout  = errors.New("took too long to read")
)

func (l Limits) withDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	if l.Nesting == 0 {
		l.Nesting = DefaultNesting
	}
	if l.Time == 0 {
		l.Time = DefaultTime
	}
	return l
}

// Guard checks src against the limits before a parser sees it.
func (l Limits) Guard(src []byte) error {
	l = l.withDefaults()
	if int64(len(src)) > l.Bytes {
		return fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, len(src), l.Bytes)
	}
	if bytes.IndexByte(src, 0) >= 0 {
		return ErrBinary
	}
	if err := l.nested(src); err != nil {
		return err
	}
	if !utf8.Valid(src) {
		return ErrBinary
	}
	return nil
}

// nested fails where too many brackets are open.
func (l Limits) nested(src []byte) error {
	if l.Nesting < 0 {
		return nil
	}
	depth := 0
	for _, b := range src {
		switch b {
		case '(', '[', '{':
			if depth++; depth > l.Nesting {
				return fmt.Errorf("%w: more than %d open brackets", ErrDeep, l.Nesting)
			}
		case ')', ']', '}':
			depth = max(0, depth-1)
		}
	}
	return nil
}

// Run guards src and calls e within its time. A panic of e is an error.
func Run(ctx context.Context, e Extractor, dialect string, src []byte) ([]fact.Fact, error) {
	limits := e.Limits().withDefaults()
	if err := limits.Guard(src); err != nil {
		return nil, err
	}
	return Within(ctx, limits.Time, e.Name(), func(ctx context.Context) ([]fact.Fact, error) { return e.Extract(ctx, dialect, src) })
}

// Within calls read, bounded in time; who names the reader in the error that
// its panic becomes. A call that does not end by its deadline is abandoned.
func Within[T any](ctx context.Context, limit time.Duration, who string, read func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type result struct {
		got T
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: fmt.Errorf("the %s reader failed on it: %v", who, p)}
			}
		}()
		got, err := read(ctx)
		done <- result{got, err}
	}()
	var none T
	select {
	case r := <-done:
		return r.got, r.err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return none, ErrTimeout
		}
		return none, ctx.Err()
	}
}
