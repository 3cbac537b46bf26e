package cputime

import (
	"testing"
	"time"
)

// Waiting costs nothing, working does. How long the work takes by the clock
// is the neighbours' affair.
func TestOf(t *testing.T) {
	if d := Of(func() { time.Sleep(300 * time.Millisecond) }); d > 200*time.Millisecond {
		t.Errorf("sleeping 300 ms cost %v", d)
	}
	x := uint64(1)
	work := func(rounds int) func() {
		return func() {
			for range rounds {
				x = x*6364136223846793005 + 1
			}
		}
	}
	once, eight := Of(work(30_000_000)), Of(work(240_000_000))
	if once < 5*time.Millisecond || eight < 3*once {
		t.Errorf("work costs %v, eight times as much %v (%d)", once, eight, x)
	}
}
