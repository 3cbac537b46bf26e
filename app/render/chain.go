package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxHops is how many links of a chain are shown; the ends matter most.
const maxHops = 8

// hops is the whole chain of an evidence.
func hops(e report.Evidence) []report.Hop { return e.Chain() }

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

// style is how the parts of a chain are written.
type style struct {
	what  func(string) string
	where func(report.Hop) string
}

// bare is plain text.
var bare = style{func(what string) string { return plain(what, maxName) }, hopPlace}

// style is Markdown with each place linked where it can be.
func (l linker) style(commit string) style {
	return style{code, func(h report.Hop) string {
		label := code(hopPlace(h))
		from, at := l.of(h, commit)
		if address := from.blob(at, h.Path, h.Line); address != "" {
			return "[" + label + "](" + address + ")"
		}
		return label
	}}
}

// chain is the whole chain of an evidence on one line.
func (s style) chain(e report.Evidence) string {
	all := compact(hops(e))
	return s.part(all, 0, len(all))
}

// part is the hops of a chain from one to before another, on one line: where a
// file is entered is said once, and where the chain ends up comes before what
// is done there.
func (s style) part(all []report.Hop, from, to int) string {
	head, left, tail := shorten(all[from:to])
	parts, file := make([]string, 0, len(head)+len(tail)+1), ""
	if from > 0 {
		file = all[from-1].Path
	}
	add := func(h report.Hop, last bool) {
		part := ""
		if strings.TrimSpace(h.What) != "" {
			part = s.what(inWords(h.What))
		}
		switch {
		case h.Path == "" || (h.Path == file && !last && !h.Broken):
		case part == "" || part == s.what(place(h.Path, h.Line)), part == s.what(h.Path):
			part = s.where(h)
		case last:
			part = s.where(h) + " " + part
		default:
			part += " (" + s.where(h) + ")"
		}
		file = h.Path
		parts = append(parts, part+flags(h))
	}
	for i, h := range head {
		add(h, left == 0 && from+i == len(all)-1)
	}
	if left > 0 {
		parts = append(parts, fmt.Sprintf("%d more", left))
	}
	for i, h := range tail {
		add(h, to == len(all) && i == len(tail)-1)
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

// hopPlace names the line of a hop, with its repository when that is not the
// judged one.
func hopPlace(h report.Hop) string {
	if h.Repository == "" {
		return place(h.Path, h.Line)
	}
	return plain(h.Repository, maxName) + ":" + place(h.Path, h.Line)
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
