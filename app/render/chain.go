package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxHops is how many links of a chain are shown; the ends matter most.
const maxHops = 8

// hops is the whole chain of an evidence: where it begins, then what follows,
// the last being what proves it.
func hops(e report.Evidence) []report.Hop {
	return append([]report.Hop{{Path: e.Path, Line: e.Line, What: e.What}}, e.Via...)
}

// compact leaves out the hops of a chain that the next one says again: the call
// of a target before the target, and a file before its line.
func compact(chain []report.Hop) []report.Hop {
	out := make([]report.Hop, 0, len(chain))
	for i, h := range chain {
		if i > 0 && i+1 < len(chain) && !h.Broken && !h.Guessed {
			next := chain[i+1]
			if h.What == next.What || (h.Path == next.Path && (h.What == h.Path || h.What == "")) {
				continue
			}
		}
		out = append(out, h)
	}
	return out
}

// proof is the hop that proves an evidence: the end of its chain.
func proof(e report.Evidence) report.Hop {
	all := hops(e)
	return all[len(all)-1]
}

// shorten leaves out the middle of a long chain, and says how many links.
func shorten(chain []report.Hop) (head []report.Hop, left int, tail []report.Hop) {
	if len(chain) <= maxHops {
		return chain, 0, nil
	}
	return chain[:maxHops/2], len(chain) - maxHops, chain[len(chain)-maxHops/2:]
}

// chainText is the chain on one line: where each file is entered is said once,
// and where it ends up comes before what is done there.
func chainText(e report.Evidence) string {
	return chain(e, func(what string) string { return plain(what, maxName) }, place)
}

// chainMarkdown is the same with each place linked where it can be.
func (l linker) chainMarkdown(commit string, e report.Evidence) string {
	return chain(e, code, func(path string, line int) string { return l.place(commit, path, line) })
}

func chain(e report.Evidence, what func(string) string, where func(string, int) string) string {
	all := compact(hops(e))
	head, left, tail := shorten(all)
	parts, file := make([]string, 0, len(head)+len(tail)+1), ""
	add := func(h report.Hop, last bool) {
		part := ""
		if strings.TrimSpace(h.What) != "" {
			part = what(h.What)
		}
		switch {
		case h.Path == "" || (h.Path == file && !last && !h.Broken):
		case part == "" || part == what(place(h.Path, h.Line)), part == what(h.Path):
			part = where(h.Path, h.Line)
		case last && len(all) > 1:
			part = where(h.Path, h.Line) + " " + part
		default:
			part += " (" + where(h.Path, h.Line) + ")"
		}
		file = h.Path
		parts = append(parts, part+flags(h))
	}
	for i, h := range head {
		add(h, left == 0 && i == len(head)-1)
	}
	if left > 0 {
		parts = append(parts, fmt.Sprintf("%d more", left))
	}
	for i, h := range tail {
		add(h, i == len(tail)-1)
	}
	return strings.Join(parts, " → ")
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
