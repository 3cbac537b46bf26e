package server

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/rs/zerolog"
)

// newLogger writes lines for people (text) or machines (json).
func newLogger(w io.Writer, level, format string) (zerolog.Logger, error) {
	at, err := zerolog.ParseLevel(level)
	if err != nil {
		return zerolog.Nop(), err
	}
	if format == "text" {
		w = zerolog.ConsoleWriter{Out: w, NoColor: true, TimeFormat: time.RFC3339}
	}
	return zerolog.New(zerolog.SyncWriter(w)).Level(at).With().Timestamp().Logger(), nil
}

// slogTo writes what River logs to our one logger. What River calls info is
// detail to us; our own line tells of every job.
func slogTo(logger zerolog.Logger) *slog.Logger {
	return slog.New(slogHandler{logger: logger.With().Str("from", "river").Logger()})
}

type slogHandler struct {
	logger zerolog.Logger
	prefix string
}

func levelOf(l slog.Level) zerolog.Level {
	switch {
	case l >= slog.LevelError:
		return zerolog.ErrorLevel
	case l >= slog.LevelWarn:
		return zerolog.WarnLevel
	case l >= slog.LevelInfo:
		return zerolog.DebugLevel
	}
	return zerolog.TraceLevel
}

// Enabled implements slog.Handler.
func (h slogHandler) Enabled(_ context.Context, l slog.Level) bool {
	return levelOf(l) >= h.logger.GetLevel()
}

// Handle implements slog.Handler.
func (h slogHandler) Handle(_ context.Context, r slog.Record) error {
	event := h.logger.WithLevel(levelOf(r.Level))
	r.Attrs(func(a slog.Attr) bool {
		event = event.Str(h.prefix+a.Key, a.Value.String())
		return true
	})
	event.Msg(r.Message)
	return nil
}

// WithAttrs implements slog.Handler.
func (h slogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := h.logger.With()
	for _, a := range attrs {
		with = with.Str(h.prefix+a.Key, a.Value.String())
	}
	return slogHandler{with.Logger(), h.prefix}
}

// WithGroup implements slog.Handler.
func (h slogHandler) WithGroup(name string) slog.Handler {
	return slogHandler{h.logger, h.prefix + name + "."}
}
