//go:build race

package checks_test

const slack = 10 // the race detector is that much slower
