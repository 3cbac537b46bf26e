package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// terminalText writes text as a terminal shows it best, and plainly elsewhere.
func terminalText(out *os.File) render.Func {
	return func(w io.Writer, r *report.Report) error {
		if !isTerminal(out) {
			return render.Text(w, r)
		}
		return render.TextWith(w, r, render.TextOptions{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"})
	}
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) }

// progress says on standard error what goes on once it has taken a second, on
// one line that is wiped at the end, and only to a person.
type progress struct {
	w    io.Writer
	show bool

	mu    sync.Mutex
	text  string
	shown bool
	timer *time.Timer
}

func newProgress(w io.Writer, off bool) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok && !off && isTerminal(f) {
		p.show = true
		p.timer = time.AfterFunc(time.Second, p.start)
	}
	return p
}

func (p *progress) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.show {
		p.shown = true
		p.print()
	}
}

func (p *progress) print() { fmt.Fprintf(p.w, "\r\x1b[K%s …", p.text) }

func (p *progress) say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = text
	if p.shown {
		p.print()
	}
}

// note is a line that stays.
func (p *progress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	fmt.Fprintln(p.w, "mlops-maturity: "+text)
	if p.shown {
		p.print()
	}
}

func (p *progress) wipe() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.wipe()
	p.show, p.shown = false, false
}
