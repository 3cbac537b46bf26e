package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Status is how a line of the examination stands.
type Status string

// The statuses: Warn works and is worth a look, Fail does not work.
const (
	OK   Status = "ok"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Line is one finding.
type Line struct {
	Check  string `json:"check"` // what was looked at: "webhook"
	Status Status `json:"status"`
	Says   string `json:"says"`           // what was found, or what is wrong
	Mend   string `json:"mend,omitempty"` // what to do about it
	// Unreachable means that nobody answered, so that nothing is known.
	Unreachable bool `json:"unreachable,omitempty"`
	// Settings means that a setting is wrong by itself.
	Settings bool `json:"settings,omitempty"`
}

// Report is all findings, in the order of the examination.
type Report []Line

// Verdict is what a whole examination comes to.
type Verdict int

// The verdicts, the worst last.
const (
	Fine        Verdict = iota // at most warnings
	Unreachable                // nothing is known to be missing, and not all could be asked
	Missing                    // something is missing
	BadSettings                // a setting is not there or of a wrong form
)

// Verdict returns the worst that any line says.
func (r Report) Verdict() Verdict {
	worst := Fine
	for _, l := range r {
		switch {
		case l.Settings && l.Status == Fail:
			worst = max(worst, BadSettings)
		case l.Unreachable:
			worst = max(worst, Unreachable)
		case l.Status == Fail:
			worst = max(worst, Missing)
		}
	}
	return worst
}

// Text writes one line for each finding, and below it the mend.
func (r Report) Text(w io.Writer) error {
	var b strings.Builder
	width := 0
	for _, l := range r {
		width = max(width, len(l.Check))
	}
	for _, l := range r {
		fmt.Fprintf(&b, "%-4s  %-*s  %s\n", l.Status, width, l.Check, l.Says)
		if l.Mend != "" {
			fmt.Fprintf(&b, "%*s  %s\n", width+6, "", "→ "+l.Mend)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.sum())
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Report) sum() string {
	missing, warned, unasked := 0, 0, false
	for _, l := range r {
		switch {
		case l.Unreachable:
			unasked = true
		case l.Status == Fail:
			missing++
		case l.Status == Warn:
			warned++
		}
	}
	count := func(n int, none, one, more string) string {
		switch n {
		case 0:
			return none
		case 1:
			return one
		}
		return fmt.Sprintf(more, n)
	}
	text := count(missing, "Nothing is missing", "One thing must be mended", "%d things must be mended")
	if unasked {
		text += ", as far as could be asked"
	}
	return text + count(warned, "", "; one thing is worth a look", "; %d things are worth a look") + "."
}

// JSON writes the findings as mlops-maturity/doctor/v1.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Schema string `json:"schema"`
		OK     bool   `json:"ok"`
		Lines  Report `json:"lines"`
	}{"mlops-maturity/doctor/v1", r.Verdict() == Fine, r})
}

// maxOutside bounds a text from outside, in characters.
const maxOutside = 300

// clean makes a text from outside fit for one line of a terminal.
func clean(s string) string {
	if len(s) > 4*maxOutside {
		s = s[:4*maxOutside]
	}
	runes := []rune(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s))
	if len(runes) > maxOutside {
		return string(runes[:maxOutside]) + "…"
	}
	return string(runes)
}
