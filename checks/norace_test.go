//go:build !race

package checks_test

const slack = 1
