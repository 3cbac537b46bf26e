package render

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// bundle is chains that begin alike: how many hops they share, less than any of
// them has, and which they are.
type bundle struct{ shared, first, size int }

// bundles groups chains by how they begin: with the same trigger and the same
// job. It returns the groups in the order of their first chains, and the group
// of each chain. Equal chains are always in one group.
func bundles(chains [][]report.Hop) (groups []bundle, of []int) {
	type start struct{ trigger, job report.Hop }
	at := make(map[start]int, len(chains))
	of = make([]int, len(chains))
	for i, c := range chains {
		var key start
		if len(c) > 0 {
			key.trigger = c[0]
		}
		if len(c) > 2 {
			key.job = c[1]
		}
		if len(c) == 2 { // not with those that stand by themselves
			key.job = report.Hop{Line: -1}
		}
		g, ok := at[key]
		if !ok {
			g = len(groups)
			at[key] = g
			groups = append(groups, bundle{shared: max(len(c)-1, 0), first: i})
		}
		of[i] = g
		b := &groups[g]
		b.shared, b.size = min(b.shared, alike(chains[b.first], c)), b.size+1
	}
	return groups, of
}

// alike counts the hops that two chains begin with, their ends aside.
func alike(a, b []report.Hop) int {
	n := 0
	for n < min(len(a), len(b))-1 && a[n] == b[n] {
		n++
	}
	return n
}

// item is something that a chain proves, as Markdown; without a chain it stands
// by itself.
type item struct {
	label string
	chain []report.Hop
}

// proven is the item of a capability's first evidence.
func proven(label string, c report.Capability) item {
	if len(c.Evidence) == 0 {
		return item{label: label}
	}
	return item{label, compact(hops(c.Evidence[0]))}
}

// bundled lists items, the beginning that several share written once and equal
// ends too. noun is their plural.
func (p *page) bundled(s style, items []item, noun string) {
	left := max(len(items)-maxChanges, 0)
	items = items[:len(items)-left]
	chains := make([][]report.Hop, len(items))
	for i, x := range items {
		chains[i] = x.chain
	}
	groups, of := bundles(chains)
	order := make([]int, 0, len(groups)) // ways first, then what stands by itself
	for _, together := range []bool{true, false} {
		for g, b := range groups {
			if (b.shared > 0) == together {
				order = append(order, g)
			}
		}
	}
	for _, g := range order {
		b := groups[g]
		write := func(shared int) *lines {
			l := newLines()
			for i, x := range items {
				if of[i] == g {
					l.add(s.part(x.chain, shared, len(x.chain)), x.label)
				}
			}
			return l
		}
		block := ""
		if l := write(b.shared); b.shared > 0 && len(l.texts) > 1 {
			block = "- " + s.part(chains[b.first], 0, b.shared) + "\n" + l.list("  - ")
		} else {
			block = write(0).list("- ")
		}
		if !p.add(block) {
			left += b.size
		}
	}
	if left > 0 {
		p.more(left, noun)
	}
}

// lines are texts with what is said by each, in the order they came.
type lines struct {
	texts  []string
	labels map[string][]string
}

func newLines() *lines { return &lines{labels: make(map[string][]string)} }

func (l *lines) add(text, label string) {
	if len(l.labels[text]) == 0 {
		l.texts = append(l.texts, text)
	}
	l.labels[text] = append(l.labels[text], label)
}

func (l *lines) list(lead string) string {
	var b strings.Builder
	for _, text := range l.texts {
		if text == "" { // nothing to join them
			b.WriteString(lead + strings.Join(l.labels[text], "\n"+lead) + "\n")
			continue
		}
		b.WriteString(lead + strings.Join(l.labels[text], ", ") + "\u00a0— " + text + "\n")
	}
	return b.String()
}

// maxPaths is how many beginnings of chains get a number.
const maxPaths = 12

// ways are the automation paths of a report: the beginnings that several of its
// chains share, numbered from 1 and written once.
type ways struct {
	paths  []path
	number map[[2]report.Hop]int // of a path by its first two hops
}

// path is the first hops of a chain.
type path struct {
	chain []report.Hop
	hops  int
}

func (s style) path(p path) string { return s.part(p.chain, 0, p.hops) }

// waysOf finds them among the evidence that is shown.
func waysOf(caps []report.Capability) ways {
	w := ways{number: make(map[[2]report.Hop]int)}
	var chains [][]report.Hop
	for _, c := range caps {
		for _, e := range c.Evidence[:min(len(c.Evidence), maxEvidence)] {
			chains = append(chains, compact(hops(e)))
		}
	}
	groups, _ := bundles(chains)
	for _, b := range groups {
		if b.size < 2 || b.shared < 2 || len(w.paths) == maxPaths {
			continue
		}
		first := chains[b.first]
		w.paths = append(w.paths, path{first, b.shared})
		w.number[[2]report.Hop(first)] = len(w.paths)
	}
	return w
}

// chain is an evidence on one line, by the number of its path if it has one.
func (w ways) chain(s style, e report.Evidence) string {
	all := compact(hops(e))
	if len(all) > 2 {
		if n := w.number[[2]report.Hop(all)]; n > 0 {
			return fmt.Sprintf("path %d → %s", n, s.part(all, w.paths[n-1].hops, len(all)))
		}
	}
	return s.part(all, 0, len(all))
}

// chains are the evidence chains of a capability, each once and at most
// maxEvidence, and how many more there are.
func (w ways) chains(s style, c report.Capability) (out []string, left int) {
	seen := make(map[string]bool)
	for _, e := range c.Evidence[:min(len(c.Evidence), maxEvidence)] {
		if text := w.chain(s, e); !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out, max(len(c.Evidence)-maxEvidence, 0)
}
