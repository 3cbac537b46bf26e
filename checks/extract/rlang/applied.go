package rlang

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// appliers call a function for each item of what they are given.
var appliers = map[string]bool{"lapply": true, "sapply": true, "vapply": true, "walk": true, "map": true, "for_each": true}

// applied reads loaders that are handed to a function which calls them for each
// item: lapply(c("dplyr", "tune"), library), walk(list.files("R"), source).
// Packages that a DESCRIPTION lists are an import of all of "DESCRIPTION".
func (r *reader) applied(f frame, closed int) {
	name := f.callee.name
	if r.julia || len(f.args) < 2 || !appliers[name[strings.LastIndexByte(name, ':')+1:]] {
		return
	}
	over := f.args[0].Value
	for _, a := range f.args[1:] {
		if a.Value.Kind != fact.Name {
			continue
		}
		switch a.Value.Text {
		case "library", "require":
			items := over.Items
			if over.Kind == fact.Name {
				items = r.lists[over.Text]
			}
			r.attach(f, items)
			if strings.Contains(r.text(f.openTok+1, closed, maxCheck), `"DESCRIPTION"`) {
				r.bring(f, "DESCRIPTION", "*")
			}
		case "source", "sys.source":
			if over.Kind == fact.Name || over.Kind == fact.CallOf {
				r.bring(f, r.listed, "")
			}
		}
	}
}

// bring notes what a call brings in.
func (r *reader) bring(f frame, module, what string) {
	if module != "" {
		r.add(fact.Import{Pos: fact.Pos{Line: r.tok(f.openTok).line}, Module: module, Name: what, Scope: f.scope})
	}
}

// attach notes the packages of a list.
func (r *reader) attach(f frame, items []fact.Value) {
	for _, item := range items {
		if item.Kind == fact.String {
			r.bring(f, item.Text, "*")
		}
	}
}

// attachListed notes what library(p, character.only = TRUE) attaches within a
// loop: the items of the list that is named after packages.
func (r *reader) attachListed(f frame) {
	if r.attached || len(f.args) == 0 || f.args[0].Value.Kind != fact.Name {
		return
	}
	r.attached = true
	for _, name := range slices.Sorted(maps.Keys(r.lists)) {
		low := strings.ToLower(name)
		for _, w := range [...]string{"package", "pkg", "librar", "depend", "required"} {
			if strings.Contains(low, w) {
				r.attach(f, r.lists[name])
				break
			}
		}
	}
}
