//go:build !unix

package cputime

import "time"

var start = time.Now()

func spent() time.Duration { return time.Since(start) }
