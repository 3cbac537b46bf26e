package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// tool is a program that is measured.
type tool struct{ args, env []string }

// sample is what one run took. cpu is user and system time of the program and
// of the programs it waited for; peakMB is the largest resident set among them.
type sample struct {
	wall, cpu time.Duration
	peakMB    float64
}

func (t tool) run() (sample, error) {
	cmd := exec.Command(t.args[0], t.args[1:]...)
	cmd.Env = t.env
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &stderr // a pipe: some searchers stop early when they write to /dev/null
	start := time.Now()
	err := cmd.Run()
	s := sample{wall: time.Since(start)}
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: nothing found
		return s, fmt.Errorf("%v: %w\n%s", t.args, err, stderr.String())
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		unit := int64(1 << 10) // Linux counts kilobytes
		if runtime.GOOS == "darwin" {
			unit = 1
		}
		s.peakMB = float64(int64(usage.Maxrss)*unit) / 1e6
	}
	return s, nil
}

// pair runs two tools in turn and returns the medians of each. The first round
// warms the file system's cache and is not counted.
func pair(a, b tool, runs int) (ma, mb sample, err error) {
	var as, bs []sample
	for i := range runs + 1 {
		x, errA := a.run()
		y, errB := b.run()
		if err := errors.Join(errA, errB); err != nil {
			return ma, mb, err
		}
		if i > 0 {
			as, bs = append(as, x), append(bs, y)
		}
	}
	return median(as), median(bs), nil
}

func median(samples []sample) sample {
	by := func(less func(a, b sample) int) sample {
		s := slices.SortedFunc(slices.Values(samples), less)
		return s[len(s)/2]
	}
	return sample{
		wall:   by(func(a, b sample) int { return cmp.Compare(a.wall, b.wall) }).wall,
		cpu:    by(func(a, b sample) int { return cmp.Compare(a.cpu, b.cpu) }).cpu,
		peakMB: by(func(a, b sample) int { return cmp.Compare(a.peakMB, b.peakMB) }).peakMB,
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
