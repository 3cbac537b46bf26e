package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxHops is how many links of a chain are shown; the ends matter most.
const maxHops = 8

// hops is the whole chain of an evidence, the place itself last.
func hops(e report.Evidence) []report.Hop {
	chain := append([]report.Hop(nil), e.Via...)
	place := report.Hop{Path: e.Path, Line: e.Line, What: e.What}
	if n := len(chain); n > 0 && chain[n-1].Path == place.Path && chain[n-1].Line == place.Line && (place.What == "" || chain[n-1].What == place.What) {
		return chain
	}
	return append(chain, place)
}

// shorten leaves out the middle of a long chain, and says how many links.
func shorten(chain []report.Hop) (head []report.Hop, left int, tail []report.Hop) {
	if len(chain) <= maxHops {
		return chain, 0, nil
	}
	return chain[:maxHops/2], len(chain) - maxHops, chain[len(chain)-maxHops/2:]
}

// chainText is the chain on one line: what → what (where) → what (where).
func chainText(e report.Evidence) string {
	var parts []string
	at := ""
	each := func(h report.Hop) {
		part := plain(h.What, maxName)
		if where := place(h.Path, h.Line); where != "" && where != at {
			at = where
			if part == "" {
				part = where
			} else {
				part += " (" + where + ")"
			}
		}
		parts = append(parts, part+flags(h))
	}
	walk(hops(e), each, func(left int) { parts = append(parts, fmt.Sprintf("%d more", left)) })
	return strings.Join(parts, " → ")
}

// chainMarkdown is the chain on one line, each place linked where it can be.
func (l linker) chainMarkdown(commit string, e report.Evidence) string {
	var parts []string
	at := ""
	each := func(h report.Hop) {
		part := ""
		if strings.TrimSpace(h.What) != "" {
			part = code(h.What)
		}
		if where := place(h.Path, h.Line); where != "" && where != at {
			at = where
			if part == "" {
				part = l.place(commit, h.Path, h.Line)
			} else {
				part += " (" + l.place(commit, h.Path, h.Line) + ")"
			}
		}
		parts = append(parts, part+flags(h))
	}
	walk(hops(e), each, func(left int) { parts = append(parts, fmt.Sprintf("%d more", left)) })
	return strings.Join(parts, " → ")
}

func walk(chain []report.Hop, each func(report.Hop), skipped func(int)) {
	head, left, tail := shorten(chain)
	for _, h := range head {
		each(h)
	}
	if left > 0 {
		skipped(left)
	}
	for _, h := range tail {
		each(h)
	}
}

// place names a line for people.
func place(path string, line int) string {
	if path == "" || line <= 0 {
		return plain(path, maxName)
	}
	return fmt.Sprintf("%s:%d", plain(path, maxName), line)
}

// place names a line in Markdown, linked where it can be.
func (l linker) place(commit, path string, line int) string {
	label := code(place(path, line))
	if address := l.blob(commit, path, line); address != "" {
		return "[" + label + "](" + address + ")"
	}
	return label
}

func flags(h report.Hop) string {
	switch {
	case h.Broken:
		return " (broken: not in the repository)"
	case h.Guessed:
		return " (guessed)"
	}
	return ""
}
