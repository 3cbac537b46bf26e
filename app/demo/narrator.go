package demo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// narrator tells what really happens, one line each, with the seconds since the
// start. It is also where the App's own log goes.
type narrator struct {
	mu       sync.Mutex
	w        io.Writer
	start    time.Time
	counting bool
	count    int
}

func narrate(w io.Writer) *narrator {
	if w == nil {
		w = io.Discard
	}
	return &narrator{w: w, start: time.Now()}
}

func (n *narrator) linef(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fmt.Fprintf(n.w, "%6.2f s  %s\n", time.Since(n.start).Seconds(), fmt.Sprintf(format, args...))
}

// Write takes lines of the App's log.
func (n *narrator) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		n.linef("the App's log: %s", bytes.TrimSpace(line))
	}
	return len(p), nil
}

func (n *narrator) startCounting() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.counting = true
}

func (n *narrator) counted() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.count
}

// requests tells of every request that the App makes, and counts those for the
// pull request: reading its own delivery log is the App's housekeeping.
func (n *narrator) requests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api/v3")
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		n.mu.Lock()
		if n.counting && path != "/app" && !strings.HasPrefix(path, "/app/hook/") {
			n.count++
		}
		n.mu.Unlock()
		n.linef("  %d  %s %s", answer.status, r.Method, path)
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
