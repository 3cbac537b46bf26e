// Package cputime lets tests hold time bounds that stand on a busy machine.
//
// A wall clock measures the neighbours too: on two cores shared by eight test
// runs, a call that needs 0.3 s takes 3 s, and a bound that forgives that
// forgives what is quadratic. The processor time of the process does not grow
// with the load, so the bounds can stay tight. Only tests import this package.
package cputime

import "time"

// Of calls f and returns the processor time that the process spent meanwhile,
// user and system. Whatever else runs in the process counts with it, so f must
// not be timed beside parallel tests. Where the system does not tell, it is the
// wall clock.
func Of(f func()) time.Duration {
	before := spent()
	f()
	return spent() - before
}

// Bound is what a bound of d comes to in this build: d, or with the race
// detector, whose bookkeeping slows code down five to fifteen times, 15 d.
func Bound(d time.Duration) time.Duration { return d * slack }
