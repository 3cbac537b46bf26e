package checks

import (
	"sync/atomic"
	"testing"
)

// TestParallelPanic: what fails in one of several goroutines fails where it was
// asked for, so that the server's worker can recover from it.
func TestParallelPanic(t *testing.T) {
	var calls atomic.Int64
	defer func() {
		if p := recover(); p != "third" {
			t.Errorf("recovered %v after %d calls, want the panic of the third", p, calls.Load())
		}
	}()
	parallel(100, func(i int) {
		if calls.Add(1); i == 2 {
			panic("third")
		}
	})
	t.Error("the panic was lost")
}
