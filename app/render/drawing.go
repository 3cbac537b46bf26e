package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// maxNodes is how many places a drawing shows; more is a picture nobody reads.
const maxNodes = 12

// drawing adds, folded, a Mermaid drawing of the automation paths that a pull
// request breaks or gains. There is none where no path is.
func (p *page) drawing(d *report.Diff) {
	if d == nil {
		return
	}
	var g flowchart
	for _, c := range d.Lost {
		if chain, ok := breakage(c); ok {
			g.add(chain, "lost")
		}
	}
	broken := len(g.nodes)
	for _, c := range d.Gained {
		if len(c.After.Evidence) > 0 {
			g.add(compact(hops(c.After.Evidence[0])), "gained")
		}
	}
	if len(g.nodes) == 0 {
		return
	}
	title := "Drawing: the automation path gained"
	switch {
	case broken == len(g.nodes):
		title = "Drawing: the automation path lost"
	case broken > 0:
		title = "Drawing: the automation paths lost and gained"
	}
	p.fold(title, func() {
		p.add(g.String())
		if g.left > 0 {
			p.add("\n")
			p.more(g.left, "paths")
		}
	})
}

// breakage is the chain that shows how a capability was lost: the one that is
// broken now, else the one that was there.
func breakage(c report.Change) ([]report.Hop, bool) {
	for _, e := range c.After.Evidence {
		if chain := compact(hops(e)); slices.ContainsFunc(chain, func(h report.Hop) bool { return h.Broken }) {
			return chain, true
		}
	}
	if len(c.Before.Evidence) == 0 {
		return nil, false
	}
	return compact(hops(c.Before.Evidence[0])), true
}

// flowchart is places and the ways between them. A place that several chains
// pass is there once, under the number of its first use.
type flowchart struct {
	nodes []node
	at    map[report.Hop]int
	edges []edge
	drawn map[edge]bool
	left  int // chains for which there is no room
}

type node struct {
	hop   report.Hop
	class string // "", gained or lost
}

type edge struct{ from, to int }

// add draws a chain whose end is of a class. One of a single place is no path.
func (g *flowchart) add(chain []report.Hop, class string) {
	head, left, tail := shorten(chain)
	if left > 0 { // its place is taken by a line no file has, which is another for each chain
		chain = slices.Concat(head, []report.Hop{{Line: -1 - len(g.edges), What: fmt.Sprintf("%d more", left)}}, tail)
	}
	if g.at == nil {
		g.at, g.drawn = make(map[report.Hop]int), make(map[edge]bool)
	}
	places, fresh := make(map[report.Hop]bool), 0
	for _, h := range chain {
		if _, ok := g.at[h]; !ok && !places[h] {
			fresh++
		}
		places[h] = true
	}
	if len(places) < 2 {
		return
	}
	if len(g.nodes)+fresh > maxNodes {
		g.left++
		return
	}
	last := -1
	for _, h := range chain {
		n, ok := g.at[h]
		if !ok {
			n = len(g.nodes)
			g.at[h], g.nodes = n, append(g.nodes, node{hop: h})
		}
		if h.Broken {
			g.nodes[n].class = "lost"
		}
		if e := (edge{last, n}); last >= 0 && last != n && !g.drawn[e] {
			g.drawn[e], g.edges = true, append(g.edges, e)
		}
		last = n
	}
	if g.nodes[last].class == "" {
		g.nodes[last].class = class
	}
}

// String is the drawing as a block of Markdown.
func (g *flowchart) String() string {
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart TD\n")
	for i, n := range g.nodes {
		fmt.Fprintf(&b, "  n%d[\"%s\"]", i+1, nodeLabel(n.hop))
		if n.class != "" {
			b.WriteString(":::" + n.class)
		}
		b.WriteByte('\n')
	}
	for _, e := range g.edges {
		arrow := "-->"
		switch to := g.nodes[e.to].hop; {
		case to.Broken:
			arrow = "--x"
		case to.Guessed:
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", e.from+1, arrow, e.to+1)
	}
	b.WriteString("  classDef gained fill:#dafbe1,stroke:#1a7f37,color:#1f2328\n" +
		"  classDef lost fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:4\n```\n")
	return b.String()
}

// nodeLabel is what happens at a place, and where that is below it.
func nodeLabel(h report.Hop) string {
	what, where := drawn(inWords(h.What), 48), drawn(h.Path, 64)
	if h.Path != "" && h.Line > 0 {
		where += fmt.Sprintf(":%d", h.Line)
	}
	if h.Broken {
		where += "<br>not in the repository"
	}
	switch {
	case what == "" || h.What == h.Path:
		what = where
	case where != "":
		what += "<br>" + where
	}
	if what == "" {
		return "#63;" // a question mark
	}
	return what
}

// drawn writes a text from outside as part of a quoted Mermaid label. Only
// letters, digits, spaces and what stands within a word stay as they are: quotes
// would end the label, "<" begin HTML, a list be made of "1. ", an icon of
// "fa:fa-x", and "#" begin an entity, which all others become.
func drawn(s string, most int) string {
	var b strings.Builder
	runes := []rune(plain(s, most))
	for i, r := range runes {
		inner := i > 0 && i+1 < len(runes) && wordy(runes[i-1]) && wordy(runes[i+1])
		if wordy(r) || r == ' ' || r == '/' || unicode.Is(unicode.Mn, r) || (inner && (r == '.' || r == '-' || r == '_')) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "#%d;", r)
		if r == ':' && i+1 < len(runes) && runes[i+1] != ' ' {
			fmt.Fprintf(&b, "#%d;", []rune(zeroWidth)[0]) // an icon's name is looked for after the entities are read
		}
	}
	return b.String()
}
