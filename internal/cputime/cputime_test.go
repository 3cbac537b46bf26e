package cputime

import (
	"testing"
	"time"
)

// Waiting costs nothing, working does.
func TestOf(t *testing.T) {
	if d := Of(func() { time.Sleep(300 * time.Millisecond) }); d > 200*time.Millisecond {
		t.Errorf("sleeping 300 ms cost %v", d)
	}
	x := uint64(1)
	start := time.Now()
	d := Of(func() {
		for time.Since(start) < 300*time.Millisecond {
			for range 1000 {
				x = x*6364136223846793005 + 1
			}
		}
	})
	if d < 10*time.Millisecond || d > 2*time.Second {
		t.Errorf("working 300 ms cost %v (%d)", d, x)
	}
}
